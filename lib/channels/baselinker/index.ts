/** BaseLinker: callbacks that name an order, the exchange that pushes whole ones, and the documented API to read them. */
import type { Channel } from "../channel.ts";
import { BaseLinkerAccount, refersTo } from "./account.ts";
import { pull } from "./pull.ts";
import { receive } from "./receive.ts";
import { tell } from "./tell.ts";

export const baselinker: Channel<BaseLinkerAccount> = {
  name: "baselinker",
  account: BaseLinkerAccount,
  refersTo,
  methods: ["HEAD", "GET", "POST"],
  receive,
  pull,
  needsPoll: true,
  tell,
  callsPerMinute: 80,
};
