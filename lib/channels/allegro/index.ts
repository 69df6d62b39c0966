/**
 * Allegro: no webhooks, so everything is pulled. Forms and tokens as their REST API of 2026 has them.
 *
 * No `callsPerMinute`: Allegro takes 9,000 a minute, a run makes some 200, and a budget costs a write for each call.
 */
import type { Channel } from "../channel.ts";
import { ALLEGRO_API, AllegroAccount } from "./account.ts";
import { pullAllegro } from "./pull.ts";

export const allegro: Channel<AllegroAccount> = {
  name: "allegro",
  account: AllegroAccount,
  readsOrders: true,
  // Sales Center names an order by its checkout form; the sandbox has another panel.
  panel: ({ baseUrl }, sourceOrder) =>
    baseUrl === ALLEGRO_API ? `https://salescenter.allegro.com/orders/${encodeURIComponent(sourceOrder)}` : undefined,
  pull: pullAllegro,
  usesVault: true,
};
