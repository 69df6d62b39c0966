/** The configuration of the demo: two shops, one BaseLinker account, one Allegro account. */

/** Known to everybody: the demo listens on this machine only. */
export const DEMO_SECRETS = {
  woocommerce: "demo-woocommerce-secret",
  baselinkerToken: "demo-baselinker-token",
  baselinkerCallback: "demo-callback-token",
  exchangePassword: "demo-exchange-password",
  magentoToken: "demo-magento-token",
  magentoHint: "demo-magento-hint-secret",
  consumerKey: "ck_demo",
  consumerSecret: "cs_demo",
  clientId: "demo-client",
  clientSecret: "demo-client-secret",
} as const;

/** What other writers' values mean in the ERP of the demo. */
export const DEMO_WRITERS = [
  { column: "internetId", id: "uuid", issuer: "allegro", kind: "internet-id", rank: 1 },
  {
    column: "customerNumber",
    template: "B_{id}",
    id: "digits",
    issuer: "baselinker:acme",
    kind: "internet-id",
    rank: 2,
  },
  { column: "customerNumber", id: "digits", issuer: "woocommerce:main", kind: "customer-number", rank: 3 },
] as const;

type DemoUrls = Record<"shop" | "magento" | "baselinker" | "allegro", string>;

/** `docs/developing.md` names its accounts and secrets. */
export function demoConfig(urls: DemoUrls, refreshToken: string): object {
  const { clientId, clientSecret, consumerKey, consumerSecret } = DEMO_SECRETS;
  return {
    windowDays: 14,
    erpWriters: DEMO_WRITERS,
    accounts: [
      {
        channel: "woocommerce",
        account: "main",
        baseUrl: urls.shop,
        secrets: [DEMO_SECRETS.woocommerce],
        consumerKey,
        consumerSecret,
        pollSeconds: 5,
        marketplaceFields: [{ field: "_allegro_checkout_form_id", issuer: "allegro" }],
      },
      {
        channel: "magento",
        account: "main",
        baseUrl: urls.magento,
        accessToken: DEMO_SECRETS.magentoToken,
        hintSecret: DEMO_SECRETS.magentoHint,
        pollSeconds: 1,
      },
      {
        channel: "baselinker",
        account: "acme",
        baseUrl: urls.baselinker,
        token: DEMO_SECRETS.baselinkerToken,
        callbackToken: DEMO_SECRETS.baselinkerCallback,
        exchangePassword: DEMO_SECRETS.exchangePassword,
        sources: { "shop/101": "woocommerce:main", "allegro/7001": "allegro:acme" },
        pollSeconds: 1,
      },
      {
        channel: "allegro",
        account: "acme",
        baseUrl: urls.allegro,
        authUrl: urls.allegro,
        clientId,
        clientSecret,
        refreshToken,
        pollSeconds: 1,
      },
    ],
  };
}
