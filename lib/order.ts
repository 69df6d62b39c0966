/**
 * The canonical order: one per purchase, the vocabulary, and every change of state as a pure function.
 *
 *   waiting -> pending -> submitting -> delivered
 *   delivered -> waiting where another writer's ERP order was cancelled before a source reported the purchase.
 *   any of these may become held (a person decides) or cancelled.
 *
 * A store writes an order only while its `version` is still the one that was read, so whatever is decided here from
 * a stale copy is refused there and decided again.
 */
import * as z from "zod";
import { Key } from "./dedup/keys.ts";
import { agrees, Money } from "./money.ts";
import { HELD_REASONS } from "./ops/held-reasons.ts";

export const Verdict = z.enum(["new", "duplicate", "linked", "waiting", "late", "held", "ignored"]);
export type Verdict = z.infer<typeof Verdict>;

/** Epoch milliseconds. Time is always an argument. */
export const Instant = z.int().nonnegative();
export type Instant = number;

const Address = z.object({
  name: z.string(),
  company: z.string().optional(),
  street: z.string(),
  postcode: z.string(),
  city: z.string(),
  country: z.string(),
});

/** One line: `gross` is what the buyer pays for the whole line, in minor units. */
export const Line = z.object({
  sku: z.string().optional(),
  ean: z.string().optional(),
  name: z.string(),
  quantity: z.string(),
  gross: z.int(),
  taxRate: z.string().optional(),
});
export type Line = z.infer<typeof Line>;

/** What the ERP is told of a purchase. Holds personal data: erased when the order's window is over, never logged. */
export const Report = z.object({
  number: z.string().optional(),
  lines: z.array(Line),
  shipping: z.object({ method: z.string(), gross: z.int(), point: z.string().optional(), address: Address.optional() }),
  buyer: z.object({
    email: z.string().optional(),
    phone: z.string().optional(),
    taxId: z.string().optional(),
    billing: Address.optional(),
  }),
  payment: z.object({ method: z.string(), cashOnDelivery: z.boolean(), paid: z.boolean() }),
  note: z.string().optional(),
});
export type Report = z.infer<typeof Report>;

/** `waiting`: the source says that it is not an order yet. */
export const Readiness = z.enum(["ready", "waiting", "cancelled"]);
export type Readiness = z.infer<typeof Readiness>;

/** One report that a purchase exists: a webhook delivery, one order of a poll. */
export const Sighting = z.object({
  /** `channel:account`, for example `woocommerce:main`. */
  account: z.string(),
  /** The source's own id of its order; with `account` the identity of the report. */
  sourceOrder: z.string(),
  /** The account of the same shop under whose name the ids are, where this one is a second way to hear of its orders. */
  speaksFor: z.string().optional(),
  /** Grows with every change at the source (usually its modification time in epoch ms). Versions never go back. */
  version: z.int(),
  placedAt: Instant.optional(),
  /** When it became an order: paid, or confirmed. Absent where the source does not say, or it is none yet. */
  orderedAt: Instant.optional(),
  readiness: Readiness,
  /** Why it is waiting or cancelled, in the source's own word: a status, never free text. */
  status: z.string(),
  keys: z.array(Key),
  currency: z.string().optional(),
  /** Minor units; absent where the source does not say. Unknown is never 0. */
  total: z.int().optional(),
  /** What was paid back of it so far, in minor units. */
  refunded: z.int().nonnegative().optional(),
  /** What was paid on top of it later, in minor units: it is in no line. */
  surcharged: z.int().nonnegative().optional(),
  /** How long this source may still repeat or change the order; the order's window is the longest of its issuers'. */
  windowDays: z.number().positive().optional(),
  /** Once the ERP has the purchase, the source is to hear the number that it got there. */
  wantsErpNumber: z.boolean().optional(),
  /** True where a second order of this account under an id already taken is a split or a copy even at an equal total. */
  splits: z.boolean().optional(),
  /**
   * The account does not want it in the ERP: it comes with `cancelled`, so that no other source's report brings it
   * there. What is there already stays, and a person hears of it.
   */
  excluded: z.boolean().optional(),
  /** Why it may be a purchase that another source reports under ids that nobody could join: it starts no order. */
  doubt: z.enum(HELD_REASONS).optional(),
  report: Report,
});
export type Sighting = z.infer<typeof Sighting>;

