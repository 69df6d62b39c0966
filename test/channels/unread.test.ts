/** Orders in a list that nobody can read, from a platform that sends nothing else. */
import { expect, onTestFinished, test } from "vitest";
import type { AccountBase } from "../../lib/channels/channel.ts";
import { channels } from "../../lib/channels/index.ts";
import { serveLocally } from "../../local/simulators/local-server.ts";
import { pullIo } from "../support/pulled.ts";
import { NOW } from "../support/sightings.ts";

const BROKEN = [{ note: "a" }, { note: "b" }, null];

/** Every platform's list in one answer, and a token for whoever asks for one. */
const ANSWER = {
  status: "SUCCESS",
  orders: BROKEN,
  checkoutForms: BROKEN,
  items: BROKEN,
  total_count: BROKEN.length,
  Results: BROKEN,
  list: BROKEN,
  pages: 1,
  access_token: "t",
  refresh_token: "r",
  expires_in: 43_199,
};

const LISTINGS: Record<string, { settings: object; listing: string; answer?: unknown }> = {
  woocommerce: {
    settings: { secrets: ["sekret-testowy-0001"], consumerKey: "k", consumerSecret: "c", pollSeconds: 60 },
    listing: "orders",
    answer: BROKEN,
  },
  baselinker: { settings: { token: "t", callbackToken: "token-zwrotny-0001" }, listing: "orders" },
  allegro: { settings: { clientId: "c", clientSecret: "s", refreshToken: "r" }, listing: "forms" },
  shopify: {
    settings: { shop: "sklep.myshopify.com", secrets: ["sekret-testowy-0001"], accessToken: "t", pollSeconds: 60 },
    listing: "orders",
  },
  shoper: {
    settings: { secrets: ["sekret-testowy-0001"], apiToken: "t", cancelledStatuses: ["9"] },
    listing: "orders",
  },
  prestashop: { settings: { webserviceKey: "k" }, listing: "orders" },
  idosell: { settings: { apiKey: "k" }, listing: "modified" },
  magento: { settings: { accessToken: "t", pageSize: 10 }, listing: "orders" },
};

test("every channel that lists orders is named here", () => {
  const listing = channels.filter((channel) => channel.pull).map(({ name }) => name);
  expect(new Set(Object.keys(LISTINGS))).toEqual(new Set(listing));
});

test.each(Object.entries(LISTINGS))("%s: no unreadable order takes the place of another", async (name, given) => {
  const { settings, listing, answer = ANSWER } = given;
  const platform = await serveLocally(() => ({ status: 200, body: answer }));
  onTestFinished(platform.close);
  const channel = channels.find((one) => one.name === name);
  const account: AccountBase | undefined = channel?.account.parse({
    channel: name,
    account: "acme",
    baseUrl: platform.url,
    ...(name === "allegro" && { authUrl: platform.url }),
    ...settings,
  });
  const pull =
    account &&
    channel?.pull?.(
      account,
      pullIo(() => NOW),
    );
  const list = pull?.listings.find((one) => one.name === listing);
  const first = await list?.page(undefined);
  const again = await list?.page(undefined);
  const held = first?.orders.filter((order) => order.kind === "unusable") ?? [];
  expect(held.map(({ raw }) => JSON.parse(raw))).toEqual(BROKEN);
  expect(new Set(held.map(({ id }) => id)).size).toBe(BROKEN.length);
  expect(again?.orders).toEqual(first?.orders);
});
