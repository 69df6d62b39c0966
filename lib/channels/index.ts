/** The one list of channels. Adding a platform is one file and one line here. */
import { adobe } from "./adobe/index.ts";
import { allegro } from "./allegro/index.ts";
import { baselinker } from "./baselinker/index.ts";
import type { Channel } from "./channel.ts";
import { idosell } from "./idosell/index.ts";
import { magento } from "./magento/index.ts";
import { prestashop } from "./prestashop/index.ts";
import { shoper } from "./shoper/index.ts";
import { shopify } from "./shopify/index.ts";
import { standard } from "./standard/index.ts";
import { woocommerce } from "./woocommerce/index.ts";

export const channels = [
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
] as unknown as Channel[];
