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
  /** What is special about it, beside who reports it first. */
  holds?: Special | undefined;
  allegroId: string;
  baselinkerId: number;
  shopId?: number;
};

/** A coupon of 10 %, a fee for cash on delivery, a book at 5 % VAT, or a gift card that pays a part. */
export type Special = "coupon" | "codFee" | "book" | "giftCard";

/** By the place in the story. The shop's own report of a fee or a gift card says more than the others, so it comes first. */
const SPECIALS: Readonly<Record<number, Special>> = {
  0: "codFee",
  1: "coupon",
  2: "book",
  6: "giftCard",
  7: "book",
  8: "coupon",
};

/** Minor units. */
const SHIPPING = 899;
const COD_FEE = 500;
const GIFT_CARD = 2000;

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
    holds: SPECIALS[index],
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

/** The account through which a source reports it. */
export function accountOf({ platform }: Purchase, source: SourceName): string {
  return { shop: `${platform}:main`, baselinker: "baselinker:acme", allegro: "allegro:acme" }[source];
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

const METHOD = "Paczkomat";

/** Of one piece, in minor units: before the coupon, and as the buyer pays it. */
function pricesOf({ number, holds }: Purchase): { full: number; paid: number } {
  const full = 2000 + number * 100;
  return { full, paid: holds === "coupon" ? (full * 9) / 10 : full };
}

function goodsOf(purchase: Purchase) {
  const isBook = purchase.holds === "book";
  const goods = isBook ? { name: "Powieść testowa", sku: "KSI-1" } : { name: "Kubek testowy", sku: "KUB-1" };
  return { ...goods, quantity: 2, rate: isBook ? 5 : 23 };
}

/** As a shop keeps it: the price of before, and what the coupon took off. */
function shopLines(purchase: Purchase) {
  const { full, paid } = pricesOf(purchase);
  const goods = goodsOf(purchase);
  return [{ ...goods, gross: full * goods.quantity, discount: (full - paid) * goods.quantity }];
}

/** Where there is no other place for it, the fee for cash on delivery is in the price of the delivery. */
function deliveryOf({ holds }: Purchase): number {
  return SHIPPING + (holds === "codFee" ? COD_FEE : 0);
}

async function byWooCommerce(purchase: Purchase, world: World): Promise<void> {
  const { allegroId, origin, holds } = purchase;
  const shown = origin === "field" ? { allegroId } : { transactionId: allegroId };
  const onDelivery = { paymentMethod: "cod", fees: [{ name: "Opłata za pobranie", gross: COD_FEE }] };
  const order = world.shop.place({
    lines: shopLines(purchase),
    shipping: { method: METHOD, gross: SHIPPING },
    createdVia: "rest-api",
    ...(holds === "codFee" && onDelivery),
    ...shown,
  });
  purchase.shopId = order.id;
  await world.shop.runQueue(order.id);
}

async function byMagento(purchase: Purchase, world: World): Promise<void> {
  const order = world.magento.place({
    lines: shopLines(purchase),
    shipping: { method: METHOD, gross: SHIPPING },
    allegroId: purchase.allegroId,
    ...(purchase.holds === "giftCard" && { giftCard: GIFT_CARD }),
  });
  purchase.shopId = order.entity_id;
  await world.magento.announce(order.entity_id);
}

async function byBaseLinker(purchase: Purchase, world: World): Promise<void> {
  const { name, sku, quantity, rate } = goodsOf(purchase);
  const id = world.baselinker.place({
    order_id: purchase.baselinkerId,
    external_order_id: purchase.allegroId,
    delivery_price: deliveryOf(purchase) / 100,
    payment_method_cod: purchase.holds === "codFee",
    products: [{ name, sku, price_brutto: pricesOf(purchase).paid / 100, quantity, tax_rate: rate }],
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
  const { name, sku, quantity, rate } = goodsOf(purchase);
  const cashOnDelivery = purchase.holds === "codFee";
  world.allegro.buy({
    id: allegroId,
    lines: [{ name, sku, quantity, price: (pricesOf(purchase).paid / 100).toFixed(2), taxRate: rate.toFixed(2) }],
    delivery: { method: METHOD, price: (deliveryOf(purchase) / 100).toFixed(2) },
    cashOnDelivery,
  });
  if (cashOnDelivery) return;
  world.allegro.fillIn(allegroId);
  world.allegro.ready(allegroId);
}
