/**
 * `searchCriteria` of the simulated shop: filters of one group are alternatives, groups all have to hold; the newest
 * come first unless a sort order is asked for; without `pageSize` everything comes. Past the last page nothing comes, or
 * the last page again, as in versions before 2.4.7.
 */
import type { MagentoOrderBody } from "./magento-orders.ts";

type Filter = { field: string; value: string; condition: string };

/** @returns undefined where a field or a condition is unknown, which a real shop answers like a broken order */
export function search(orders: readonly MagentoOrderBody[], query: URLSearchParams, repeatsLastPage = false) {
  const groups = groupsOf(query);
  if (!groups.flat().every((filter) => filter.field in SORTED && filter.condition in CONDITIONS)) return undefined;
  const found = orders.filter((order) => groups.every((group) => group.some((filter) => holds(order, filter))));
  const sorted = found.sort((a, b) => compare(a, b, sortsOf(query)));
  const size = Number(query.get("searchCriteria[pageSize]")) || found.length || 1;
  const last = Math.max(Math.ceil(found.length / size), 1);
  const asked = Number(query.get("searchCriteria[currentPage]")) || 1;
  const page = repeatsLastPage ? Math.min(asked, last) : asked;
  return { items: sorted.slice((page - 1) * size, page * size), total_count: found.length };
}

type Comparison = (value: string | number, asked: string) => boolean;

const CONDITIONS: Readonly<Record<string, Comparison>> = {
  eq: (value, asked) => rank(value, asked) === 0,
  gt: (value, asked) => rank(value, asked) > 0,
  gteq: (value, asked) => rank(value, asked) >= 0,
  lteq: (value, asked) => rank(value, asked) <= 0,
  nin: (value, asked) => !asked.split(",").includes(String(value)),
};

const SORTED: Readonly<Record<string, (order: MagentoOrderBody) => string | number>> = {
  entity_id: (order) => order.entity_id,
  updated_at: (order) => order.updated_at,
  increment_id: (order) => order.increment_id,
};

function groupsOf(query: URLSearchParams): Filter[][] {
  const groups = new Map<string, Map<string, Filter>>();
  for (const [name, value] of query) {
    const found = /^searchCriteria\[filter_groups\]\[(\d+)\]\[filters\]\[(\d+)\]\[(\w+)\]$/.exec(name);
    if (!found) continue;
    const [, group = "", index = "", part = ""] = found;
    const filters = groups.get(group) ?? new Map<string, Filter>();
    const filter = filters.get(index) ?? { field: "", value: "", condition: "eq" };
    filters.set(index, { ...filter, [part === "condition_type" ? "condition" : part]: value });
    groups.set(group, filters);
  }
  return [...groups.values()].map((filters) => [...filters.values()]);
}

function sortsOf(query: URLSearchParams): Array<{ field: string; rising: boolean }> {
  const sorts: Array<{ field: string; rising: boolean }> = [];
  for (let index = 0; ; index += 1) {
    const order = `searchCriteria[sortOrders][${index}]`;
    const field = query.get(`${order}[field]`);
    if (field === null) break;
    sorts.push({ field, rising: query.get(`${order}[direction]`) === "ASC" });
  }
  return sorts.length > 0 ? sorts : [{ field: "entity_id", rising: false }];
}

function holds(order: MagentoOrderBody, { field, value, condition }: Filter): boolean {
  const of = SORTED[field];
  return of !== undefined && CONDITIONS[condition]?.(of(order), value) === true;
}

function compare(a: MagentoOrderBody, b: MagentoOrderBody, sorts: ReturnType<typeof sortsOf>): number {
  for (const { field, rising } of sorts) {
    const of = SORTED[field];
    const order = of ? rank(of(a), String(of(b))) : 0;
    if (order !== 0) return rising ? order : -order;
  }
  return 0;
}

function rank(value: string | number, asked: string): number {
  if (typeof value === "number") return value - Number(asked);
  return value < asked ? -1 : value > asked ? 1 : 0;
}
