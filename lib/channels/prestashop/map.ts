/** A PrestaShop order becomes a sighting. Pure. */
import { accountName } from "../../core/keys.ts";
import type { Instant, Readiness, Sighting } from "../../core/order.ts";
import { newSighting } from "../../core/sighting.ts";
import { unlessNamed } from "../shared/account-fields.ts";
import { readClock } from "../shared/local-time.ts";
import { shopKeys } from "../shared/shop-keys.ts";
import { unread } from "../shared/unread.ts";
import { lackOf, textAt, without } from "../shared/wire.ts";
import type { PrestaShopAccount } from "./account.ts";
import { type Amounts, amountsOf } from "./amounts.ts";
import { PrestaHead, PrestaOrder, type Related } from "./body.ts";
import { type Refunds, refundsOf } from "./refunds.ts";
import { isOnDelivery, reportOf } from "./report.ts";

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "unusable"; reason: "not-an-order" | "incomplete-order"; sourceOrder?: string; detail?: string };

export function mapOrder(raw: unknown, related: Related, account: PrestaShopAccount, now: Instant): Mapped {
  const head = PrestaHead.safeParse(raw);
  if (!head.success) return { kind: "unusable", reason: "not-an-order", ...unread(head.error) };
  const sourceOrder = head.data.id;
  const order = PrestaOrder.safeParse(raw);
  const version = readClock(head.data.date_upd, account.timeZone, now);
  const incomplete = { kind: "unusable", reason: "incomplete-order", sourceOrder } as const;
  if (!order.success) return { ...incomplete, ...unread(order.error) };
  if (version === undefined) return { ...incomplete, detail: "cannot be read: date_upd" };
  return { kind: "sighting", sighting: sightingOf(order.data, version, related, account, now) };
}

/**
 * A cart that is sent in several parcels becomes several orders with one `reference`: the id tells them apart, and the
 * reference is only their number.
 */
function sightingOf(
  order: PrestaOrder,
  changedAt: Instant,
  related: Related,
  account: PrestaShopAccount,
  now: Instant,
): Sighting {
  const shop = accountName(account);
  const said = related.currencies.get(order.id_currency)?.iso_code.toUpperCase() ?? "";
  const currency = /^[A-Z]{3}$/.test(said) ? said : undefined;
  const amounts =
    currency === undefined ? undefined : amountsOf(order, related, currency, isOnDelivery(order, account));
  const refunds = refundsOf(order, related, currency ?? "PLN");
  const refunded = refundedOf(order, amounts, refunds, account);
  const placedAt = readClock(order.date_add, account.timeZone, now);
  const readiness = readinessOf(order, isPaidBack(amounts, refunded, refunds), account);
  const report = reportOf(order, amounts, currency ?? "PLN", related, account);
  return newSighting({
    account: shop,
    sourceOrder: order.id,
    version: versionOf(changedAt, refunds, account, now),
    placedAt,
    ...standingOf(order, isPaidBack(amounts, refunded, refunds), account),
    ...identityOf(order, shop, account),
    currency,
    total: amounts?.total,
    refunded,
    refundedPieces: refunds.pieces.length > 0 ? refunds.pieces : undefined,
    windowDays: account.windowDays,
    ...lackOf(readiness, report.shipping),
    report,
  });
}

/** A slip is dated by itself: it does not touch the order. */
function versionOf(changedAt: Instant, { slips }: Refunds, { timeZone }: PrestaShopAccount, now: Instant): Instant {
  return Math.max(changedAt, ...slips.flatMap((slip) => readClock(slip.date_upd, timeZone, now) ?? []));
}

function refundedOf(
  { current_state }: PrestaOrder,
  amounts: Amounts | undefined,
  { refunded }: Refunds,
  account: PrestaShopAccount,
): number | undefined {
  if (amounts && account.refundedStates.includes(current_state)) return Math.max(amounts.total, 0);
  return refunded > 0 ? refunded : undefined;
}

function identityOf(order: PrestaOrder, shop: string, account: PrestaShopAccount) {
  const { id, reference: number, id_cart: cart } = order;
  const fieldOf = (field: string) => textAt(order, field);
  return shopKeys({ shop, id, number, fieldOf, free: without(order, ["associations", "payment"]), cart }, account);
}

/** Of a fresh shop. */
const FORWARD_STATES: readonly string[] = ["2", "3", "4", "5", "9", "11", "13"];

/** Of a fresh shop, too: a cheque or a transfer is awaited, the payment failed, goods that are not there are not paid. */
const WAITING_STATES: readonly string[] = ["1", "8", "10", "12"];

/** An order in this state is just being written, or its writing died half-way. */
const UNWRITTEN = "0";

/** All of it, or all goods without the shipping. A slip may count a piece and pay back a part of its price. */
function isPaidBack(amounts: Amounts | undefined, refunded: number | undefined, { goods }: Refunds): boolean {
  if (!amounts || amounts.total <= 0) return false;
  const ofGoods = amounts.lines.reduce((sum, { gross }) => sum + gross, 0);
  return (refunded ?? 0) >= amounts.total || (ofGoods > 0 && goods >= ofGoods);
}

/** What the shop does not count as an order any more steps back; what was paid back as a whole is told as such. */
function standingOf(
  order: PrestaOrder,
  wasPaidBack: boolean,
  account: PrestaShopAccount,
): Pick<Sighting, "readiness" | "status" | "steppedBack" | "unconfigured"> {
  const { current_state: status, valid } = order;
  const readiness = readinessOf(order, wasPaidBack, account);
  const { forwardStates = [], refundedStates, waitingStates } = account;
  const isAside = wasPaidBack || status === UNWRITTEN || refundedStates.includes(status);
  if (readiness !== "waiting" || isAside) return { readiness, status };
  const known = [...FORWARD_STATES, ...WAITING_STATES];
  const unconfigured = unlessNamed(status, "forwardStates", forwardStates, waitingStates, known);
  return { readiness, status, ...(!valid && { steppedBack: true }), ...unconfigured };
}

/** What was paid back as a whole keeps the state that it had: nothing is left to send. */
function readinessOf(
  { current_state: state, valid }: PrestaOrder,
  wasPaidBack: boolean,
  { cancelledStates, forwardStates, refundedStates }: PrestaShopAccount,
): Readiness {
  if (cancelledStates.includes(state)) return "cancelled";
  if (wasPaidBack || state === UNWRITTEN || refundedStates.includes(state)) return "waiting";
  const isReady = forwardStates?.includes(state) ?? (FORWARD_STATES.includes(state) || valid);
  return isReady ? "ready" : "waiting";
}
