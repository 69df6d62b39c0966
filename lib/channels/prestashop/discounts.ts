/**
 * What the vouchers of an order fall on. The shop keeps no discount per row: what a rule gave in all stands in
 * `order_cart_rules`, and on which goods it falls in `cart_rules`. Pure.
 */
import { apportion, type Share, takeOff } from "../../core/money.ts";
import { minorOrNone } from "../shared/amounts.ts";
import type { PrestaDiscount, PrestaOrder, PrestaRule, Related } from "./body.ts";
import { concernedBy, type Given, type Goods, isId } from "./concerned.ts";

/** `isFreeShipping`: the shipping first. */
type GivenInAll = Given & { isFreeShipping: boolean };

export type Discounted = { goods: Goods[]; shipping: Share[]; fees: Share[] };

/** @param amount all discounts of the order, in minor units; undefined where one cannot be read */
export function discounted(
  before: Discounted,
  amount: number,
  order: PrestaOrder,
  related: Related,
  currency: string,
): Discounted {
  let after = before;
  for (const given of givenOf(before, amount, order, related, currency)) after = takenOff(after, given, before.goods);
  return after;
}

function givenOf(
  { shipping }: Discounted,
  amount: number,
  order: PrestaOrder,
  { discounts, rules }: Related,
  currency: string,
): GivenInAll[] {
  const minor = (text: string) => minorOrNone(text, currency);
  const own = (discounts ?? []).filter((discount) => discount.id_order === order.id && !discount.deleted);
  const values = own.map(({ value }) => Math.max(minor(value) ?? 0, 0));
  const isFree = own.some((discount) => discount.free_shipping);
  if (values.every((value) => value === 0)) {
    const net = minor(order.total_discounts_tax_excl);
    return [{ gross: amount, net, isFreeShipping: isAllOf(shipping, amount, net, order, currency), rule: undefined }];
  }
  // Values are not rounded, and a discount that was changed by hand is not in them: what is said of all of them counts.
  const freeFirst = isFree ? Math.min(totalOf(shipping), amount) : 0;
  const parts = partsOf(own, values, amount, freeFirst);
  return own.map((discount, index) => ({
    gross: parts[index] ?? 0,
    net: minor(discount.value_tax_excl),
    isFreeShipping: discount.free_shipping,
    rule: rules?.get(discount.id_cart_rule),
  }));
}

/** The first rule for free shipping takes the shipping whole; the rest is brought to what is said of them all. */
function partsOf(own: readonly PrestaDiscount[], values: readonly number[], amount: number, free: number): number[] {
  const first = own.findIndex((discount) => discount.free_shipping);
  const rest = values.map((value, index) => (index === first ? Math.max(value - free, 0) : value));
  const spread = rest.some((value) => value > 0) ? apportion(amount - free, rest) : rest;
  const left = amount - free - totalOf(spread.map((gross) => ({ gross })));
  return spread.map((part, index) => part + (index === first ? free : 0) + (index === Math.max(first, 0) ? left : 0));
}

/** A discount that is the shipping to the grosz, net and gross, is free shipping: the key may not read the rules. */
function isAllOf(
  shipping: readonly Share[],
  amount: number,
  net: number | undefined,
  order: PrestaOrder,
  currency: string,
): boolean {
  return amount === totalOf(shipping) && net === minorOrNone(order.total_shipping_tax_excl, currency);
}

/** What the goods cannot bear falls on the shipping, and then on the wrapping. */
function takenOff(of: Discounted, given: GivenInAll, undiscounted: readonly Goods[]): Discounted {
  const { rule, isFreeShipping } = given;
  const shipped = isFreeShipping ? takeOff(of.shipping, given.gross) : { rows: of.shipping, left: given.gross };
  const gift = giftOf(of.goods, rule, shipped.left);
  const gifted = takeOff(of.goods, gift?.gross ?? 0, (goods) => goods.row.id === gift?.row);
  const left = shipped.left - (gift?.gross ?? 0) + gifted.left;
  const net = isFreeShipping || gift ? undefined : given.net;
  const bound = takeOff(gifted.rows, left, concernedBy(gifted.rows, { gross: left, net, rule }, undiscounted));
  const goods = takeOff(bound.rows, bound.left);
  const shipping = takeOff(shipped.rows, goods.left);
  const fees = takeOff(of.fees, shipping.left);
  return { goods: goods.rows, shipping: shipping.rows, fees: fees.rows };
}

/** A rule may give one piece of a product for nothing, and more than that. */
function giftOf(goods: readonly Goods[], rule: PrestaRule | undefined, amount: number) {
  if (!rule || !isId(rule.gift_product)) return undefined;
  const found = goods.find(
    ({ row }) =>
      row.product_id === rule.gift_product &&
      (!isId(rule.gift_product_attribute) || row.product_attribute_id === rule.gift_product_attribute),
  );
  return found && { row: found.row.id, gross: Math.min(found.piece, amount) };
}

function totalOf(rows: ReadonlyArray<{ gross: number }>): number {
  return rows.reduce((sum, { gross }) => sum + gross, 0);
}
