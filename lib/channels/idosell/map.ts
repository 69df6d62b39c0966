/** An IdoSell order becomes a sighting. Pure. */

import { accountName } from "../../core/keys.ts";
import type { Instant, Readiness, Sighting } from "../../core/order.ts";
import { newSighting } from "../../core/sighting.ts";
import { unlessNamed } from "../shared/account-fields.ts";
import { readClock } from "../shared/local-time.ts";
import { shopKeys } from "../shared/shop-keys.ts";
import { unread } from "../shared/unread.ts";
import { lackOf, textAt, without } from "../shared/wire.ts";
import type { IdoSellAccount } from "./account.ts";
import { IdoHead, IdoOrder } from "./body.ts";
import { type Amounts, amountsOf, isPaidLater, reportOf } from "./report.ts";

export type Mapped =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "unusable"; reason: "not-an-order" | "incomplete-order"; sourceOrder?: string; detail?: string };

export function mapOrder(raw: unknown, account: IdoSellAccount, now: Instant): Mapped {
  const head = IdoHead.safeParse(raw);
  if (!head.success) return { kind: "unusable", reason: "not-an-order", ...unread(head.error) };
  const incomplete = { kind: "unusable", reason: "incomplete-order", sourceOrder: head.data.orderId } as const;
  const order = IdoOrder.safeParse(raw);
  if (!order.success) return { ...incomplete, ...unread(order.error) };
  const version = readClock(order.data.orderDetails.orderChangeDate, account.timeZone, now);
  if (version === undefined) return { ...incomplete, detail: "cannot be read: orderDetails.orderChangeDate" };
  return { kind: "sighting", sighting: sightingOf(order.data, version, account, now) };
}

function sightingOf(order: IdoOrder, version: Instant, account: IdoSellAccount, now: Instant): Sighting {
  const shop = accountName(account);
  const { orderId, orderDetails } = order;
  const amounts = amountsOf(order);
  const placedAt = readClock(orderDetails.orderAddDate, account.timeZone, now);
  const readiness = readinessOf(order, amounts, account);
  const report = reportOf(order, amounts, account);
  return newSighting({
    account: shop,
    sourceOrder: orderId,
    version,
    placedAt,
    ...standingOf(order, amounts, account),
    ...identityOf(order, shop, account),
    currency: amounts?.currency,
    total: amounts?.total,
    refunded: amounts && amounts.refunded > 0 ? amounts.refunded : undefined,
    windowDays: account.windowDays,
    ...lackOf(readiness, report.shipping),
    report,
  });
}

/** What IdoSell itself calls waiting. `new` waits until it is paid. */
const WAITING: readonly string[] = ["new", "payment_waiting", "suspended", "missing", "blocked"];

/** Steps back from what was an order: its payment is awaited again, or the staff stops it. */
const STEPS_BACK: ReadonlySet<string> = new Set(["payment_waiting", "suspended", "blocked"]);

function standingOf(
  order: IdoOrder,
  amounts: Amounts | undefined,
  account: IdoSellAccount,
): Pick<Sighting, "readiness" | "status" | "steppedBack" | "unconfigured"> {
  const { orderStatus: status } = order.orderDetails;
  const readiness = readinessOf(order, amounts, account);
  if (readiness !== "waiting") return { readiness, status };
  const unconfigured = unlessNamed(
    status,
    "forwardStatuses",
    WAITING,
    account.forwardPaidStatuses,
    account.waitingStatuses,
  );
  return { readiness, status, ...(STEPS_BACK.has(status) && { steppedBack: true }), ...unconfigured };
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
