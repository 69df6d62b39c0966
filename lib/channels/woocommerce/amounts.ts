/**
 * What an order costs: its goods, shipping and fees, each gross and by VAT, and what was paid with. Pure.
 *
 * Gift cards and store credit are payments, which lower what is due and not what the order is worth. WooCommerce knows
 * none: each plugin writes them down in its own way, and takes them off the order's total.
 */
import {
  bringTo,
  type Fee,
  formatMinor,
  type Line,
  type Payment,
  type Piece,
  parseMinor,
  rateBetween,
  type Share,
  type Vat,
  vatFrom,
  vatName,
} from "../../core/money.ts";
import { present } from "../../core/writes.ts";
import { withoutDiscount } from "../shared/discounts.ts";
import { feeKindOf, prepaidKindOf } from "../shared/fee-kinds.ts";
import { isRecord, Text } from "../shared/wire.ts";
import { type Goods, goodsOf, type WooFee, type WooOrder } from "./body.ts";
import { fieldIn, valuesIn } from "./fields.ts";
import { type NetAndTax, type Rated, splitByRate } from "./split-by-rate.ts";

/** `total` is there only where every amount could be read: an unknown amount is never 0. */
export type Amounts = {
  currency?: string;
  total?: number;
  due?: number;
  refunded?: number;
  refundedPieces?: Piece[];
  lines: Line[];
  shipping: Share[];
  fees: Fee[];
  payments: Payment[];
};

type Rows = Pick<Amounts, "lines" | "shipping" | "fees">;

/** @param onDelivery it is paid on delivery */
export function amountsOf(order: WooOrder, onDelivery: boolean): Amounts {
  const { currency } = order;
  if (currency === undefined) return { lines: [], shipping: [], fees: [], payments: [] };
  const { rows, discounts, isReadable } = rowsOf(order, onDelivery, currency);
  const said = order.total === undefined ? undefined : parseMinor(order.total, currency);
  const left = discounts.reduce(withDiscount, rows);
  const payments = prepaidBy(order, currency, sumOf(left) - (said ?? 0));
  const prepaid = payments.reduce((sum, { amount }) => sum + amount, 0);
  const total = said === undefined || !isReadable ? undefined : said + prepaid;
  return present({
    currency,
    total,
    due: total !== undefined && prepaid > 0 ? said : undefined,
    refunded: refundedOf(order, currency) || undefined,
    refundedPieces: refundedPiecesOf(order),
    ...(total === undefined ? left : rounded(left, total, order.total, currency)),
    payments,
  });
}

function rowsOf(order: WooOrder, onDelivery: boolean, currency: string) {
  const lines = order.line_items
    ? goodsOf(order.line_items).map((goods) => lineOf(order, goods, currency))
    : [undefined];
  const shipping = order.shipping_lines?.flatMap((line) => sharesOf(order, line, currency)) ?? [undefined];
  const fees = order.fee_lines
    ?.filter((fee) => !isPrepaid(fee))
    .flatMap((fee) => feesOf(order, fee, onDelivery, currency)) ?? [undefined];
  const readable = <Row>(all: ReadonlyArray<Row | undefined>) => all.filter((row) => row !== undefined);
  const isPositive = ({ gross }: Share) => gross >= 0;
  const discounts: Share[] = [...readable(lines), ...readable(shipping), ...readable(fees)].filter(
    (row) => !isPositive(row),
  );
  const rows: Rows = {
    lines: readable(lines).filter(isPositive),
    shipping: byVat(readable(shipping).filter(({ gross }) => gross > 0)),
    fees: readable(fees).filter((fee) => fee.gross > 0),
  };
  return { rows, discounts, isReadable: [...lines, ...shipping, ...fees].every((row) => row !== undefined) };
}

function byVat(shares: readonly Share[]): Share[] {
  return [...Map.groupBy(shares, ({ vat }) => vatName(vat)).values()].map((alike) => ({
    ...alike[0],
    gross: alike.reduce((sum, { gross }) => sum + gross, 0),
  }));
}

function lineOf(order: WooOrder, { item, variant }: Goods, currency: string): Line | undefined {
  const shares = sharesOf(order, item, currency);
  if (!shares) return undefined;
  return present({
    sku: item.sku,
    ean: item.global_unique_id,
    name: item.name ?? "",
    variant,
    quantity: String(item.quantity),
    gross: shares.reduce((sum, { gross }) => sum + gross, 0),
    vat: shares.length === 1 ? shares[0]?.vat : undefined,
  });
}

