/** BaseLinker: callbacks that name an order, the exchange that pushes whole ones, and the documented API to read them. */
import type { Channel } from "../channel.ts";
import { provingShown } from "../shared/proof.ts";
import { BaseLinkerAccount, refersTo } from "./account.ts";
import { pull } from "./pull.ts";
import { receive } from "./receive.ts";
import { writeBack } from "./write-back.ts";

export const baselinker: Channel<BaseLinkerAccount> = {
  name: "baselinker",
  account: BaseLinkerAccount,
  refersTo,
  methods: ["HEAD", "GET", "POST"],
  provedBy: ({ callbackToken, previousCallbackToken, exchangePassword, previousExchangePassword }) =>
    provingShown({ callbackToken, previousCallbackToken, exchangePassword, previousExchangePassword }),
  receive,
  panel: (_, sourceOrder) => `https://panel.baselinker.com/orders.php#order:${encodeURIComponent(sourceOrder)}`,
  pull,
  readsOrders: true,
  needsPoll: true,
  writeBack,
  callsPerMinute: 80,
};
