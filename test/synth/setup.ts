/** A deployment of every channel at once, as an operator would configure it. Nothing in it is real. */
import { channels } from "../../lib/channels/index.ts";
import type { Secrets } from "../../lib/erp/bridge/signing.ts";
import { accountsSecret } from "../../lib/ops/functions.ts";
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
      ...Object.fromEntries(channels.map(({ name }) => [accountsSecret(name), SECRETS[name] ?? "[]"])),
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

const SECRETS: Readonly<Record<string, string>> = {
  woocommerce: JSON.stringify([
    {
      channel: "woocommerce",
      account: "main",
      baseUrl: "https://sklep.example",
      secrets: [...new Set(vectors.map(({ secret }) => secret).filter(Boolean))],
    },
  ]),
};
