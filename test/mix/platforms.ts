/** Orders as each platform shows them at a moment, read by its own channel. */

import { CheckoutForm } from "../../lib/channels/allegro/form.ts";
import { sightingOf as allegroSighting } from "../../lib/channels/allegro/map.ts";
import { mapOrder as mapBaseLinker } from "../../lib/channels/baselinker/map.ts";
import { mapOrder as mapIdo } from "../../lib/channels/idosell/map.ts";
import { mapOrder as mapMagento } from "../../lib/channels/magento/map.ts";
import type { Related } from "../../lib/channels/prestashop/body.ts";
import { mapOrder as mapPresta } from "../../lib/channels/prestashop/map.ts";
import { ShoperLine } from "../../lib/channels/shoper/body.ts";
import { mapOrder as mapShoper, type ShoperParts } from "../../lib/channels/shoper/map.ts";
import { mapOrder as mapShopify } from "../../lib/channels/shopify/map.ts";
import { mapOrder as mapWoo } from "../../lib/channels/woocommerce/receive.ts";
import { formatMinor } from "../../lib/core/money.ts";
import type { Instant, Sighting } from "../../lib/core/order.ts";
import { boughtForm, deliveryAddress, payment } from "../../local/simulators/allegro-form.ts";
import { type BaseLinkerOrder, onTheWire } from "../../local/simulators/baselinker-orders.ts";
import { idoOrder } from "../../local/simulators/idosell.ts";
import { magentoOrder, magentoTime } from "../../local/simulators/magento-orders.ts";
import { prestaOrder } from "../../local/simulators/prestashop-orders.ts";
import { shoperOrder } from "../../local/simulators/shoper.ts";
import { orderBody as shopifyOrder } from "../../local/simulators/shopify-body.ts";
import { gmtTime, orderBody as wooOrder } from "../../local/simulators/woocommerce-body.ts";
import { type Buyer, withBuyer } from "./buyers.ts";
import { type Accounts, META, type Settings, type Shop } from "./settings.ts";

/** `price`: minor units of one piece, gross. SKUs are of one purchase each, so that the ERP's rows say what they are of. */
type Piece = { sku: string; quantity: number; price: number };
export type Goods = { pieces: Piece[]; shipping: number };

type Ids = { id: string; number: string };

/** An order of a shop. `mark`: whatever an integrator left in it of the Allegro purchase that it is. */
export type ShopOrder = Ids & {
  shop: Shop;
  buyer: Buyer;
  goods: Goods;
  placedAt: Instant;
  changedAt: Instant;
  state: "waiting" | "ready" | "cancelled";
  mark?: { form: string; baselinkerId: number };
};

export function shopSighting(order: ShopOrder, accounts: Accounts, settings: Settings): Sighting {
  return withBuyer(mappedShop(order, accounts, settings), order.buyer);
}

function mappedShop(order: ShopOrder, accounts: Accounts, settings: Settings): Sighting {
  const { shop } = order;
  if (shop === "shopify:pl") return only(mapShopify(shopifyBody(order, settings), accounts[shop]));
  if (shop === "magento:main") {
    const account = accounts[shop];
    return only(mapMagento(magentoBody(order, settings), { ...account, account: shop, issuer: shop }));
  }
  if (shop === "prestashop:sklep")
    return only(mapPresta(prestaBody(order, settings), NAMES, accounts[shop], order.changedAt));
  if (shop === "shoper:sklep") return only(mapShoper(shoperParts(order, settings), accounts[shop], order.changedAt));
  if (shop === "idosell:sklep") return only(mapIdo(idoBody(order, settings), accounts[shop], order.changedAt));
  return only(mapWoo(wooBody(order, settings), accounts[shop]));
}

/** What an integrator leaves in a shop that has no field for it: in one of its own, and in the buyer's note. */
function markOf({ mark }: ShopOrder, { marks }: Settings): { field: Record<string, string>; note: string } {
  return {
    field: mark && marks === "field" ? { [META]: mark.form } : {},
    note: !mark || marks === "nothing" ? "" : `[Allegro: kupujacy_test] ${marks === "trace" ? mark.form : ""}`,
  };
}

const NAMES: Related = {
  addresses: new Map(),
  customers: new Map(),
  currencies: new Map([["1", { id: "1", iso_code: "PLN" }]]),
  countries: new Map(),
  carriers: new Map(),
};

