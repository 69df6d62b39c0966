/** IdoSell: pulled only, over the Admin API's search of orders. */
import type { Channel } from "../channel.ts";
import { IdoSellAccount } from "./account.ts";
import { pull } from "./pull.ts";

export const idosell: Channel<IdoSellAccount> = {
  name: "idosell",
  account: IdoSellAccount,
  pull,
  callsPerMinute: 60,
};
