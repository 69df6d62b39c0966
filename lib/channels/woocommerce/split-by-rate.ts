/**
 * A row on which several rates lie. Pure.
 *
 * A negative fee is spread by the shop over all it sells, in proportion to the net at each rate, and only the taxes of
 * that are written down, each rounded. What belongs to a rate is worked out of them.
 */
import { apportion, type Vat } from "../../core/money.ts";

/** In minor units, both negative of a discount. */
export type NetAndTax = { net: number; tax: number };

/** `tax`: of this rate in the row. `base`: the net of all that the order holds at this rate. In minor units. */
export type Rated = { vat: Vat | undefined; tax: number; base: number };

type Part = NetAndTax & { vat: Vat | undefined };

/** `net`: as the tax implies it; it may be `off` by so much, since the tax is rounded. */
type Implied = Rated & { net: number; off: number };

/**
 * @param untaxedBase the net of all that the order holds without tax
 * @returns undefined where the taxes are too high for shares of the row: then each lies on all of it
 */
export function splitByRate(rated: readonly Rated[], untaxedBase: number, row: NetAndTax): Part[] | undefined {
  const sign = row.net < 0 ? -1 : 1;
  const implied = rated.flatMap((each) => impliedBy(each, sign));
  if (implied.length < rated.length) return undefined;
  const off = sum(implied.map((each) => each.off));
  const untaxed = sign * row.net - sum(implied.map(({ net }) => net));
  if (untaxed < -off) return undefined;
  const rest: Implied = { vat: { kind: "untaxed" }, tax: 0, base: untaxedBase, net: untaxed, off };
  const all = untaxed > off ? [...implied, rest] : implied;
  const nets = netsOf(all, sign * row.net);
  const taxOff = row.tax - sum(all.map(({ tax }) => tax));
  return all.map(({ vat, tax }, place) => ({
    net: sign * (nets[place] ?? 0),
    tax: tax + (place === 0 ? taxOff : 0),
    vat,
  }));
}

function impliedBy(rated: Rated, sign: number): Implied[] {
  const percent = rated.vat?.kind === "rate" ? Number(rated.vat.rate) : 0;
  return percent > 0 ? [{ ...rated, net: (sign * rated.tax * 100) / percent, off: 50 / percent + 1 }] : [];
}

/** In proportion to what the order holds at each rate, where the taxes bear that out; else as the taxes imply. */
function netsOf(all: readonly Implied[], net: number): number[] {
  const byBase = apportion(
    net,
    all.map(({ base }) => base),
  );
  const isBorneOut = all.every((each, place) => Math.abs((byBase[place] ?? 0) - each.net) <= each.off);
  return isBorneOut && sum(byBase) === net
    ? byBase
    : apportion(
        net,
        all.map((each) => Math.max(0, Math.round(each.net))),
      );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
