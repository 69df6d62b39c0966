/**
 * The channels of this process. Adding a platform is one folder, its name in `names.ts`, and the lines that the compiler then asks
 * for: here, with its import, and in `load.ts`.
 *
 * A deployed function is bundled for one channel, which the bundler knows as KOJARZ_CHANNEL: whatever a comparison here
 * rules out is left out of the bundle. Unset, as on one machine, it is all of them; empty, it is none.
 */
import { accountName } from "../core/keys.ts";
import { adobe } from "./adobe/index.ts";
import { allegro } from "./allegro/index.ts";
import { baselinker } from "./baselinker/index.ts";
import type { AccountBase, Channel, Connection } from "./channel.ts";
import { idosell } from "./idosell/index.ts";
import { magento } from "./magento/index.ts";
import type { ChannelName } from "./names.ts";
import { prestashop } from "./prestashop/index.ts";
import { shoper } from "./shoper/index.ts";
import { shopify } from "./shopify/index.ts";
import { standard } from "./standard/index.ts";
import { woocommerce } from "./woocommerce/index.ts";

const list = {
  woocommerce: (process.env.KOJARZ_CHANNEL ?? "woocommerce") === "woocommerce" ? woocommerce : undefined,
  baselinker: (process.env.KOJARZ_CHANNEL ?? "baselinker") === "baselinker" ? baselinker : undefined,
  allegro: (process.env.KOJARZ_CHANNEL ?? "allegro") === "allegro" ? allegro : undefined,
  shopify: (process.env.KOJARZ_CHANNEL ?? "shopify") === "shopify" ? shopify : undefined,
  standard: (process.env.KOJARZ_CHANNEL ?? "standard") === "standard" ? standard : undefined,
  shoper: (process.env.KOJARZ_CHANNEL ?? "shoper") === "shoper" ? shoper : undefined,
  prestashop: (process.env.KOJARZ_CHANNEL ?? "prestashop") === "prestashop" ? prestashop : undefined,
  idosell: (process.env.KOJARZ_CHANNEL ?? "idosell") === "idosell" ? idosell : undefined,
  magento: (process.env.KOJARZ_CHANNEL ?? "magento") === "magento" ? magento : undefined,
  adobe: (process.env.KOJARZ_CHANNEL ?? "adobe") === "adobe" ? adobe : undefined,
} satisfies Record<ChannelName, unknown>;

export const channels = Object.values(list).filter((channel) => channel !== undefined) as unknown as Channel[];

/** Every configured account of these channels. */
export function connectionsOf({ accounts }: { accounts: readonly AccountBase[] }): Connection[] {
  return accounts.flatMap((account) => {
    const channel = channels.find(({ name }) => name === account.channel);
    return channel ? { name: accountName(account), channel, account } : [];
  });
}
