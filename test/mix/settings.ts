/** How one merchant is set up: what the platforms send, and what the configuration says of it. Both may disagree. */

import { AllegroAccount } from "../../lib/channels/allegro/account.ts";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { IdoSellAccount } from "../../lib/channels/idosell/account.ts";
import { MagentoAccount } from "../../lib/channels/magento/account.ts";
import { PrestaShopAccount } from "../../lib/channels/prestashop/account.ts";
import { ShoperAccount } from "../../lib/channels/shoper/account.ts";
import { ShopifyAccount } from "../../lib/channels/shopify/account.ts";
import { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import { choose } from "./choose.ts";

const FIELDS = ["id", "number", "auto", undefined] as const;
const SHOPS = [
  "woocommerce:main",
  "woocommerce:outlet",
  "shopify:pl",
  "magento:main",
  "prestashop:sklep",
  "shoper:sklep",
  "idosell:sklep",
] as const;
export type Shop = (typeof SHOPS)[number];

const EXPORTS = ["unset", "none", "right", "wrong", "several"] as const;
/** What an order that BaseLinker wrote into a shop says of where it comes from. */
const MARKS = ["field", "trace", "number", "login", "nothing"] as const;

export type Settings = {
  shops: readonly Shop[];
  /** What BaseLinker's `field` says, and which id it really sends, shop by shop. */
  field: Readonly<Record<Shop, (typeof FIELDS)[number]>>;
  sends: Readonly<Record<Shop, "id" | "number">>;
  /** The numbers of a plugin begin so far behind the ids, and reach into them later; undefined: number and id are one. */
  plugin: number | undefined;
  exportShop: (typeof EXPORTS)[number];
  exportedTo: Shop;
  marks: (typeof MARKS)[number];
  /** Without it BaseLinker is polled by confirmation alone. */
  journal: boolean;
};

/** What fits BaseLinker's field of digits: of Shopify no id of 13, of PrestaShop no number of letters. */
const SENDS: Readonly<Partial<Record<Shop, "id" | "number">>> = {
  "shopify:pl": "number",
  "prestashop:sklep": "id",
  "idosell:sklep": "number",
};

function someOf<T>(items: readonly T[], count: number, random: () => number): T[] {
  const left = [...items];
  return Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)).flat();
}

export function settingsFrom(random: () => number): Settings {
  const shops = someOf(SHOPS, choose([1, 2, 3, 4], random), random);
  const bySetting = <T>(of: (shop: Shop) => T) =>
    Object.fromEntries(SHOPS.map((shop) => [shop, of(shop)])) as Record<Shop, T>;
  return {
    shops,
    field: bySetting(() => choose(FIELDS, random)),
    sends: bySetting((shop) => SENDS[shop] ?? choose(["id", "number"] as const, random)),
    plugin: choose([undefined, 3, 40], random),
    exportShop: choose(EXPORTS, random),
    exportedTo: choose(shops, random),
    marks: choose(MARKS, random),
    journal: random() < 0.5,
  };
}

/** What a person sets who is told that a `field` is wrong. */
export const allAuto = Object.fromEntries(SHOPS.map((shop) => [shop, "auto"])) as Settings["field"];

/** The setting says otherwise than the platform does: a person has to correct it. */
export function isFieldWrong({ field, sends, plugin }: Settings, shop: Shop): boolean {
  const said = field[shop];
  const areTwo = shop === "shoper:sklep" ? false : plugin !== undefined || !shop.startsWith("woocommerce:");
  return areTwo && (said === "id" || said === "number") && said !== sends[shop];
}

export type Accounts = ReturnType<typeof accountsOf>;

export function accountsOf(settings: Settings) {
  const { shops, field, exportShop, exportedTo, marks } = settings;
  const origin = (shop: Shop) => ({ account: shop, ...(field[shop] && { field: field[shop] }) });
  const sources = Object.fromEntries(shops.map((shop) => [`shop/${sourceId(shop)}`, origin(shop)]));
  const other = shops.find((shop) => shop !== exportedTo);
  const exported = {
    unset: undefined,
    none: "none",
    right: origin(exportedTo),
    wrong: other ? origin(other) : "none",
    several: shops.map(origin),
  }[exportShop];
  const fields = marks === "field" ? [{ field: META, issuer: "allegro" }] : [];
  const woo = (account: string) =>
    WooAccount.parse({
      channel: "woocommerce",
      account,
      baseUrl: `https://${account}.example`,
      secrets: ["sekret-testowy-0001"],
      marketplaceFields: fields,
      ...(marks === "number" && { baselinkerAccount: "baselinker:acme" }),
    });
  return {
    "woocommerce:main": woo("main"),
    "woocommerce:outlet": woo("outlet"),
    "shopify:pl": ShopifyAccount.parse({
      channel: "shopify",
      account: "pl",
      shop: "sklep-testowy.myshopify.com",
      secrets: ["sekret-testowy-0001"],
      marketplaceFields: fields,
    }),
    "magento:main": MagentoAccount.parse({
      channel: "magento",
      account: "main",
      baseUrl: "https://magento.example",
      accessToken: "t",
    }),
    "prestashop:sklep": PrestaShopAccount.parse({
      channel: "prestashop",
      account: "sklep",
      baseUrl: "https://prestashop.example",
      webserviceKey: "KLUCZ",
      marketplaceFields: fields,
    }),
    "shoper:sklep": ShoperAccount.parse({
      channel: "shoper",
      account: "sklep",
      baseUrl: "https://shoper.example",
      secrets: ["sekret-testowy-0001"],
      apiToken: "t",
      cancelledStatuses: [10],
      marketplaceFields: fields,
    }),
    "idosell:sklep": IdoSellAccount.parse({
      channel: "idosell",
      account: "sklep",
      baseUrl: "https://idosell.example",
      apiKey: "k",
      marketplaceFields: fields,
    }),
    "allegro:acme": AllegroAccount.parse({
      channel: "allegro",
      account: "acme",
      clientId: "c",
      clientSecret: "s",
      refreshToken: "r",
    }),
    "baselinker:acme": BaseLinkerAccount.parse({
      channel: "baselinker",
      account: "acme",
      token: "t",
      callbackToken: "0123456789abcdef",
      cancelledStatuses: [9099],
      sources: { ...sources, "allegro/7001": "allegro:acme" },
      ...(exported && { exportShop: exported }),
    }),
  };
}

/** Where a shop keeps Allegro's id, if anywhere. */
export const META = "allegro_form_id";

export function sourceId(shop: Shop): number {
  return 101 + SHOPS.indexOf(shop);
}
