/** One order as the ERP would get it, made by the decisions of the product over an empty index: nothing is stored or sent. */
import { decide } from "../../lib/core/decide.ts";
import { formatMinor, vatName } from "../../lib/core/money.ts";
import type { Order, Report, Sighting } from "../../lib/core/order.ts";
import type { ErpOrder } from "../../lib/core/ports/erp.ts";
import type { Rules } from "../../lib/core/rules.ts";
import { withinLimits } from "../../lib/core/sighting.ts";
import { erpOrderOf, reportToForward } from "../../lib/core/sources.ts";
import { present } from "../../lib/core/writes.ts";

export type ShownOrder = {
  sourceOrder: string;
  /** What would become of it were it reported now. */
  verdict: string;
  reason: string;
  /** `forwarded` where it would go to the ERP at once. */
  state: string;
  keys: string[];
  placedAt?: string;
  currency?: string;
  total?: string;
  due?: string;
  /** Absent where it would not go to the ERP as it is. */
  erp?: ShownErp;
};

type ShownErp = {
  numbers: string[];
  lines: Array<{ name: string; sku: string; quantity: string; gross: string; vat: string }>;
  shipping: { method: string; gross: string; point?: string };
  fees: Array<{ name: string; gross: string }>;
  payments: Array<{ name: string; amount: string }>;
  payment: { method: string; paid: boolean; cashOnDelivery: boolean };
  /** Which fields of the buyer there are, and never what stands in them. */
  buyer: string[];
};

export function shownOrder(told: Sighting, rules: Omit<Rules, "orderId" | "stamp">, now: number): ShownOrder {
  const sighting = withinLimits(told);
  const { sourceOrder, placedAt } = told;
  if (sighting === "too-many-lines") return { sourceOrder, verdict: "held", reason: sighting, state: "held", keys: [] };
  const empty = { keys: new Map(), orders: new Map() };
  const decision = decide(sighting, empty, now, { ...rules, orderId: "checked", stamp: "checked" });
  const order: Order | undefined = decision.write?.order?.after;
  const lead = order && reportToForward(order);
  const wanted = order && lead && order.state === "pending" ? erpOrderOf(order, lead) : undefined;
  const { money } = sighting;
  return present<ShownOrder>({
    sourceOrder,
    verdict: decision.verdict,
    reason: decision.reason,
    state: order === undefined ? decision.verdict : order.state === "pending" ? "forwarded" : order.state,
    keys: sighting.keys.map(({ rank, kind, issuer, value }) => `rank ${rank}  ${kind}  ${issuer}  ${value}`),
    placedAt: placedAt === undefined ? undefined : new Date(placedAt).toISOString(),
    currency: money?.currency,
    total: money && formatMinor(money.minor, money.currency),
    due: money?.due === undefined ? undefined : formatMinor(money.due, money.currency),
    erp: wanted && shownErp(wanted),
  });
}

function shownErp({ report, currency, numbers = [] }: ErpOrder): ShownErp {
  const money = (minor: number) => formatMinor(minor, currency);
  const { shipping, fees = [], payments = [], payment } = report;
  return {
    numbers: [...numbers],
    lines: report.lines.map(({ name, sku, ean, quantity, gross, vat }) => ({
      name,
      sku: sku || ean || "",
      quantity: String(quantity),
      gross: money(gross),
      vat: vatName(vat),
    })),
    shipping: present<ShownErp["shipping"]>({
      method: shipping.method,
      gross: money(shipping.gross),
      point: shipping.point,
    }),
    fees: fees.map(({ kind, gross }) => ({ name: kind, gross: money(gross) })),
    payments: payments.map(({ kind, amount }) => ({ name: kind, amount: money(amount) })),
    payment,
    buyer: buyerFields(report),
  };
}

function buyerFields({ buyer, shipping, note }: Report): string[] {
  const fields = {
    email: buyer.email,
    phone: buyer.phone,
    "tax number": buyer.taxId,
    "billing address": buyer.billing?.street,
    "shipping address": shipping.address?.street,
    note,
  };
  return Object.entries(fields).flatMap(([name, value]) => (value ? [name] : []));
}
