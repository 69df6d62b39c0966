/** The canonical order, one per purchase, what is reported of it, and the vocabulary. */
import * as z from "zod/mini";
import { HELD_REASONS } from "./held-reasons.ts";
import { Key } from "./keys.ts";
import { Fee, Line, Payment, Piece, Rounding, Share, Worth } from "./money.ts";
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
} from "./schemas.ts";

export const Verdict = z.enum(["new", "duplicate", "linked", "waiting", "late", "held", "ignored"]);
export type Verdict = z.infer<typeof Verdict>;

/** Epoch milliseconds. Time is always an argument. */
export const Instant = naturalInt;
export type Instant = number;
const optionalInstant = z.optional(Instant);

const Address = z.lazy(() =>
  z.object({
    name: anyText,
    company: optionalText,
    street: anyText,
    postcode: anyText,
    city: anyText,
    country: anyText,
    /** The recipient's own, where it is not the buyer's. */
    phone: optionalText,
  }),
);
export type Address = z.infer<typeof Address>;

/** What the ERP is told of a purchase. Holds personal data: erased when the order's window is over, never logged. */
export const Report = z.lazy(() =>
  z.object({
    number: optionalText,
    lines: z.array(Line),
    shipping: z.object({
      method: anyText,
      gross: anyInt,
      /** The same amount by VAT. Absent where the source says nothing of it. */
      shares: z.optional(z.array(Share)),
      /** The id of the pick-up point or parcel locker. */
      point: optionalText,
      /** What the point is called, and where it stands. */
      pointAddress: z.optional(Address),
      address: z.optional(Address),
    }),
    fees: z.optional(z.array(Fee)),
    payments: z.optional(z.array(Payment)),
    rounding: z.optional(Rounding),
    /** What the source calls the total, for a person who looks where its numbers contradict each other. */
    totalField: optionalText,
    buyer: z.object({
      email: optionalText,
      phone: optionalText,
      taxId: optionalText,
      billing: z.optional(Address),
    }),
    payment: z.object({ method: anyText, cashOnDelivery: anyBoolean, paid: anyBoolean }),
    note: optionalText,
  }),
);
export type Report = z.infer<typeof Report>;

const optionalPieces = z.optional(z.array(Piece));

/** `waiting`: the source says that it is not an order yet. */
export const Readiness = z.enum(["ready", "waiting", "cancelled"]);
export type Readiness = z.infer<typeof Readiness>;