/** What an order remembers of one report, so that a link can be undone. */
export const Source = z.object({
  account: z.string(),
  sourceOrder: z.string(),
  speaksFor: z.string().optional(),
  version: z.int(),
  readiness: Readiness,
  seenAt: Instant,
  money: Money.optional(),
  refunded: z.int().nonnegative().optional(),
  surcharged: z.int().nonnegative().optional(),
  /** `part`: a split of what was already sent; recorded, not sent. `late`: seen after the window. */
  role: z.enum(["report", "part", "late"]),
  /** `handed-on`: the work of telling it the ERP's number lies with its feed. */
  erpNumber: z.enum(["wanted", "handed-on"]).optional(),
  /** The identity of its best key: a second order of the same account under the same key is a split or a copy. */
  under: z.string(),
  report: Report.optional(),
});
export type Source = z.infer<typeof Source>;

const State = z.enum(["waiting", "pending", "submitting", "delivered", "held", "cancelled"]);

export const ErpRef = z.object({ erpId: z.string(), number: z.string() });
export type ErpRef = z.infer<typeof ErpRef>;

export const Order = z.object({
  /** Opaque, unique, never reused. */
  id: z.string(),
  /** Grows by one with every write. */
  version: z.int(),
  /** Names the write that made this version, so that a lost answer can be recognised as our own. */
  stamp: z.string(),
  state: State,
  reason: z.string().optional(),
  acceptedAt: Instant,
  /** The earliest that any source says. */
  placedAt: Instant.optional(),
  /** When it could go to the ERP: it may have waited at its source before. Known from its first turn on. */
  readyAt: Instant.optional(),
  /** The window is over at this instant: a key matches while `expiresAt > now`. */
  expiresAt: Instant,
  /** Until when internet ids and the order are remembered, to answer `late`. */
  memoryUntil: Instant,
  /** Set where the window grew: some keys still end here, and are to be lengthened before. */
  keysUntil: Instant.optional(),
  keys: z.array(Key),
  sources: z.array(Source),
  /** Every total ever reported for the whole purchase, with its number of lines. */
  totals: z.array(Money.extend({ lines: z.int() })),
  cancelRequested: z.object({ account: z.string(), version: z.int() }).optional(),
  /** Who cancelled: only that voice may revive, with a newer version. */
  cancelledBy: z.object({ account: z.string(), version: z.int() }).optional(),
  lease: z.object({ token: z.string(), until: Instant }).optional(),
  /** The total that the ERP was last given of it, or is being given, in minor units; the least where that is not sure. */
  sent: z.int().optional(),
  /** Set while a submit may still commit: until then a find proves presence, not absence. */
  inDoubtUntil: Instant.optional(),
  attempts: z.int(),
  /** When somebody has to look at it again; absent when nothing is left to do. */
  dueAt: Instant.optional(),
  erp: ErpRef.extend({ how: z.enum(["created", "linked"]) }).optional(),
  /** The order that its ERP order was linked to, by a number, while nobody had reported this one yet. */
  erpTakenBy: z.string().optional(),
});
export type Order = z.infer<typeof Order>;

/** A message parked for a person. Its identity is (account, sourceOrder, reason); repeats add to `count`. */
export const Held = z.object({
  id: z.string(),
  account: z.string(),
  sourceOrder: z.string(),
  reason: z.string(),
  count: z.int(),
  firstAt: Instant,
  lastAt: Instant,
  /** Where the raw body lies, if there is one. */
  body: z.string().optional(),
  /** What a person needs to decide, where the reason does not say it: numbers of orders, no personal data. */
  detail: z.string().optional(),
});
export type Held = z.infer<typeof Held>;

export const DAY = 86_400_000;

/** Who gave an order up that its source never made ready. Anybody may revive it. */
export const KOJARZ = "kojarz";

/** Unfinished orders do not expire: something still has to be done, so their keys go on matching. */
export function isUnfinished(order: Order): boolean {
  return order.state !== "cancelled" && (order.state !== "delivered" || order.cancelRequested !== undefined);
}

