/**
 * On which goods a rule of PrestaShop's falls, as far as it can be known. The webservice does not say which products are
 * in a selection, nor which were on sale: what the rule came to tells them. Pure.
 */
import { type Line, type Share, vatName } from "../../core/money.ts";
import type { PrestaRow, PrestaRule } from "./body.ts";

/** One line with the row that it was made of, and the gross of one piece. */
export type Goods = Line & { row: PrestaRow; piece: number };

/** What a rule gave on goods, in minor units. `net`: undefined where it is not said of them alone. */
export type Given = { gross: number; net: number | undefined; rule: PrestaRule | undefined };

/** More rows than this have too many selections to try. */
const MAX_ROWS = 14;

/** @param undiscounted the same rows before any rule */
export function concernedBy(
  goods: readonly Goods[],
  given: Given,
  undiscounted: readonly Goods[],
): (of: Goods) => boolean {
  const { rule } = given;
  const ids = rule && idsBy(rule, goods, given, undiscounted);
  if (ids) return ({ row }) => ids.has(row.id);
  if (rule && !isGuessed(rule)) return () => true;
  const rate = rateOf(goods, given);
  return (of) => rate === undefined || vatName(of.vat) === rate;
}

/** The ids of rows; undefined where the rule falls on all of them, or nobody can tell. */
function idsBy(
  rule: PrestaRule,
  goods: readonly Goods[],
  given: Given,
  undiscounted: readonly Goods[],
): ReadonlySet<string> | undefined {
  const percent = Number(rule.reduction_percent);
  const isAmount = !(percent > 0) && Number(rule.reduction_amount) > 0;
  const isBound = isId(rule.reduction_product) && (percent > 0 || isAmount);
  const own = isBound ? goods.filter(({ row }) => row.product_id === rule.reduction_product) : goods;
  if (percent > 0 && rule.reduction_product === "-1") return cheapestOf(undiscounted, percent, given);
  if (percent > 0 && isGuessed(rule))
    return selectionOf(own, percent, given, undiscounted) ?? (isBound ? idsOf(own) : undefined);
  return isBound ? idsOf(own) : undefined;
}

/** An amount falls on what is on sale too. */
function isGuessed({ reduction_product: product, reduction_percent: percent, reduction_exclude_special }: PrestaRule) {
  return product === "-2" || (reduction_exclude_special && Number(percent) > 0);
}

/**
 * A percentage of one piece of the cheapest good: of those of which it is just that, where what was on sale does not count;
 * of several at one price the first.
 */
function cheapestOf(goods: readonly Goods[], percent: number, { gross }: Given): ReadonlySet<string> {
  const fitting = goods.filter((of) => Math.abs((of.piece * percent) / 100 - gross) <= 1);
  const [cheapest] = (fitting.length > 0 ? fitting : goods).toSorted((a, b) => pieceOf(a) - pieceOf(b));
  return new Set(cheapest ? [cheapest.row.id] : []);
}

/** A percentage of the rows that are left: those of which it is just that, net and gross. */
function selectionOf(
  goods: readonly Goods[],
  percent: number,
  given: Given,
  undiscounted: readonly Goods[],
): ReadonlySet<string> | undefined {
  const before = new Map(undiscounted.map((of) => [of.row.id, of.gross]));
  // Rules are taken one after the other, but older versions reckon each with the full price.
  return (
    fittingOf(goods, (of) => of.gross, percent, given) ??
    fittingOf(goods, ({ row, gross }) => before.get(row.id) ?? gross, percent, given)
  );
}

function fittingOf(
  goods: readonly Goods[],
  grossOf: (of: Goods) => number,
  percent: number,
  { gross, net }: Given,
): ReadonlySet<string> | undefined {
  const priced = goods.filter((of) => grossOf(of) > 0);
  if (priced.length > MAX_ROWS) return undefined;
  const parts = priced.map((of) => {
    const part = (grossOf(of) * percent) / 100;
    return { id: of.row.id, gross: part, net: part / (1 + percentOf(of) / 100) };
  });
  let best: { ids: ReadonlySet<string>; off: number } | undefined;
  for (let selection = 1; selection < 2 ** parts.length; selection += 1) {
    const selected = parts.filter((_, place) => (selection >> place) & 1);
    const offGross = Math.abs(selected.reduce((sum, part) => sum + part.gross, 0) - gross);
    const offNet = net === undefined ? 0 : Math.abs(selected.reduce((sum, part) => sum + part.net, 0) - net);
    const off = offGross + offNet;
    if (Math.max(offGross, offNet) <= 1 + selected.length / 2 && (!best || off < best.off))
      best = { ids: new Set(selected.map(({ id }) => id)), off };
  }
  return best?.ids;
}

/**
 * Nobody says on which goods it falls. Where the net amount does not fit all of them, and fits those of one rate, it is
 * those: the VAT is right then, whichever of them it was.
 */
function rateOf(goods: readonly Goods[], { gross, net }: Given): string | undefined {
  if (net === undefined || fitsNet(goods, gross, net)) return undefined;
  const rates = [...Map.groupBy(goods, ({ vat }) => vatName(vat))].filter(([, rows]) => fitsNet(rows, gross, net));
  return rates.length === 1 ? rates[0]?.[0] : undefined;
}

function fitsNet(rows: readonly Goods[], gross: number, net: number): boolean {
  const whole = rows.reduce((sum, row) => sum + row.gross, 0);
  if (whole < gross || rows.some(({ vat }) => vat?.kind !== "rate")) return false;
  const expected = rows.reduce((sum, row) => sum + (gross * row.gross) / whole / (1 + percentOf(row) / 100), 0);
  return Math.abs(expected - net) <= 1 + rows.length / 2;
}

function percentOf({ vat }: Share): number {
  return vat?.kind === "rate" ? Number(vat.rate) : 0;
}

/** Not rounded: prices may differ by less than a grosz. */
function pieceOf({ row }: Goods): number {
  return Number(row.unit_price_tax_incl);
}

function idsOf(goods: readonly Goods[]): ReadonlySet<string> {
  return new Set(goods.map(({ row }) => row.id));
}

/** 0 and below say something else than an id. */
export function isId(text: string): boolean {
  return /^[1-9]\d*$/.test(text);
}
