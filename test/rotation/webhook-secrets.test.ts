/**
 * The secret of every push replaced without a gap: both are taken for a while, whichever the platform signs with, and then the old
 * one is refused. Over HTTP, in the steps of docs/rotating-secrets.md.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Sample, samplesOf } from "../../cli/sample/samples.ts";
import { provideApp } from "../../lib/app/app.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import { dynamoNumbers } from "../../lib/store/dynamo-numbers.ts";
import { type Host, startHost } from "../../local/apigw-host.ts";
import { parseConfig } from "../../local/config-file.ts";
import { routes } from "../../local/routes.ts";
import { type FeedApp, feedApp } from "../support/feed-app.ts";
import { freshTable } from "../support/table.ts";

const baseUrl = "https://sklep.example";
const OLD = "old-secret-of-this-test-0001";
const NEW = "new-secret-of-this-test-0002";
const standard = (secret: string) => `whsec_${Buffer.from(secret).toString("base64")}`;

type Settings = Record<string, unknown>;
const shoper = { channel: "shoper", baseUrl, apiToken: "t", cancelledStatuses: [1] };
const baselinker = { channel: "baselinker", token: "t", sources: { "allegro/7001": "allegro:acme" } };

/** @param list the setting holds several, the first of which signs */
const row = (what: string, list: boolean, base: Settings, setting: (...secrets: string[]) => Settings) =>
  [what, list, base, setting] as const;

const inSecrets = (...secrets: string[]) => ({ secrets });
const ROWS = [
  row("order", true, { channel: "woocommerce", baseUrl }, inSecrets),
  row("order", true, { channel: "shopify", shop: "sklep.myshopify.com" }, inSecrets),
  row("order", true, { channel: "standard" }, (...all) => ({ secrets: all.map(standard) })),
  row("call", true, { channel: "prestashop", baseUrl, webserviceKey: "K".repeat(32) }, inSecrets),
  row("webhook", true, shoper, inSecrets),
  row("webhook", false, shoper, (urlToken, previousUrlToken) => ({ urlToken, previousUrlToken })),
  row("call", false, { channel: "magento", baseUrl, accessToken: "t" }, (hintSecret, previousHintSecret) => ({
    hintSecret,
    previousHintSecret,
  })),
  row("callback", false, baselinker, (callbackToken, previousCallbackToken) => ({
    callbackToken,
    previousCallbackToken,
  })),
  row("exchange", false, { ...baselinker, callbackToken: "a-callback-token-0003" }, (exchangePassword, previous) => ({
    exchangePassword,
    previousExchangePassword: previous,
  })),
];

let host: Host;
let app: FeedApp;
beforeAll(async () => {
  const table = await freshTable();
  app = Object.assign(feedApp(table), { numbers: dynamoNumbers(table) });
  host = await startHost({ port: 0, routes, now: () => app.clock });
  provideApp(() => app);
});
afterAll(() => host.stop());

const entry = (settings: Settings) => parseConfig(JSON.stringify({ accounts: [{ account: "main", ...settings }] }));

/** What the platform sends while it has this secret. */
function sentWith(settings: Settings, what: string): Sample {
  const [connection] = connectionsOf(entry(settings));
  const samples = connection && samplesOf(connection, 123_456_789_012_345, app.clock);
  const sample = Array.isArray(samples) ? samples.find((one) => one.what === what) : undefined;
  if (!sample) throw new Error(`there is no ${what}`);
  return sample;
}

async function answered({ path, headers, body }: Sample, channel: unknown): Promise<number> {
  const to = `${host.url}/webhooks/${channel}/main${path}`;
  return (await fetch(to, { method: "POST", headers, body })).status;
}

test.each(ROWS)("%s, several at once: %s, of %o", async (what, _, base, setting) => {
  const before = sentWith({ ...base, ...setting(OLD) }, what);
  const after = sentWith({ ...base, ...setting(NEW) }, what);
  const deployed = async (...secrets: string[]) => {
    app.config = entry({ ...base, ...setting(...secrets) });
    return { old: await answered(before, base.channel), new: await answered(after, base.channel) };
  };
  const isRefused = base.channel === "baselinker" && what === "callback" ? 404 : 401;
  expect(await deployed(OLD)).toEqual({ old: 200, new: isRefused });
  expect(await deployed(NEW, OLD)).toEqual({ old: 200, new: 200 });
  expect(await deployed(NEW)).toEqual({ old: isRefused, new: 200 });
});

test("the one before is held to the same: a weak one, or one of another account, is refused", () => {
  expect(() => entry({ ...baselinker, callbackToken: NEW, previousCallbackToken: "short" })).toThrow(
    "previousCallbackToken",
  );
  const magento = { channel: "magento", account: "main", baseUrl, accessToken: "t" };
  const accounts = [
    { ...magento, hintSecret: NEW, previousHintSecret: OLD },
    { channel: "woocommerce", account: "main", baseUrl, secrets: [OLD] },
  ];
  expect(() => parseConfig(JSON.stringify({ accounts }))).toThrow("the same secret");
});
