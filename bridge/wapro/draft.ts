/** What is to be written of an order, worked out before the database is asked for anything. Pure. */

import { type Vat, vatName } from "../../lib/core/money.ts";
import type { ErpOrder } from "../../lib/core/ports/erp.ts";
import { customerNumberOf, internetIdOf } from "./columns.ts";
import { contentsOf, type Item, nameOf, type Refusal } from "./items.ts";
import { type Priced, pricesOf } from "./prices.ts";
import type { Wapro } from "./probe.ts";
import { descriptionOf, fitted, remarksOf } from "./remarks.ts";
import { serviceOf, vatCodesOf, type WaproSettings } from "./settings.ts";
import type { Texts } from "./texts.ts";

/** One line of the order. `vat`: undefined where the article has to tell. */
export type DraftLine = Priced & {
  sku: string | undefined;
  ean: string | undefined;
  name: string;
  vat: DraftVat | undefined;
};

/** A code of WAPRO's, and the percent that net prices are worked out by. */
export type DraftVat = { code: string; rate: string };

/** An order in WAPRO's words, before its articles and its contractor are looked up. */
export type Draft = {
  lines: DraftLine[];
  /** Digits of a NIP. */
  taxId: string | undefined;
  customerNumber: string;
  internetId: string | undefined;
  /** With a contractor of the buyer's own, and with the stand-in. */
  remarks: { own: string; standIn: string };
  buyer: string;
  payment: string;
};

/** @returns why it cannot be written as it was bought: a person has to look */
export function draftOf(
  order: ErpOrder,
  settings: WaproSettings,
  { internetIdLength, alphabets, texts }: Pick<Wapro, "internetIdLength" | "alphabets" | "texts">,
): Draft | Refusal {
  const contents = contentsOf(order);
  if ("refused" in contents) return contents;
  const lines: DraftLine[] = [];
  for (const item of contents.items) {
    const drafted = linesOf(item, settings, texts);
    if ("refused" in drafted) return drafted;
    lines.push(...drafted);
  }
  const { report, keys } = order;
  const remarks = (isStandIn: boolean) => remarksOf(order, contents.uncoded, isStandIn, texts.UWAGI);
  const { billing } = report.buyer;
  const buyer = billing?.name || billing?.company || report.shipping.address?.name || "";
  return {
    lines,
    taxId: nipOf(report.buyer.taxId),
    customerNumber: customerNumberOf(order, alphabets.number) ?? "",
    internetId: internetIdLength > 0 ? internetIdOf(keys, internetIdLength, alphabets.internetId) : undefined,
    remarks: { own: remarks(false), standIn: remarks(true) },
    buyer: fitted(buyer, texts.OSOBA_ZAMAWIAJACA),
    payment: fitted(report.payment.method, texts.FORMA_PLATNOSCI),
  };
}

function linesOf(item: Item, settings: WaproSettings, texts: Texts): DraftLine[] | Refusal {
  const { kind, ean, quantity, gross } = item;
  const sku = kind === "goods" ? item.sku : serviceOf(kind, settings);
  if (kind !== "goods" && sku === undefined) return { refused: "erp-service-missing", detail: `services.${kind}` };
  const vat = waproVat(item, settings);
  if (vat === "unknown")
    return { refused: "erp-vat-code-unknown", detail: `${nameOf(item)}: VAT ${vatName(item.vat)}` };
  const prices = pricesOf(quantity, gross);
  if (!prices) return { refused: "erp-price-inexact", detail: `${nameOf(item)}: quantity ${quantity}` };
  const name = descriptionOf(item, texts.OPIS);
  return prices.map((price) => ({ ...price, sku, ean, name, vat }));
}

/**
 * A deposit is outside VAT, whoever says nothing of it.
 * @returns undefined where nobody says anything
 */
export function waproVat({ kind, vat }: Item, settings: WaproSettings): DraftVat | "unknown" | undefined {
  const key = vat ? vatName(vat) : kind === "deposit" ? "deposit" : undefined;
  if (key === undefined) return undefined;
  const codes = vatCodesOf(settings);
  const code = Object.hasOwn(codes, key) ? codes[key] : undefined;
  return code === undefined ? "unknown" : { code, rate: percentOf(vat) };
}

function percentOf(vat: Vat | undefined): string {
  return vat?.kind === "rate" ? vat.rate : "0";
}

/** Only a Polish NIP is looked for; it is compared by its digits. */
function nipOf(taxId: string | undefined): string | undefined {
  const plain = taxId?.replaceAll(/[\s./-]/g, "").replace(/^PL/i, "");
  return plain && isNip(plain) ? plain : undefined;
}

const NIP_WEIGHTS = [6, 5, 7, 2, 3, 4, 5, 6, 7];

/**
 * Not what a buyer types to get past the field: the check digit of 0000000000 is right, and yet it is nobody's; no check
 * digit at all fits 123456789. A company that WAPRO keeps under such digits is not this buyer.
 */
function isNip(digits: string): boolean {
  if (!/^\d{10}$/.test(digits) || Number(digits) === 0) return false;
  const sum = NIP_WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return sum % 11 === Number(digits[9]);
}
