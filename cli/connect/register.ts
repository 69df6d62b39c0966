/** What is registered at a platform once its account is written down, and what a person still has to enter there. */
import { randomUUID } from "node:crypto";
import { AdobeAccount } from "../../lib/channels/adobe/account.ts";
import type { Connection } from "../../lib/channels/channel.ts";
import { ShoperAccount } from "../../lib/channels/shoper/account.ts";
import { ShopifyAccount } from "../../lib/channels/shopify/account.ts";
import { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import type { Http } from "../../lib/runtime/http.ts";
import { shoperWebhook } from "./shoper.ts";
import { shopifyWebhooks, wooWebhooks } from "./webhooks.ts";

export type Registering = {
  /** The public address of Kojarz. */
  address: string | undefined;
  /** It was not configured before: what is registered already signs with another secret. */
  isNew: boolean;
  http: Http;
};

/** @returns a line each */
export async function registered(
  { name, account }: Connection,
  { address, isNew, http }: Registering,
): Promise<string[]> {
  const to = `${(address ?? "https://<address>").replace(/\/{1,9}$/, "")}/webhooks/${name.replace(":", "/")}`;
  switch (account.channel) {
    case "woocommerce":
      return address === undefined ? [later(to)] : wooWebhooks(WooAccount.parse(account), to, isNew, http);
    case "shopify":
      return address === undefined ? [later(to)] : shopifyWebhooks(ShopifyAccount.parse(account), to, http);
    case "shoper":
      return address === undefined ? [later(to)] : shoperWebhook(ShoperAccount.parse(account), to, isNew, http);
    case "adobe":
      return adobeLines(AdobeAccount.parse(account), to, address === undefined ? undefined : http);
    case "baselinker":
      return [
        `the callback, if you use one: ${to}/{callbackToken}?order_id=…, with callbackToken of the configuration`,
      ];
    case "standard":
      return [`the shop sends to ${to}, signed with the secret of the configuration: docs/examples/send-order.mjs`];
    default:
      return [];
  }
}

function later(to: string): string {
  return `no webhook was registered: say it again with --address, and they lead to ${to}`;
}

/** @param http asks for the challenge as Adobe does; absent where nobody knows the address yet */
async function adobeLines(account: AdobeAccount, to: string, http: Http | undefined): Promise<string[]> {
  return [
    `event registration: webhook ${to}, one event or a batch in a request`,
    `events: ${account.eventTypes.join(", ")}, with the fields of docs/reference/adobe-fields.md`,
    http ? await challenged(to, http) : `challenge: not tried; say it again with --address`,
    ...(Object.keys(account.publicKeys).length > 0
      ? []
      : ["keys: none yet. The log shows the path of each as unknown-key: say connect again, and give it the paths"]),
  ];
}

async function challenged(to: string, http: Http): Promise<string> {
  const challenge = randomUUID();
  const answer = await http(`${to}?challenge=${challenge}`).catch(() => undefined);
  if (answer?.status === 200 && answer.text === challenge) return "challenge: answered, so Adobe will take the address";
  const said = answer ? `HTTP ${answer.status}` : "no answer";
  return `challenge: not answered (${said}): deploy this configuration first, Adobe asks when you register`;
}