function prestaBody(order: ShopOrder, settings: Settings) {
  const { id, number: reference, goods, state, placedAt, changedAt } = order;
  const lines = goods.pieces.map(({ sku, quantity, price }) => ({ name: sku, reference: sku, quantity, gross: price }));
  const parcel = { lines, shipping: goods.shipping };
  const cart = { parcels: [parcel], reference, state: { waiting: 1, ready: 2, cancelled: 6 }[state] } as const;
  const at = (time: Instant) => prestaOrder(Number(id), Number(id), cart, parcel, time);
  const { field, note } = markOf(order, settings);
  return { ...at(placedAt), date_upd: at(changedAt).date_upd, ...field, gift_message: note };
}

function shoperParts(order: ShopOrder, settings: Settings): ShoperParts {
  const { id, goods, state, placedAt, changedAt } = order;
  const pieces = goods.pieces.map(({ sku, quantity, price }) => ({ name: sku, code: sku, quantity, gross: price }));
  const { field, note } = markOf(order, settings);
  const purchase = { lines: pieces, shipping: goods.shipping, paid: state !== "waiting", notes: note, extra: field };
  const { head, lines } = shoperOrder(id, { ...purchase, statusId: state === "cancelled" ? 10 : 1 }, placedAt);
  return {
    order: head,
    lines: lines.map((line) => ShoperLine.parse(line)),
    names: { currency: "PLN", shipping: "Kurier", payment: "Przelewy24" },
    changedAt,
  };
}

function idoBody(order: ShopOrder, settings: Settings): unknown {
  const { id, number, goods, state, placedAt, changedAt } = order;
  const lines = goods.pieces.map(({ sku, quantity, price }) => ({
    name: sku,
    code: sku,
    quantity,
    price: price / 100,
  }));
  const status = { waiting: "payment_waiting", ready: "on_order", cancelled: "canceled" }[state];
  const { field, note } = markOf(order, settings);
  const purchase = { lines, delivery: goods.shipping / 100, status, paid: state === "ready", note };
  const at = (time: Instant) =>
    idoOrder(id, Number(number), purchase, time) as { orderDetails: Record<string, unknown> };
  const { orderChangeDate } = at(changedAt).orderDetails;
  return { ...at(placedAt), ...field, orderDetails: { ...at(placedAt).orderDetails, orderChangeDate } };
}

function wooBody(order: ShopOrder, { marks }: Settings) {
  const { id, number, goods, state, placedAt, changedAt, mark, shop } = order;
  const status = { waiting: "pending", ready: "processing", cancelled: "cancelled" }[state];
  const lines = goods.pieces.map(({ sku, quantity, price }) => ({ name: sku, sku, quantity, gross: price * quantity }));
  const meta = {
    ...(mark && marks === "field" && { [META]: mark.form }),
    ...(mark && marks === "number" && { baselinker_order_id: String(mark.baselinkerId) }),
  };
  const shipping = { method: "Kurier", gross: goods.shipping };
  const purchase = { lines, shipping, status, number, meta };
  return {
    ...wooOrder(Number(id), purchase, `https://${shop}.example`, placedAt, `wc_order_${id}`),
    date_modified_gmt: gmtTime(changedAt),
    transaction_id: mark && marks === "trace" ? mark.form : "",
    customer_note: mark && marks !== "nothing" ? "[Allegro: kupujacy_test]" : "",
  };
}

function shopifyBody(order: ShopOrder, { marks }: Settings) {
  const { id, number, goods, state, placedAt, changedAt, mark } = order;
  const lines = goods.pieces.map(({ sku, quantity, price }) => ({ title: sku, sku, quantity, price }));
  const attributes: Record<string, string> = mark && marks === "field" ? { [META]: mark.form } : {};
  const purchase = {
    lines,
    shipping: { title: "Kurier", price: goods.shipping },
    financialStatus: state === "waiting" ? "pending" : "paid",
    name: `#${number}`,
    attributes,
    note: !mark || marks === "nothing" ? "" : `[Allegro: kupujacy_test] ${marks === "trace" ? mark.form : ""}`,
  };
  const at = new Date(changedAt).toISOString();
  return {
    ...shopifyOrder(Number(id), Number(number), purchase, placedAt),
    updated_at: at,
    ...(state === "cancelled" && { cancelled_at: at, cancel_reason: "customer" }),
  };
}