/** One report that a purchase exists: a webhook request, or one order of a poll. */
export const Sighting = z.lazy(() =>
  z.object({
    /** `channel:account`, for example `woocommerce:main`. */
    account: anyText,
    /** The source's own id of its order; with `account` the identity of the report. */
    sourceOrder: anyText,
    /** Who is heard in it: the account itself, or the one of the same shop that this one is a second way to hear of. */
    reporter: anyText,
    /** Grows with every change at the source (usually its modification time in epoch ms). Versions never go back. */
    version: anyInt,
    placedAt: optionalInstant,
    /** When it became an order: paid, or confirmed. Absent where the source does not say, or it is none yet. */
    orderedAt: optionalInstant,
    readiness: Readiness,
    /** Why it is waiting or cancelled, in the source's own word: a status, never free text. */
    status: anyText,
    /** It waits because its payment failed, or because it was taken away at its source: it may never be an order again. */
    steppedBack: optionalBoolean,
    /** One for each identity, the best first. */
    keys: z.array(Key),
    /** Absent where the source does not say what the order is worth: unknown is never 0. */
    money: z.optional(Worth),
    /** What was paid back of it so far, in minor units. */
    refunded: optionalNaturalInt,
    /** The pieces that were paid back so far, where the source says which. */
    refundedPieces: optionalPieces,
    /** The pieces that were cancelled, where the source says which: they are in no line. */
    cancelledPieces: optionalPieces,
    /** A part of it was cancelled, and the source does not say which: a person hears of it, and the whole stands. */
    cancelledInPart: optionalBoolean,
    /** What was paid on top of it later, in minor units: it is in no line. */
    surcharged: optionalNaturalInt,
    /** How long this source may still repeat or change the order; the order's window is the longest of its issuers'. */
    windowDays: optionalPositiveNumber,
    /** Once the ERP has the purchase, the source is to hear the number that it got there. */
    wantsErpNumber: optionalBoolean,
    /**
     * The source's name for what it reports: the identity of the id that it gives of the purchase. Of its best key if absent.
     * A second order under one name is a split or a copy.
     */
    under: optionalText,
    /** True where a second order of this account under an id already taken is a split or a copy even at an equal total. */
    splits: optionalBoolean,
    /**
     * The account does not want it in the ERP: it comes with `cancelled`, so that no other source's report brings it
     * there. What is there already stays, and a person hears of it.
     */
    excluded: optionalBoolean,
    /** A setting that its account lacks: a person hears of it once for the account. */
    lacks: z.optional(z.enum(HELD_REASONS)),
    /** Why it may be a purchase that another source reports under ids that nobody could join: it starts no order. */
    doubt: z.optional(z.enum(HELD_REASONS)),
    /**
     * The cart that it was made of: two orders of one cart with equal goods may be one purchase. `withinMs`: how far apart
     * they may have been placed, where the id says no more than who buys what, so that another day it comes again.
     */
    cart: z.optional(z.object({ id: anyText, withinMs: optionalNaturalInt })),
    /** It waits because its status stands in no setting: the status, and the setting that makes it an order. */
    unconfigured: z.optional(z.object({ status: anyText, setting: anyText })),
    /** In which fields its traces stand, as the setting names them that leaves a field out. */
    traces: z.optional(z.array(z.object({ value: anyText, field: anyText }))),
    report: Report,
  }),
);
export type Sighting = z.infer<typeof Sighting>;

/** What an order remembers of one report, so that a link can be undone. */
export const Source = z.lazy(() =>
  z.object({
    account: anyText,
    sourceOrder: anyText,
    /** Who is heard in it, where that is not the account itself: `reporterOf` says it of every source. */
    speaksFor: optionalText,
    version: anyInt,
    readiness: Readiness,
    /** In the source's own word, as it was told last. Absent in what older builds stored. */
    status: optionalText,
    /** When it was first reported. */
    seenAt: Instant,
    /** When its latest report came; absent where that was the first. */
    heardAt: optionalInstant,
    money: z.optional(Worth),
    refunded: optionalNaturalInt,
    surcharged: optionalNaturalInt,
    cancelledInPart: optionalBoolean,
    /** `part`: a split of what was already sent; recorded, not sent. `late`: seen after the window. */
    role: z.enum(["report", "part", "late"]),
    /** A part whose original has not been heard of since: nobody knows yet whether its goods were taken out of that. */
    awaitsRest: z.optional(z.literal(true)),
    /** `handed-on`: the work of telling it the ERP's number lies with its feed. */
    erpNumber: z.optional(z.enum(["wanted", "handed-on"])),
    /** What the ERP was given of this source, where the source says otherwise now. */
    given: z.optional(Report),
    /** Its name for the purchase, see `Sighting`: a second order of the same account under it is a split or a copy. */
    under: anyText,
    report: z.optional(Report),
  }),
);
export type Source = z.infer<typeof Source>;

const State = z.enum(["waiting", "pending", "submitting", "delivered", "held", "cancelled"]);

export const ErpRef = z.object({ erpId: anyText, number: anyText });
export type ErpRef = z.infer<typeof ErpRef>;

/**
 * A message for a person, by its identity. `value`: the id that it is about. `orders`: those that it has named so far.
 */
export const OpenNotice = z.lazy(() =>
  z.object({
    account: anyText,
    sourceOrder: anyText,
    reason: anyText,
    value: optionalText,
    orders: z.optional(z.array(anyText)),
  }),
);
export type OpenNotice = z.infer<typeof OpenNotice>;