/** A key of this order still matches. At the very instant of expiry it does not. */
export function isLive(order: Order, now: Instant): boolean {
  return order.expiresAt > now || isUnfinished(order);
}

export function sourceOf(order: Order, account: string, sourceOrder: string): Source | undefined {
  return order.sources.find((s) => s.account === account && s.sourceOrder === sourceOrder);
}

type Voice = Pick<Sighting, "account" | "speaksFor">;

/** Who is heard in a report. Two accounts that hear of one shop in two ways are one voice. */
export function voiceOf({ account, speaksFor }: Voice): string {
  return speaksFor ?? account;
}

export function isOfSameVoice(a: Voice, b: Voice): boolean {
  return a.account === b.account || voiceOf(a) === voiceOf(b);
}

/** Reports of one order of a source, whichever of its accounts they came by. */
export function isSameOrder(a: Voice & { sourceOrder: string }, b: Voice & { sourceOrder: string }): boolean {
  return a.sourceOrder === b.sourceOrder && isOfSameVoice(a, b);
}

/** Whether an issuer's ids are this voice's own. A marketplace issues over all its accounts. */
export function owns(voice: string, issuer: string): boolean {
  return voice === issuer || voice.startsWith(`${issuer}:`);
}

/** Whether this voice is the issuer of the order's best id. */
export function isOwner(order: Order, voice: string): boolean {
  const best = Math.min(...order.keys.map(({ rank }) => rank));
  return order.keys.some(({ rank, issuer }) => rank === best && owns(voice, issuer));
}

/** What the marketplace itself says of a purchase that it sold, once that can be sent. */
export function marketplaceReport(order: Order): Source | undefined {
  const marketplaces = order.keys.flatMap(({ rank, issuer }) => (rank === 1 ? issuer : []));
  return order.sources.find(
    (s) =>
      s.role === "report" &&
      s.readiness === "ready" &&
      s.money !== undefined &&
      marketplaces.some((issuer) => owns(voiceOf(s), issuer)),
  );
}

/** Equal totals, as far as rounding goes: two sources then mean the same goods. */
export function sendsTheSame(a: Source, b: Source): boolean {
  const lines = Math.max(a.report?.lines.length ?? 0, b.report?.lines.length ?? 0);
  return a.money !== undefined && b.money !== undefined && agrees(a.money, b.money, lines);
}

/**
 * The report that goes to the ERP: the first ready one of the whole purchase with a known total, else the first. Who
 * relays a marketplace's purchase may have split it, merged it with another one or edited it: where the totals differ
 * the marketplace's own report goes.
 */
export function leadOf(order: Order): Source | undefined {
  const reports = order.sources.filter((s) => s.role === "report");
  const ready = reports.filter((s) => s.readiness === "ready");
  const whole = ready.filter((s) => s.money && s.report);
  const sold = marketplaceReport(order);
  return whole.find((s) => !sold || sendsTheSame(s, sold)) ?? whole[0] ?? ready[0] ?? reports[0];
}

type Changes = Partial<{ [K in keyof Order]: Order[K] | undefined }>;

/** The next version of an order: `undefined` in the changes removes a field. */
export function change(order: Order, stamp: string, changes: Changes): Order {
  const next: Record<string, unknown> = { ...order, ...changes, version: order.version + 1, stamp };
  for (const [name, value] of Object.entries(next)) if (value === undefined) delete next[name];
  return next as Order;
}

/** May the connector take it now? */
export function isDeliverable(order: Order, now: Instant): boolean {
  if (order.state === "pending") return order.cancelRequested === undefined;
  return order.state === "submitting" && leaseIsOver(order, now) && (order.inDoubtUntil ?? 0) <= now;
}

function leaseIsOver(order: Order, now: Instant): boolean {
  return order.lease === undefined || order.lease.until <= now;
}

/** Taken for delivery: one owner until the lease is over. Due again just then, should the owner die. */
export function taken(order: Order, token: string, until: Instant): Order {
  return change(order, token, {
    state: "submitting",
    lease: { token, until },
    sent: leadOf(order)?.money?.minor,
    readyAt: order.readyAt ?? order.dueAt,
    attempts: order.attempts + 1,
    dueAt: until,
  });
}

