/** An IdoSell order becomes a sighting. Pure. */
import type { Instant, Readiness, Sighting } from "../../order.ts";
import { accountName } from "../channel.ts";
import { readClock } from "../shared/local-time.ts";
import { shopKeys } from "../shared/shop-keys.ts";
import { textAt, without } from "../shared/wire.ts";
import type { IdoSellAccount } from "./account.ts";
import { IdoHead, IdoOrder } from "./body.ts";
import { type Amounts, amountsOf, isPaidLater, reportOf } from "./report.ts";

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "unusable"; reason: "not-an-order" | "incomplete-order"; sourceOrder?: string };

export function mapOrder(raw: unknown, account: IdoSellAccount, now: Instant): Mapped {
  const head = IdoHead.safeParse(raw);
  if (!head.success) return { kind: "unusable", reason: "not-an-order" };
  const order = IdoOrder.safeParse(raw).data;
  const version = order && readClock(order.orderDetails.orderChangeDate, account.timeZone, now);
  if (!order || version === undefined)
    return { kind: "unusable", reason: "incomplete-order", sourceOrder: head.data.orderId };
  return { kind: "sighting", sighting: sightingOf(order, version, account, now) };
}

function sightingOf(order: IdoOrder, version: Instant, account: IdoSellAccount, now: Instant): Sighting {
  const shop = accountName(account);
  const { orderId, orderDetails } = order;
  const amounts = amountsOf(order);
  const placedAt = readClock(orderDetails.orderAddDate, account.timeZone, now);
  return {
    account: shop,
    sourceOrder: orderId,
    version,
    ...(placedAt !== undefined && { placedAt }),
    readiness: readinessOf(order, amounts, account),
    status: orderDetails.orderStatus,
    ...identityOf(order, shop, account),
    ...(amounts?.currency !== undefined && { currency: amounts.currency }),
    ...(amounts?.total !== undefined && { total: amounts.total }),
    ...(amounts && amounts.refunded > 0 && { refunded: amounts.refunded }),
    ...(account.windowDays !== undefined && { windowDays: account.windowDays }),
    report: reportOf(order, amounts),
  };
}

function readinessOf(order: IdoOrder, amounts: Amounts | undefined, account: IdoSellAccount): Readiness {
  const status = order.orderDetails.orderStatus;
  if (account.cancelledStatuses.includes(status)) return "cancelled";
  if (account.forwardStatuses.includes(status)) return "ready";
  const isSettled = amounts?.paid === true || isPaidLater(order);
  return account.forwardPaidStatuses.includes(status) && isSettled ? "ready" : "waiting";
}

function identityOf(order: IdoOrder, shop: string, account: IdoSellAccount) {
  const { orderId: id, orderSerialNumber: number } = order;
  const orderDetails = without(order.orderDetails, ["payments", "prepaids", "productsResults"]);
  const free = { ...without(order, ["clientResult"]), orderDetails };
  const fieldOf = (field: string) => textAt(order, field);
  return shopKeys({ shop, id, number, allegroId: allegroIdOf(order), fieldOf, free }, account);
}

/** The id of an Allegro order, where the platform itself says that it comes from Allegro (not from its test site). */
function allegroIdOf({ orderDetails }: IdoOrder): string | undefined {
  const source = orderDetails.orderSourceResults;
  const isAllegro =
    source?.auctionsServiceName.toLowerCase() === "allegro" ||
    /^allegro(\.|\s|$)/i.test(source?.orderSourceDetails?.orderSourceName ?? "");
  return isAllegro ? source?.orderSourceDetails?.orderExternalId : undefined;
}
