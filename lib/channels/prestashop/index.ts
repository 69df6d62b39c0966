/** PrestaShop: a signed call that names an order, and the webservice to read it and all others. */
import type { Channel } from "../channel.ts";
import { provingAll } from "../shared/proof.ts";
import { PrestaShopAccount } from "./account.ts";
import { pull } from "./pull.ts";
import { receive } from "./receive.ts";

export const prestashop: Channel<PrestaShopAccount> = {
  name: "prestashop",
  account: PrestaShopAccount,
  provedBy: ({ secrets }) => provingAll(secrets),
  receive,
  pull,
  readsOrders: true,
  needsPoll: true,
};
