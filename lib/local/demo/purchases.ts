/** One purchase, and how the three sources come to report it. */
import type { World } from "./world.ts";

export type SourceName = "shop" | "baselinker" | "allegro";
export const SOURCES: readonly SourceName[] = ["shop", "baselinker", "allegro"];

export type Purchase = {
  number: number;
  /** In which order the sources report it; `at once` leaves it to chance. */
  order: readonly SourceName[] | "at once";
  /** The shop that an integrator copied it to. Magento only tells that an order changed, and is then read. */
  platform: "woocommerce" | "magento";
  /** Where the shop shows the Allegro id: in a configured field, or only as a trace in the payment id. */
  origin: "field" | "trace";
  /** How BaseLinker tells of it: by a callback, or by pushing the whole order to us as to a shop. */
  route: "callback" | "exchange";
  allegroId: string;
  baselinkerId: number;
  shopId?: number;
};

const SHIPPING = 8.99;

export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

/** Every order of arrival on either platform and route, and the same instant as often. */
export function plan(epoch: number): Purchase[] {
  const orders = permutations(SOURCES);
  return [...orders, ...orders, ...orders.map(() => "at once" as const)].map((order, index) => ({
    number: index + 1,
    order,
    platform: isOther(index) ? "magento" : "woocommerce",
    origin: index % 2 === 0 || isOther(index) ? "field" : "trace",
    route: isOther(index) ? "exchange" : "callback",
    allegroId: formId(epoch, index),
    baselinkerId: epoch * 100 + index,
  }));
}

/** The second six, and every other one of the last. */
function isOther(index: number): boolean {
  return index >= 12 ? index % 2 === 1 : index >= 6;
}

/** A version-1 UUID, as Allegro's are; made here since the shop and BaseLinker may show it before Allegro does. */
export function formId(epoch: number, index: number): string {
  const low = (epoch * 16 + (index % 16)).toString(16).slice(-8).padStart(8, "0");
  return `${low}-${(index % 65_536).toString(16).padStart(4, "0")}-11f1-8001-6d0fa57b1c01`;
}

/** The id of the source's own order. */
export function idAt(purchase: Purchase, source: SourceName): string {
  const ids = { shop: purchase.shopId, baselinker: purchase.baselinkerId, allegro: purchase.allegroId };
  return String(ids[source] ?? "");
}

/** Lets one source know the purchase and tell of it. Returns when the source has done its part. */
export function report(purchase: Purchase, source: SourceName, world: World): Promise<void> {
  return REPORTERS[source](purchase, world);
}

const REPORTERS: Record<SourceName, (purchase: Purchase, world: World) => Promise<void>> = {
  shop: (purchase, world) =>
    purchase.platform === "magento" ? byMagento(purchase, world) : byWooCommerce(purchase, world),
  baselinker: byBaseLinker,
  allegro: byAllegro,
};

const GOODS = { name: "Kubek testowy", sku: "KUB-1", quantity: 2 };
const SHIPPING_LINE = { method: "Paczkomat", gross: Math.round(SHIPPING * 100) };

/** Of one piece, in PLN. */
function priceOf({ number }: Purchase): number {
  return 20 + number;
}

async function byWooCommerce(purchase: Purchase, world: World): Promise<void> {
  const { allegroId, origin } = purchase;
  const shown = origin === "field" ? { allegroId } : { transactionId: allegroId };
  const lines = [{ ...GOODS, gross: priceOf(purchase) * 200 }];
  const order = world.shop.place({ lines, shipping: SHIPPING_LINE, createdVia: "rest-api", ...shown });
  purchase.shopId = order.id;
  await world.shop.runQueue(order.id);
}

async function byMagento(purchase: Purchase, world: World): Promise<void> {
  const lines = [{ ...GOODS, gross: priceOf(purchase) * 200 }];
  const order = world.magento.place({ lines, shipping: SHIPPING_LINE, allegroId: purchase.allegroId });
  purchase.shopId = order.entity_id;
  await world.magento.announce(order.entity_id);
}

async function byBaseLinker(purchase: Purchase, world: World): Promise<void> {
  const id = world.baselinker.place({
    order_id: purchase.baselinkerId,
    external_order_id: purchase.allegroId,
    delivery_price: SHIPPING,
    products: [{ name: GOODS.name, sku: GOODS.sku, price_brutto: priceOf(purchase), quantity: GOODS.quantity }],
  });
  if (purchase.route === "callback") {
    await world.baselinker.callback(id);
    return;
  }
  // Orders are pushed once the delivery form has come.
  world.baselinker.confirm(id);
  await world.baselinker.exportOrder(id);
}

async function byAllegro(purchase: Purchase, world: World): Promise<void> {
  const { allegroId } = purchase;
  world.allegro.buy({
    id: allegroId,
    lines: [{ ...GOODS, price: priceOf(purchase).toFixed(2) }],
    delivery: { method: SHIPPING_LINE.method, price: SHIPPING.toFixed(2) },
  });
  world.allegro.fillIn(allegroId);
  world.allegro.ready(allegroId);
}
