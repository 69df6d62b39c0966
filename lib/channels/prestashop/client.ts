/** PrestaShop's webservice: lists of a resource as JSON. The key stands in no error's text. */
import * as z from "zod/mini";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { anyInt, anything } from "../../shapes.ts";
import { accountName, type PullIo } from "../channel.ts";
import { pauseAfter } from "../shared/pause.ts";
import { phpList } from "../shared/wire.ts";
import type { PrestaShopAccount } from "./account.ts";

/** Rows of one resource. An empty list comes as `[]`, without the resource's name. */
export type Webservice = (resource: string, query: Readonly<Record<string, string>>) => Promise<unknown[]>;

export function webservice(
  account: PrestaShopAccount,
  io: Pick<PullIo, "http" | "budget" | "now" | "random">,
): Webservice {
  const name = accountName(account);
  const authorization = `Basic ${Buffer.from(`${account.webserviceKey}:`).toString("base64")}`;
  return async (resource, query) => {
    await io.budget.spend(1);
    const search = new URLSearchParams({ output_format: "JSON", ...query });
    const url = `${account.baseUrl}/api/${resource}?${search}`;
    const answer = await io.http(url, { headers: { authorization, accept: "application/json" } });
    const pause = pauseAfter(answer, io);
    if (pause) throw pause;
    if (answer.status !== 200) throw new Error(`${name}: the shop refuses its ${resource} with ${refusalOf(answer)}`);
    const rows = rowsOf(jsonOf(answer), resource);
    if (!rows) throw new Error(`${name}: the shop's ${resource} are not a list in JSON`);
    return rows;
  };
}

/** The status and the webservice's own code: 32, for example, is a filter that it does not know. */
function refusalOf(answer: HttpAnswer): string {
  const code = Refusal.safeParse(jsonOf(answer)).data?.errors[0]?.code;
  return `status ${answer.status}${code === undefined ? "" : `, code ${code}`}`;
}

const Refusal = z.object({ errors: z.array(z.object({ code: anyInt })) });

function rowsOf(body: unknown, resource: string): unknown[] | undefined {
  if (Array.isArray(body)) return body.length === 0 ? [] : undefined;
  return z.object({ [resource]: phpList(anything) }).safeParse(body).data?.[resource];
}
