/**
 * The one list of channels. Adding a platform is one file and one line here.
 *
 * Loaded by name: a deployed function is told in KOJARZ_CHANNELS which ones it serves, and starts without the others.
 */
import type { Channel } from "./channel.ts";

const load = {
  woocommerce: async () => (await import("./woocommerce/index.ts")).woocommerce,
  baselinker: async () => (await import("./baselinker/index.ts")).baselinker,
  allegro: async () => (await import("./allegro/index.ts")).allegro,
  shopify: async () => (await import("./shopify/index.ts")).shopify,
  standard: async () => (await import("./standard/index.ts")).standard,
  shoper: async () => (await import("./shoper/index.ts")).shoper,
  prestashop: async () => (await import("./prestashop/index.ts")).prestashop,
  idosell: async () => (await import("./idosell/index.ts")).idosell,
  magento: async () => (await import("./magento/index.ts")).magento,
  adobe: async () => (await import("./adobe/index.ts")).adobe,
};

/** Of all channels, whether this process serves them or not. */
export const channelNames: readonly string[] = Object.keys(load);

/** Absent: all of them. Empty: none. */
const served = process.env.KOJARZ_CHANNELS?.split(" ");

const loading = Object.entries(load).filter(([name]) => !served || served.includes(name));

export const channels = (await Promise.all(loading.map(([, channel]) => channel()))) as unknown as Channel[];
