/** The canonical order, one per purchase, what is reported of it, and the vocabulary. */
import * as z from "zod/mini";
import { Key } from "./dedup/keys.ts";
import { HELD_REASONS } from "./held-reasons.ts";
import { Money } from "./money.ts";
import {
  anyBoolean,
  anyInt,
  anyText,
  naturalInt,
  optionalBoolean,
  optionalInt,
  optionalNaturalInt,
  optionalPositiveNumber,
  optionalText,
} from "./shapes.ts";

export const Verdict = z.enum(["new", "duplicate", "linked", "waiting", "late", "held", "ignored"]);
export type Verdict = z.infer<typeof Verdict>;

/** Epoch milliseconds. Time is always an argument. */
export const Instant = naturalInt;
export type Instant = number;
const optionalInstant = z.optional(Instant);

const Address = z.object({
  name: anyText,
  company: optionalText,
  street: anyText,
  postcode: anyText,
  city: anyText,
  country: anyText,
});

/** One line: `gross` is what the buyer pays for the whole line, in minor units. */
export const Line = z.object({
  sku: optionalText,
  ean: optionalText,
  name: anyText,
  quantity: anyText,
  gross: anyInt,
  taxRate: optionalText,
});
export type Line = z.infer<typeof Line>;

/** What the ERP is told of a purchase. Holds personal data: erased when the order's window is over, never logged. */
export const Report = z.object({
  number: optionalText,
  lines: z.array(Line),
  shipping: z.object({
    method: anyText,
    gross: anyInt,
    point: optionalText,
    address: z.optional(Address),
  }),
  buyer: z.object({
    email: optionalText,
    phone: optionalText,
    taxId: optionalText,
    billing: z.optional(Address),
  }),
  payment: z.object({ method: anyText, cashOnDelivery: anyBoolean, paid: anyBoolean }),
  note: optionalText,
});
export type Report = z.infer<typeof Report>;

/** `waiting`: the source says that it is not an order yet. */
export const Readiness = z.enum(["ready", "waiting", "cancelled"]);
export type Readiness = z.infer<typeof Readiness>;

/** One report that a purchase exists: a webhook delivery, one order of a poll. */
export const Sighting = z.object({
  /** `channel:account`, for example `woocommerce:main`. */
  account: anyText,
  /** The source's own id of its order; with `account` the identity of the report. */
  sourceOrder: anyText,
  /** The account of the same shop under whose name the ids are, where this one is a second way to hear of its orders. */
  speaksFor: optionalText,
  /** Grows with every change at the source (usually its modification time in epoch ms). Versions never go back. */
  version: anyInt,
  placedAt: optionalInstant,
  /** When it became an order: paid, or confirmed. Absent where the source does not say, or it is none yet. */
  orderedAt: optionalInstant,
  readiness: Readiness,
  /** Why it is waiting or cancelled, in the source's own word: a status, never free text. */
  status: anyText,
  keys: z.array(Key),
  currency: optionalText,
  /** Minor units; absent where the source does not say. Unknown is never 0. */
  total: optionalInt,
  /** What was paid back of it so far, in minor units. */
  refunded: optionalNaturalInt,
  /** What was paid on top of it later, in minor units: it is in no line. */
  surcharged: optionalNaturalInt,
  /** How long this source may still repeat or change the order; the order's window is the longest of its issuers'. */
  windowDays: optionalPositiveNumber,
  /** Once the ERP has the purchase, the source is to hear the number that it got there. */
  wantsErpNumber: optionalBoolean,
  /** True where a second order of this account under an id already taken is a split or a copy even at an equal total. */
  splits: optionalBoolean,
  /**
   * The account does not want it in the ERP: it comes with `cancelled`, so that no other source's report brings it
   * there. What is there already stays, and a person hears of it.
   */
  excluded: optionalBoolean,
  /** Why it may be a purchase that another source reports under ids that nobody could join: it starts no order. */
  doubt: z.optional(z.enum(HELD_REASONS)),
  report: Report,
});
export type Sighting = z.infer<typeof Sighting>;

/** What an order remembers of one report, so that a link can be undone. */
export const Source = z.object({
  account: anyText,
  sourceOrder: anyText,
  speaksFor: optionalText,
  version: anyInt,
  readiness: Readiness,
  seenAt: Instant,
  money: z.optional(Money),
  refunded: optionalNaturalInt,
  surcharged: optionalNaturalInt,
  /** `part`: a split of what was already sent; recorded, not sent. `late`: seen after the window. */
  role: z.enum(["report", "part", "late"]),
  /** `handed-on`: the work of telling it the ERP's number lies with its feed. */
  erpNumber: z.optional(z.enum(["wanted", "handed-on"])),
  /** The identity of its best key: a second order of the same account under the same key is a split or a copy. */
  under: anyText,
  report: z.optional(Report),
});
export type Source = z.infer<typeof Source>;

const State = z.enum(["waiting", "pending", "submitting", "delivered", "held", "cancelled"]);

export const ErpRef = z.object({ erpId: anyText, number: anyText });
export type ErpRef = z.infer<typeof ErpRef>;

const optionalVoice = z.optional(z.object({ account: anyText, version: anyInt }));

export const Order = z.object({
  /** Opaque, unique, never reused. */
  id: anyText,
  /** Grows by one with every write. */
  version: anyInt,
  /** Names the write that made this version, so that a lost answer can be recognised as our own. */
  stamp: anyText,
  state: State,
  reason: optionalText,
  acceptedAt: Instant,
  /** The earliest that any source says. */
  placedAt: optionalInstant,
  /** When it could go to the ERP: it may have waited at its source before. Known from its first turn on. */
  readyAt: optionalInstant,
  /** The window is over at this instant: a key matches while `expiresAt > now`. */
  expiresAt: Instant,
  /** Until when internet ids and the order are remembered, to answer `late`. */
  memoryUntil: Instant,
  /** Set where the window grew: some keys still end here, and are to be lengthened before. */
  keysUntil: optionalInstant,
  keys: z.array(Key),
  sources: z.array(Source),
  /** Every total ever reported for the whole purchase, with its number of lines. */
  totals: z.array(z.extend(Money, { lines: anyInt })),
  cancelRequested: optionalVoice,
  /** Who cancelled: only that voice may revive, with a newer version. */
  cancelledBy: optionalVoice,
  lease: z.optional(z.object({ token: anyText, until: Instant })),
  /** The total that the ERP was last given of it, or is being given, in minor units; the least where that is not sure. */
  sent: optionalInt,
  /** Set while a submit may still commit: until then a find proves presence, not absence. */
  inDoubtUntil: optionalInstant,
  attempts: anyInt,
  /** When somebody has to look at it again; absent when nothing is left to do. */
  dueAt: optionalInstant,
  erp: z.optional(z.extend(ErpRef, { how: z.enum(["created", "linked"]) })),
  /** The order that its ERP order was linked to, by a number, while nobody had reported this one yet. */
  erpTakenBy: optionalText,
});
export type Order = z.infer<typeof Order>;

/** A message parked for a person. Its identity is (account, sourceOrder, reason); repeats add to `count`. */
export const Held = z.object({
  id: anyText,
  account: anyText,
  sourceOrder: anyText,
  reason: anyText,
  count: anyInt,
  firstAt: Instant,
  lastAt: Instant,
  /** Where the raw body lies, if there is one. */
  body: optionalText,
  /** What a person needs to decide, where the reason does not say it: numbers of orders, no personal data. */
  detail: optionalText,
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
