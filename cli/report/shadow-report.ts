/** The report on shadow mode as data: what the terminal, the page and JSON show. Amounts are decimals, times ISO. Pure. */
import { formatMinor, type Share, vatName } from "../../lib/core/money.ts";
import { DAY } from "../../lib/core/order.ts";
import { present } from "../../lib/core/writes.ts";
import type { ErpShown, Purchase } from "../../lib/erp/comparing.ts";
import { comparisonOf, type Leaving, leavingOf, type Matched, type Span } from "./compare.ts";

export const PARTS = ["doubled", "missing", "differing", "taxed", "late", "standing"] as const;
export type Part = (typeof PARTS)[number];

export type ShownPurchase = {
  /** `woocommerce:main 10042`, one a source. */
  purchase: string[];
  placed: string;
  total: string;
  numbers: string[];
  inErp: string[];
  /** Of one with another VAT: its gross by VAT, `23% 49.00`, as its source says it and as the ERP has it; `?` where nobody says. */
  vat?: { purchase: string[]; inErp: string[] };
  /** Of a late one: hours from the purchase to its first ERP order. */
  hours?: number;
};

export type ShadowReport = Readonly<Record<Part, ShownPurchase[]>> & {
  kind: "shadow";
  from: string;
  to: string;
  purchases: number;
  erpOrders: number;
  worth: Array<{ currency: string; amount: string }>;
  /** Purchases in the ERP with this total, of which one side does not tell the VAT. */
  vatUnknown: number;
  unexplained: Array<{ number: string; internetId: string; customerNumber: string; total: string }>;
  byDay: Array<{ day: string; orders: number; surplus: number }>;
  leaving?: { liveFrom: string; linked: number; forwarded: ShownPurchase[]; asked: ShownPurchase[] };
};

export function shadowReportOf(
  purchases: readonly Purchase[],
  orders: readonly ErpShown[],
  { from, liveFrom, ...span }: Span & { from: number; liveFrom?: number },
): ShadowReport {
  const found = comparisonOf(purchases, orders, span);
  const surplus = found.doubled.flatMap(({ erp }) => erp.slice(1));
  return present<ShadowReport>({
    kind: "shadow",
    from: dayOf(from),
    to: dayOf(span.now),
    purchases: found.purchases,
    erpOrders: found.erpOrders,
    worth: worthOf(surplus),
    vatUnknown: found.vatUnknown,
    doubled: found.doubled.map(shown),
    missing: found.missing.map((purchase) => shown({ purchase, erp: [] })),
    differing: found.differing.map(shown),
    taxed: found.taxed.map(({ said, inErp, ...one }) => {
      const { currency = "" } = one.purchase;
      const vat = {
        purchase: said.map((share) => vatText(share, currency)),
        inErp: inErp.map((share) => vatText(share, currency)),
      };
      return { ...shown(one), vat };
    }),
    late: found.late.map(({ afterMs, ...one }) => ({ ...shown(one), hours: Math.round(afterMs / (DAY / 24)) })),
    standing: found.standing.map(shown),
    unexplained: found.unexplained.map(({ number, internetId = "", customerNumber = "", total, currency }) => ({
      number,
      internetId,
      customerNumber,
      total: `${formatMinor(total, currency)} ${currency}`,
    })),
    byDay: daysOf(orders, surplus, from, span.now),
    leaving: liveFrom === undefined ? undefined : leavingShown(leavingOf(purchases, orders, liveFrom), liveFrom),
  });
}

function leavingShown({ linked, forwarded, asked }: Leaving, liveFrom: number): NonNullable<ShadowReport["leaving"]> {
  const bare = (purchase: Purchase) => shown({ purchase, erp: [] });
  return { liveFrom: isoOf(liveFrom), linked, forwarded: forwarded.map(bare), asked: asked.map(bare) };
}

function shown({ purchase, erp }: Matched): ShownPurchase {
  const { currency = "", total, sources, placedAt, acceptedAt } = purchase;
  return {
    purchase: sources.map(({ account, sourceOrder }) => `${account} ${sourceOrder}`),
    placed: isoOf(placedAt ?? acceptedAt),
    total: total === undefined ? "" : `${formatMinor(total, currency)} ${currency}`,
    numbers: erp.map(({ number }) => number),
    inErp: erp.map((one) => `${formatMinor(one.total, one.currency)} ${one.currency}`),
  };
}

function vatText({ gross, vat }: Share, currency: string): string {
  const name = vat?.kind === "rate" ? `${vat.rate}%` : vatName(vat);
  return `${vat ? name : "?"} ${formatMinor(gross, currency)}`;
}

function worthOf(orders: readonly ErpShown[]): ShadowReport["worth"] {
  return [...Map.groupBy(orders, ({ currency }) => currency)].map(([currency, of]) => ({
    currency,
    amount: formatMinor(
      of.reduce((sum, { total }) => sum + total, 0),
      currency,
    ),
  }));
}

function daysOf(orders: readonly ErpShown[], surplus: readonly ErpShown[], from: number, to: number) {
  const [all, double] = [orders.filter(({ cancelled }) => !cancelled), surplus].map((of) =>
    Map.groupBy(of, ({ createdAt }) => dayOf(createdAt)),
  );
  const days = Math.floor(to / DAY) - Math.floor(from / DAY) + 1;
  return Array.from({ length: days }, (_, index) => {
    const day = dayOf(from + index * DAY);
    return { day, orders: all?.get(day)?.length ?? 0, surplus: double?.get(day)?.length ?? 0 };
  });
}

function isoOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 16).replace("T", " ");
}

function dayOf(instant: number): string {
  return isoOf(instant).slice(0, 10);
}
