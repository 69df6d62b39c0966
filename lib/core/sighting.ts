/** One report on its way in: what its channel has to say of it, and how much of it is kept. Pure. */
import { createHash } from "node:crypto";
import { distinctKeys, type Key, keyId } from "./keys.ts";
import type { Worth } from "./money.ts";
import type { Instant, Sighting } from "./order.ts";
import type { KeyName } from "./ports/claims.ts";
import { isErpAccount } from "./ports/erp.ts";
import type { Mode, Modes } from "./rules.ts";
import { present, type WithUndefined } from "./writes.ts";

/** A report as its channel tells it. What is undefined counts as not said. */
export type SightingFields = Omit<Sighting, "reporter" | "keys" | "money"> & {
  /** The account under whose name the ids are, where another one than `account` tells of the same shop. */
  reporter?: string;
  /** In any order, repeated or not. */
  keys: readonly Key[];
  /** ISO 4217, in capitals. */
  currency?: string;
  /** What the order is worth, before gift cards and store credit, in minor units of `currency`. Unknown is never 0. */
  total?: number;
  /** What of it the buyer still owed after gift cards and store credit, where that is less. */
  due?: number;
};

/** The one place where a report gets what the core relies on: who is heard, the best key first, money or none. */
export function newSighting({
  reporter,
  keys,
  currency,
  total,
  due,
  ...rest
}: WithUndefined<SightingFields>): Sighting {
  const isKnown = currency !== undefined && total !== undefined;
  return present<Sighting>({
    ...rest,
    reporter: reporter ?? rest.account,
    keys: distinctKeys(keys),
    money: isKnown ? present<Worth>({ currency, minor: total, due }) : undefined,
  });
}

/** Its name for the purchase: what it says, else the identity of its best key, or "" where it has none. */
export function underOf({ under, keys: [best] }: Pick<Sighting, "keys" | "under">): string {
  return under ?? (best ? keyId(best) : "");
}

/** An order to send, of nothing. What stands in the ERP alone is told without its goods. */
export function lacksGoods({ account, readiness, report }: Sighting): boolean {
  return readiness === "ready" && report.lines.length === 0 && !isErpAccount(account);
}

/** What is looked up in the index before it is decided: its keys, and its cart. */
export function namesToLookUp(sighting: Sighting): KeyName[] {
  const cart = cartOf(sighting);
  return cart ? [...sighting.keys, cart] : sighting.keys;
}

/**
 * The cart with just these goods, as the index knows it, of an order that can go to the ERP. Prices are left out: who
 * tries again may use a coupon.
 */
export function cartOf({ cart, readiness, reporter, report }: Sighting): KeyName | undefined {
  if (!cart || readiness !== "ready" || report.lines.length === 0) return undefined;
  const goods = report.lines.map(({ sku, name, variant, quantity }) => [sku ?? name, variant ?? "", Number(quantity)]);
  const text = JSON.stringify([cart.id, goods.map((line) => JSON.stringify(line)).sort()]);
  const value = createHash("sha256").update(text).digest("hex").slice(0, 32);
  return { kind: "cart", issuer: reporter, value };
}

const MAX_NOTE = 2_000;
const MAX_TEXT = 300;
const MAX_LINES = 2_000;

/** Texts are cut, and end with `…` then; goods cannot be. */
export function withinLimits(sighting: Sighting): Sighting | "too-many-lines" {
  const { note, ...report } = sighting.report;
  if (report.lines.length + (report.fees?.length ?? 0) > MAX_LINES) return "too-many-lines";
  return {
    ...sighting,
    status: cut(sighting.status, MAX_TEXT),
    report: present({ ...cutTexts(report), note: note !== undefined ? cut(note, MAX_NOTE) : undefined }),
  };
}

/** A copy with every text cut, at any depth. */
function cutTexts<Value>(value: Value): Value {
  if (typeof value === "string") return cut(value, MAX_TEXT) as Value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(cutTexts) as Value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cutTexts(inner)])) as Value;
}

/** Between whole characters: half of a pair is none. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/**
 * When a purchase became an order, as far as its source says. What is no order yet becomes one after the start, however long
 * ago it was placed: nobody else ever saw it ready.
 */
export function orderedAt({ orderedAt, placedAt, readiness }: Sighting): Instant | undefined {
  return orderedAt ?? (readiness === "waiting" ? undefined : placedAt);
}

/** From when on the purchases of an account are forwarded: Infinity in shadow mode, undefined where it was never in it. */
export function liveFromOf(modes: Modes | undefined, account: string): Instant | undefined {
  const mode = isOfAll(modes) ? modes : modes?.[account];
  if (typeof mode === "object") return mode.liveFrom;
  return mode === "shadow" ? Number.POSITIVE_INFINITY : undefined;
}

function isOfAll(modes: Modes | undefined): modes is Mode {
  return typeof modes === "string" || typeof modes?.liveFrom === "number";
}

/** Whether it is taken in and not forwarded: its account is in shadow mode, or was when the purchase became an order. */
export function isForShadow(
  sighting: Sighting,
  { liveFrom }: { liveFrom?: Instant | undefined },
  now: Instant,
): boolean {
  return liveFrom !== undefined && (orderedAt(sighting) ?? now) < liveFrom;
}
