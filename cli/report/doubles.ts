/**
 * Which orders of an export may be one purchase. Pure.
 *
 * An export holds two columns of bare text, a date and a total; who wrote an order, and for which shop, it does not say. So
 * nothing here is more than a suspicion, each with its reason, the best evidence first:
 *
 * - `same-id`: an id that nobody gives twice (a form's UUID, say) stands in both, whole or cut to the column's 30 letters;
 * - `same-number`: the same shop number stands in both, by the same writer or by two, and the totals agree;
 * - `same-total`: two writers, two near days, and a total that occurs nowhere else near.
 */
import { isMistakable, normalise } from "../../lib/core/keys.ts";
import { agrees } from "../../lib/core/money.ts";
import type { ErpRow } from "./rows.ts";

export const REASONS = ["same-id", "same-number", "same-total"] as const;
export type Reason = (typeof REASONS)[number];

export type Suspected = {
  /** The best that joins any two of them. */
  reason: Reason;
  /** The id or number that they share; absent where only the total joins them. */
  shared?: string;
  /** The oldest first: the others would be the doubles. */
  rows: ErpRow[];
};

export type Judged = {
  suspected: Suspected[] /** Equal short numbers with other totals: two purchases. */;
  set: number;
};

/** How far apart two orders may be, in days. `total`: where only the total joins them. */
export type Within = { ids: number; total: number };

/** What stands around a number, by the writers that are known, and the prefixes of which all of them are made. */
const PREFIX = /^(?:[a-z]{1,12}[_/\-:#\s]{1,2}){1,2}(?=[0-9a-f])/i;

/** The longest that the ERP's number column holds. */
const CUT = 30;
/** Whole, or cut by the column anywhere behind its 19th figure; without dashes it needs a letter to be none but a UUID. */
const UUID =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{3}(?:[0-9a-f](?:-[0-9a-f]{0,12})?)?|(?=\d{0,31}[a-f])[0-9a-f]{22,32})$/i;

type Id = { value: string; row: ErpRow };

export function doublesOf(rows: readonly ErpRow[], within: Within): Judged {
  const joins: Join[] = [];
  let set = 0;
  for (const [value, ids] of Map.groupBy(rows.flatMap(idsOf), ({ value }) => value)) {
    const known = distinctRows(ids);
    for (const [a, b] of pairs(known)) {
      if (b.day - a.day > within.ids) continue;
      const isCertain = !isMistakable({ value });
      const sameMoney = agrees({ currency: a.currency, minor: a.total }, { currency: b.currency, minor: b.total }, 1);
      if (isCertain || sameMoney) joins.push({ a, b, reason: isCertain ? "same-id" : "same-number", shared: value });
      else set += 1;
    }
  }
  joins.push(...sameTotals(rows, within.total));
  return { suspected: groupsOf(joins), set };
}

type Join = { a: ErpRow; b: ErpRow; reason: Reason; shared?: string };

/** Every id that a row may carry, as two writers of it would both write it. */
function idsOf(row: ErpRow): Id[] {
  const texts = [row.internetId, row.customerNumber].flatMap((text) => coreOf(text) ?? []);
  return [...new Set(texts)].map((value) => ({ value, row }));
}

/** The id without what its writer puts around it; a UUID as far as the column holds it, however it is written. */
export function coreOf(text: string): string | undefined {
  const bare = withoutPrefix(text);
  if (!UUID.test(bare)) return normalise(bare);
  return bare.replaceAll("-", "").toLowerCase().slice(0, SHORTEST_CUT);
}

/** A UUID may begin with letters, too. */
function withoutPrefix(text: string): string {
  const trimmed = text.trim();
  return UUID.test(trimmed) ? trimmed : trimmed.replace(PREFIX, "");
}

/** Behind `ALLEGRO-` a column of 30 letters holds the first 22 letters of a UUID: 19 figures. Nobody else's begins like it. */
const SHORTEST_CUT = CUT - "ALLEGRO-".length - 3;

function distinctRows(ids: readonly Id[]): ErpRow[] {
  return [...new Map(ids.map(({ row }) => [row.line, row])).values()].sort(older);
}

function older(a: ErpRow, b: ErpRow): number {
  return a.day - b.day || a.line - b.line;
}

/** Neighbours alone: of three equal ones, the first and the last are joined by the second. */
function pairs(rows: readonly ErpRow[]): Array<[ErpRow, ErpRow]> {
  return rows.slice(1).flatMap((row, index) => {
    const before = rows[index];
    return before ? [[before, row] as [ErpRow, ErpRow]] : [];
  });
}

/** How a row's ids are written: two integrators write them in two ways. */
export function writerOf({ internetId, customerNumber }: ErpRow): string {
  return `${internetId === "" ? "" : "id "}${shapeOf(customerNumber || internetId)}`.trim();
}

function shapeOf(text: string): string {
  const trimmed = text.trim();
  const bare = withoutPrefix(trimmed);
  const prefix = trimmed.slice(0, trimmed.length - bare.length);
  if (bare === "") return `${prefix}-`;
  if (UUID.test(bare)) return `${prefix}{uuid}`;
  return /^\d+$/.test(bare) ? `${prefix}{digits}` : `${prefix}{text}`;
}

function sameTotals(rows: readonly ErpRow[], days: number): Join[] {
  const byTotal = Map.groupBy(rows, ({ total, currency }) => `${total} ${currency}`);
  return [...byTotal.values()].flatMap((equal) => {
    const sorted = [...equal].sort(older);
    return pairs(sorted).flatMap(([a, b]) => {
      // A price that many orders have says nothing.
      const near = sorted.filter(({ day }) => Math.abs(day - a.day) <= RARE_DAYS);
      const isPair = near.length === 2 && b.day - a.day <= days && a.total > 0;
      return isPair && writerOf(a) !== writerOf(b) ? [{ a, b, reason: "same-total" as const }] : [];
    });
  });
}

const RARE_DAYS = 14;

/** Joined rows become one suspicion. */
function groupsOf(joins: readonly Join[]): Suspected[] {
  const groupOf = new Map<number, Set<Join>>();
  for (const join of joins) {
    const merged = new Set([join, ...(groupOf.get(join.a.line) ?? []), ...(groupOf.get(join.b.line) ?? [])]);
    for (const { a, b } of merged) {
      groupOf.set(a.line, merged);
      groupOf.set(b.line, merged);
    }
  }
  return [...new Set(groupOf.values())].map(suspectedOf).sort(byEvidence);
}

function suspectedOf(joins: ReadonlySet<Join>): Suspected {
  const [best] = [...joins].sort((a, b) => REASONS.indexOf(a.reason) - REASONS.indexOf(b.reason));
  const rows = [...new Map([...joins].flatMap(({ a, b }) => [a, b]).map((row) => [row.line, row])).values()].sort(
    older,
  );
  const { reason = "same-total", shared } = best ?? {};
  return { reason, rows, ...(shared !== undefined && { shared }) };
}

function byEvidence(a: Suspected, b: Suspected): number {
  const [first, second] = [a.rows[0], b.rows[0]];
  return REASONS.indexOf(a.reason) - REASONS.indexOf(b.reason) || (first && second ? older(first, second) : 0);
}