function feesOf(order: WooOrder, fee: WooFee, onDelivery: boolean, currency: string): Array<Fee | undefined> {
  const { name = "" } = fee;
  const kind = feeKindOf(name, onDelivery);
  return sharesOf(order, fee, currency)?.map((share): Fee => ({ kind, name, ...share })) ?? [undefined];
}

/** A negative row comes off the goods, at each rate by what the shop took off there; then off shipping and fees. */
function withDiscount({ lines, shipping, fees }: Rows, { gross, vat }: Share): Rows {
  const goods = withoutDiscount(lines, present<Share>({ gross: -gross, vat }));
  const carriage = withoutDiscount(shipping, present<Share>({ gross: goods.left, vat }));
  const others = withoutDiscount(fees, present<Share>({ gross: carriage.left, vat }));
  return { lines: goods.rows, shipping: carriage.rows, fees: others.rows };
}

/**
 * A shop may keep fewer decimals of its totals than the currency has, and then rounds each order: what that makes is in
 * the price of the goods.
 */
function rounded(rows: Rows, total: number, said: WooOrder["total"], currency: string): Rows {
  const decimals = /\.(\d+)$/.exec(String(said))?.[1]?.length ?? 0;
  const unit = (parseMinor("1", currency) ?? 1) / 10 ** decimals;
  const off = total - sumOf(rows);
  const count = rows.lines.length + rows.shipping.length + rows.fees.length;
  if (off === 0 || unit <= 1 || Math.abs(off) > (unit / 2) * (count + 1)) return rows;
  const goods = rows.lines.reduce((sum, { gross }) => sum + gross, 0) + off;
  return goods < 0 ? rows : { ...rows, lines: bringTo(rows.lines, goods) };
}

function sumOf({ lines, shipping, fees }: Rows): number {
  return [...lines, ...shipping, ...fees].reduce((sum, { gross }) => sum + gross, 0);
}

/** Refunds are negative texts. */
function refundedOf({ refunds }: WooOrder, currency: string): number {
  const amounts = refunds.map(({ total }) => (total === undefined ? 0 : (parseMinor(total, currency) ?? 0)));
  return amounts.reduce((all, amount) => all + Math.abs(amount), 0);
}

function refundedPiecesOf({ refunds }: WooOrder): Piece[] | undefined {
  const pieces = refunds.flatMap(({ line_items }) =>
    line_items.flatMap(({ sku, name = "", quantity }) => {
      const count = Math.abs(Number(quantity ?? 0));
      return count > 0 ? [present<Piece>({ sku, name, quantity: String(count) })] : [];
    }),
  );
  return pieces.length > 0 ? pieces : undefined;
}

/** A line, a fee or a way of shipping. Its total is net of tax. */
type Row = {
  total: string | number;
  total_tax: string | number;
  taxes?: ReadonlyArray<{ id?: string | number | undefined; total?: string | number | undefined }> | undefined;
};

function netAndTaxOf({ total, total_tax }: Row, currency: string): NetAndTax | undefined {
  const [net, tax] = [parseMinor(total, currency), parseMinor(total_tax, currency)];
  return net === undefined || tax === undefined ? undefined : { net, tax };
}

type Part = NetAndTax & { vat: Vat | undefined };

/**
 * A row by VAT: one share in nearly every case. A negative fee is spread by the shop over all rates of the order.
 * @returns undefined where an amount cannot be read
 */
function sharesOf(order: WooOrder, row: Row, currency: string): Share[] | undefined {
  const amounts = netAndTaxOf(row, currency);
  if (!amounts) return undefined;
  const parts = partsOf(order, row, amounts, currency);
  return parts.map(({ net, tax, vat }) => present<Share>({ gross: net + tax, vat }));
}