function magentoBody(order: ShopOrder, { marks }: Settings) {
  const { id, number, goods, state, placedAt, changedAt, mark } = order;
  const lines = goods.pieces.map(({ sku, quantity, price }) => ({ name: sku, sku, quantity, gross: price * quantity }));
  const purchase = {
    lines,
    shipping: { method: "Kurier", gross: goods.shipping },
    state: ({ waiting: "pending_payment", ready: "processing", cancelled: "canceled" } as const)[state],
    ...(mark && marks === "field" && { allegroId: mark.form }),
    ...(mark && marks !== "nothing" && { note: `[Allegro: kupujacy_test] ${marks === "trace" ? mark.form : ""}` }),
  };
  return {
    ...magentoOrder(Number(id), purchase, placedAt),
    increment_id: number,
    updated_at: magentoTime(changedAt),
  };
}

export type AllegroOrder = {
  form: string;
  buyer: Buyer;
  goods: Goods;
  placedAt: Instant;
  changedAt: Instant;
  state: ShopOrder["state"];
};

export function formSighting(order: AllegroOrder, accounts: Accounts): Sighting {
  const { form, goods, placedAt, changedAt, state } = order;
  const [bought, changed] = [placedAt, changedAt].map((at) => new Date(at).toISOString()) as [string, string];
  const lines = goods.pieces.map(({ sku, quantity, price }) => ({
    name: sku,
    sku,
    quantity,
    price: formatMinor(price, "PLN"),
    taxRate: "23.00",
  }));
  const delivery = { method: "Paczkomat", price: formatMinor(goods.shipping, "PLN"), point: "WAW01A" };
  const body = boughtForm(
    form,
    { lines, delivery },
    lines.map(({ sku }) => `line-${sku}`),
    bought,
  );
  const person = { firstName: "Anna", lastName: "Testowa", phoneNumber: null };
  const isPaid = state === "ready";
  const raw = {
    ...body,
    status: { waiting: "BOUGHT", ready: "READY_FOR_PROCESSING", cancelled: "CANCELLED" }[state],
    updatedAt: changed,
    payment: isPaid ? payment(`pay-${form}`, "ONLINE", body.summary.totalToPay, changed) : null,
    delivery: { ...body.delivery, address: isPaid ? deliveryAddress(person) : null },
  };
  return withBuyer(only(allegroSighting(CheckoutForm.parse(raw), accounts["allegro:acme"])), order.buyer);
}

/** An order of BaseLinker, in its own terms. */
export type RelayOrder = {
  id: number;
  source: { type: string; id: number };
  external: string;
  shopNumber: string;
  buyer: Buyer;
  goods: Goods;
  placedAt: Instant;
  confirmedAt: Instant | undefined;
  movedAt: Instant;
  isCancelled?: boolean;
  quotes?: { field: "extra_field_1" | "admin_comments"; text: string };
};

function relayBody(order: RelayOrder): Record<string, unknown> {
  const { id, source, external, shopNumber, goods, placedAt, confirmedAt, movedAt, quotes } = order;
  const paid = goods.pieces.reduce((sum, { price, quantity }) => sum + price * quantity, goods.shipping);
  const seconds = (at: Instant | undefined) => (at === undefined ? 0 : Math.floor(at / 1000));
  const known: BaseLinkerOrder = {
    order_id: id,
    order_source: source.type,
    order_source_id: source.id,
    external_order_id: external,
    shop_order_id: Number(shopNumber),
    order_status_id: order.isCancelled ? 9099 : 9001,
    confirmed: confirmedAt !== undefined,
    date_add: seconds(placedAt),
    date_confirmed: seconds(confirmedAt),
    date_in_status: seconds(movedAt),
    currency: source.type === "personal" ? "" : "PLN",
    payment_done: paid / 100,
    delivery_method: "Kurier",
    delivery_price: goods.shipping / 100,
    delivery_fullname: "",
    email: "",
    user_comments: "",
    admin_comments: quotes?.field === "admin_comments" ? quotes.text : "",
    extra_field_1: quotes?.field === "extra_field_1" ? quotes.text : "",
    extra_field_2: "",
    products: goods.pieces.map(({ sku, quantity, price }) => ({ name: sku, sku, quantity, price_brutto: price / 100 })),
  };
  return onTheWire(known, false);
}

export function relaySighting(order: RelayOrder, accounts: Accounts): Sighting {
  return withBuyer(only(mapBaseLinker(relayBody(order), accounts["baselinker:acme"])), order.buyer);
}

function only(mapped: { kind: string; sighting?: Sighting; reason?: string }): Sighting {
  if (!mapped.sighting) throw new Error(`no sighting but ${mapped.kind}: ${mapped.reason}`);
  return mapped.sighting;
}
