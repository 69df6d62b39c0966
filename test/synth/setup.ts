/** A deployment of every channel at once, as an operator would configure it. Nothing in it is real. */
import { channels } from "../../lib/channels/index.ts";
import type { Secrets } from "../../lib/erp/bridge/signing.ts";
import { accountsSecret } from "../../lib/ops/functions.ts";
import { adobeVector } from "../channels/adobe-vector.ts";
import { vectors } from "../channels/woocommerce-vectors.ts";
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
      KOJARZ_SETTINGS: JSON.stringify({ erpWriters: [WRITER] }),
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

export const BRIDGE_SECRETS: Secrets = [`whsec_${Buffer.alloc(32, 5).toString("base64")}`];

const WRITER = { column: "internetId", id: "uuid", issuer: "allegro", kind: "internet-id", rank: 1 };

const shop = { baseUrl: "https://sklep.example" };

/** What each channel wants to know of an account. */
const ACCOUNTS: Readonly<Record<string, object>> = {
  woocommerce: { ...shop, secrets: [...new Set(vectors.map(({ secret }) => secret).filter(Boolean))] },
  baselinker: { token: "t", callbackToken: "c", sources: { "shop/101": "woocommerce:main" } },
  allegro: { clientId: "i", clientSecret: "s", refreshToken: "r" },
  shopify: { shop: "sklep.myshopify.com", secrets: ["s"] },
  standard: { secrets: BRIDGE_SECRETS },
  shoper: { ...shop, secrets: ["s"], apiToken: "t", cancelledStatuses: [8] },
  prestashop: { ...shop, webserviceKey: "k" },
  idosell: { ...shop, apiKey: "k" },
  magento: { ...shop, accessToken: "t" },
  adobe: { clientId: "i", publicKeys: { "/prod/keys/pub-key.pem": adobeVector.publicKey } },
};
