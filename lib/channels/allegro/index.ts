/**
 * Allegro: no webhooks, so everything is pulled. Forms and tokens as their REST API of 2026 has them.
 *
 * No `callsPerMinute`: Allegro takes 9,000 a minute, a run makes some 200, and a budget costs a write for each call.
 */
import type { Channel } from "../channel.ts";
import { AllegroAccount } from "./account.ts";
import { pullAllegro } from "./pull.ts";

export const allegro: Channel<AllegroAccount> = {
  name: "allegro",
  account: AllegroAccount,
  readsOrders: true,
  pull: pullAllegro,
  usesVault: true,
};
