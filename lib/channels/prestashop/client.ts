/**
 * PrestaShop's webservice: lists of a resource as JSON. The key stands in no error's text.
 *
 * PHP's own warnings make any answer a 500 that still holds the whole list (`{"orders": [...], "errors": [{"code": 3}]}`):
 * the list is used. A refusal has a code of the webservice's own, whatever its status is.
 */
import * as z from "zod/mini";
import { accountName } from "../../core/keys.ts";
import { anyInt, anything } from "../../core/schemas.ts";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { type PullIo, Refused } from "../channel.ts";
import { pauseAfter } from "../shared/pause.ts";
import { phpList, Text } from "../shared/wire.ts";
import type { PrestaShopAccount } from "./account.ts";

type Query = Readonly<Record<string, string>>;

/** Rows of one resource. An empty list comes as `[]`, without the resource's name. */
export type Webservice = {
  list(resource: string, query: Query): Promise<unknown[]>;
  /** Undefined where the key has no right to the resource, or the shop is too old to have it. */
  listIfAllowed(resource: string, query: Query): Promise<unknown[] | undefined>;
};

type Rows = { rows: unknown[] } | { isDenied: true };

/** "Not allowed with this key", and "no such resource". */
const DENIED: readonly number[] = [26, 27];

export function webservice(
  account: PrestaShopAccount,
  io: Pick<PullIo, "http" | "budget" | "now" | "random">,
): Webservice {
  const name = accountName(account);
  const authorization = `Basic ${Buffer.from(`${account.webserviceKey}:`).toString("base64")}`;
  const denied = new Set<string>();

  async function ask(resource: string, query: Query, mayBeDenied: boolean): Promise<Rows> {
    await io.budget.spend(1);
    const search = new URLSearchParams({ output_format: "JSON", ...query });
    if (account.shopId !== undefined) search.set("id_shop", account.shopId);
    const url = `${account.baseUrl}/api/${resource}?${search}`;
    const answer = await io.http(url, { headers: { authorization, accept: "application/json" } });
    const body = bodyOf(answer);
    const rows = rowsOf(body, resource);
    const refusals = refusalsOf(body);
    if (rows && refusals.length === 0 && (answer.status === 200 || answer.status === 500)) return { rows };
    if (mayBeDenied && refusals.some(({ code }) => DENIED.includes(code))) return { isDenied: true };
    const pause = refusals.length === 0 ? pauseAfter(answer, io) : undefined;
    if (pause) throw pause;
    if (answer.status !== 200 || refusals.length > 0)
      throw new Refused(name, `its ${resource}`, answer.status, refusals[0]);
    throw new Error(`${name}: the shop's ${resource} are not a list in JSON`);
  }

  return {
    async list(resource, query) {
      const answer = await ask(resource, query, false);
      return "rows" in answer ? answer.rows : [];
    },
    async listIfAllowed(resource, query) {
      if (denied.has(resource)) return undefined;
      const answer = await ask(resource, query, true);
      if ("rows" in answer) return answer.rows;
      denied.add(resource);
      return undefined;
    },
  };
}

type Refusal = { code: number; message: string };

const Refusals = z.lazy(() => z.object({ errors: z.array(z.object({ code: anyInt, message: Text })) }));

/** 2 to 12 are PHP's own errors, from a warning to a deprecation: they refuse nothing. */
function refusalsOf(body: unknown): Refusal[] {
  const errors = Refusals.safeParse(body).data?.errors ?? [];
  return errors.filter(({ code }) => code < 2 || code > 12);
}

/** In its debug mode a shop prints PHP's warnings, as HTML, before the JSON. */
function bodyOf(answer: HttpAnswer): unknown {
  const text = answer.text.trim();
  const start = text.startsWith("<") ? text.indexOf('{"') : 0;
  const json = start < 0 && text.endsWith("[]") ? "[]" : text.slice(Math.max(start, 0));
  return jsonOf({ ...answer, text: json });
}

function rowsOf(body: unknown, resource: string): unknown[] | undefined {
  if (Array.isArray(body)) return body.length === 0 ? [] : undefined;
  const lists = z.looseObject({}).safeParse(body).data ?? {};
  // `order_slip` answers under `order_slips`.
  const list = lists[resource] ?? lists[`${resource}s`];
  return list === undefined ? undefined : phpList(anything).safeParse(list).data;
}
