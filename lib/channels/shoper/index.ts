/** Shoper: webhooks that name an order, and its REST API to read it with its lines. */
import type { Channel } from "../channel.ts";
import { provingAll, provingShown } from "../shared/proof.ts";
import { ShoperAccount } from "./account.ts";
import { pull } from "./pull.ts";
import { receive } from "./receive.ts";

export const shoper: Channel<ShoperAccount> = {
  name: "shoper",
  account: ShoperAccount,
  provedBy: ({ secrets, urlToken, previousUrlToken }) => [
    ...provingAll(secrets),
    ...provingShown({ urlToken, previousUrlToken }),
  ],
  receive,
  pull,
  readsOrders: true,
  needsPoll: true,
  usesVault: true,
  callsPerMinute: 100,
};
