/** Magento 2: its order list by time of change is the main path; a thin call only says earlier that an order changed. */
import type { Channel } from "../channel.ts";
import { provingShown } from "../shared/proof.ts";
import { MagentoAccount } from "./account.ts";
import { pull } from "./pull.ts";
import { receive } from "./receive.ts";

export const magento: Channel<MagentoAccount> = {
  name: "magento",
  account: MagentoAccount,
  provedBy: ({ hintSecret, previousHintSecret }) => provingShown({ hintSecret, previousHintSecret }),
  receive,
  pull,
  readsOrders: true,
  needsPoll: true,
};
