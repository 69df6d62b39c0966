/** Registers the webhooks that Kojarz needs: what is there is left, what is off is switched on, what is missing is made. */
import * as z from "zod/mini";
import type { ShopifyAccount } from "../../lib/channels/shopify/account.ts";
import type { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import { anyText, textOrNumber } from "../../lib/core/schemas.ts";
import { type Http, type HttpAnswer, jsonOf } from "../../lib/runtime/http.ts";
import { failed } from "../exit.ts";

/** What was done, a line each. */
type Done = string[];

const WooWebhooks = z.array(z.object({ id: textOrNumber, status: anyText, topic: anyText, delivery_url: anyText }));
const WOO_TOPICS = ["order.created", "order.updated", "order.deleted", "order.restored"];

/** @param isNewSecret what is registered already signs with another one, and is told this one */
export async function wooWebhooks(account: WooAccount, to: string, isNewSecret: boolean, http: Http): Promise<Done> {
  const { baseUrl, consumerKey: key, consumerSecret: secret, secrets } = account;
  const headers = {
    authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`,
    accept: "application/json",
    "content-type": "application/json",
  };
  const at = `${baseUrl}/wp-json/wc/v3/webhooks`;
  const listed = WooWebhooks.safeParse(jsonOf(await http(`${at}?per_page=100`, { headers })));
  if (!listed.success) throw failed("the shop does not list its webhooks");
  const done: Done = [];
  for (const topic of WOO_TOPICS) {
    const ours = listed.data.filter((one) => one.topic === topic && one.delivery_url === to);
    const off = ours.filter(({ status }) => isNewSecret || status !== "active");
    const body = { status: "active", secret: secrets[0] };
    for (const { id } of off)
      taken(await http(`${at}/${id}`, { method: "PUT", headers, body: JSON.stringify(body) }), topic);
    if (ours.length === 0) {
      const made = { name: `Kojarz ${topic}`, topic, delivery_url: to, ...body };
      taken(await http(at, { method: "POST", headers, body: JSON.stringify(made) }), topic);
    }
    done.push(`${topic}: ${ours.length === 0 ? "made" : off.length > 0 ? "switched on" : "there already"}`);
  }
  return done;
}

const Subscriptions = z.object({ webhooks: z.array(z.object({ topic: anyText, address: anyText })) });
const SHOPIFY_TOPICS = ["orders/create", "orders/updated", "orders/cancelled", "orders/delete"];

export async function shopifyWebhooks(account: ShopifyAccount, to: string, http: Http): Promise<Done> {
  const { baseUrl, shop, accessToken = "", apiVersion } = account;
  const headers = {
    "x-shopify-access-token": accessToken,
    accept: "application/json",
    "content-type": "application/json",
  };
  const at = `${baseUrl ?? `https://${shop}`}/admin/api/${apiVersion}/webhooks.json`;
  const listed = Subscriptions.safeParse(jsonOf(await http(at, { headers })));
  if (!listed.success) throw failed("the shop does not list its webhooks");
  const done: Done = [];
  for (const topic of SHOPIFY_TOPICS) {
    const isThere = listed.data.webhooks.some((one) => one.topic === topic && one.address === to);
    const body = JSON.stringify({ webhook: { topic, address: to, format: "json" } });
    if (!isThere) taken(await http(at, { method: "POST", headers, body }), topic);
    done.push(`${topic}: ${isThere ? "there already" : "made"}`);
  }
  return done;
}

function taken({ status }: HttpAnswer, topic: string): void {
  if (status >= 200 && status < 300) return;
  throw failed(`the shop refuses the webhook ${topic} with HTTP ${status}: may this key write?`);
}
