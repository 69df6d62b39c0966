/** A deployment of every channel at once, as an operator would configure it. Nothing in it is real. */
import { channels } from "../../lib/channels/index.ts";
import { accountsSecret } from "../../lib/ops/functions.ts";
import type { Setup } from "./synth.ts";

export function everything(stage: string): Setup {
  const accounts = channels.map(({ name, pull, receive }) =>
    pull ? `${name}:main@${receive ? 15 : 1}` : `${name}:main`,
  );
  return {
    stage,
    environment: { KOJARZ_ACCOUNTS: accounts.join(" "), KOJARZ_ALERT_EMAIL: "alarm@example.com" },
    secrets: {
      ...Object.fromEntries(channels.map(({ name }) => [accountsSecret(name), SECRETS[name] ?? "[]"])),
      VaultKey: Buffer.alloc(32, 3).toString("base64"),
      ErpAccess: JSON.stringify({
        kind: "bridge",
        name: "wapro",
        baseUrl: "https://bridge.example",
        secrets: [`whsec_${Buffer.alloc(32, 5).toString("base64")}`],
      }),
    },
  };
}

export const WOO_SECRET = "shop-secret";

const SECRETS: Readonly<Record<string, string>> = {
  woocommerce: JSON.stringify([
    { channel: "woocommerce", account: "main", baseUrl: "https://sklep.example", secrets: [WOO_SECRET] },
  ]),
};
