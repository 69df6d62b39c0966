/** What is to be written of an order, worked out before the database is asked for anything. Pure. */

import type { HeldReason } from "../../../held-reasons.ts";
import { agrees } from "../../../money.ts";
import type { Line, Report } from "../../../order.ts";
import type { ErpOrder } from "../../erp.ts";
import { customerNumberOf, internetIdOf } from "../../wapro-columns.ts";
import type { Wapro } from "./probe.ts";
import type { WaproSettings } from "./settings.ts";

/** `unitGross`, `unitNet`: grosze for one unit. `quantity`: a decimal as text. */
export type DraftLine = {
  sku: string | undefined;
  ean: string | undefined;
  name: string;
  quantity: string;
  unitGross: number;
  unitNet: number;
  vat: string;
};

export type Draft = {
  lines: DraftLine[];
  taxId: string | undefined;
  customerNumber: string;
  internetId: string | undefined;
  remarks: string;
  buyer: string;
  payment: string;
};

const REMARKS_LENGTH = 1000;
const BUYER_LENGTH = 101;
const PAYMENT_LENGTH = 50;
const NAME_LENGTH = 500;

/** @returns the reason where it cannot be written as it was paid: a person has to look */
export function draftOf(
  order: ErpOrder,
  settings: WaproSettings,
  { internetIdLength }: Pick<Wapro, "internetIdLength">,
): Draft | { refused: HeldReason } {
  const { report, currency, total, keys } = order;
  if (currency !== "PLN") return { refused: "erp-currency-unsupported" };
  const priced = [...report.lines, ...shippingLine(report, settings)];
  const sum = priced.reduce((minor, line) => minor + line.gross, 0);
  if (!agrees({ currency, minor: sum }, { currency, minor: total }, report.lines.length))
    return { refused: "erp-total-not-in-lines" };
  const lines = priced.map((line) => pricedLines(line, settings));
  if (lines.some((split) => split === undefined)) return { refused: "erp-price-inexact" };
  return {
    lines: lines.flatMap((split) => split ?? []),
    taxId: taxIdOf(report),
    customerNumber: customerNumberOf(order) ?? "",
    internetId: internetIdLength > 0 ? internetIdOf(keys, internetIdLength) : undefined,
    remarks: cut(remarksOf(report), REMARKS_LENGTH),
    buyer: cut(report.buyer.billing?.name ?? report.shipping.address?.name ?? "", BUYER_LENGTH),
    payment: cut(report.payment.method, PAYMENT_LENGTH),
  };
}

function shippingLine({ shipping }: Report, { shippingSku }: WaproSettings): Line[] {
  return shipping.gross === 0
    ? []
    : [{ sku: shippingSku, name: shipping.method, quantity: "1", gross: shipping.gross }];
}

/**
 * WAPRO takes a price for one unit. What does not divide becomes two lines a grosz apart, so that the line's sum is what
 * was paid; undefined where no price of whole grosze gives that sum.
 */
function pricedLines(
  { sku, ean, name, quantity, gross, taxRate }: Line,
  settings: WaproSettings,
): DraftLine[] | undefined {
  const vat = taxRate?.replace(/(?:\.0+)?\s*%?$/, "") || settings.vatCode;
  const line = (count: string, unitGross: number): DraftLine => ({
    sku,
    ean,
    name: cut(name, NAME_LENGTH),
    quantity: count,
    unitGross,
    unitNet: netOf(unitGross, vat),
    vat,
  });
  const decimal = /^(\d{1,9})(?:\.(\d{1,6}?)0*)?$/.exec(quantity.trim());
  if (!decimal?.[1]) return undefined;
  const [, whole, fraction = ""] = decimal;
  if (fraction !== "" && Number(fraction) !== 0)
    return fractional(`${whole}.${fraction}`, whole, fraction, gross, line);
  const pieces = Number(whole);
  if (pieces === 0 || gross < 0) return undefined;
  const dearer = gross % pieces;
  const unit = (gross - dearer) / pieces;
  return [
    ...(pieces > dearer ? [line(String(pieces - dearer), unit)] : []),
    ...(dearer > 0 ? [line(String(dearer), unit + 1)] : []),
  ];
}

function fractional(
  quantity: string,
  whole: string,
  fraction: string,
  gross: number,
  line: (quantity: string, unitGross: number) => DraftLine,
): DraftLine[] | undefined {
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(`${whole}${fraction}`);
  const unit = halfUp(BigInt(gross) * scale, scaled);
  return halfUp(unit * scaled, scale) === BigInt(gross) ? [line(quantity, Number(unit))] : undefined;
}

/** `zw`, `np` and the like carry no tax. */
function netOf(gross: number, vat: string): number {
  const rate = /^\d{1,2}$/.test(vat) ? BigInt(vat) : 0n;
  return Number(halfUp(BigInt(gross) * 100n, 100n + rate));
}

function halfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

/** Only a Polish NIP is looked for; it is compared by its digits. */
function taxIdOf({ buyer }: Report): string | undefined {
  const digits = buyer.taxId?.replace(/^\s*PL/i, "").replaceAll(/[\s-]/g, "");
  return digits && /^\d{10}$/.test(digits) ? digits : undefined;
}

/** With a stand-in contractor this is where a person reads to whom it goes. */
function remarksOf({ note, shipping, buyer, payment }: Report): string {
  const { address } = shipping;
  const parts = [
    note,
    shipping.method,
    shipping.point,
    address && [address.name, address.company, address.street, `${address.postcode} ${address.city}`, address.country],
    [buyer.phone, buyer.email],
    payment.cashOnDelivery ? "pobranie" : payment.paid ? "zapłacone" : undefined,
  ];
  return parts
    .map((part) => (Array.isArray(part) ? part.filter(Boolean).join(", ") : (part ?? "")))
    .filter((part) => part.trim() !== "")
    .join("\n");
}

/** For texts that people read, never for ids. */
function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
