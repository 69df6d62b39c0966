/**
 * A person who knows what was sold where, looks into every platform and into the ERP, and does what a message says: no more
 * and no less. What is right when it is done may be wrong when later reports come: the judge looks at the end.
 */

import type { Held } from "../../lib/core/held.ts";
import type { Instant } from "../../lib/core/order.ts";
import { DAY } from "../../lib/core/order.ts";
import type { openFakeErp } from "../../local/fake-erp.ts";
import type { memoryClaims } from "../support/memory-claims.ts";
import { HOUR, type Purchase, piecesOf, type Standing } from "./purchases.ts";

export type Claims = ReturnType<typeof memoryClaims>;
export type Erp = ReturnType<typeof openFakeErp>;

type Pieces = Map<string, number>;

export type Operator = {
  /** Works through what is open and was not worked on yet. */
  work(): Promise<void>;
  /** What a person put into the ERP, by SKU; negative: took out. */
  byHand: Pieces;
  /** Messages that told a person to enter goods that the ERP had. */
  badAdvice: string[];
  /** Every message that a person read: reason to how many. */
  read: Map<string, number>;
  /** Purchases that a person worked on because of a message, by name. */
  seen: Set<string>;
};

type Parts = {
  claims: Claims;
  erp: Erp;
  tellers: ReadonlyMap<string, string>;
  standings: ReadonlyMap<string, { purchase: Purchase; standing: Standing }>;
  now: () => Instant;
  /** Sets `field` to `auto`, at all shops. */
  correctField(): void;
};

/** Whoever may enter goods twice by acting too soon acts soon: an hour after the message. What only waits, a day. */
const WAITS: Readonly<Record<string, number>> = { "part-not-covered": HOUR, "edited-after-delivery": HOUR };

export function operatorOf(parts: Parts): Operator {
  const { claims, now } = parts;
  const done = new Set<string>();
  const operator: Operator = {
    byHand: new Map(),
    badAdvice: [],
    read: new Map(),
    seen: new Set(),
    async work() {
      for (const held of claims.held.values()) {
        const isDue = now() - held.firstAt >= (WAITS[held.reason] ?? DAY);
        if (held.resolved || done.has(held.id) || !isDue) continue;
        done.add(held.id);
        operator.read.set(held.reason, (operator.read.get(held.reason) ?? 0) + 1);
        follow(held, operator, parts);
      }
    },
  };
  return operator;
}

function follow(held: Held, operator: Operator, parts: Parts): void {
  const known = parts.standings.get(`${held.account} ${held.sourceOrder}`);
  if (!known) return;
  const { purchase, standing } = known;
  operator.seen.add(purchase.name);
  for (const name of namesIn(held, parts)) operator.seen.add(name);
  const mine = inErp(purchase, operator, parts);
  if (held.reason === "other-reading-fits") parts.correctField();
  if (held.reason === "part-not-covered") enterMissing(held, operator, relayedNow(purchase), mine);
  else if (held.reason === "edited-after-delivery") change(held, operator, purchase, standing, mine);
  else if (orderIdsIn(held).length > 1) cancelSecond(held, operator, parts);
  else if (!isOfIt(held, purchase, parts)) enterIfAbsent(operator, piecesOf(standing.order.goods), mine);
}

/** The order that the message names is this very purchase: nothing is to be entered. */
function isOfIt({ order = "" }: Held, { name }: Purchase, { claims, tellers }: Parts): boolean {
  const sources = claims.orders.get(order)?.sources ?? [];
  return sources.some((source) => tellers.get(`${source.account} ${source.sourceOrder}`) === name);
}

/** "Compare them with the ERP order, and enter by hand only the goods that it lacks." */
function enterMissing(held: Held, operator: Operator, wanted: Pieces, mine: Pieces): void {
  const lacking = [...wanted].map(([sku, count]) => [sku, count - (mine.get(sku) ?? 0)] as const);
  const missing = lacking.filter(([, count]) => count > 0);
  if (missing.length === 0) operator.badAdvice.push(`${held.account} ${held.sourceOrder}: ${held.reason}, nothing is`);
  for (const [sku, count] of missing) add(operator.byHand, sku, count);
}

