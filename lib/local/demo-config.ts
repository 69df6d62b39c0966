/** The configuration that is used without KOJARZ_CONFIG: one shop, BaseLinker and Allegro, all simulated. */

/** What the simulators know too. Free to read: it opens nothing but them. */
export const DEMO = {
  shopSecret: "demo-webhook-secret",
  consumerKey: "ck_demo",
  consumerSecret: "cs_demo",
  baselinkerToken: "demo-baselinker-token",
  callbackToken: "demo-callback-token",
  allegroClient: "demo-client",
  allegroSecret: "demo-client-secret",
} as const;

export type DemoAddresses = { shop: string; baselinker: string; allegro: string };

/**
 * @param refreshToken the seed of Allegro's tokens: a new one for each new simulator, which knows no older tokens
 * @returns what stands in the JSON file of KOJARZ_CONFIG
 */
export function demoConfig({ shop, baselinker, allegro }: DemoAddresses, refreshToken: string) {
  return {
    windowDays: 14,
    accounts: [
      {
        channel: "woocommerce",
        account: "main",
        baseUrl: shop,
        secrets: [DEMO.shopSecret],
        // Read access to the shop's REST API: finds the orders whose webhook got lost.
        consumerKey: DEMO.consumerKey,
        consumerSecret: DEMO.consumerSecret,
        pollSeconds: 5,
        // Where this shop's Allegro plugin keeps the marketplace's own order id.
        marketplaceFields: [{ field: "_allegro_order_id", issuer: "allegro" }],
      },
      {
        channel: "baselinker",
        account: "acme",
        baseUrl: baselinker,
        token: DEMO.baselinkerToken,
        callbackToken: DEMO.callbackToken,
        // BaseLinker's order sources (type/id) and the accounts that they are here.
        sources: { "shop/101": "woocommerce:main", "allegro/7001": "allegro:acme" },
        pollSeconds: 2,
      },
      {
        channel: "allegro",
        account: "acme",
        baseUrl: allegro,
        authUrl: allegro,
        clientId: DEMO.allegroClient,
        clientSecret: DEMO.allegroSecret,
        refreshToken,
        pollSeconds: 2,
      },
    ],
  };
}