function partsOf(order: WooOrder, row: Row, amounts: NetAndTax, currency: string): Part[] {
  const whole = (vat: Vat | undefined): Part[] => [{ ...amounts, vat }];
  if (row.taxes === undefined) return whole(amounts.tax === 0 ? undefined : impliedBy(amounts, currency));
  const applied = appliedTo(row, currency);
  const [first, ...more] = applied;
  // `tax_status` says nothing of it: of an untaxed fee it says that it is taxable.
  if (!first) return whole(amounts.tax === 0 ? { kind: "untaxed" } : impliedBy(amounts, currency));
  if (more.length === 0) return whole(vatOf(order, first.id, amounts, currency));
  const rated = applied.map(
    ({ id, tax }): Rated => ({ vat: rateOf(order, id), tax, base: baseOf(order, id, currency) }),
  );
  return splitByRate(rated, baseOf(order, undefined, currency), amounts) ?? whole(undefined);
}

/** The net of all rows that this rate alone lies on; without an id of those that no tax is in. */
function baseOf(order: WooOrder, id: string | undefined, currency: string): number {
  const rows: Row[] = [...(order.line_items ?? []), ...(order.shipping_lines ?? []), ...(order.fee_lines ?? [])];
  return rows.reduce((sum, row) => {
    const net = netAndTaxOf(row, currency)?.net ?? 0;
    const applied = appliedTo(row, currency);
    return net > 0 && applied.length <= 1 && applied[0]?.id === id ? sum + net : sum;
  }, 0);
}

type Applied = { id: string; tax: number };

/** Taxes without an amount do not apply, and of several those of nothing neither, but for a discount of a few grosze. */
function appliedTo({ total, taxes = [] }: Row, currency: string): Applied[] {
  const applied = taxes.flatMap(({ id, total: amount }) => {
    const tax = amount === undefined || amount === "" ? undefined : parseMinor(amount, currency);
    return tax === undefined ? [] : [{ id: String(id), tax }];
  });
  if (Number(total) < 0) return applied;
  const real = applied.filter(({ tax }) => tax !== 0);
  return real.length > 0 ? real : applied.slice(0, 1);
}

/** What the amounts say comes before a tax line: a rate that was deleted since leaves one of 0 %, or none. */
function vatOf(order: WooOrder, id: string, amounts: NetAndTax, currency: string): Vat | undefined {
  const vat = rateOf(order, id);
  const percent = vat?.kind === "rate" ? Number(vat.rate) : 0;
  if (amounts.tax !== 0) return percent > 0 ? vat : impliedBy(amounts, currency);
  if (percent > 0) return Math.abs(amounts.net) * percent >= 100 ? { kind: "untaxed" } : vat;
  return vat ?? (amounts.net === 0 ? undefined : { kind: "rate", rate: "0" });
}

const EXEMPTIONS: ReadonlySet<string> = new Set(["zw", "np", "oo"]);

/** An exemption is a rate of 0 % that the merchant called by its name. */
function rateOf({ tax_lines }: WooOrder, id: string): Vat | undefined {
  const line = tax_lines.find(({ rate_id }) => String(rate_id) === id);
  if (!line) return undefined;
  const percent = line.rate_percent ?? /(\d{1,2}(?:[.,]\d{1,4})?) ?%/.exec(`${line.label} ${line.rate_code}`)?.[1];
  const rate = vatFrom(percent);
  const named = vatFrom(line.label);
  const isExempt = Number(percent ?? 0) === 0 && named?.kind === "exempt" && EXEMPTIONS.has(named.code);
  return isExempt ? named : rate;
}

function impliedBy({ net, tax }: NetAndTax, currency: string): Vat | undefined {
  const text = (minor: number) => formatMinor(Math.abs(minor), currency);
  return rateBetween(text(net), text(net + tax));
}

/** A negative fee of such a name in which no tax is: one that lowers the tax is a discount, whatever it is called. */
function isPrepaid({ name = "", total, total_tax }: WooFee): boolean {
  return Number(total) < 0 && Number(total_tax) === 0 && prepaidKindOf(name) !== undefined;
}

/**
 * What a plugin writes down counts where the order's total bears it out: some lower the prices of the lines as well.
 * @param missing by how much the total is less than all that was bought, in minor units
 */
