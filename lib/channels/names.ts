/** Names of all channels, whether this process serves them or not. Adding a platform begins here: the compiler asks for the rest. */
const NAMES = [
  "woocommerce",
  "baselinker",
  "allegro",
  "shopify",
  "standard",
  "shoper",
  "prestashop",
  "idosell",
  "magento",
  "adobe",
] as const;
export type ChannelName = (typeof NAMES)[number];

export const channelNames: readonly string[] = NAMES;
