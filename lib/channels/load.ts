/** One channel, loaded when it is needed: for a function that serves none and may have to read a message of any. */
import type { Channel } from "./channel.ts";
import type { ChannelName } from "./names.ts";

const loaders: Readonly<Record<ChannelName, () => Promise<unknown>>> = {
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

/** @returns undefined where there is none of this name */
export async function loadChannel(name: string): Promise<Channel | undefined> {
  return Object.hasOwn(loaders, name) ? ((await loaders[name as ChannelName]()) as Channel) : undefined;
}
