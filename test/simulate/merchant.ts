/** The merchant's days: who buys what where, who copies it, and who changes his mind. The ledger is the truth. */
import { DAY, type Instant } from "../../lib/core/order.ts";
import type { FakeErp } from "../../local/fake-erp.ts";
import type { AllegroSimulator } from "../../local/simulators/allegro.ts";
import type { BaseLinker } from "../../local/simulators/baselinker.ts";
import type { MagentoShop } from "../../local/simulators/magento.ts";
import type { Shop } from "../../local/simulators/woocommerce.ts";
import { pick } from "../chaos/random.ts";
import type { Clock } from "./clock.ts";

export type Sold = {
  at: Instant;
  where: "allegro" | "woocommerce:main" | "woocommerce:b2b" | "magento:main";
  /** `account/sourceOrder` of every report of it that there is. */
  sources: Set<string>;
  /** Written by another integrator, too. */
  alsoWritten: boolean;
  cancelledAt?: Instant;
  /** In minor units. */
  total: number;
};

export type Market = {
  clock: Clock;
  random: () => number;
  shops: Readonly<Record<"woocommerce:main" | "woocommerce:b2b", Shop>>;
  magento: MagentoShop;
  baselinker: BaseLinker;
  allegro: AllegroSimulator;
  erp: FakeErp;
};

const MINUTE = 60_000;
const SHIPPING = 899;
const METHOD = "Paczkomat";

/** Opens the shops for one day, and returns what is sold in it; each happens at its time. */
export function openDay(market: Market, day: Instant, perDay: number, ledger: Sold[]): void {
  const { random, clock } = market;
  const weekday = new Date(day).getUTCDay();
  const busy = weekday === 0 || weekday === 6 ? 0.7 : 1.12;
  const count = Math.round(perDay * busy * (0.8 + 0.4 * random()));
  for (let index = 0; index < count; index += 1) {
    // Evenings sell more than nights.
    const hour = 24 * Math.max(random(), random() * random());
    clock.at(day + hour * (DAY / 24), () => sell(market, ledger));
  }
}

function sell(market: Market, ledger: Sold[]): void {
  const { clock, random } = market;
  const where = pick(
    ["allegro", "allegro", "woocommerce:main", "woocommerce:main", "woocommerce:b2b", "magento:main"] as const,
    random,
  );
  const price = 1_000 + Math.floor(random() * 200) * 50;
  const quantity = 1 + Math.floor(random() * 3);
  const sold: Sold = {
    at: clock.now(),
    where,
    sources: new Set(),
    alsoWritten: false,
    total: price * quantity + SHIPPING,
  };
  ledger.push(sold);
  if (where === "allegro") sellOnAllegro(market, sold, price, quantity);
  else if (where === "magento:main") sellInMagento(market, sold, price, quantity);
  else sellInShop(market, where, sold, price, quantity);
}

const later = ({ clock }: Market, ms: number, act: () => void) => clock.at(clock.now() + ms, act);
const CANCELS = 0.04;
const GOODS = { name: "Kubek testowy", sku: "KUB-1" };

function sellOnAllegro(market: Market, sold: Sold, price: number, quantity: number): void {
  const { random, allegro, erp } = market;
  const id = allegro.buy({
    lines: [{ ...GOODS, quantity, price: (price / 100).toFixed(2) }],
    delivery: { method: METHOD, price: (SHIPPING / 100).toFixed(2) },
  });
  sold.sources.add(`allegro:acme/${id}`);
  const paidAfter = (1 + random() * 20) * MINUTE;
  later(market, paidAfter / 2, () => allegro.fillIn(id));
  later(market, paidAfter, () => allegro.ready(id));
  if (random() < 0.8)
    later(market, paidAfter + random() * 40 * MINUTE, () => importToBaseLinker(market, sold, id, price, quantity));
  if (random() < 0.3)
    later(market, paidAfter + random() * 60 * MINUTE, () => {
      const shop = market.shops["woocommerce:main"];
      const order = shop.place({
        lines: [{ ...GOODS, quantity, gross: price * quantity }],
        shipping: { method: METHOD, gross: SHIPPING },
        createdVia: "rest-api",
        allegroId: id,
      });
      sold.sources.add(`woocommerce:main/${order.id}`);
      later(market, 20_000, () => void shop.runQueue(order.id));
    });
  if (random() < 0.02)
    later(market, random() * 90 * MINUTE, () => {
      sold.alsoWritten = true;
      erp.foreign({ writer: "other", internetId: id, currency: "PLN", total: sold.total });
    });
  if (random() < CANCELS)
    later(market, paidAfter + random() * 3 * DAY, () => {
      sold.cancelledAt = market.clock.now();
      allegro.cancel(id);
    });
}

function importToBaseLinker(market: Market, sold: Sold, allegroId: string, price: number, quantity: number): void {
  const { baselinker } = market;
  const id = baselinker.place({
    external_order_id: allegroId,
    delivery_price: SHIPPING / 100,
    products: [{ ...GOODS, price_brutto: price / 100, quantity, tax_rate: 23 }],
  });
  sold.sources.add(`baselinker:acme/${id}`);
  later(market, 5_000, () => void baselinker.callback(id));
}

function sellInShop(
  market: Market,
  where: "woocommerce:main" | "woocommerce:b2b",
  sold: Sold,
  price: number,
  quantity: number,
): void {
  const { random, baselinker } = market;
  const shop = market.shops[where];
  const order = shop.place({
    lines: [{ ...GOODS, quantity, gross: price * quantity }],
    shipping: { method: METHOD, gross: SHIPPING },
    status: "pending",
  });
  sold.sources.add(`${where}/${order.id}`);
  const paidAfter = (0.5 + random() * 10) * MINUTE;
  later(market, 20_000, () => void shop.runQueue(order.id));
  later(market, paidAfter, () => {
    shop.setStatus(order.id, "processing");
    later(market, 20_000, () => void shop.runQueue(order.id));
  });
  if (where === "woocommerce:main" && random() < 0.6)
    later(market, paidAfter + random() * 30 * MINUTE, () => {
      const id = baselinker.place({
        order_source: "shop",
        order_source_id: 101,
        shop_order_id: order.id,
        delivery_price: SHIPPING / 100,
        products: [{ ...GOODS, price_brutto: price / 100, quantity, tax_rate: 23 }],
      });
      sold.sources.add(`baselinker:acme/${id}`);
      later(market, 5_000, () => void baselinker.callback(id));
    });
  if (random() < CANCELS)
    later(market, paidAfter + random() * 2 * DAY, () => {
      sold.cancelledAt = market.clock.now();
      shop.setStatus(order.id, "cancelled");
      later(market, 20_000, () => void shop.runQueue(order.id));
    });
}

function sellInMagento(market: Market, sold: Sold, price: number, quantity: number): void {
  const { random, magento } = market;
  const order = magento.place({
    lines: [{ ...GOODS, quantity, gross: price * quantity }],
    shipping: { method: METHOD, gross: SHIPPING },
  });
  sold.sources.add(`magento:main/${order.entity_id}`);
  later(market, 2_000, () => void magento.announce(order.entity_id));
  if (random() < CANCELS)
    later(market, random() * 2 * DAY, () => {
      sold.cancelledAt = market.clock.now();
      magento.setState(order.entity_id, "canceled");
      void magento.announce(order.entity_id);
    });
}
