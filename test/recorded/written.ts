/**
 * What the bridge writes for an order, as it lies in WAPRO afterwards. The one file of these tests that knows the shape
 * of a report and of the bridge's settings.
 */

import { sharesOf, sumOf, vatName } from "../../lib/core/money.ts";
import type { Sighting } from "../../lib/core/order.ts";
import type { Erp, ErpOrder } from "../../lib/core/ports/erp.ts";
import { openWapro, settings, WAREHOUSE } from "../bridge/wapro-world.ts";
import type { ExpectedOrder } from "./recordings.ts";

/** `vat`: WAPRO's code, `23` or `zw`. `name`: what the goods are called there. */
export type WrittenLine = { article: string; quantity: number; grossMinor: number; vat: string[]; name: string };
export type WrittenCharge = { kind: string; grossMinor: number; vat: string[] };

export type Written = {
  /** Why it is not written; the lines are then what was to be written, as far as the report says. */
  refused?: string;
  lines: WrittenLine[];
  shipping: WrittenCharge | undefined;
  fees: WrittenCharge[];
  /** Of all that is written. */
  sumMinor: number;
  /** What the order is worth and, of that, what was paid back. */
  totalMinor: number;
  currency: string;
  number: string | undefined;
  paid: boolean;
  cashOnDelivery: boolean;
  taxId: string | undefined;
  point: string | undefined;
  /** What people read at the order. */
  remarks: string;
  /** All that leaves for the ERP. */
  texts: string;
};

/** The service articles: by whose SKU the bridge writes what is no goods. */
const SERVICES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(settings.services).map(([kind, sku]) => [sku, kind]),
);

/** Of every article: no shop's rate, so that what a source could have said and did not comes out wrong. */
const NO_SHOPS_VAT = "7";

/** The order whose prices hold a fee without VAT, so that no rate lies between them: the article tells it. */
const TOLD_BY_ARTICLE = "DOIWXLZZO";

/** A database in which every article of the order stands once, and the buyer as a contractor. */
async function openDatabase({ lines, taxId, number }: ExpectedOrder) {
  const goods = [...Map.groupBy(lines, ({ sku, ean }) => sku || ean).values()].flatMap(([line]) =>
    line?.sku || line?.ean ? [line] : [],
  );
  const articles = goods.map((line, index) => ({
    id: String(1_000 + index),
    warehouse: WAREHOUSE,
    sku: line.sku || `of ${line.ean}`,
    ...(line.ean && { ean: line.ean }),
    vat: number === TOLD_BY_ARTICLE ? String(line.vatPercent) : NO_SHOPS_VAT,
  }));
  const services = Object.keys(SERVICES).map((sku, index) => ({
    id: String(2_000 + index),
    warehouse: WAREHOUSE,
    sku,
    vat: NO_SHOPS_VAT,
  }));
  const contractors = taxId ? [{ id: BUYER, taxId }] : [];
  const wapro = await openWapro({ articles: [...articles, ...services], contractors });
  const nameOf = (id: string) => {
    const line = goods[articles.findIndex((article) => article.id === id)];
    return line?.sku || line?.ean || id;
  };
  /** The SKU of a service article. */
  const serviceOf = (id: string) => services.find((service) => service.id === id)?.sku;
  return { ...wapro, nameOf, serviceOf };
}

/** The buyer's id as a contractor. */
const BUYER = "7001";

export async function erpFor(expected: ExpectedOrder): Promise<Erp> {
  return (await openDatabase(expected)).erp;
}

/**
 * Written whatever its state is, and in PLN: WAPRO takes no other currency, but what it would take of the goods is the
 * same.
 */
export async function written(order: ErpOrder, expected: ExpectedOrder): Promise<Written> {
  const { erp, sql, clock, nameOf, serviceOf } = await openDatabase(expected);
  const answer = await erp.submit({ ...order, currency: "PLN" }, clock.now + 60_000);
  const [row] = sql.rows();
  const said = saidOf(order);
  if (answer.outcome === "rejected" || !row)
    return { ...said, refused: "reason" in answer ? answer.reason : answer.outcome };
  const goods = row.lines.filter(({ article }) => serviceOf(article) === undefined);
  const charges = Object.entries(SERVICES).flatMap(([sku, kind]) => {
    const lines = row.lines.filter(({ article }) => serviceOf(article) === sku);
    return lines.length === 0 ? [] : [{ kind, ...summed(lines) }];
  });
  return {
    ...said,
    lines: Object.entries(Object.groupBy(goods, ({ article }) => article)).map(([article, lines = []]) => ({
      article: nameOf(article),
      name: [...new Set(lines.map(({ name }) => name))].join(" | "),
      ...summed(lines),
    })),
    shipping: charges.find(({ kind }) => kind === "shipping"),
    fees: charges.filter(({ kind }) => kind !== "shipping"),
    sumMinor: row.total,
    taxId: row.contractor === BUYER ? expected.taxId : said.taxId && `not found: ${said.taxId}`,
    point: said.point !== undefined && row.remarks.includes(said.point) ? said.point : undefined,
    remarks: row.remarks,
  };
}

type Row = { quantity: string; gross: number; vat: string };

function summed(lines: readonly Row[]) {
  return {
    quantity: Math.round(lines.reduce((sum, { quantity }) => sum + Number(quantity), 0) * 1e6) / 1e6,
    grossMinor: lines.reduce((sum, { quantity, gross }) => sum + Math.round(Number(quantity) * gross), 0),
    vat: [...new Set(lines.map(({ vat }) => vat))],
  };
}

/** What the report says, before the bridge has made anything of it. */
function saidOf({ report, total, currency }: ErpOrder): Written {
  const { lines, shipping, buyer, payment } = report;
  const said = lines.map((line) => ({
    article: line.sku || line.ean || line.name,
    name: line.name,
    quantity: Number(line.quantity),
    grossMinor: line.gross,
    vat: [vatName(line.vat)],
  }));
  return {
    lines: said,
    shipping:
      shipping.gross === 0
        ? undefined
        : { kind: "shipping", grossMinor: shipping.gross, vat: sharesOf(shipping).map(({ vat }) => vatName(vat)) },
    fees: (report.fees ?? []).map(({ kind, gross, vat }) => ({ kind, grossMinor: gross, vat: [vatName(vat)] })),
    sumMinor: sumOf(report),
    totalMinor: total,
    currency,
    number: report.number,
    paid: payment.paid,
    cashOnDelivery: payment.cashOnDelivery,
    taxId: buyer.taxId,
    point: shipping.point,
    remarks: report.note ?? "",
    texts: JSON.stringify(report),
  };
}

/** Pieces that were paid back, by article. */
export function refundedPieces({ refundedPieces = [] }: Sighting): ReadonlyMap<string, number> {
  return new Map(
    [...Map.groupBy(refundedPieces, ({ sku, name }) => sku || name)].map(([article, pieces]) => [
      article,
      pieces.reduce((sum, { quantity }) => sum + Number(quantity), 0),
    ]),
  );
}
