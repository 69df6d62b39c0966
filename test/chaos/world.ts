/** The platforms of the run, with every fault switched on, and the configuration that connects Kojarz to them. */
import type { World } from "../../local/demo/world.ts";
import { createAllegro } from "../../local/simulators/allegro.ts";
import { createBaseLinker } from "../../local/simulators/baselinker.ts";
import { createMagento } from "../../local/simulators/magento.ts";
import { createShop } from "../../local/simulators/woocommerce.ts";

/** Probabilities; none is under 5 %. */
export const FAULTS = {
  shop: { "delivery-lost": 0.06, "delivery-late": 0.06, twin: 0.1, reordered: 0.2, "rest-5xx": 0.15 },
  magento: { "rest-503": 0.2, "rest-500": 0.1, "hint-lost": 0.1, "hint-thrice": 0.1 },
  baselinker: {
    "http-502": 0.1,
    "legacy-types": 0.2,
    "blocked-token": 0.05,
    "callback-lost": 0.1,
    "callback-twice": 0.1,
    "unconfirmed-first": 0.1,
    "export-twice": 0.1,
    "export-lost-answer": 0.1,
    "ties-reversed": 0.3,
  },
  allegro: {
    "event-duplicate": 0.1,
    "event-late": 0.06,
    "event-missing": 0.06,
    "event-reordered": 0.1,
    "rate-limited": 0.12,
    "http-5xx": 0.15,
    "token-lost-answer": 0.2,
  },
  erp: {
    busy: 0.08,
    orphan: 0.06,
    "timeout-before": 0.06,
    "timeout-after-commit": 0.08,
    "late-commit": 0.1,
    "find-fails": 0.06,
    "cancel-refused": 0.4,
  },
} as const;

/** Seconds where the real platforms take minutes, so that a run sees many of them. */
const BLOCK_SECONDS = 2;

export async function openChaosWorld(port: number, random: () => number): Promise<World> {
  const host = `http://127.0.0.1:${port}`;
  const common = { now: Date.now, random };
  const epoch = Math.floor(Date.now() / 1000);
  const shop = await createShop({
    ...common,
    id: 1,
    secret: "chaos-shop-secret-0001",
    consumerKey: "ck",
    consumerSecret: "cs",
    webhookUrl: `${host}/webhooks/woocommerce/main`,
    firstOrder: 1000,
    retryAfterSeconds: BLOCK_SECONDS,
    faults: FAULTS.shop,
  });
  const magento = await createMagento({
    ...common,
    accessToken: "chaos-magento",
    hint: { url: `${host}/webhooks/magento/main`, header: "x-kojarz-secret", secret: "chaos-magento-secret" },
    firstOrder: 500_000,
    retryAfterSeconds: BLOCK_SECONDS,
    faults: FAULTS.magento,
  });
  const baselinker = await createBaseLinker({
    ...common,
    token: "chaos-token",
    callbackUrl: `${host}/webhooks/baselinker/acme/chaos-callback-token`,
    exchange: { url: `${host}/webhooks/baselinker/acme`, password: "chaos-exchange-password" },
    blockMs: BLOCK_SECONDS * 1000,
    confirmAfterMs: 1_500,
    faults: FAULTS.baselinker,
  });
  const allegro = await createAllegro({
    ...common,
    clientId: "chaos",
    clientSecret: "chaos-secret",
    refreshToken: "chaos-refresh",
    accessTokenMs: 20_000,
    blockMs: BLOCK_SECONDS * 1000,
    lateMs: 3_000,
    reorderMs: 1_000,
    faults: FAULTS.allegro,
  });
  const config = {
    leaseSeconds: 4,
    accounts: [
      {
        channel: "woocommerce",
        account: "main",
        baseUrl: shop.url,
        secrets: ["chaos-shop-secret-0001"],
        consumerKey: "ck",
        consumerSecret: "cs",
        pollSeconds: 2,
        marketplaceFields: [{ field: "_allegro_checkout_form_id", issuer: "allegro" }],
      },
      {
        channel: "magento",
        account: "main",
        baseUrl: magento.url,
        accessToken: "chaos-magento",
        hintSecret: "chaos-magento-secret",
        pollSeconds: 1,
      },
      {
        channel: "baselinker",
        account: "acme",
        baseUrl: baselinker.url,
        token: "chaos-token",
        callbackToken: "chaos-callback-token",
        exchangePassword: "chaos-exchange-password",
        sources: { "allegro/7001": "allegro:acme" },
        pollSeconds: 1,
        blockSeconds: BLOCK_SECONDS,
      },
      {
        channel: "allegro",
        account: "acme",
        baseUrl: allegro.url,
        authUrl: allegro.url,
        clientId: "chaos",
        clientSecret: "chaos-secret",
        refreshToken: "chaos-refresh",
        pollSeconds: 1,
        blockSeconds: BLOCK_SECONDS,
        reconcileSeconds: 5,
        recheckSeconds: 1,
      },
    ],
  };
  return {
    shop,
    magento,
    baselinker,
    allegro,
    epoch,
    config: JSON.stringify(config),
    async close() {
      await Promise.all([shop.close(), magento.close(), baselinker.close(), allegro.close()]);
    },
  };
}

/** How often each fault fired, all platforms together. */
export function firedIn(world: World, erp: Readonly<Record<string, number>>): Record<string, number> {
  const named = (name: string, fired: Readonly<Record<string, number>>) =>
    Object.entries(fired).map(([fault, times]) => [`${name}.${fault}`, times] as const);
  return Object.fromEntries([
    ...named("shop", world.shop.fired),
    ...named("magento", world.magento.fired),
    ...named("baselinker", world.baselinker.fired),
    ...named("allegro", world.allegro.fired),
    ...named("erp", erp),
  ]);
}
