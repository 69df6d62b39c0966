/** Which of the ERP orders that a find reported is this purchase. Pure. */

import type { HeldReason } from "./held-reasons.ts";
import { type Key, keyId } from "./keys.ts";
import { agreesInWorth } from "./money.ts";
import type { ErpHit, ErpOrder } from "./ports/erp.ts";

type Unclear = Extract<
  HeldReason,
  /** One key finds several ERP orders. */
  | "erp-many"
  /** Each key finds one ERP order, and they are different ones. */
  | "erp-keys-disagree"
  /** Only a number or a shop's id matched, and currency or total differ: numbers repeat over shops. */
  | "erp-number-unproven"
  /** Only an id from a free field matched. */
  | "erp-trace"
>;

type Held = { kind: "held"; reason: Unclear };
export type OwnJudgement = { kind: "own"; hit: ErpHit } | Held;
type Judgement = OwnJudgement | { kind: "one"; hit: ErpHit } | { kind: "none" };

/**
 * @param tiedTo the Kojarz order that the index already linked this ERP order to, if any; an ERP order that belongs to
 * another Kojarz order is never a hit
 * @param meaningOf what its columns say by the formats of its writers
 */
export function judge(
  hits: readonly ErpHit[],
  order: ErpOrder,
  tiedTo: (hit: ErpHit) => string | undefined,
  meaningOf: (hit: ErpHit) => readonly Key[] = () => [],
): Judgement {
  const own = judgeOwn(hits, order.order);
  if (own) return own;
  const free = hits.filter((hit) => !hit.kojarzOrder && !hit.cancelled && (tiedTo(hit) ?? order.order) === order.order);
  const linked = free.find((hit) => tiedTo(hit) === order.order);
  if (linked) return { kind: "one", hit: linked };
  const meant = free.filter((hit) => isMeant(meaningOf(hit), order));
  const [first] = meant;
  if (!first) return { kind: "none" };
  if (distinct(meant) > 1) return { kind: "held", reason: oneKeyFindsMany(meant) ? "erp-many" : "erp-keys-disagree" };
  return judgeOne(first, meant, order, meaningOf(first));
}

/** What the columns say is an id of another order, or of another shop: the value is the same by chance. */
function isMeant(meaning: readonly Key[], { keys }: ErpOrder): boolean {
  const ours = new Set(keys.map(keyId));
  return meaning.length === 0 || meaning.some((key) => ours.has(keyId(key)));
}

/** What carries our own order id. A cancelled one counts too: an order that a person cancelled is not made again. */
export function judgeOwn(hits: readonly ErpHit[], order: string): OwnJudgement | undefined {
  const own = hits.filter((hit) => hit.matched === "own" || hit.kojarzOrder === order);
  const standing = own.filter((hit) => !hit.cancelled);
  if (distinct(standing) > 1) return { kind: "held", reason: "erp-many" };
  const hit = standing[0] ?? own[0];
  return hit && { kind: "own", hit };
}

/** One ERP order, found by one key or more: is it proven to be this purchase? */
function judgeOne(hit: ErpHit, hits: readonly ErpHit[], order: ErpOrder, meaning: readonly Key[]): Judgement {
  if (hits.some((h) => h.matched === "internet-id" && h.key?.rank === 1)) return { kind: "one", hit };
  const isTrace = meaning.length === 0 && hits.every((h) => (h.key?.rank ?? 4) >= 4);
  if (isTrace) return { kind: "held", reason: "erp-trace" };
  const sameMoney = agreesInWorth(
    { currency: hit.currency, minor: hit.total },
    moneyOf(order),
    order.report.lines.length,
  );
  return sameMoney ? { kind: "one", hit } : { kind: "held", reason: "erp-number-unproven" };
}

function moneyOf(order: ErpOrder) {
  return { currency: order.currency, minor: order.total, due: order.due };
}

function distinct(hits: readonly ErpHit[]): number {
  return new Set(hits.map((hit) => hit.erpId)).size;
}

function oneKeyFindsMany(hits: readonly ErpHit[]): boolean {
  const byKey = Map.groupBy(hits, (hit) => (hit.key ? keyId(hit.key) : ""));
  return [...byKey.values()].some((found) => distinct(found) > 1);
}
