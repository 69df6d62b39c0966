/** What was paid back of an order: the order itself shows nothing of it, its slips do. Pure. */
import { type Piece, parseMinor } from "../../core/money.ts";
import { present } from "../../core/writes.ts";
import { decimalText, plus, readDecimal } from "../shared/decimal.ts";
import { plainLine } from "../shared/wire.ts";
import type { PrestaOrder, PrestaSlip, Related } from "./body.ts";

/** In minor units; `goods`: what of it was paid back for goods. */
export type Refunds = { slips: readonly PrestaSlip[]; refunded: number; goods: number; pieces: Piece[] };

/** What the order's credit slips say, tax included. */
export function refundsOf(order: PrestaOrder, related: Related, currency: string): Refunds {
  const slips = (related.slips ?? []).filter((slip) => slip.id_order === order.id);
  const goods = slips.map((slip) => slip.total_products_tax_incl);
  const shipping = slips.map((slip) => slip.total_shipping_tax_incl);
  return {
    slips,
    refunded: amountOf([...goods, ...shipping], currency),
    goods: amountOf(goods, currency),
    pieces: piecesOf(slips, order),
  };
}

/** Slips have six decimals: they are summed up before they are rounded. */
function amountOf(amounts: readonly string[], currency: string): number {
  const decimals = amounts.flatMap((amount) => readDecimal(amount) ?? []);
  const sum = decimals.reduce(plus, { units: 0n, scale: 0 });
  return Math.max(parseMinor(decimalText(sum), currency) ?? 0, 0);
}

function piecesOf(slips: readonly PrestaSlip[], order: PrestaOrder): Piece[] {
  const details = slips.flatMap((slip) => slip.associations?.order_slip_details ?? []);
  return (order.associations?.order_rows ?? []).flatMap((row): Piece[] => {
    const own = details.filter((detail) => detail.id_order_detail === row.id);
    const quantity = own.reduce((sum, detail) => sum + (Number(detail.product_quantity) || 0), 0);
    const { product_name: name, product_reference: sku } = row;
    return quantity > 0
      ? [present<Piece>({ sku: sku || undefined, name: plainLine(name), quantity: String(quantity) })]
      : [];
  });
}