function prepaidBy(order: WooOrder, currency: string, missing: number): Payment[] {
  const ways = [feesIn, giftCardsIn, giftCardLinesIn, yithIn, walletIn, couponsIn].map((way) => way(order, currency));
  const known = ways.filter((payments) => payments.length > 0);
  for (const combination of combinationsOf(known)) {
    const payments = combination.flat();
    if (missing > 0 && Math.abs(paidWith(payments) - missing) <= payments.length) return payments;
  }
  const left = missing - paidWith(ways[0] ?? []);
  const named = left > 0 ? namedIn(order, left, currency) : [];
  if (named.length > 0) return [...(ways[0] ?? []), ...named];
  // A negative fee is in the total for certain.
  return ways[0] ?? [];
}

/** All of them first. */
function combinationsOf(ways: readonly Payment[][]): Payment[][][] {
  const [first, ...rest] = ways;
  if (!first) return [[]];
  const others = combinationsOf(rest);
  return [...others.map((other) => [first, ...other]), ...others];
}

function paidWith(payments: readonly Payment[]): number {
  return payments.reduce((sum, { amount }) => sum + amount, 0);
}

function payment(kind: Payment["kind"], name: string, amount: unknown, currency: string): Payment[] {
  const text = Text.parse(amount);
  const minor = text === "" ? undefined : parseMinor(text, currency);
  return minor === undefined || minor === 0 ? [] : [{ kind, name, amount: Math.abs(minor) }];
}

function feesIn({ fee_lines = [] }: WooOrder, currency: string): Payment[] {
  return fee_lines
    .filter(isPrepaid)
    .flatMap(({ name = "", total }) => payment(prepaidKindOf(name) ?? "other", name, total, currency));
}

/** Who has the code has the money that is left on the card: its end tells one card from another. */
function cardName(code: unknown): string {
  const text = Text.parse(code);
  return text.length > 8 ? `…${text.slice(-4)}` : "";
}

/** WooCommerce Gift Cards: `gift_cards: [{id, code, amount}]`. */
function giftCardsIn({ gift_cards: cards }: WooOrder, currency: string): Payment[] {
  return recordsIn(cards).flatMap(({ code, amount }) => payment("gift-card", cardName(code), amount, currency));
}

/** PW WooCommerce Gift Cards: `pw_gift_card_lines: [{card_number, amount}]`. */
function giftCardLinesIn({ pw_gift_card_lines: lines }: WooOrder, currency: string): Payment[] {
  return recordsIn(lines).flatMap(({ card_number, amount }) =>
    payment("gift-card", cardName(card_number), amount, currency),
  );
}

/** YITH Gift Cards: `_ywgc_applied_gift_cards: {code: amount}`. */
function yithIn({ meta_data }: WooOrder, currency: string): Payment[] {
  const cards = meta_data.find(({ key }) => key === "_ywgc_applied_gift_cards")?.value;
  if (!isRecord(cards)) return [];
  return Object.entries(cards).flatMap(([code, amount]) => payment("gift-card", cardName(code), amount, currency));
}

/** TeraWallet, where it does not make a fee of it. */
function walletIn(order: WooOrder, currency: string): Payment[] {
  return payment("store-credit", "", fieldIn(order, "_via_wallet_payment"), currency);
}

/** Smart Coupons: store credit is a coupon that is taken off after tax. */
function couponsIn({ coupon_lines }: WooOrder, currency: string): Payment[] {
  return coupon_lines
    .filter(({ discount_type: type }) => type === "smart_coupon" || type === "store_credit")
    .flatMap(({ code, discount }) => payment("store-credit", cardName(code), discount, currency));
}

const PREPAID =
  /gift[ _-]?(?:card|cert)|giftcard|store[ _-]?credit|wallet|account[ _-]?funds|(?:points|credits?)[ _-](?:redeem|used|paid|amount)/i;

/** Of a plugin that is not known: a field that is named after such a payment and holds just what is missing. */
function namedIn({ meta_data }: WooOrder, missing: number, currency: string): Payment[] {
  for (const { key, value } of meta_data) {
    if (!PREPAID.test(key)) continue;
    const amounts = valuesIn(value).flatMap((text) => parseMinor(text, currency) ?? []);
    const kind = /gift/i.test(key) ? "gift-card" : "store-credit";
    if (amounts.some((amount) => Math.abs(amount) === missing)) return [{ kind, name: "", amount: missing }];
  }
  return [];
}

function recordsIn(list: unknown): ReadonlyArray<Readonly<Record<string, unknown>>> {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}
