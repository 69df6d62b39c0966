/** What a form was bought for: goods, chosen services and deposits. Pure. */
import { type Fee, type FeeKind, type Line, parseMinor, type Vat, vatFrom } from "../../core/money.ts";
import { present } from "../../core/writes.ts";
import type { LineItem, Price } from "./form.ts";

/** Minor units. */
export type Goods = { lines: Line[]; fees: Fee[] };

/**
 * @param shipping what the delivery costs, in minor units
 * @param total what the buyer has to pay, where the form says it
 * @returns undefined where one amount or quantity cannot be read: it is never 0
 */
export function goodsOf(items: readonly LineItem[], shipping: number, total: number | undefined): Goods | undefined {
  const lines = items.map(lineOf);
  const services = items.flatMap(servicesOf);
  const deposits = items.flatMap(depositOf);
  if (!areRead(lines) || !areRead(services) || !areRead(deposits)) return undefined;
  const rest = sumOf(lines) + sumOf(services) + shipping;
  // No document says whether the total holds the deposits: it does where it is not complete without them.
  const isAside = total !== undefined && sumOf(deposits) > 0 && total === rest;
  return { lines, fees: isAside ? services : [...services, ...deposits] };
}

/** @returns what these items come to by themselves: goods, services and deposits */
export function worthOf(items: readonly LineItem[]): number | undefined {
  const goods = goodsOf(items, 0, undefined);
  return goods && sumOf(goods.lines) + sumOf(goods.fees);
}

/** Undefined where there is no price, or none that can be read. */
export function minorOf(price: Price | null | undefined): number | undefined {
  return price ? parseMinor(price.amount, price.currency) : undefined;
}

function lineOf({ offer, price, quantity, tax }: LineItem): Line | undefined {
  const gross = grossOf(price, quantity);
  if (gross === undefined) return undefined;
  return present({
    sku: offer.external?.id?.trim() || undefined,
    name: offer.name ?? offer.id ?? "",
    quantity: String(quantity),
    gross,
    vat: vatOf(tax),
  });
}

/** Rates that are none: Allegro's lists name them in words, with a number beside them. */
const OUT_OF_SCOPE = /out_of_scope|^np\.?$/i;
const EXEMPT = /^(exempt|zw\.?)$/i;

/**
 * The VAT that the seller set for the offer, if any. A rate that is not 0 counts whatever stands beside it: Allegro's own
 * example has 23 % with an exemption.
 */
function vatOf(tax: LineItem["tax"]): Vat | undefined {
  const rate = String(tax?.rate ?? "").trim();
  const exemption = tax?.exemption?.trim() ?? "";
  if (OUT_OF_SCOPE.test(rate)) return { kind: "exempt", code: "np" };
  if (EXEMPT.test(rate)) return { kind: "exempt", code: "zw" };
  const said = vatFrom(rate);
  if (exemption === "" || (said?.kind === "rate" && said.rate !== "0")) return said;
  return { kind: "exempt", code: OUT_OF_SCOPE.test(exemption) ? "np" : "zw" };
}

/** Services that the buyer chose with a line are paid on top of it, and have no article of their own. */
function servicesOf({ selectedAdditionalServices }: LineItem): Array<Fee | undefined> {
  return (selectedAdditionalServices ?? []).map(({ name, price, quantity }) => {
    const gross = price ? grossOf(price, quantity ?? 1) : 0;
    const kind = serviceKind(name ?? "");
    return gross === undefined ? undefined : { kind, name: name ?? "", quantity: String(quantity ?? 1), gross };
  });
}

/** Each service has a name that the seller gave it. */
function serviceKind(name: string): FeeKind {
  if (/pakowan|opakowan|prezent|gift|wrap/i.test(name)) return "wrapping";
  return /ubezpiecz|insur/i.test(name) ? "insurance" : "other";
}

/** Of each piece, as Allegro's staff says (2026-08); it is outside VAT. */
function depositOf({ deposit, offer, quantity }: LineItem): Array<Fee | undefined> {
  if (!deposit?.price) return [];
  const gross = grossOf(deposit.price, quantity);
  if (gross === 0) return [];
  if (gross === undefined) return [undefined];
  return [{ kind: "deposit", name: `Kaucja: ${offer.name ?? offer.id ?? ""}`, quantity: String(quantity), gross }];
}

function grossOf(price: Price, quantity: string | number): number | undefined {
  const one = minorOf(price);
  const pieces = /^\d{1,6}$/.test(String(quantity)) ? Number(quantity) : undefined;
  if (one === undefined || !pieces) return undefined;
  return Number.isSafeInteger(one * pieces) ? one * pieces : undefined;
}

function sumOf(rows: ReadonlyArray<{ gross: number }>): number {
  return rows.reduce((sum, { gross }) => sum + gross, 0);
}

function areRead<Row>(rows: ReadonlyArray<Row | undefined>): rows is Row[] {
  return rows.every((row) => row !== undefined);
}
