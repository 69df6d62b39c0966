/**
 * Money: what amounts are, what VAT lies on them, what a purchase is made of, and how an amount is spread over its rows.
 *
 * An amount is a decimal string outside and integer minor units inside. It is never read as a float:
 * 19.99 * 100 is 1998.9999999999998.
 *
 * A purchase has one shape for every source: goods, shipping, fees, and what was paid with. Lines, shipping and fees add
 * up to the order's worth. Every `gross` is what the buyer pays for it, in minor units, after every discount, and never
 * negative: a discount is no line, it is taken off what it applies to (`takeOff`). A gift card or store credit is a
 * payment and takes nothing off.
 *
 * Schemas are built where they are first used: every function loads this file, and has to start quickly. Pure.
 */
import * as z from "zod/mini";
import { anyInt, anyText, optionalInt, optionalText } from "./schemas.ts";

/** An amount in minor units (grosze for PLN) of one ISO 4217 currency, written in capitals. */
export const Money = z.object({
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  minor: anyInt,
});
export type Money = z.infer<typeof Money>;

/** What an order is worth, and what of it was due after gift cards and store credit, where its source says so. */
export const Worth = z.extend(Money, { due: optionalInt });
export type Worth = z.infer<typeof Worth>;

/** Languages write the noise of their floats too: 110.47000000000001, "58.989999999999995". */
const DECIMAL = /^(?<sign>[+-]?)(?<whole>\d{1,13})(?:\.(?<fraction>\d{1,20}))?$/;

/**
 * ISO 4217, written down here: the ICU of the runtime follows cash (no fillér, no cents of a rupiah) and changes with
 * its updates, which would read a stored total a hundredfold.
 */
const DECIMALS: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const EXPONENTS: ReadonlyMap<string, number> = new Map(
  Object.entries(DECIMALS).flatMap(([decimals, codes]) => codes.split(" ").map((code) => [code, Number(decimals)])),
);

/** How many decimals a currency has: 2 for PLN, 0 for JPY. An unknown code counts as 2. */
function exponentOf(currency: string): number {
  return EXPONENTS.get(currency) ?? 2;
}

/**
 * Reads a decimal amount, as text or as a JSON number, into minor units, rounding half away from zero:
 * shops may send more decimals than the currency has ("22.940000", "2.000").
 * @returns undefined for anything that is not a plain decimal; an unknown amount is never turned into 0.
 */
export function parseMinor(amount: string | number, currency: string): number | undefined {
  const text = typeof amount === "number" ? plainDecimal(amount) : amount.trim();
  const groups = DECIMAL.exec(text)?.groups;
  if (!groups) return undefined;
  const exponent = exponentOf(currency);
  const fraction = (groups.fraction ?? "").padEnd(exponent + 1, "0");
  const kept = BigInt(`${groups.whole}${fraction.slice(0, exponent)}`);
  const rounded = kept + (fraction.charAt(exponent) >= "5" ? 1n : 0n);
  const minor = Number(groups.sign === "-" ? -rounded : rounded);
  if (!Number.isSafeInteger(minor)) return undefined;
  return minor === 0 ? 0 : minor;
}

/** Writes minor units as a decimal string with the currency's own number of decimals. */
export function formatMinor(minor: number, currency: string): string {
  const exponent = exponentOf(currency);
  const digits = Math.abs(minor)
    .toString()
    .padStart(exponent + 1, "0");
  const cut = digits.length - exponent;
  const text = exponent === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return minor < 0 ? `-${text}` : text;
}

/** Equal within what rounding by line can differ: one minor unit a line plus one. Currencies must be equal. */
export function agrees(a: Money, b: Money, lines: number): boolean {
  return a.currency === b.currency && Math.abs(a.minor - b.minor) <= lines + 1;
}

/**
 * One purchase's money as two sources tell it. Worth is compared; and of a source that knows one amount only, nobody can
 * say which it is: it may be what the other calls due.
 */
