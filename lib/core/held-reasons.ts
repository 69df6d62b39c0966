/**
 * Why something is held: each reason once, with the room that raises it, what its case carries, and what ends that case
 * without a person. Lists, the metric, pages and the closing of cases are made of this table. What a reason means in
 * Polish and English is in `lib/ops/held-meanings.ts`, which no function on an order's way loads. Pure.
 */

/** The room whose code raises it. `bridge`: the program beside the ERP answers a submit with it. */
export type Raiser = "bridge" | "channels" | "core" | "delivery" | "erp" | "feeds" | "intake";

/**
 * What ends a case of this reason without a person.
 *
 * - `taken-in`: a later report of the same order is taken in.
 * - `in-erp`: the order is in the ERP, or cancelled.
 * - `cancelled`: the order is cancelled.
 * - `as-given`: its source tells the order as the ERP has it, or the order is cancelled.
 * - `ready-again`: its source says that it is ready again, or the order is cancelled.
 * - `asked-again`: its source was asked since.
 * - `goes-on`: the order waits no more, and was not given up.
 * - `nothing`: only a person, or a rule of its own (`notices.ts`).
 */
export type Ending =
  | "taken-in"
  | "in-erp"
  | "cancelled"
  | "as-given"
  | "ready-again"
  | "asked-again"
  | "goes-on"
  | "nothing";

/** `order`: the Kojarz order. `detail`: numbers, fields or amounts. `changes`: from and to. `body`: where the raw message lies. */
type Fact = "order" | "detail" | "changes" | "body";

export type Declared = {
  by: Raiser;
  ending: Ending;
  /** What each case carries. A case may carry more. */
  facts: readonly Fact[];
};

function raised<Reason extends string>(
  by: Raiser,
  ending: Ending,
  reasons: Readonly<Record<Reason, readonly Fact[]>>,
): Readonly<Record<Reason, Declared>> {
  const declared = Object.entries<readonly Fact[]>(reasons).map(([reason, facts]) => [reason, { by, ending, facts }]);
  return Object.fromEntries(declared);
}

/** Held before it is known which purchase it is of, or whether it is one. Clear, perhaps, once others have reported. */
const DOUBTS = {
  ...raised("core", "cancelled", { "same-cart": ["order", "detail"] }),
  ...raised("core", "taken-in", {
    "buyer-differs": ["order"],
    "copy-or-split": ["order"],
    "id-total-differs": ["order"],
    "id-total-unknown": ["order"],
    "ids-taken": [],
    "no-usable-key": [],
    "number-total-differs": ["order"],
    "number-total-unknown": ["order"],
    "other-reading-fits": ["order"],
    "total-unknown": [],
    "trace-against-id": ["order"],
    "trace-ambiguous": ["order"],
    "trace-date-differs": ["order"],
    "trace-total-differs": ["order"],
    "trace-total-unknown": ["order"],
  }),
};

