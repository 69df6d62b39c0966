/** The world of the demo: two shops, one BaseLinker account, one Allegro account, each a simulator on this machine. */
import { type AllegroSimulator, createAllegro } from "../simulators/allegro.ts";
import { type BaseLinker, createBaseLinker } from "../simulators/baselinker.ts";
import { createMagento, type MagentoShop } from "../simulators/magento.ts";
import { createShop, type Shop } from "../simulators/woocommerce.ts";
import { DEMO_SECRETS, demoConfig } from "./config.ts";

export type World = {
  shop: Shop;
  magento: MagentoShop;
  baselinker: BaseLinker;
  allegro: AllegroSimulator;
  /** A number that no earlier run on the same state used, to begin the ids of this one. */
  epoch: number;
  /** The configuration document that connects Kojarz to this world. */
  config: string;
  close(): Promise<void>;
};

/** @param host where Kojarz itself will listen */
export async function openWorld(host: string, now: () => number, random: () => number): Promise<World> {
  const epoch = Math.floor(now() / 1000);
  // A new world forgets the tokens of the last one, as after a new login.
  const refreshToken = `demo-refresh-${epoch}-${Math.floor(random() * 1e9)}`;
  const { clientId, clientSecret, consumerKey, consumerSecret } = DEMO_SECRETS;

  const shop = await createShop({
    id: 1,
    secret: DEMO_SECRETS.woocommerce,
    consumerKey,
    consumerSecret,
    webhookUrl: `${host}/webhooks/woocommerce/main`,
    now,
    random,
    firstOrder: (epoch % 20_000_000) * 100,
  });
  const magento = await createMagento({
    accessToken: DEMO_SECRETS.magentoToken,
    hint: { url: `${host}/webhooks/magento/main`, header: "x-kojarz-secret", secret: DEMO_SECRETS.magentoHint },
    now,
    random,
    firstOrder: (epoch % 20_000_000) * 100 + 50,
  });
  const baselinker = await createBaseLinker({
    token: DEMO_SECRETS.baselinkerToken,
    now,
    random,
    callbackUrl: `${host}/webhooks/baselinker/acme/${DEMO_SECRETS.baselinkerCallback}`,
    exchange: { url: `${host}/webhooks/baselinker/acme`, password: DEMO_SECRETS.exchangePassword },
    faults: { "callback-twice": 0.3, "legacy-types": 0.3 },
  });
  const allegro = await createAllegro({
    clientId,
    clientSecret,
    refreshToken,
    now,
    random,
    faults: { "event-duplicate": 0.3, "event-reordered": 0.2 },
    reorderMs: 200,
  });
  return {
    shop,
    magento,
    baselinker,
    allegro,
    epoch,
    config: JSON.stringify(
      demoConfig(
        { shop: shop.url, magento: magento.url, baselinker: baselinker.url, allegro: allegro.url },
        refreshToken,
      ),
    ),
    async close() {
      await Promise.all([shop.close(), magento.close(), baselinker.close(), allegro.close()]);
    },
  };
}
