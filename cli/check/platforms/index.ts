/** The platforms that can be checked, by the name of their channel. */
import type { Platform } from "../platform.ts";
import { adobe } from "./adobe.ts";
import { allegro } from "./allegro.ts";
import { baselinker } from "./baselinker.ts";
import { idosell } from "./idosell.ts";
import { magento } from "./magento.ts";
import { prestashop } from "./prestashop.ts";
import { shoper } from "./shoper.ts";
import { shopify } from "./shopify.ts";
import { woocommerce } from "./woocommerce.ts";

/** Its shop sends and cannot be asked anything. */
const standard: Platform = {
  words: { said: () => undefined, refusal: () => undefined },
  addresses: () => [],
  listing: "",
  withoutPull: "the shop sends by itself: docs/examples/send-order.mjs sends an order as it would",
};

export const platforms: Readonly<Record<string, Platform>> = {
  woocommerce,
  baselinker,
  allegro,
  shopify,
  standard,
  shoper,
  prestashop,
  idosell,
  magento,
  adobe,
} as unknown as Record<string, Platform>;
