/** The platforms of the demo: a shop, BaseLinker and Allegro as simulators that know each other's addresses. */
import { randomUUID } from "node:crypto";
import type { Instant } from "../order.ts";
import { DEMO, demoConfig } from "./demo-config.ts";
import { type AllegroSimulator, createAllegro } from "./simulators/allegro.ts";
import { type BaseLinker, createBaseLinker } from "./simulators/baselinker.ts";
import { createShop, type Shop } from "./simulators/woocommerce.ts";

export type DemoWorld = {
  shop: Shop;
  baselinker: BaseLinker;
  allegro: AllegroSimulator;
  /** The configuration under which Kojarz serves them, as JSON. */
  config: string;
  close(): Promise<void>;
};

/** @param kojarzUrl where webhooks and callbacks go */
export async function startDemoWorld(kojarzUrl: string, now: () => Instant): Promise<DemoWorld> {
  const common = { now, random: Math.random };
  const refreshToken = randomUUID();
  const shop = await createShop({
    ...common,
    id: 1,
    secret: DEMO.shopSecret,
    consumerKey: DEMO.consumerKey,
    consumerSecret: DEMO.consumerSecret,
    webhookUrl: `${kojarzUrl}/webhooks/woocommerce/main`,
  });
  const baselinker = await createBaseLinker({
    ...common,
    token: DEMO.baselinkerToken,
    callbackUrl: `${kojarzUrl}/webhooks/baselinker/acme/${DEMO.callbackToken}`,
  });
  const allegro = await createAllegro({
    ...common,
    clientId: DEMO.allegroClient,
    clientSecret: DEMO.allegroSecret,
    refreshToken,
  });
  const addresses = { shop: shop.url, baselinker: baselinker.url, allegro: allegro.url };
  return {
    shop,
    baselinker,
    allegro,
    config: JSON.stringify(demoConfig(addresses, refreshToken)),
    async close() {
      await Promise.all([shop.close(), baselinker.close(), allegro.close()]);
    },
  };
}
