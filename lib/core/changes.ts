/** What differs between the report that the ERP was given of a purchase and a later one of the same source. Pure. */
import * as z from "zod/mini";
import { type Fee, formatMinor, type Line, type Share, vatName, type Worth } from "./money.ts";
import type { Address, Report } from "./order.ts";
import { optionalText } from "./schemas.ts";

/** `from` is what the ERP was given, `to` what the source says now; absent where one of them has none of it. */
export const Change = z.lazy(() =>
  z.object({
    what: z.enum(["goods", "shipping", "fees", "total", "point", "address", "taxId", "company"]),
    from: optionalText,
    to: optionalText,
  }),
);
export type Change = z.infer<typeof Change>;

/** An order as one report states it. */
export type Stated = { report: Report; money?: Worth | undefined };

/**
 * A status, a payment, a note or the buyer's telephone is no change of the order. What only one of two goods says (an EAN,
 * a VAT) is no difference; a point, an address or a NIP that comes or goes is one.
 * @returns nothing where the ERP has the order as it is told now
 */
export function changesOf(given: Stated, stated: Stated): Change[] {
  const currency = stated.money?.currency ?? given.money?.currency ?? "PLN";
  const a = given.report;
  const b = stated.report;
  const totals = [given.money?.minor, stated.money?.minor];
  return [
    ...listed("goods", a.lines, b.lines, isSameLine, (line) => lineText(line, currency)),
    ...listed(
      "fees",
      a.fees ?? [],
      b.fees ?? [],
      isSameFee,
      (fee) => `${fee.name} ${formatMinor(fee.gross, currency)}`,
    ),
    ...(isSameShipping(a.shipping, b.shipping)
      ? []
      : [changed("shipping", shippingText(a.shipping, currency), shippingText(b.shipping, currency))]),
    ...differing("point", a.shipping.point, b.shipping.point),
    ...differing("address", addressText(addressOf(a)), addressText(addressOf(b))),
    ...differing("taxId", digitsOf(a.buyer.taxId), digitsOf(b.buyer.taxId)),
    ...differing("company", a.buyer.billing?.company, b.buyer.billing?.company),
    ...(totals.includes(undefined)
      ? []
      : differing("total", ...(totals.map((total) => formatMinor(total ?? 0, currency)) as [string, string]))),
  ];
}

function changed(what: Change["what"], from: string | undefined, to: string | undefined): Change {
  return { what, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** Blank and absent are the same: platforms write both for nothing. */
function differing(what: Change["what"], from: string | undefined, to: string | undefined): Change[] {
  const [a, b] = [from?.trim() || undefined, to?.trim() || undefined];
  return a === b ? [] : [changed(what, a, b)];
}

/** Both lists without what stands in the other: an order of lines means nothing. */
function listed<T>(
  what: Change["what"],
  given: readonly T[],
  told: readonly T[],
  isSame: (a: T, b: T) => boolean,
  textOf: (one: T) => string,
): Change[] {
  const rest = [...told];
  const gone = given.filter((one) => {
    const at = rest.findIndex((other) => isSame(one, other));
    if (at < 0) return true;
    rest.splice(at, 1);
    return false;
  });
  const textsOf = (ones: readonly T[]) => (ones.length > 0 ? ones.map(textOf).join("; ") : undefined);
  return gone.length + rest.length === 0 ? [] : [changed(what, textsOf(gone), textsOf(rest))];
}

function isSameLine(a: Line, b: Line): boolean {
  const named = a.sku !== undefined && b.sku !== undefined ? a.sku === b.sku : a.name === b.name;
  return named && a.variant === b.variant && Number(a.quantity) === Number(b.quantity) && isSameShare(a, b);
}

function isSameFee(a: Fee, b: Fee): boolean {
  return a.kind === b.kind && isSameShare(a, b);
}

function isSameShare(a: Share, b: Share): boolean {
  const isSaid = a.vat !== undefined && b.vat !== undefined;
  return a.gross === b.gross && (!isSaid || vatName(a.vat) === vatName(b.vat));
}

function isSameShipping(a: Report["shipping"], b: Report["shipping"]): boolean {
  const isNamed = a.method !== "" && b.method !== "";
  const rates = ({ shares = [] }: Report["shipping"]) => shares.map(({ vat }) => vatName(vat)).sort();
  const areSaid = a.shares !== undefined && b.shares !== undefined;
  return (
    a.gross === b.gross &&
    (!isNamed || a.method === b.method) &&
    (!areSaid || rates(a).join(" ") === rates(b).join(" "))
  );
}

function lineText({ sku, name, variant, quantity, gross, vat }: Line, currency: string): string {
  const what = [sku ?? name, variant].filter(Boolean).join(", ");
  return `${quantity} x ${what} ${formatMinor(gross, currency)}${vat ? ` (VAT ${vatName(vat)})` : ""}`;
}

function shippingText({ method, gross, shares = [] }: Report["shipping"], currency: string): string {
  const rates = shares.map(({ vat }) => vatName(vat)).join(", ");
  return [method, formatMinor(gross, currency), rates && `(VAT ${rates})`].filter(Boolean).join(" ");
}

/** Where the goods go: a source that says no delivery address means the buyer's. */
function addressOf({ shipping, buyer }: Report): Address | undefined {
  return shipping.address ?? buyer.billing;
}

function addressText(address: Address | undefined): string | undefined {
  if (!address) return undefined;
  const { name, company, street, postcode, city, country } = address;
  return [name, company, street, `${postcode} ${city}`.trim(), country].filter(Boolean).join(", ");
}

function digitsOf(taxId: string | undefined): string | undefined {
  return taxId?.replace(/[^0-9A-Za-z]/g, "").replace(/^PL(?=\d)/i, "");
}
