/** Shoper: webhooks that name an order, and its REST API to read it with its lines. */
import type { Channel } from "../channel.ts";
import { ShoperAccount } from "./account.ts";
import { pull } from "./pull.ts";
import { receive } from "./receive.ts";

export const shoper: Channel<ShoperAccount> = {
  name: "shoper",
  account: ShoperAccount,
  receive,
  pull,
  needsPoll: true,
  usesVault: true,
  callsPerMinute: 100,
};
