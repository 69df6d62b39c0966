/** The orders of a simulated BaseLinker account, in the shapes that the real API has sent over the years. */

type BaseLinkerProduct = {
  name: string;
  sku?: string;
  ean?: string;
  price_brutto: number;
  quantity: number;
  tax_rate?: number;
};

export type BaseLinkerOrder = {
  order_id: number;
  order_source: string;
  order_source_id: number;
  external_order_id: string;
  shop_order_id: number;
  order_status_id: number;
  confirmed: boolean;
  /** Unix seconds. */
  date_add: number;
  date_confirmed: number;
  date_in_status: number;
  currency: string;
  payment_done: number;
  payment_method_cod?: boolean;
  delivery_method: string;
  delivery_price: number;
  delivery_fullname: string;
  email: string;
  user_comments: string;
  admin_comments: string;
  extra_field_1: string;
  extra_field_2: string;
  products: BaseLinkerProduct[];
};

/** Which orders one call of `getOrders` asks for. */
export type OrderQuery = Partial<{
  order_id: number;
  date_confirmed_from: number;
  date_from: number;
  id_from: number;
  get_unconfirmed_orders: boolean;
  status_id: number;
  filter_email: string;
  filter_order_source: string;
  filter_order_source_id: number;
  filter_shop_order_id: number;
  filter_external_order_id: string;
}>;

/** What `setOrderFields` and `setOrderStatus` may say. Ids of a shop or a marketplace cannot be set. */
export type OrderChange = Partial<
  Pick<BaseLinkerOrder, "admin_comments" | "extra_field_1" | "extra_field_2"> & { status_id: number }
>;

const LENGTHS = { admin_comments: 200, extra_field_1: 50, extra_field_2: 50 } as const;

/** Only fields that are sent change; each is as long as its column. */
export function fieldsIn(change: OrderChange): Partial<BaseLinkerOrder> {
  const names = ["admin_comments", "extra_field_1", "extra_field_2"] as const;
  const sent = names.flatMap((name) => {
    const text = change[name];
    return text === undefined ? [] : [[name, text.slice(0, LENGTHS[name])]];
  });
  return Object.fromEntries(sent) as Partial<BaseLinkerOrder>;
}

export function statusIn({ status_id }: OrderChange): Partial<BaseLinkerOrder> {
  return status_id === undefined ? {} : { order_status_id: status_id };
}

const PAGE = 100;

/** Ascending by the field that the query starts from; at most one page. */
export function select(orders: Iterable<BaseLinkerOrder>, query: OrderQuery, tiesReversed: boolean): BaseLinkerOrder[] {
  const by = cursorField(query);
  const ties = tiesReversed && query.id_from === undefined ? -1 : 1;
  return [...orders]
    .filter((order) => isWanted(order, query))
    .sort((a, b) => a[by] - b[by] || ties * (a.order_id - b.order_id))
    .slice(0, PAGE);
}

function cursorField(query: OrderQuery): "date_confirmed" | "date_add" | "order_id" {
  if (query.date_confirmed_from !== undefined) return "date_confirmed";
  return query.date_from === undefined ? "order_id" : "date_add";
}

function isWanted(order: BaseLinkerOrder, query: OrderQuery): boolean {
  const equal: Array<[unknown, unknown]> = [
    [query.order_id, order.order_id],
    [query.status_id, order.order_status_id],
    [query.filter_email, order.email],
    [query.filter_order_source, order.order_source],
    [query.filter_order_source_id, order.order_source_id],
    [query.filter_shop_order_id, order.shop_order_id],
    [query.filter_external_order_id, order.external_order_id],
  ];
  return (
    (order.confirmed || query.get_unconfirmed_orders === true) &&
    order.date_confirmed >= (query.date_confirmed_from ?? 0) &&
    order.date_add >= (query.date_from ?? 0) &&
    order.order_id >= (query.id_from ?? 0) &&
    equal.every(([wanted, is]) => wanted === undefined || wanted === is)
  );
}

/** The types of today, or those from before August 2023: ids and flags as text, no id as "". */
export function onTheWire(order: BaseLinkerOrder, legacy: boolean): Record<string, unknown> {
  const known = order.confirmed ? order : unconfirmed(order);
  const common = {
    ...known,
    order_source_info: "-",
    want_invoice: "0",
    payment_method_cod: order.payment_method_cod ? "1" : "0",
    delivery_package_nr: "",
  };
  if (!legacy) return { ...common, pick_state: 0, pack_state: 0, products: known.products.map(productNow) };
  return {
    ...common,
    shop_order_id: order.shop_order_id === 0 ? "" : String(order.shop_order_id),
    order_source_id: String(order.order_source_id),
    confirmed: order.confirmed ? "1" : "0",
    date_confirmed: String(order.date_confirmed),
    payment_done: order.payment_done.toFixed(2),
    delivery_price: order.confirmed ? order.delivery_price.toFixed(2) : "",
    custom_extra_fields: [],
    products: known.products.map((product) => ({
      ...productNow(product),
      price_brutto: product.price_brutto.toFixed(2),
      quantity: String(product.quantity),
      storage_id: "0",
    })),
  };
}

/** Before the delivery form arrives neither the delivery nor, often, all of the products are known. */
function unconfirmed(order: BaseLinkerOrder): BaseLinkerOrder {
  return {
    ...order,
    payment_done: 0,
    delivery_price: 0,
    delivery_method: "",
    delivery_fullname: "",
    products: order.products.slice(0, 1),
  };
}

function productNow(product: BaseLinkerProduct): Record<string, unknown> {
  return {
    storage: "db",
    storage_id: 0,
    product_id: "",
    variant_id: "0",
    attributes: "",
    sku: "",
    ean: "",
    tax_rate: 23,
    bundle_id: 0,
    ...product,
  };
}

/**
 * Divides an order: the part takes every second product, or half of the only one. Everything else is inherited;
 * the delivery stays with the original.
 */
export function divide(order: BaseLinkerOrder, id: number): { rest: BaseLinkerOrder; part: BaseLinkerOrder } {
  const [only] = order.products;
  const halves = only && order.products.length === 1 ? halve(only) : undefined;
  const [kept, moved] = halves ?? [
    order.products.filter((_, index) => index % 2 === 0),
    order.products.filter((_, index) => index % 2 === 1),
  ];
  return {
    rest: { ...order, products: kept },
    part: { ...order, order_id: id, delivery_price: 0, products: moved },
  };
}

function halve(product: BaseLinkerProduct): [BaseLinkerProduct[], BaseLinkerProduct[]] {
  const moved = Math.floor(product.quantity / 2);
  if (moved === 0) throw new Error("one piece cannot be split");
  return [[{ ...product, quantity: product.quantity - moved }], [{ ...product, quantity: moved }]];
}
