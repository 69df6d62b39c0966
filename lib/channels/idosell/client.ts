/** `POST orders/orders/search` of IdoSell's Admin API. The key stands in no error's text. */
import * as z from "zod/mini";
import { accountName } from "../../core/keys.ts";
import { anything } from "../../core/schemas.ts";
import { jsonOf } from "../../runtime/http.ts";
import { type PullIo, Refused } from "../channel.ts";
import { pauseAfter } from "../shared/pause.ts";
import { Count, phpList, Text } from "../shared/wire.ts";
import type { IdoSellAccount } from "./account.ts";

/** `more`: further orders fit behind these. */
type Found = { rows: unknown[]; more: boolean };

/** The first orders that fit. @param criteria with `resultsLimit`, up to 100 */
export type Search = (criteria: Readonly<Record<string, unknown>>) => Promise<Found>;

/** Errors come with status 200 or 207. */
const Envelope = z.lazy(() =>
  z.object({
    Results: z.optional(phpList(anything)),
    results: z.optional(phpList(anything)),
    resultsNumberPage: z.catch(Count, 0),
    errors: z.catch(
      z.optional(z.object({ faultCode: z.coerce.number().check(z.int()), faultString: Text })),
      undefined,
    ),
  }),
);

/** "The search has no result", with status 207: no error. */
const NOTHING_FOUND = 2;

export function orderSearch(account: IdoSellAccount, io: Pick<PullIo, "http" | "budget" | "now" | "random">): Search {
  const name = accountName(account);
  const url = `${account.baseUrl}/api/admin/v${account.apiVersion}/orders/orders/search`;
  return async (criteria) => {
    await io.budget.spend(1);
    const answer = await io.http(url, {
      method: "POST",
      headers: { "x-api-key": account.apiKey, "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ params: { ...criteria, resultsPage: 0 } }),
    });
    const pause = pauseAfter(answer, io);
    if (pause) throw pause;
    const envelope = Envelope.safeParse(jsonOf(answer)).data;
    const fault = envelope?.errors?.faultCode ?? 0;
    if (fault === NOTHING_FOUND) return { rows: [], more: false };
    if (fault !== 0)
      throw new Refused(name, "the search", answer.status, { code: fault, message: envelope?.errors?.faultString });
    const rows = envelope?.Results ?? envelope?.results;
    if (answer.status >= 400) throw new Refused(name, "the search", answer.status);
    if (!envelope || !rows || answer.status >= 300)
      throw new Error(`${name}: the search is answered with status ${answer.status} and no list`);
    return { rows, more: rows.length > 0 && envelope.resultsNumberPage > 1 };
  };
}