export function agreesInWorth(a: Worth, b: Worth, lines: number): boolean {
  if (agrees(a, b, lines)) return true;
  if (a.due !== undefined && b.due === undefined) return agrees({ ...a, minor: a.due }, b, lines);
  if (b.due !== undefined && a.due === undefined) return agrees(a, { ...b, minor: b.due }, lines);
  return false;
}

/** A JSON number without exponent notation; shortest round-trip digits are exact for amounts of a shop's size. */
function plainDecimal(amount: number): string {
  return Number.isFinite(amount) && Math.abs(amount) < 1e13 && (amount === 0 || Math.abs(amount) >= 1e-6)
    ? String(amount)
    : "";
}

/**
 * A rate, a named exemption, known untaxed, or not said at all. Not said is `undefined`, and is never taken for any rate:
 * the ERP then asks its own article.
 */
export const Vat = z.lazy(() =>
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("rate"),
      rate: z.string().check(z.regex(/^\d{1,2}(\.\d{1,4})?$/), z.describe("Percent as decimal text, for example 23")),
    }),
    z.object({
      kind: z.literal("exempt"),
      code: z.string().check(z.describe("A named exemption, in small letters: zw, np, oo and the like")),
    }),
    z.object({ kind: z.literal("untaxed") }).check(z.describe("Known to carry no tax, without a reason")),
  ]),
);
export type Vat = z.infer<typeof Vat>;

/**
 * Reads a rate or an exemption as most systems write it: `23`, `23.00`, `23%`, `8,0 %`, `zw.`, `NP`.
 * @returns undefined for what is none of these, above all for the private codes of a platform
 */
export function vatFrom(text: string | number | null | undefined): Vat | undefined {
  const plain = String(text ?? "")
    .trim()
    .toLowerCase()
    .replace(/[\s%.]{1,9}$/, "")
    .replace(",", ".");
  const rate = /^0*(\d{1,2})(?:\.(?:0+|(\d{1,4}?)0*))?$/.exec(plain);
  if (rate) return { kind: "rate", rate: rate[2] ? `${rate[1]}.${rate[2]}` : `${rate[1]}` };
  return /^\p{L}{2,20}$/u.test(plain) ? { kind: "exempt", code: plain } : undefined;
}

/** One text for one VAT: what carries the same is taxed alike. */
export function vatName(vat: Vat | undefined): string {
  if (vat === undefined) return "not said";
  if (vat.kind === "rate") return vat.rate;
  return vat.kind === "exempt" ? vat.code : vat.kind;
}

/** The rates of Polish VAT, in percent. */
const POLISH = [23, 8, 5, 0] as const;
const HIGHEST = 30;

const SCALE = 8;

/**
 * The rate that lies between a net and a gross price, each a decimal text that may be rounded by half a hundredth.
 * @returns undefined where several rates would give these prices, as of goods for a grosz, or none would
 */
export function rateBetween(net: string, gross: string): Vat | undefined {
  const [from, to] = [scaled(net), scaled(gross)];
  if (from === undefined || to === undefined || from <= 0n || to <= 0n) return undefined;
  const fits = (percent: number) => {
    const off = from * BigInt(100 + percent) - to * 100n;
    return (off < 0n ? -off : off) <= 10n ** BigInt(SCALE);
  };
  const polish = POLISH.filter(fits);
  const others = Array.from({ length: HIGHEST + 1 }, (_, percent) => percent).filter(fits);
  const [percent, ...more] = polish.length > 0 ? polish : others;
  return percent === undefined || more.length > 0 ? undefined : { kind: "rate", rate: String(percent) };
}

function scaled(decimal: string): bigint | undefined {
  const [, whole, fraction = ""] = /^(\d{1,13})(?:\.(\d{1,20}))?$/.exec(decimal.trim()) ?? [];
  return whole === undefined ? undefined : BigInt(whole + fraction.slice(0, SCALE).padEnd(SCALE, "0"));
}

const optionalVat = z.optional(Vat);

