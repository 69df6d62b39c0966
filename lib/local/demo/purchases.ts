/** One purchase, and how the three sources come to report it. */
import type { World } from "./world.ts";

export type SourceName = "shop" | "baselinker" | "allegro";
export const SOURCES: readonly SourceName[] = ["shop", "baselinker", "allegro"];

export type Purchase = {
  number: number;
  /** In which order the sources report it; `at once` leaves it to chance. */
  order: readonly SourceName[] | "at once";
  /** Where the shop shows the Allegro id: in a configured field, or only as a trace in the payment id. */
  origin: "field" | "trace";
  allegroId: string;
  baselinkerId: number;
  shopId?: number;
};

const SHIPPING = 8.99;

export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

/** Every order of arrival once, and the same instant as often. */
export function plan(epoch: number): Purchase[] {
  const orders = permutations(SOURCES);
  return [...orders, ...orders.map(() => "at once" as const)].map((order, index) => ({
    number: index + 1,
    order,
    origin: index % 2 === 0 ? "field" : "trace",
    allegroId: formId(epoch, index),
    baselinkerId: epoch * 100 + index,
  }));
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
export async function report(purchase: Purchase, source: SourceName, world: World): Promise<void> {
  const { allegroId, number } = purchase;
  const price = 20 + number;
  switch (source) {
    case "shop": {
      const lines = [{ name: "Kubek testowy", sku: "KUB-1", quantity: 2, gross: price * 200 }];
      const shipping = { method: "Paczkomat", gross: Math.round(SHIPPING * 100) };
      const shown = purchase.origin === "field" ? { allegroId } : { transactionId: allegroId };
      const order = world.shop.place({ lines, shipping, createdVia: "rest-api", ...shown });
      purchase.shopId = order.id;
      await world.shop.runQueue(order.id);
      return;
    }
    case "baselinker": {
      const id = world.baselinker.place({
        order_id: purchase.baselinkerId,
        external_order_id: allegroId,
        delivery_price: SHIPPING,
        products: [{ name: "Kubek testowy", sku: "KUB-1", price_brutto: price, quantity: 2 }],
      });
      await world.baselinker.callback(id);
      return;
    }
    case "allegro": {
      world.allegro.buy({
        id: allegroId,
        lines: [{ name: "Kubek testowy", sku: "KUB-1", quantity: 2, price: price.toFixed(2) }],
        delivery: { method: "Paczkomat", price: SHIPPING.toFixed(2) },
      });
      world.allegro.fillIn(allegroId);
      world.allegro.ready(allegroId);
      return;
    }
    default:
      source satisfies never;
  }
}
