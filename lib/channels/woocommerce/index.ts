/** WooCommerce: signed webhooks that are never repeated, and the listing that finds what they lost. */
import type { Channel } from "../channel.ts";
import { provingAll } from "../shared/proof.ts";
import { WooAccount } from "./account.ts";
import { pull } from "./pull.ts";
import { isProven, receive, receiveKept } from "./receive.ts";

export const woocommerce: Channel<WooAccount> = {
  name: "woocommerce",
  account: WooAccount,
  refersTo: ({ baselinkerAccount: other }) =>
    other === undefined ? [] : [{ path: ["baselinkerAccount"], account: other }],
  provedBy: ({ secrets }) => provingAll(secrets),
  receive,
  isProven,
  receiveKept,
  // Both ways in which WooCommerce stores orders lead there.
  panel: ({ baseUrl }, sourceOrder) =>
    `${baseUrl}/wp-admin/post.php?post=${encodeURIComponent(sourceOrder)}&action=edit`,
  pull,
  readsOrders: true,
};
