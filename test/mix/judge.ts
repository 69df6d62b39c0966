/** What was sold against what the ERP holds, and against what a person was told. */

import type { Held } from "../../lib/core/held.ts";
import { isDoubtful } from "../../lib/feeds/landing.ts";
import { namesIn, piecesIn, standing } from "./operator.ts";
import type { Played } from "./play.ts";
import { type Purchase, UNCONNECTED } from "./purchases.ts";

export type Figures = {
  merchants: number;
  purchases: number;
  reports: number;
  erpOrders: number;
  /** ERP orders with goods of two purchases, and orders that two purchases share. */
  merged: number;
  /** Purchases whose goods are in the ERP twice by Kojarz, and of which nobody was told. */
  doubledUntold: number;
  /** The same where somebody was told; and where neither the configuration nor any id connects its reports. */
  doubledTold: number;
  doubledUnconnected: number;
  /** Purchases of which goods are missing in the ERP, and of which nobody was told. */
  lost: number;
  /** Purchases of which a report waits for a person at the end: those that could be known, and the others. */
  held: number;
  heldUnknowable: number;
  /** Messages that told a person to enter or to take out goods wrongly, and purchases that are wrong after they obeyed. */
  badAdvice: number;
  wrongAfterAdvice: number;
  /** Messages that a person read, by reason. */
  told: Map<string, number>;
  /** Why it cannot be known: purchases. */
  unknowable: Map<string, number>;
  complaints: string[];
};

export function noFigures(): Figures {
  return {
    merchants: 0,
    purchases: 0,
    reports: 0,
    erpOrders: 0,
    merged: 0,
    doubledUntold: 0,
    doubledTold: 0,
    doubledUnconnected: 0,
    lost: 0,
    held: 0,
    heldUnknowable: 0,
    badAdvice: 0,
    wrongAfterAdvice: 0,
    told: new Map(),
    unknowable: new Map(),
    complaints: [],
  };
}

/** Adds one merchant to the figures. */
export function judge(figures: Figures, played: Played, seed: string): void {
  const { purchases, erp, operator, claims, tellers, settings } = played;
  const complain = (text: string) => figures.complaints.push(`${seed}: ${text}`);
  figures.merchants += 1;
  figures.purchases += purchases.length;
  figures.reports += played.reports;
  figures.erpOrders += erp.rows().length;
  for (const [reason, count] of operator.read) add(figures.told, reason, count);
  for (const advice of operator.badAdvice) complain(`bad advice: ${advice}`);
  figures.badAdvice += operator.badAdvice.length;

  const ownersOf = (skus: Iterable<string>) => new Set([...skus].map((sku) => sku.split("-")[0] ?? ""));
  for (const row of erp.rows())
    if (ownersOf(piecesIn(row).keys()).size > 1) {
      figures.merged += 1;
      complain(`ERP order ${row.number} has goods of two purchases`);
    }
  for (const { id, sources } of claims.orders.values()) {
    const names = new Set(sources.flatMap((s) => tellers.get(`${s.account} ${s.sourceOrder}`) ?? []));
    if (names.size < 2) continue;
    figures.merged += 1;
    complain(`order ${id} is ${[...names].join(" and ")}`);
  }

  const messages = [...claims.held.values()];
  const toldOf = new Set([...operator.seen, ...messages.flatMap((held) => namesIn(held, { claims, tellers }))]);
  const written = standing(erp, new Map());
  const inTheEnd = standing(erp, operator.byHand);
  for (const purchase of purchases) {
    const { name, kind, sold, unknowable } = purchase;
    if (unknowable) add(figures.unknowable, unknowable, 1);
    const off = offOf(purchase, written);
    const isTold = toldOf.has(name);
    const what = `${name} (${kind}, ${unknowable ?? "can be known"}, plugin ${settings.plugin}, marks ${settings.marks}, export ${settings.exportShop})`;
    if (off === "too-many" && isTold) figures.doubledTold += 1;
    const isConnected = unknowable === undefined || !UNCONNECTED.has(unknowable);
    if (off === "too-many" && !isTold && !isConnected) figures.doubledUnconnected += 1;
    if (off === "too-many" && !isTold && isConnected) {
      figures.doubledUntold += 1;
      complain(`${what} is doubled, and nobody was told`);
    }
    if (off === "too-few" && !isTold) {
      figures.lost += 1;
      complain(`${what} is missing, and nobody was told`);
    }
    if (isTold && isConnected && offOf({ ...purchase, sold: purchase.bought }, inTheEnd) === "too-many") {
      figures.wrongAfterAdvice += 1;
      complain(
        `${what} is wrong after a person obeyed: sold ${[...sold]}, ERP ${[...inTheEnd].filter(([sku]) => sku.startsWith(`${name}-`))}`,
      );
    }
    const waits = messages.filter(
      (held) => isWaiting(held) && tellers.get(`${held.account} ${held.sourceOrder}`) === name,
    );
    if (waits.length === 0) continue;
    if (unknowable) figures.heldUnknowable += 1;
    else {
      figures.held += 1;
      complain(
        `${what} is held: ${waits.map(({ reason, account, sourceOrder }) => `${reason} of ${account} ${sourceOrder}`)}`,
      );
    }
  }
}

function isWaiting({ reason, resolved }: Held): boolean {
  const isRefused = isDoubtful({ verdict: "held", reason }) || REFUSED.has(reason);
  return !resolved && isRefused;
}

const REFUSED: ReadonlySet<string> = new Set([
  "marketplace-id-missing",
  "two-orders",
  "not-the-same-order",
  "id-changed",
]);

function offOf({ name, sold }: Purchase, pieces: ReadonlyMap<string, number>): "right" | "too-many" | "too-few" {
  const mine = [...pieces].filter(([sku]) => sku.startsWith(`${name}-`));
  if (mine.some(([sku, count]) => count > (sold.get(sku) ?? 0))) return "too-many";
  return [...sold].some(([sku, count]) => (pieces.get(sku) ?? 0) < count) ? "too-few" : "right";
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}

/** @returns what is not as it has to be */
export function failuresOf(figures: Figures): string[] {
  const { purchases, merged, doubledUntold, lost, held, badAdvice, wrongAfterAdvice } = figures;
  return [
    ...(merged > 0 ? [`${merged} merged`] : []),
    ...(doubledUntold > 0 ? [`${doubledUntold} doubled without a notice`] : []),
    ...(lost > 0 ? [`${lost} lost without a notice`] : []),
    ...(held > purchases / 100 ? [`${held} of ${purchases} held that could be known`] : []),
    ...(badAdvice + wrongAfterAdvice > 0 ? [`${badAdvice + wrongAfterAdvice} times bad advice`] : []),
  ];
}
