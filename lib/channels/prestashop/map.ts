/** A PrestaShop order becomes a sighting. Pure. */
import { parseMinor } from "../../money.ts";
import type { Instant, Readiness, Sighting } from "../../order.ts";
import { accountName } from "../channel.ts";
import { readClock } from "../shared/local-time.ts";
import { shopKeys } from "../shared/shop-keys.ts";
import { textAt, without } from "../shared/wire.ts";
import type { PrestaShopAccount } from "./account.ts";
import { PrestaHead, PrestaOrder, type Related } from "./body.ts";
import { linesOf, reportOf } from "./report.ts";

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "unusable"; reason: "not-an-order" | "incomplete-order"; sourceOrder?: string };

export function mapOrder(raw: unknown, related: Related, account: PrestaShopAccount, now: Instant): Mapped {
  const head = PrestaHead.safeParse(raw);
  if (!head.success) return { kind: "unusable", reason: "not-an-order" };
  const sourceOrder = head.data.id;
  const order = PrestaOrder.safeParse(raw).data;
  const version = readClock(head.data.date_upd, account.timeZone, now);
  if (!order || version === undefined) return { kind: "unusable", reason: "incomplete-order", sourceOrder };
  return { kind: "sighting", sighting: sightingOf(order, version, related, account, now) };
}

/**
 * A cart that is sent in several parcels becomes several orders with one `reference`: the id tells them apart, and the
 * reference is only their number.
 */
function sightingOf(
  order: PrestaOrder,
  version: Instant,
  related: Related,
  account: PrestaShopAccount,
  now: Instant,
): Sighting {
  const shop = accountName(account);
  const currency = related.currencies.get(order.id_currency)?.iso_code.toUpperCase() ?? "";
  const isCurrency = /^[A-Z]{3}$/.test(currency);
  const lines = isCurrency ? linesOf(order, currency) : undefined;
  const total = lines && parseMinor(order.total_paid_tax_incl, currency);
  const placedAt = readClock(order.date_add, account.timeZone, now);
  return {
    account: shop,
    sourceOrder: order.id,
    version,
    ...(placedAt !== undefined && { placedAt }),
    readiness: readinessOf(order.current_state, account),
    status: order.current_state,
    ...identityOf(order, shop, account),
    ...(isCurrency && { currency }),
    ...(total !== undefined && { total }),
    ...(total !== undefined &&
      account.refundedStates.includes(order.current_state) && { refunded: Math.max(total, 0) }),
    ...(account.windowDays !== undefined && { windowDays: account.windowDays }),
    report: reportOf(order, lines ?? [], isCurrency ? currency : "PLN", related, account),
  };
}

function identityOf(order: PrestaOrder, shop: string, account: PrestaShopAccount) {
  const { id, reference: number } = order;
  const fieldOf = (field: string) => textAt(order, field);
  return shopKeys({ shop, id, number, fieldOf, free: without(order, ["associations", "payment"]) }, account);
}

/** State 0 is an order that is just being written: it waits. */
function readinessOf(state: string, { cancelledStates, forwardStates }: PrestaShopAccount): Readiness {
  if (cancelledStates.includes(state)) return "cancelled";
  return forwardStates.includes(state) ? "ready" : "waiting";
}
