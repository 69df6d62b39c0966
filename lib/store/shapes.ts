/** What earlier versions wrote in another shape, and how an item shows it. All of it is read as it is. Pure. */
import type { ItemShapes } from "../core/ports/desk.ts";
import { table } from "./table.ts";

type Item = Readonly<Record<string, unknown>>;

const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries(table.prefixes).map(([kind, prefix]) => [prefix as string, kind]),
);

const { order, held } = table.prefixes;
const isOf = (item: Item, prefix: string) => String(item.pk).startsWith(prefix);

function isUnlisted(item: Item): boolean {
  return isOf(item, held) && item.resolved === undefined && item.findBy === undefined;
}

/** By name; every one of them is of the version of 2026-11-24. */
const OLDER: Readonly<Record<string, (item: Item) => boolean>> = {
  "order-vat-as-rate": (item) => isOf(item, order) && String(item.body).includes('"taxRate":'),
  "order-without-history": (item) => isOf(item, order) && !String(item.body).includes('"history":'),
  "order-not-found-by-erp-number": (item) =>
    isOf(item, order) && item.findBy === undefined && /"erp":\{/.test(String(item.body)),
  "case-not-listed": isUnlisted,
};

export function shapesOf(items: readonly Item[]): Pick<ItemShapes, "kinds" | "older" | "unlisted"> {
  const kinds = items.map(({ pk }) => KINDS.get(String(pk).slice(0, 2)) ?? "unknown");
  const older = items.flatMap((item) => Object.keys(OLDER).filter((shape) => OLDER[shape]?.(item)));
  const unlisted = items.filter(isUnlisted).map(({ pk }) => String(pk).slice(held.length));
  return { kinds: counted(kinds), older: counted(older), unlisted };
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