/** All that BaseLinker has of a purchase: what was split off and what is left. */
function relayedNow({ standings }: Purchase): Pieces {
  const all: Pieces = new Map();
  for (const { at, order } of standings)
    if (at === "baselinker") for (const [sku, count] of piecesOf(order.goods)) add(all, sku, count);
  return all;
}

/** "Change the order in the ERP", as the message says it: what is gone from the goods, and what came. */
function change(held: Held, operator: Operator, purchase: Purchase, { order }: Standing, mine: Pieces): void {
  const isSplit = purchase.standings.filter(({ at }) => at === "baselinker").length > 1;
  const wanted = isSplit ? relayedNow(purchase) : piecesOf(order.goods);
  const names = held.changes?.find(({ what }) => what === "goods");
  const isWrong = names !== undefined && [...wanted].every(([sku, count]) => mine.get(sku) === count);
  if (isWrong) operator.badAdvice.push(`${purchase.name}: told to change goods that are right`);
  const isCancelled = purchase.sold.size === 0;
  for (const sku of new Set([...wanted.keys(), ...mine.keys()]))
    add(operator.byHand, sku, (isCancelled ? 0 : (wanted.get(sku) ?? 0)) - (mine.get(sku) ?? 0));
}

/** "If they are one purchase, cancel one of them": of all that the message names. */
function cancelSecond(held: Held, operator: Operator, parts: Parts): void {
  const rows = orderIdsIn(held).flatMap((id) =>
    parts.erp.rows().filter((row) => row.kojarzOrder === id && !row.cancelled),
  );
  const kept = new Set<string>();
  for (const pieces of rows.map(piecesIn)) {
    const isAgain = [...pieces.keys()].some((sku) => kept.has(sku));
    for (const [sku, count] of pieces) if (isAgain) add(operator.byHand, sku, -count);
    for (const sku of pieces.keys()) kept.add(sku);
  }
}

/** "If it is another purchase, enter it in the ERP by hand": unless the ERP has any of it. */
function enterIfAbsent(operator: Operator, wanted: Pieces, mine: Pieces): void {
  if ([...mine.values()].some((count) => count > 0)) return;
  for (const [sku, count] of wanted) add(operator.byHand, sku, count);
}

function orderIdsIn({ detail = "" }: Held): string[] {
  return detail.match(/\bm\d+\b/g) ?? [];
}

export function namesIn(held: Held, { claims, tellers }: Pick<Parts, "claims" | "tellers">): string[] {
  const orders = [...orderIdsIn(held), held.order ?? ""].flatMap((id) => claims.orders.get(id) ?? []);
  const names = orders.flatMap(({ sources }) => sources.map((s) => tellers.get(`${s.account} ${s.sourceOrder}`)));
  return [...names, tellers.get(`${held.account} ${held.sourceOrder}`)].flatMap((name) => name ?? []);
}

function inErp({ name }: Purchase, { byHand }: Operator, { erp }: Parts): Pieces {
  return standing(erp, byHand, (sku) => sku.startsWith(`${name}-`));
}

/** What stands in the ERP, by Kojarz and by hand together. */
export function standing(erp: Erp, byHand: Pieces, isMeant: (sku: string) => boolean = () => true): Pieces {
  const all: Pieces = new Map();
  for (const row of erp.rows()) if (!row.cancelled) for (const [sku, count] of piecesIn(row)) add(all, sku, count);
  for (const [sku, count] of byHand) add(all, sku, count);
  return new Map([...all].filter(([sku]) => isMeant(sku)));
}

export function piecesIn({ lines }: Pick<ReturnType<Erp["rows"]>[number], "lines">): Pieces {
  const pieces: Pieces = new Map();
  for (const { sku = "", quantity } of lines) add(pieces, sku, Number(quantity));
  return pieces;
}

function add(pieces: Pieces, sku: string, count: number): void {
  pieces.set(sku, (pieces.get(sku) ?? 0) + count);
}