const lineFields = () => ({
  sku: optionalText,
  ean: optionalText,
  name: anyText,
  /** What the buyer chose on this line and wrote for it, as people read it: `Rozmiar: L, Grawer: Ala`. */
  variant: optionalText,
  /** Decimal text. */
  quantity: anyText,
  /** For the whole line. */
  gross: anyInt,
  /** Absent where the source does not say. */
  vat: optionalVat,
});

/** One line of goods. Reads what older builds stored, too: they had `taxRate`, the text of a rate or of an exemption. */
export const Line = z.lazy(() =>
  z.pipe(
    z.object({
      ...lineFields(),
      taxRate: z.optional(anyText).check(z.describe("Of an older Kojarz; `vat` says it now")),
    }),
    z.transform(({ taxRate, ...line }): BareLine => {
      const vat = line.vat ?? vatFrom(taxRate);
      return vat ? { ...line, vat } : line;
    }),
  ),
);
type BareLine = z.infer<z.ZodMiniObject<ReturnType<typeof lineFields>>>;
export type Line = z.infer<typeof Line>;

/** An amount under one VAT. */
export const Share = z.lazy(() => z.object({ gross: anyInt, vat: optionalVat }));
export type Share = z.infer<typeof Share>;

/** What is neither goods nor shipping. A `deposit` (kaucja) is outside VAT. */
export const FEE_KINDS = ["codFee", "paymentFee", "wrapping", "insurance", "deposit", "duty", "other"] as const;
export type FeeKind = (typeof FEE_KINDS)[number];

export const Fee = z.lazy(() =>
  z.object({
    kind: z.enum(FEE_KINDS),
    /** As the source calls it. */
    name: anyText,
    /** Decimal text; 1 where it is left out. */
    quantity: optionalText,
    /** For all of them. */
    gross: anyInt,
    vat: optionalVat,
  }),
);
export type Fee = z.infer<typeof Fee>;

export const PAYMENT_KINDS = ["gift-card", "store-credit", "voucher", "other"] as const;

/** What was paid with, beside the payment itself: it lowers what is due and not what the order is worth. */
export const Payment = z.lazy(() =>
  z.object({
    kind: z.enum(PAYMENT_KINDS),
    name: anyText,
    amount: anyInt,
  }),
);
export type Payment = z.infer<typeof Payment>;

/** Some pieces of an order's goods. */
export const Piece = z.lazy(() => z.object({ sku: optionalText, name: anyText, quantity: anyText }));
export type Piece = z.infer<typeof Piece>;

export const ROUNDED_ON = ["piece", "row", "total"] as const;
export const ROUNDED_PRICES = ["gross", "net"] as const;

/** Where the source rounds, and whether its prices are entered gross or net. */
export const Rounding = z.lazy(() => z.object({ on: z.enum(ROUNDED_ON), prices: z.enum(ROUNDED_PRICES) }));
export type Rounding = z.infer<typeof Rounding>;

/**
 * Splits whole units in proportion to weights, by the largest remainder: each part is less than one unit from its exact
 * share, and all of them are the amount. Nothing has no proportion: weights of 0 alone get nothing.
 * @param amount not negative
 */
