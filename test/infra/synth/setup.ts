/** A deployment of every channel at once, as an operator would configure it. Nothing in it is real. */

import { accountsSecret } from "../../../infra/functions.ts";
import { channels } from "../../../lib/channels/index.ts";
import type { Secrets } from "../../../lib/erp/bridge/signing.ts";
import { adobeVector } from "../../channels/adobe-vector.ts";
import { vectors } from "../../channels/woocommerce-vectors.ts";
import type { Setup } from "./synth.ts";

/** @param bridge where the bridge of the ERP answers, or `pulls` */
export function everything(stage: string, bridge: "pulls" | (string & {}) = "https://bridge.example"): Setup {
  const accounts = channels.map(({ name, pull, receive }) =>
    pull ? `${name}:main@${receive ? 15 : 1}` : `${name}:main`,
  );
  return {
    stage,
    environment: {
      KOJARZ_ACCOUNTS: accounts.join(" "),
      KOJARZ_BRIDGE: bridge === "pulls" ? "pulls" : "called",
      KOJARZ_ALERT_EMAIL: "alarm@example.com",
      // Of a trial more than Lambda's environment could hold.
      KOJARZ_SETTINGS: JSON.stringify({ erpWriters: stage === "production" ? [WRITER] : MANY_WRITERS }),
    },
    secrets: {
      ...Object.fromEntries(
        channels.map(({ name }) => [
          accountsSecret(name),
          JSON.stringify([{ channel: name, account: "main", ...ACCOUNTS[name] }]),
        ]),
      ),
      VaultKey: Buffer.alloc(32, 3).toString("base64"),
      ErpAccess: JSON.stringify({
        ...(bridge === "pulls" ? { kind: "pull" } : { kind: "bridge", baseUrl: bridge }),
        name: "wapro",
        secrets: BRIDGE_SECRETS,
      }),
    },
  };
}

export const BRIDGE_SECRETS: Secrets = [standardSecret("the secret of the bridge, invented")];

function standardSecret(key: string): string {
  return `whsec_${Buffer.from(key).toString("base64")}`;
}

const WRITER = { column: "internetId", id: "uuid", issuer: "allegro", kind: "internet-id", rank: 1 };

const MANY_WRITERS = Array.from({ length: 40 }, (_, n) => ({ ...WRITER, issuer: `writer${n}` }));

const shop = { baseUrl: "https://sklep.example" };

/** What each channel wants to know of an account. */
export const ACCOUNTS: Readonly<Record<string, object>> = {
  woocommerce: {
    ...shop,
    secrets: [...new Set(vectors.map(({ secret }) => secret).filter((secret) => secret.length >= 12))],
  },
  baselinker: { token: "t", callbackToken: "token-zwrotny-0001", sources: { "shop/101": "woocommerce:main" } },
  allegro: { clientId: "i", clientSecret: "s", refreshToken: "r" },
  shopify: { shop: "sklep.myshopify.com", secrets: ["sekret-testowy-0001"] },
  standard: { secrets: [standardSecret("the secret of a shop, invented")] },
  shoper: { ...shop, secrets: ["sekret-testowy-0002"], apiToken: "t", cancelledStatuses: [8] },
  prestashop: { ...shop, webserviceKey: "k" },
  idosell: { ...shop, apiKey: "k" },
  magento: { ...shop, accessToken: "t" },
  adobe: { clientId: "i", publicKeys: { "/prod/keys/pub-key.pem": adobeVector.publicKey } },
};
