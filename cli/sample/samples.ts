/**
 * Samples of what each platform pushes, signed as it signs. They are of 2001: without the token of the command such an order is
 * too old for Kojarz, and a call names an order that no shop has. Pure.
 */
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import type { Connection } from "../../lib/channels/channel.ts";
import { MagentoAccount } from "../../lib/channels/magento/account.ts";
import { PrestaShopAccount } from "../../lib/channels/prestashop/account.ts";
import { SIGNATURE as PRESTASHOP } from "../../lib/channels/prestashop/receive.ts";
import { type SignatureScheme, signatureOf } from "../../lib/channels/shared/proof.ts";
import { ShoperAccount } from "../../lib/channels/shoper/account.ts";
import { SIGNATURE as SHOPER } from "../../lib/channels/shoper/receive.ts";
import { ShopifyAccount } from "../../lib/channels/shopify/account.ts";
import { SIGNATURE as SHOPIFY } from "../../lib/channels/shopify/signature.ts";
import { SIGNATURE as STANDARD } from "../../lib/channels/standard/index.ts";
import { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import { SIGNATURE as WOOCOMMERCE } from "../../lib/channels/woocommerce/receive.ts";
import type { Instant } from "../../lib/core/order.ts";
import { exchangeOrder, shopifyOrder, standardOrder, wooOrder } from "./orders.ts";

/** One request. `path`: behind `/webhooks/{channel}/{account}`. */
export type Sample = { what: string; path: string; headers: Record<string, string>; body: string };

/** @param id 15 digits, drawn for this sample */
type Make = (account: Connection["account"], id: number, now: Instant) => Sample[];

const JSON_TYPE = { "content-type": "application/json" };
const FORM_TYPE = { "content-type": "application/x-www-form-urlencoded" };

/** The first secret signs: it is the one that stays while two are accepted. */
function signed(
  scheme: SignatureScheme,
  [secret]: readonly string[],
  headers: Record<string, string>,
  body: string,
): Record<string, string> {
  const request = { headers, body: Buffer.from(body) };
  const signature = secret === undefined ? undefined : signatureOf(scheme, request, secret);
  return { ...JSON_TYPE, ...headers, ...(signature !== undefined && { [scheme.header[0]]: signature }) };
}

const MAKERS: Readonly<Record<string, Make>> = {
  woocommerce(account, id) {
    const { secrets } = WooAccount.parse(account);
    const body = JSON.stringify(wooOrder(id));
    return [
      {
        what: "order",
        path: "",
        headers: signed(WOOCOMMERCE, secrets, { "x-wc-webhook-topic": "order.created" }, body),
        body,
      },
    ];
  },

  shopify(account, id) {
    const { secrets, shop, shopId } = ShopifyAccount.parse(account);
    const body = JSON.stringify(shopifyOrder(id, shopId));
    const headers = { "x-shopify-topic": "orders/create", "x-shopify-shop-domain": shop };
    return [{ what: "order", path: "", headers: signed(SHOPIFY, secrets, headers, body), body }];
  },

  standard(account, id, now) {
    const { secrets } = account as unknown as { secrets: string[] };
    const body = JSON.stringify(standardOrder(id));
    const headers = { "webhook-id": `sample-${id}`, "webhook-timestamp": String(Math.floor(now / 1000)) };
    return [{ what: "order", path: "", headers: signed(STANDARD, secrets, headers, body), body }];
  },

  magento(account, id) {
    const { hintSecret, hintHeader } = MagentoAccount.parse(account);
    if (hintSecret === undefined) return [];
    return [
      { what: "call", path: "", headers: { ...JSON_TYPE, [hintHeader]: hintSecret }, body: json("entity_id", id) },
    ];
  },

  prestashop(account, id, now) {
    const { secrets } = PrestaShopAccount.parse(account);
    if (secrets.length === 0) return [];
    const body = json("id_order", id);
    return [
      {
        what: "call",
        path: "",
        headers: signed(PRESTASHOP, secrets, { "x-kojarz-timestamp": String(now) }, body),
        body,
      },
    ];
  },

  shoper(account, id) {
    const { secrets, urlToken, license, domain } = ShoperAccount.parse(account);
    const body = json("order_id", id);
    const headers = {
      "x-webhook-id": "1",
      "x-webhook-name": "order.create",
      ...(license !== undefined && { "x-shop-license": license }),
      ...(domain !== undefined && { "x-shop-domain": domain }),
    };
    const path = secrets.length === 0 && urlToken !== undefined ? `?token=${encodeURIComponent(urlToken)}` : "";
    return [{ what: "webhook", path, headers: signed(SHOPER, secrets, headers, body), body }];
  },

  baselinker(account, id) {
    const { callbackToken, exchangePassword, sources } = BaseLinkerAccount.parse(account);
    const callback = {
      what: "callback",
      path: `/${encodeURIComponent(callbackToken)}?order_id=${id}`,
      headers: {},
      body: "",
    };
    const source = Object.keys(sources).find((name) => !/^(?:shop|personal|order_return)\//.test(name));
    if (exchangePassword === undefined || source === undefined) return [callback];
    const body = new URLSearchParams({ bl_pass: exchangePassword, ...exchangeOrder(id, source) }).toString();
    return [callback, { what: "exchange", path: "", headers: FORM_TYPE, body }];
  },
};

/** Why nothing can be sent in the name of these platforms. */
const WITHOUT: Readonly<Record<string, string>> = {
  adobe: "Adobe alone can sign for it: place an order in the shop",
  magento: "it has no hintSecret, so it is only polled",
  prestashop: "it has no secrets, so it is only polled",
};

/** @returns what to send, or why nothing can be */
export function samplesOf({ account }: Connection, id: number, now: Instant): Sample[] | string {
  const made = MAKERS[account.channel]?.(account, id, now) ?? [];
  return made.length > 0 ? made : (WITHOUT[account.channel] ?? "it is only polled");
}

function json(name: string, id: number): string {
  return JSON.stringify({ [name]: id });
}
