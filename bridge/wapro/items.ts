/** What an order holds, in the articles that it is written as: goods, and services for what is none. Pure. */

import type { HeldReason } from "../../lib/core/held-reasons.ts";
import { contradiction, formatMinor, type Share, sharesOf, vatName } from "../../lib/core/money.ts";
import type { Report } from "../../lib/core/order.ts";
import type { ErpOrder } from "../../lib/core/ports/erp.ts";
import type { ServiceKind } from "./settings.ts";

/** `gross`: grosze for all of it, after every discount. */
export type Item = Share & {
  kind: "goods" | ServiceKind;
  sku?: string | undefined;
  ean?: string | undefined;
  name: string;
  variant?: string | undefined;
  quantity: string;
};

/** Why it cannot be written as it was bought: a person has to look. `detail` holds no personal data. */
export type Refusal = { refused: HeldReason; detail?: string };

export type Contents = {
  /** Together they come to the order's total. */
  items: Item[];
  /** Parts of sets and gifts that cost nothing and have no article. */
  uncoded: Item[];
};

/** @returns the contents of an order in złoty whose numbers add up */
export function contentsOf({ report, currency, total }: ErpOrder): Contents | Refusal {
  if (currency !== "PLN") return { refused: "erp-currency-unsupported", detail: currency };
  const wrong = contradiction(report, total, currency);
  if (wrong) return { refused: "erp-total-not-in-lines", detail: wrong };
  const all: Item[] = [
    ...report.lines.map((line): Item => ({ ...line, kind: "goods" })),
    ...shippingOf(report),
    ...(report.fees ?? []).map((fee): Item => ({ ...fee, quantity: fee.quantity ?? "1" })),
  ];
  const negative = all.find(({ gross }) => gross < 0);
  if (negative)
    return { refused: "erp-price-inexact", detail: `${nameOf(negative)}: ${formatMinor(negative.gross, currency)}` };
  const isNothing = ({ quantity, gross }: Item) => gross === 0 && Number(quantity) === 0;
  const isUncoded = ({ kind, sku, ean, gross }: Item) => gross === 0 && (kind !== "goods" || !(sku || ean));
  const some = all.filter((item) => !isNothing(item));
  const items = some.filter((item) => !isUncoded(item));
  const rest = total - items.reduce((sum, { gross }) => sum + gross, 0);
  return { items: withRest(items, rest), uncoded: some.filter((item) => item.kind === "goods" && isUncoded(item)) };
}

/** What a person knows it by, without the texts of a buyer. */
export function nameOf({ kind, sku, ean, name }: Item): string {
  return kind === "goods" ? sku || ean || name : kind;
}

/** One line for each VAT. */
function shippingOf({ shipping }: Report): Item[] {
  const byVat = Map.groupBy(sharesOf(shipping), ({ vat }) => vatName(vat)).values();
  return [...byVat].map(([first, ...more]): Item => {
    const gross = more.reduce((sum, share) => sum + share.gross, first?.gross ?? 0);
    return { kind: "shipping", name: shipping.method, quantity: "1", gross, vat: first?.vat };
  });
}

/** What rounding left between the rows and the total goes onto the dearest item, goods before services. */
function withRest(items: Item[], rest: number): Item[] {
  if (rest === 0) return items;
  const byPrice = items.toSorted(
    (a, b) => Number(b.kind === "goods") - Number(a.kind === "goods") || b.gross - a.gross,
  );
  const bearer = byPrice.find(({ gross }) => gross + rest >= 0);
  return items.map((item) => (item === bearer ? { ...item, gross: item.gross + rest } : item));
}