const optionalVoice = z.optional(z.object({ account: anyText, version: anyInt }));

/**
 * One thing that happened to an order, for whoever asks why it is as it is. What repeats in a row is counted: `at` is then
 * the first and `lastAt` the latest time.
 */
export const OrderEvent = z.lazy(() =>
  z.object({
    at: Instant,
    /** A verdict, an outcome of a turn at the ERP, or an operator's action. */
    what: anyText,
    why: optionalText,
    /** Whose report it was. */
    account: optionalText,
    sourceOrder: optionalText,
    /** The key that decided, as `keyId` writes it, and its rank. */
    key: optionalText,
    rank: optionalInt,
    count: optionalInt,
    lastAt: optionalInstant,
  }),
);
export type OrderEvent = z.infer<typeof OrderEvent>;

/** A source that an operator told apart from this order, and the order that it is of. */
const Apart = z.lazy(() => z.object({ account: anyText, sourceOrder: anyText, order: anyText }));

export const Order = z.lazy(() =>
  z.object({
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
    totals: z.array(z.extend(Worth, { lines: anyInt })),
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
    /** `by-hand`: a person entered it, and its id may be unknown (""). */
    erp: z.optional(z.extend(ErpRef, { how: z.enum(["created", "linked", "by-hand"]) })),
    /** What a person was told of it, as far as a later report may settle it. */
    open: z.optional(z.array(OpenNotice)),
    /** The order that its ERP order was linked to, by a number, while nobody had reported this one yet. */
    erpTakenBy: optionalText,
    /** The oldest first. Absent for an order of an older Kojarz. */
    history: z.optional(z.array(OrderEvent)),
    /** Outranks every key: none of these reports is of this order. */
    apart: z.optional(z.array(Apart)),
    /** A person lets it into the ERP whatever may be there already, except what carries its own id. */
    released: optionalBoolean,
    /** All its reports came while their accounts were in shadow mode: it was not forwarded, and may be in the ERP by others. */
    shadowed: optionalBoolean,
    /** The order that it was merged into: that one has its reports and keys. */
    mergedInto: optionalText,
    /** When its personal data were erased for good: no later report brings them back. */
    forgottenAt: optionalInstant,
  }),
);
export type Order = z.infer<typeof Order>;

export const DAY = 86_400_000;

/** In whose name an order is given up that its source never made ready. Any source may revive it. */
export const KOJARZ = "kojarz";

/** In whose name an order is cancelled by hand. No report revives it; a person hears of one that says something new. */
export const OPERATOR = "operator";

/** Why an order is held that was taken in in shadow mode. No case says so: it waits for nobody. */
export const SHADOWED = "shadowed";

/** It would have gone to the ERP, had its account not been in shadow mode. */
export function isShadowed({ state, reason }: Pick<Order, "state" | "reason">): boolean {
  return state === "held" && reason === SHADOWED;
}

/** Unfinished orders do not expire: something still has to be done, so their keys go on matching. */
export function isUnfinished(order: Order): boolean {
  if (isShadowed(order)) return false;
  return order.state !== "cancelled" && (order.state !== "delivered" || order.cancelRequested !== undefined);
}

/** A key of this order still matches. At the very instant of expiry it does not. */
export function isLive(order: Order, now: Instant): boolean {
  return order.expiresAt > now || isUnfinished(order);
}

/** Two messages about one report, for one reason. */
export function isSameNotice(a: OpenNotice, b: OpenNotice): boolean {
  return a.account === b.account && a.sourceOrder === b.sourceOrder && a.reason === b.reason;
}

/** A person was told so of the order, and nothing has settled it. */
export function isNoted({ open = [] }: Order, notice: OpenNotice): boolean {
  return open.some((known) => isSameNotice(known, notice));
}

export function sourceOf(order: Order, account: string, sourceOrder: string): Source | undefined {
  return order.sources.find((s) => s.account === account && s.sourceOrder === sourceOrder);
}
