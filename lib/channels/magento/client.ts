/** Magento's REST API, as far as orders go. Every call is paid from the account's budget first. */
import * as z from "zod/mini";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { anyList } from "../../shapes.ts";
import type { PullIo } from "../channel.ts";
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
  /** Asks for nothing: where even that fails, no order is to blame. Throws `Blocked` then. */
  assertUp(): Promise<void>;
};

/** The shop said no: to the token, or to a request that it should know. */
export class MagentoRefused extends Error {
  constructor(status: number) {
    super(`the shop refuses its orders with status ${status}`);
    this.name = "MagentoRefused";
  }
}

const Page = z.object({
  items: z.nullish(anyList),
  total_count: z.catch(z.optional(Count), undefined),
});

const PASSING = new Set([429, 502, 503, 504]);

export function magentoClient(account: MagentoAccount, io: Pick<PullIo, "http" | "budget" | "now" | "random">): Client {
  const orders = `${account.baseUrl}/rest/${account.storeCode}/V1/orders`;
  const headers = { authorization: `Bearer ${account.accessToken}`, accept: "application/json" };

  async function get(url: string): Promise<HttpAnswer> {
    await io.budget.spend(1);
    const answer = await io.http(url, { headers });
    if (PASSING.has(answer.status)) throw blockedBy(answer, io);
    if (![200, 404, 500].includes(answer.status)) throw new MagentoRefused(answer.status);
    return answer;
  }

  async function list(search: Search): Promise<Listed> {
    const answer = await get(`${orders}?${queryOf(search)}`);
    if (answer.status === 500) return { kind: "broken" };
    if (answer.status === 404) throw new MagentoRefused(404);
    const page = Page.safeParse(jsonOf(answer));
    if (!page.success) throw new Error("the shop's order list is not what Magento sends");
    const found = page.data.items ?? [];
    const total = page.data.total_count ?? (found.length < search.pageSize ? found.length : Number.POSITIVE_INFINITY);
    return { kind: "orders", orders: found, isLast: search.pageSize >= total };
  }

  async function one(entityId: string): Promise<One> {
    const answer = await get(`${orders}/${entityId}`);
    if (answer.status === 500) return { kind: "broken" };
    if (answer.status === 404) return { kind: "absent" };
    const order = jsonOf(answer);
    if (order === undefined) throw new Error("the shop's order is not JSON");
    return { kind: "order", order };
  }

  async function assertUp(): Promise<void> {
    const search = { filters: [{ field: "entity_id", condition: "eq", value: "0" }], sortBy: [], pageSize: 1 };
    const answer = await get(`${orders}?${queryOf(search)}`);
    if (answer.status !== 200) throw blockedBy(answer, io);
  }

  return { list, one, assertUp };
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