/**
 * In the ERP. Due once more when the window is over, to erase personal data; at once if a cancel came meanwhile or a
 * source waits for the number.
 */
export function delivered(order: Order, stamp: string, erp: NonNullable<Order["erp"]>, now: Instant): Order {
  return change(order, stamp, {
    state: "delivered",
    erp,
    lease: undefined,
    inDoubtUntil: undefined,
    reason: undefined,
    dueAt: order.cancelRequested || order.sources.some(wantsNumber) ? now : restsUntil(order),
  });
}

/** The ERP alone knew of it, and cancelled it: it waits for a report of its purchase, and nothing of it is there. */
export function withdrawn(order: Order, stamp: string, until: Instant): Order {
  return change(order, stamp, {
    state: "waiting",
    erp: undefined,
    sources: order.sources.map((source) => ({ ...source, readiness: "cancelled" })),
    dueAt: Math.min(until, Math.max(order.expiresAt - DAY, 0)),
  });
}

/** When an order that is done is looked at once more: to lengthen its keys, or to erase personal data. */
export function restsUntil({ expiresAt, keysUntil }: Order): Instant {
  return keysUntil === undefined ? expiresAt : Math.max(keysUntil - DAY, 0);
}

function wantsNumber({ erpNumber }: Source): boolean {
  return erpNumber === "wanted";
}

/** The sources that still have to hear the number that the ERP gave. */
export function untoldSources(order: Order): Source[] {
  return order.state === "delivered" && order.erp ? order.sources.filter(wantsNumber) : [];
}

/** Telling the number is no longer this order's work. */
export function handedOn(order: Order, stamp: string): Order {
  const sources = order.sources.map((s) => (wantsNumber(s) ? { ...s, erpNumber: "handed-on" as const } : s));
  return change(order, stamp, { sources, dueAt: restsUntil(order) });
}

/** The ERP did not take it and nothing was written there: try again at `dueAt`. */
export function postponed(order: Order, stamp: string, reason: string, dueAt: Instant): Order {
  return change(order, stamp, { state: "pending", reason, lease: undefined, inDoubtUntil: undefined, dueAt });
}

/** The ERP did not answer: it may still write until `settledAt`, so nobody may find or submit before. */
export function inDoubt(order: Order, stamp: string, settledAt: Instant): Order {
  return change(order, stamp, { reason: "in-doubt", inDoubtUntil: settledAt, lease: undefined, dueAt: settledAt });
}

/** Parked for a person. Looked at again before its keys would leave the index, only to keep them. */
export function heldOrder(order: Order, stamp: string, reason: string): Order {
  return change(order, stamp, {
    state: "held",
    reason,
    lease: undefined,
    inDoubtUntil: undefined,
    dueAt: Math.max(order.expiresAt - DAY, 0),
  });
}

/** Cancelled for good, in the ERP too where it was there. Personal data goes when the window is over. */
export function cancelledOrder(order: Order, stamp: string, by: NonNullable<Order["cancelledBy"]>): Order {
  return change(order, stamp, {
    state: "cancelled",
    cancelledBy: by,
    cancelRequested: undefined,
    lease: undefined,
    inDoubtUntil: undefined,
    dueAt: order.expiresAt,
  });
}

/** The window moved on for an order that is not finished: its keys must stay in the index. */
export function extended(order: Order, stamp: string, windowMs: number, memoryMs: number, now: Instant): Order {
  const expiresAt = Math.max(order.expiresAt, now + windowMs);
  return change(order, stamp, {
    expiresAt,
    memoryUntil: Math.max(order.memoryUntil, expiresAt, now + memoryMs),
    keysUntil: undefined,
    dueAt: order.state === "held" || order.state === "waiting" ? expiresAt - DAY : order.dueAt,
  });
}

/** The window is over and nothing is left to do: only ids, totals and the ERP number are remembered. */
export function erased(order: Order, stamp: string): Order {
  const sources = order.sources.map(({ report: _, ...rest }) => rest);
  return change(order, stamp, { sources, dueAt: undefined });
}
