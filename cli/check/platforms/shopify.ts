import * as z from "zod/mini";
import type { ShopifyAccount } from "../../../lib/channels/shopify/account.ts";
import { anyText, textOrNumber } from "../../../lib/core/schemas.ts";
import type { HttpAnswer } from "../../../lib/runtime/http.ts";
import { type Finding, fail, look, ok } from "../findings.ts";
import { type Heard, jsonIn } from "../line.ts";
import type { Asking, Platform } from "../platform.ts";
import { REMEDIES } from "../remedies.ts";
import type { Refusal } from "../trouble-kinds.ts";
import { webhooksOf } from "../webhooks.ts";
import { answerOf, saidIn } from "./words.ts";

const REFUSALS: Readonly<Record<number, Refusal>> = { 401: "wrong-keys", 403: "no-rights", 404: "not-there" };

export const shopify: Platform<ShopifyAccount> = {
  words: {
    said(answer) {
      const errors = answerOf(z.object({ errors: z.unknown() }), answer)?.errors;
      return saidIn([typeof errors === "object" ? JSON.stringify(errors) : errors]);
    },
    refusal: (answer) => (jsonIn(answer) === undefined ? undefined : REFUSALS[answer.status]),
  },
  addresses: (account) => [originOf(account)],
  listing: "orders",
  withoutPull: "no accessToken: the shop is not polled, and an order whose webhook is lost never comes",
  async beside(account, _, asking) {
    const get = (path: string) => getOf(account, asking, path);
    return [
      versionOf(account, asking.line.heard),
      scopesOf(await get("oauth/access_scopes.json")),
      ...shopOf(account, await get(`api/${account.apiVersion}/shop.json`)),
      ...webhooks(await get(`api/${account.apiVersion}/webhooks.json`), account, asking),
    ];
  },
};

function originOf({ baseUrl, shop }: ShopifyAccount): string {
  return baseUrl ?? `https://${shop}`;
}

function getOf(account: ShopifyAccount, { line }: Asking, path: string): Promise<HttpAnswer> {
  const headers = { "x-shopify-access-token": account.accessToken ?? "", accept: "application/json" };
  return line.http(`${originOf(account)}/admin/${path}`, { headers });
}

/** Shopify answers for a retired version with the oldest that it still has. */
function versionOf({ apiVersion }: ShopifyAccount, heard: readonly Heard[]): Finding {
  const answered = heard.find(({ url }) => url.endsWith("/orders.json"))?.headers.get("x-shopify-api-version");
  if (answered === null || answered === undefined || answered === apiVersion) return ok("version", apiVersion);
  return look("version", `asked for ${apiVersion}, answered by ${answered}`, {
    pl: "Ta wersja API jest już wycofana: wpisz w apiVersion nowszą.",
    en: "This version of the API is retired: take a newer apiVersion.",
  });
}

const Scopes = z.object({ access_scopes: z.array(z.object({ handle: anyText })) });

function scopesOf(answer: HttpAnswer): Finding {
  const scopes = answerOf(Scopes, answer)?.access_scopes.map(({ handle }) => handle);
  if (!scopes) return look("rights", "cannot be listed");
  if (!scopes.includes("read_orders")) return fail("rights", scopes.join(", ") || "none", REMEDIES["no-rights"]);
  return scopes.includes("read_all_orders")
    ? ok("rights", scopes.join(", "))
    : look("rights", `${scopes.join(", ")}: without read_all_orders the list ends after 60 days`);
}

const Shop = z.object({
  shop: z.object({ iana_timezone: anyText, currency: anyText, myshopify_domain: anyText, id: textOrNumber }),
});

function shopOf(account: ShopifyAccount, answer: HttpAnswer): Finding[] {
  const shop = answerOf(Shop, answer)?.shop;
  if (!shop) return [look("shop", "it does not say what it is")];
  const says = `${shop.myshopify_domain}, no ${shop.id}, ${shop.currency}, ${shop.iana_timezone}`;
  if (shop.myshopify_domain.toLowerCase() === account.shop) return [ok("shop", says)];
  return [
    fail("shop", `${says}, and not ${account.shop}`, {
      pl: "Token należy do innego sklepu: popraw shop albo accessToken.",
      en: "The token is another shop's: mend shop, or accessToken.",
    }),
  ];
}

const Subscriptions = z.object({
  webhooks: z.array(z.object({ id: textOrNumber, topic: anyText, address: anyText })),
});

const TOPICS = ["orders/create", "orders/updated", "orders/cancelled", "orders/delete"];

function webhooks(answer: HttpAnswer, account: ShopifyAccount, { address }: Asking): Finding[] {
  const listed = answerOf(Subscriptions, answer)?.webhooks;
  if (!listed) return [look("webhooks", "cannot be listed")];
  // Those of Settings > Notifications are shown to no app.
  if (listed.length === 0)
    return [look("webhooks", "this app has none; those of Settings > Notifications cannot be seen")];
  const registered = listed.map(({ id, topic, address: to }) => ({
    id: String(id),
    topics: [topic],
    address: to,
    active: true,
    status: "active",
  }));
  return webhooksOf(registered, TOPICS, account, address);
}