export function apportion(amount: number, weights: readonly number[]): number[] {
  const whole = BigInt(weights.reduce((sum, weight) => sum + weight, 0));
  if (whole <= 0n) return weights.map(() => 0);
  const exact = weights.map((weight) => BigInt(amount) * BigInt(weight));
  const parts = exact.map((share) => Number(share / whole));
  const left = amount - parts.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact.map((share, index) => ({ index, remainder: share % whole }));
  const first = byRemainder.sort((a, b) => (a.remainder === b.remainder ? 0 : a.remainder < b.remainder ? 1 : -1));
  for (const { index } of first.slice(0, left)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}

/** Per VAT first, then per row: so that the tax base of each rate is right, whatever its rows. */
function apportionByVat(amount: number, rows: readonly Share[]): number[] {
  const groups = [...Map.groupBy(rows.keys(), (index) => vatName(rows[index]?.vat)).values()];
  const grosses = groups.map((group) => group.map((index) => rows[index]?.gross ?? 0));
  const shares = apportion(amount, grosses.map(added));
  const parts = rows.map(() => 0);
  for (const [number, group] of groups.entries()) {
    const split = apportion(shares[number] ?? 0, grosses[number] ?? []);
    for (const [place, index] of group.entries()) parts[index] = split[place] ?? 0;
  }
  return parts;
}

/**
 * Takes a discount off the rows that it applies to: lines, shares of the shipping (a rule for free shipping), or fees.
 * No row gets negative.
 * @param amount not negative, in minor units
 * @returns `left`: what of the discount there was nothing to take off
 */
export function takeOff<Row extends Share>(
  rows: readonly Row[],
  amount: number,
  applies: (row: Row) => boolean = () => true,
): { rows: Row[]; left: number } {
  const concerned = rows.map((row) => ({ gross: applies(row) ? row.gross : 0, vat: row.vat }));
  const off = Math.min(amount, added(concerned.map(({ gross }) => gross)));
  const parts = apportionByVat(off, concerned);
  return {
    rows: rows.map((row, index) => ({ ...row, gross: row.gross - (parts[index] ?? 0) })),
    left: amount - off,
  };
}

/** Brings rows to the sum that is said of them all, in proportion: where only their sum is rounded, or split. */
export function bringTo<Row extends Share>(rows: readonly Row[], sum: number): Row[] {
  const parts = apportionByVat(sum, rows);
  return rows.map((row, index) => ({ ...row, gross: parts[index] ?? 0 }));
}

function added(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

/** Of a report, what has to come to its total. */
type Reckoned = {
  lines: readonly Line[];
  shipping: Shipped;
  fees?: readonly Fee[] | undefined;
  rounding?: Rounding | undefined;
  totalField?: string | undefined;
};
type Shipped = { gross: number; shares?: readonly Share[] | undefined };

/** The shipping by VAT; one share of which nothing is known where the source does not say. */
export function sharesOf({ gross, shares }: Shipped): readonly Share[] {
  if (shares) return shares;
  return gross === 0 ? [] : [{ gross }];
}

/** What all of it comes to, in minor units. */
export function sumOf({ lines, shipping, fees = [] }: Reckoned): number {
  return grossOf(lines) + shipping.gross + grossOf(fees);
}

/**
 * How far a sum may be from the total by rounding alone: a minor unit a line plus one, and half a unit a piece where
 * pieces are rounded, or nobody says what is. By this no purchase is identified: `agrees` does that.
 */
export function roundingOf({ lines, rounding }: Pick<Reckoned, "lines" | "rounding">): number {
  const pieces = lines.reduce((sum, { quantity }) => sum + (Number(quantity) || 0), 0);
  const byPiece = rounding === undefined || rounding.on === "piece" ? Math.ceil(pieces / 2) : 0;
  return Math.max(lines.length, byPiece) + 1;
}

/**
 * @param total minor units
 * @returns how the numbers of a source contradict each other, with the amounts and the fields; undefined where they agree
 */
export function contradiction(report: Reckoned, total: number, currency: string): string | undefined {
  const { lines, shipping, fees = [], totalField = "total" } = report;
  const amount = (minor: number) => formatMinor(minor, currency);
  const shares = grossOf(sharesOf(shipping));
  if (shares !== shipping.gross) return `shipping ${amount(shipping.gross)} has shares of ${amount(shares)}`;
  const off = total - sumOf(report);
  if (Math.abs(off) <= roundingOf(report)) return undefined;
  const parts = [
    `lines ${amount(grossOf(lines))}`,
    `shipping ${amount(shipping.gross)}`,
    ...(fees.length > 0 ? [`fees ${amount(grossOf(fees))}`] : []),
  ];
  const said = `${parts.join(" + ")} = ${amount(sumOf(report))}, ${totalField} says ${amount(total)} ${currency}`;
  return `${said}: ${amount(Math.abs(off))} ${off > 0 ? "is in none of them" : "too much"}`;
}

function grossOf(rows: readonly Share[]): number {
  return rows.reduce((sum, { gross }) => sum + gross, 0);
}