const REASONS = {
  ...DOUBTS,
  ...raised("core", "taken-in", {
    "id-changed": ["order"],
    "no-lines": [],
    "older-than-start": [],
    "too-many-lines": [],
  }),
  ...raised("core", "cancelled", { "cancel-disputed": ["order"] }),
  ...raised("core", "as-given", { "edited-after-delivery": ["order"] }),
  ...raised("core", "ready-again", { "unready-after-delivery": ["order"] }),
  ...raised("core", "in-erp", { "erp-order-shared": ["order"] }),
  ...raised("core", "nothing", {
    "cancelled-after-window": ["order"],
    "cancelled-in-part": ["order"],
    "cancelled-while-held": ["order"],
    "id-disputed": ["order", "detail"],
    "id-in-every-order": ["order", "detail"],
    "in-erp-though-excluded": ["order"],
    "not-the-same-order": ["order"],
    "old-and-paid-now": [],
    "part-not-covered": ["order"],
    "ready-though-cancelled": ["order"],
    refunded: ["order", "detail"],
    "revived-after-erp-cancel": ["order"],
    "revived-at-same-version": ["order"],
    "revived-while-cancelling": ["order"],
    surcharge: ["order", "detail"],
    "total-differs": ["order"],
    "two-orders": ["order", "detail"],
    "two-orders-cancelled": ["order", "detail"],
  }),

  ...raised("intake", "asked-again", { "stale-and-differs": [] }),
  ...raised("intake", "cancelled", { "gone-at-source": ["order"] }),
  ...raised("intake", "goes-on", { "status-not-configured": ["order", "detail"] }),
  ...raised("intake", "nothing", { "too-large": [] }),

  ...raised("channels", "taken-in", {
    "broken-at-shop": ["body"],
    "error-object": ["body"],
    "event-without-addresses": ["body"],
    "event-without-amounts": ["body"],
    "event-without-items": ["body"],
    "event-without-order_currency_code": ["body"],
    "event-without-relation_child_id": ["body"],
    "event-without-relation_parent_id": ["body"],
    "event-without-shipping_amount": ["body"],
    "export-shop-unknown": [],
    "incomplete-order": ["body"],
    "marketplace-id-missing": [],
    "not-an-order": ["body"],
    "not-json": ["body"],
    "unknown-status": ["body"],
    "unmapped-source": ["body"],
    "unreadable-amount": ["body"],
    "unreadable-event": ["body"],
    "unreadable-form": ["body"],
    "unreadable-line": ["body"],
    "unreadable-order": ["body"],
  }),
  ...raised("channels", "nothing", {
    "edit-of-an-edit": [],
    "journal-gap": ["body"],
    "no-order-id": ["body"],
    "no-recipient": ["body"],
    "not-a-form-id": ["body"],
    "not-an-event": ["body"],
    "not-from-a-marketplace": ["body"],
    "number-of-several-orders": ["body"],
    "other-shop": ["body", "detail"],
    "point-not-found": [],
    "too-many-orders": ["body"],
  }),

  ...raised("feeds", "taken-in", { "cannot-be-read": [], "cannot-be-taken-in": ["body"] }),
  ...raised("feeds", "nothing", { "number-not-told": ["detail"] }),

  ...raised("delivery", "nothing", { "given-up": ["order", "detail"] }),
  ...raised("delivery", "in-erp", {
    "erp-cannot-cancel": ["order", "detail"],
    "erp-keys-disagree": ["order"],
    "erp-many": ["order"],
    "erp-number-unproven": ["order"],
    "erp-trace": ["order"],
    "taken-in-shadow": ["order"],
  }),

  ...raised("erp", "in-erp", { "erp-bridge-refused-request": ["order"] }),
  ...raised("erp", "nothing", {
    "bridge-too-old": ["order"],
    "cancelled-in-erp": ["detail"],
    "duplicated-in-erp": ["order", "detail"],
  }),

  ...raised("bridge", "in-erp", {
    "erp-answer-unreadable": ["order"],
    "erp-contractor-ambiguous": ["order"],
    "erp-contractor-unknown": ["order"],
    "erp-currency-unsupported": ["order"],
    "erp-gave-no-id": ["order"],
    "erp-gave-no-number": ["order"],
    "erp-internet-id-differs": ["order"],
    "erp-no-number-format": ["order"],
    "erp-number-differs": ["order"],
    "erp-object-missing": ["order"],
    "erp-own-id-lost": ["order"],
    "erp-parameter-missing": ["order"],
    "erp-price-inexact": ["order"],
    "erp-refused": ["order"],
    "erp-right-missing": ["order"],
    "erp-service-missing": ["order"],
    "erp-sku-unknown": ["order"],
    "erp-text-too-long": ["order"],
    "erp-total-differs": ["order"],
    "erp-total-not-in-lines": ["order"],
    "erp-transaction-lost": ["order"],
    "erp-vat-code-unknown": ["order"],
    "erp-vat-unknown": ["order"],
  }),
};

/** What the core, the channels and the ERP's side may hold an order for. */
export type HeldReason = keyof typeof REASONS;

export const HELD_REASONS = (Object.keys(REASONS) as HeldReason[]).sort((a, b) => (a < b ? -1 : 1));

/** @returns undefined for a reason that an ERP made up itself */
export function declaredReason(reason: string): Declared | undefined {
  return isKnown(reason) ? REASONS[reason] : undefined;
}

/** The reason as the dimension of a metric: what an ERP made up itself counts as `other`. The log line has it in full. */
export function heldReason(reason: string): HeldReason | "other" {
  return isKnown(reason) ? reason : "other";
}

/** Whether it may be clear once others have reported, so that its order is looked at again. */
export function isDoubt(reason: string): boolean {
  return Object.hasOwn(DOUBTS, reason);
}

function isKnown(reason: string): reason is HeldReason {
  return Object.hasOwn(REASONS, reason);
}
