/**
 * The platforms of the merchant whose data was recorded: what happened at them until then, and what happens after it.
 * Simulators, so that a feed that goes on from a recorded cursor meets the orders that it had read.
 */

import { type Http, http } from "../../lib/runtime/http.ts";
import { createAllegro } from "../../local/simulators/allegro.ts";
import { createBaseLinker } from "../../local/simulators/baselinker.ts";
import { createIdoShop } from "../../local/simulators/idosell.ts";
import { createMagento } from "../../local/simulators/magento.ts";
import { createPrestaShop } from "../../local/simulators/prestashop.ts";
import { createShoperShop } from "../../local/simulators/shoper.ts";
import { createShopifyShop } from "../../local/simulators/shopify.ts";
import { createShop } from "../../local/simulators/woocommerce.ts";
import { seeded } from "../support/allegro.ts";

/** The instant of the recording. */
export const RECORDED = Date.UTC(2026, 10, 24, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type Clock = { now: number };

/** Marketplace ids, invented. */
export const FORMS = {
  joint: "1a000001-0000-11f1-8001-6d0fa57b1c01",
  lately: "1a000002-0000-11f1-8001-6d0fa57b1c01",
  stored: "1a000003-0000-11f1-8001-6d0fa57b1c01",
  druga: "1a000004-0000-11f1-8001-6d0fa57b1c01",
  today: "1a000005-0000-11f1-8001-6d0fa57b1c01",
} as const;

export type Platforms = Awaited<ReturnType<typeof openPlatforms>>;

/**
 * @param host where Kojarz listens
 * @param refreshTokens what Allegro takes for the seller's two accounts just now
 */
export async function openPlatforms(
  clock: Clock,
  host: string,
  refreshTokens = { acme: "refresh-acme-0", druga: "refresh-druga-0" },
) {
  const now = () => clock.now;
  const io = (seed: number) => ({ now, random: seeded(seed) });
  const woo = { secret: "secret-of-the-shop", consumerKey: "ck_1", consumerSecret: "cs_1" };
  const allegro = { clientId: "client-1", clientSecret: "client-secret-1" };
  const shops = {
    woo: await createShop({ ...io(1), ...woo, id: 1, webhookUrl: `${host}/webhooks/woocommerce/main` }),
    wholesale: await createShop({ ...io(2), ...woo, id: 2, webhookUrl: "", firstOrder: 9001 }),
    allegro: await createAllegro({ ...io(3), ...allegro, refreshToken: refreshTokens.acme }),
    druga: await createAllegro({ ...io(4), ...allegro, refreshToken: refreshTokens.druga }),
    baselinker: await createBaseLinker({
      ...io(5),
      token: "token-1",
      callbackUrl: `${host}/webhooks/baselinker/acme/0123456789abcdef0123`,
      exchange: { url: `${host}/webhooks/baselinker/acme`, password: "exchange-password-1" },
    }),
    magento: await createMagento({ ...io(6), accessToken: "magento-token-1" }),
    prestashop: await createPrestaShop({ ...io(7), key: "PRESTAKEY1" }),
    idosell: await createIdoShop({ ...io(8), key: "idosell-key-1" }),
    shoper: await createShoperShop({ ...io(9), user: "kojarz", password: "shoper-password-1" }),
    shopify: await createShopifyShop({
      ...io(10),
      shop: "sklep-testowy.myshopify.com",
      secret: "shopify-secret-1",
      accessToken: "shpat_1",
      webhookUrl: "",
    }),
  };
  const addresses: Record<string, string> = {
    "https://woo.example": shops.woo.url,
    "https://wholesale.example": shops.wholesale.url,
    "https://allegro.example": shops.allegro.url,
    "https://druga.example": shops.druga.url,
    "https://baselinker.example": shops.baselinker.url,
    "https://magento.example": shops.magento.url,
    "https://prestashop.example": shops.prestashop.url,
    "https://idosell.example": shops.idosell.url,
    "https://shoper.example": shops.shoper.url,
    "https://shopify.example": shops.shopify.url,
  };
  /** Two of the shops show one order a page, whatever they are asked for: their walks took several runs. */
  const reach: Http = (url, request) => {
    const { origin } = new URL(url);
    const asked = url.replace(origin, addresses[origin] ?? origin);
    const isSmall = origin === "https://wholesale.example" || origin === "https://shopify.example";
    return http(isSmall ? asked.replace(/\b(per_page|limit)=\d+/, "$1=1") : asked, request);
  };
  return {
    ...shops,
    http: reach,
    async close() {
      await Promise.all(Object.values(shops).map((shop) => shop.close()));
    },
  };
}

/** Magento cannot put it together until `today`. */
const BROKEN = 1003;

const LINE = { name: "Kubek testowy", quantity: 1 };

/** Three days before the recording. */
function longAgo({ woo, wholesale, allegro, druga, baselinker, ...shops }: Platforms): void {
  woo.place({ lines: [{ ...LINE, gross: 3000 }], allegroId: FORMS.joint });
  for (const gross of [1100, 1200, 1300]) wholesale.place({ lines: [{ ...LINE, gross }] });
  buy(allegro, FORMS.joint, "30.00");
  buy(druga, FORMS.druga, "47.00");
  baselinker.place({
    external_order_id: FORMS.joint,
    products: [{ name: LINE.name, price_brutto: 10, quantity: 3 }],
  });
  placeEverywhere(shops, 3100);
}

/** Ten minutes before the recording. */
function lately({ woo, allegro, baselinker, ...shops }: Omit<Platforms, "wholesale" | "druga">): void {
  woo.place({ lines: [{ ...LINE, gross: 2700 }] });
  allegro.surcharge(FORMS.joint);
  buy(allegro, FORMS.lately, "29.00");
  allegro.buy({ id: FORMS.stored, lines: [{ ...LINE, price: "31.00" }], oneFulfillment: true, cashOnDelivery: true });
  baselinker.split(800_000_101);
  baselinker.place({ order_source: "personal", order_source_id: 0 });
  baselinker.place({ order_source: "personal", order_source_id: 0 });
  baselinker.place({ order_source: "shop", order_source_id: 999, shop_order_id: 55 });
  placeEverywhere(shops, 3300);
  shops.magento.breakOrder(BROKEN);
  shops.magento.place({ lines: [{ ...LINE, sku: "KUB-1", gross: 3350 }] });
  shops.shopify.place({ lines: [{ title: LINE.name, quantity: 1, price: 3360 }] });
}

/** A marketplace's order, which BaseLinker then pushes to Kojarz as to a shop: nine minutes before the recording. */
function toPush({ baselinker }: Pick<Platforms, "baselinker">): number {
  return baselinker.place({ order_source: "erli", order_source_id: 7, external_order_id: "ERLI-1" });
}

/** One order that Kojarz had read is deleted five minutes before the recording. */
function deleted({ baselinker }: Pick<Platforms, "baselinker">): void {
  baselinker.remove(800_000_104);
}

/** Two minutes before the recording: Kojarz fails while it takes the one order in. The other one leads Magento's list on. */
function failing({ idosell, magento }: Pick<Platforms, "idosell" | "magento">): void {
  magento.place({ lines: [{ ...LINE, sku: "KUB-1", gross: 3650 }] });
  idosell.place({ lines: [{ ...LINE, price: 36 }], paid: true });
}

/** Everything until the recording, at its time. */
export function replay(platforms: Platforms, clock: Clock): void {
  const steps = [
    { at: RECORDED - 3 * DAY, step: longAgo },
    { at: RECORDED - 10 * MINUTE, step: lately },
    { at: RECORDED - 9 * MINUTE, step: toPush },
    { at: RECORDED - 5 * MINUTE, step: deleted },
    { at: RECORDED - 2 * MINUTE, step: failing },
  ];
  for (const { at, step } of steps) {
    clock.now = at;
    step(platforms);
  }
}

/** After the recording: one new order at each of them. */
export function today({ woo, wholesale, allegro, baselinker, ...shops }: Omit<Platforms, "druga">): void {
  woo.place({ lines: [{ ...LINE, gross: 3500 }] });
  wholesale.place({ lines: [{ ...LINE, gross: 1400 }] });
  buy(allegro, FORMS.today, "37.00");
  baselinker.place({ order_source: "personal", order_source_id: 0 });
  shops.magento.repairOrder(BROKEN);
  placeEverywhere(shops, 3900);
}

function buy(allegro: Platforms["allegro"], id: string, price: string): void {
  allegro.buy({ id, lines: [{ ...LINE, price }] });
  allegro.fillIn(id);
  allegro.ready(id);
}

type Shops = Pick<Platforms, "magento" | "prestashop" | "idosell" | "shoper" | "shopify">;

/** @param gross minor units, a little more at each further shop */
function placeEverywhere({ magento, prestashop, idosell, shoper, shopify }: Shops, gross: number): void {
  prestashop.place({ parcels: [{ lines: [{ ...LINE, gross: gross + 1 }] }] });
  idosell.place({ lines: [{ ...LINE, price: (gross + 2) / 100 }], paid: true });
  shoper.place({ lines: [{ ...LINE, gross: gross + 3 }] });
  shopify.place({ lines: [{ title: LINE.name, quantity: 1, price: gross + 4 }] });
  magento.place({ lines: [{ ...LINE, sku: "KUB-1", gross }] });
}
