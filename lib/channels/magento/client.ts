/** Magento's REST API, as far as orders go. Every call is paid from the account's budget first. */
import * as z from "zod/mini";
import { accountName } from "../../core/keys.ts";
import { anyList, anyText } from "../../core/schemas.ts";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { type PullIo, Refused } from "../channel.ts";
import { blockedBy } from "../shared/pause.ts";
import { Count } from "../shared/wire.ts";
import type { MagentoAccount } from "./account.ts";

type Search = {
  /** All of them have to hold. */
  filters: ReadonlyArray<{ field: string; condition: string; value: string }>;
  /** Ascending, the first one first. */
  sortBy: readonly string[];
  pageSize: number;
};

/** `broken`: the shop answers 500, as it does when it cannot put one of the orders together. */
type Listed = { kind: "orders"; orders: unknown[]; isLast: boolean } | { kind: "broken" };
type One = { kind: "order"; order: unknown } | { kind: "absent" } | { kind: "broken" };

export type Client = {
  list(search: Search): Promise<Listed>;
  one(entityId: string): Promise<One>;
  /**
   * What orders only name by id, as JSON. Undefined where the token may not read it, or it is not there any more.
   * @param path behind `/V1/`
   */
  extra(path: string): Promise<unknown>;
  /** Asks for nothing: where even that fails, no order is to blame. Throws `Blocked` then. */
  assertUp(): Promise<void>;
};

const Page = z.lazy(() =>
  z.object({
    items: z.nullish(anyList),
    total_count: z.catch(z.optional(Count), undefined),
  }),
);

/** `The consumer isn't authorized to access %resources.`: what stands for the name comes apart from it. */
const Refusal = z.lazy(() => z.object({ message: anyText }));

const PASSING = new Set([429, 502, 503, 504]);

export function magentoClient(account: MagentoAccount, io: Pick<PullIo, "http" | "budget" | "now" | "random">): Client {
  const api = `${account.baseUrl}/rest/${account.storeCode}/V1`;
  const orders = `${api}/orders`;
  const headers = { authorization: `Bearer ${account.accessToken}`, accept: "application/json" };

  const name = accountName(account);

  const refused = (answer: HttpAnswer) =>
    new Refused(name, "its orders", answer.status, Refusal.safeParse(jsonOf(answer)).data);

  async function ask(url: string): Promise<HttpAnswer> {
    await io.budget.spend(1);
    const answer = await io.http(url, { headers });
    if (PASSING.has(answer.status)) throw blockedBy(answer, io);
    return answer;
  }

  async function get(url: string): Promise<HttpAnswer> {
    const answer = await ask(url);
    if (![200, 404, 500].includes(answer.status)) throw refused(answer);
    return answer;
  }

  async function list(search: Search): Promise<Listed> {
    const answer = await get(`${orders}?${queryOf(search)}`);
    if (answer.status === 500) return { kind: "broken" };
    if (answer.status === 404) throw refused(answer);
    const page = Page.safeParse(jsonOf(answer));
    if (!page.success) throw new Error(`${name}: the shop's order list is not what Magento sends`);
    const found = page.data.items ?? [];
    const total = page.data.total_count ?? (found.length < search.pageSize ? found.length : Number.POSITIVE_INFINITY);
    return { kind: "orders", orders: found, isLast: search.pageSize >= total };
  }

  async function one(entityId: string): Promise<One> {
    const answer = await get(`${orders}/${entityId}`);
    if (answer.status === 500) return { kind: "broken" };
    if (answer.status === 404) return { kind: "absent" };
    const order = jsonOf(answer);
    if (order === undefined) throw new Error(`${name}: the shop's order is not JSON`);
    return { kind: "order", order };
  }

  async function extra(path: string): Promise<unknown> {
    const answer = await ask(`${api}/${path}`);
    return answer.status === 200 ? jsonOf(answer) : undefined;
  }

  async function assertUp(): Promise<void> {
    const search = { filters: [{ field: "entity_id", condition: "eq", value: "0" }], sortBy: [], pageSize: 1 };
    const answer = await get(`${orders}?${queryOf(search)}`);
    if (answer.status !== 200) throw blockedBy(answer, io);
  }

  return { list, one, extra, assertUp };
}

/** Always the first page: past the last one Magento repeats it. Unsorted it lists the newest first. */
function queryOf({ filters, sortBy, pageSize }: Search): URLSearchParams {
  const query = new URLSearchParams();
  for (const [group, { field, condition, value }] of filters.entries()) {
    const filter = `searchCriteria[filter_groups][${group}][filters][0]`;
    query.set(`${filter}[field]`, field);
    query.set(`${filter}[value]`, value);
    query.set(`${filter}[condition_type]`, condition);
  }
  for (const [index, field] of sortBy.entries()) {
    query.set(`searchCriteria[sortOrders][${index}][field]`, field);
    query.set(`searchCriteria[sortOrders][${index}][direction]`, "ASC");
  }
  query.set("searchCriteria[pageSize]", String(pageSize));
  query.set("searchCriteria[currentPage]", "1");
  return query;
}
