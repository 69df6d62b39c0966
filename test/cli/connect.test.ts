/** `kojarz connect` against the simulated platforms: what it writes, what it registers, and that again is harmless. */
import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import { completed } from "../../cli/connect/complete.ts";
import { refreshTokenOf } from "../../cli/connect/device-flow.ts";
import { AdobeAccount } from "../../lib/channels/adobe/account.ts";
import { adobe } from "../../lib/channels/adobe/index.ts";
import { type Http, http } from "../../lib/runtime/http.ts";
import { parseConfig } from "../../local/config-file.ts";
import { createAllegro } from "../../local/simulators/allegro.ts";
import { createBaseLinker } from "../../local/simulators/baselinker.ts";
import { createFront } from "../../local/simulators/front.ts";
import { listen } from "../../local/simulators/local-server.ts";
import { createShoperShop, type ShoperOptions } from "../../local/simulators/shoper.ts";
import { createShopifyShop } from "../../local/simulators/shopify.ts";
import { createShop, type ShopOptions } from "../../local/simulators/woocommerce.ts";

const CLI = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const KOJARZ = "https://orders.sklep.example";
const io = { now: Date.now, random: () => 0.5 };
const KEYS = { consumerKey: "ck_0123456789abcdef", consumerSecret: "cs_0123456789abcdef" };

let path = "";
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), "kojarz-connect-"));
  path = join(folder, "kojarz.json");
  return () => rm(folder, { recursive: true, force: true });
});

type Ended = { code: number | null; out: string; err: string };

/** @param programs the one folder that programs are looked for in */
function connect(args: readonly string[], answers: object = {}, programs?: string): Promise<Ended> {
  const env = { ...process.env, KOJARZ_CONFIG: path, ...(programs !== undefined && { PATH: programs }) };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, "connect", ...args], { env });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data) => (out += String(data)));
    child.stderr.on("data", (data) => (err += String(data)));
    child.on("close", (code) => resolve({ code, out, err }));
    child.stdin.end(JSON.stringify(answers));
  });
}

async function written() {
  const text = await readFile(path, "utf8");
  parseConfig(text);
  return z.object({ accounts: z.array(z.looseObject({})) }).parse(JSON.parse(text)).accounts;
}

async function woo(rights: NonNullable<ShopOptions["rights"]>) {
  const shop = await createShop({ id: 1, secret: "x", ...KEYS, webhookUrl: KOJARZ, rights, ...io });
  onTestFinished(() => shop.close());
  shop.place({ lines: [{ name: "Kubek", sku: "KUB-1", quantity: 1, gross: 3999 }] });
  return { shop, answers: { baseUrl: shop.url, ...KEYS } };
}

describe("WooCommerce", () => {
  test("keys that work are written down, and webhooks are made that sign with the written secret", async () => {
    const { shop, answers } = await woo("read_write");
    const { code, out, err } = await connect(["woocommerce", "main", "--address", KOJARZ], answers);
    expect({ code, err }).toEqual({ code: 0, err: `${path}: woocommerce:main was added\n` });
    const [account] = await written();
    expect(account).toMatchObject({ channel: "woocommerce", account: "main", ...answers, pollSeconds: 300 });
    const [secret = ""] = z.array(z.string()).parse(account?.secrets);
    expect(secret).toMatch(/^[A-Za-z0-9]{48}$/);
    expect(shop.made().map(({ topic, delivery_url, status }) => [topic, delivery_url, status])).toEqual(
      ["order.created", "order.updated", "order.deleted", "order.restored"].map((topic) => [
        topic,
        `${KOJARZ}/webhooks/woocommerce/main`,
        "active",
      ]),
    );
    expect(new Set(shop.made().map((one) => one.secret))).toEqual(new Set([secret]));
    // What is printed may be pasted anywhere.
    for (const hidden of [secret, ...Object.values(KEYS)]) expect(out).not.toContain(hidden);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("again asks nothing, makes nothing, and changes nothing", async () => {
    const { shop, answers } = await woo("read_write");
    await connect(["woocommerce", "main", "--address", KOJARZ], answers);
    const [before, made] = [await readFile(path, "utf8"), shop.made()];
    const again = await connect(["woocommerce", "main", "--address", KOJARZ]);
    expect(again.code).toBe(0);
    expect(again.out).toContain("order.created: there already");
    expect([await readFile(path, "utf8"), shop.made()]).toEqual([before, made]);
  });

  test("keys that do not work are not written down", async () => {
    const { shop, answers } = await woo("read_write");
    const { code, err } = await connect(["woocommerce", "main"], { ...answers, consumerKey: "ck_of-another" });
    expect(code).toBe(1);
    expect(err).toContain("nothing was written");
    await expect(readFile(path)).rejects.toThrow();
    expect(shop.made()).toEqual([]);
  });

  test("a key that may only read is told where the webhook is refused; once it may write, again goes on", async () => {
    const { shop, answers } = await woo("read");
    const { code, err } = await connect(["woocommerce", "main", "--address", KOJARZ], answers);
    expect(code).toBe(1);
    expect(err).toContain("the shop refuses the webhook order.created with HTTP 401: may this key write?");
    expect(await written()).toHaveLength(1);
    expect(shop.made()).toEqual([]);
  });

  test("other accounts and settings of the file stay as they are", async () => {
    const standard = { channel: "standard", account: "sklep", secrets: ["whsec_c2VrcmV0LXRlc3Rvd3ktMDAwMQ=="] };
    await writeFile(path, JSON.stringify({ windowDays: 21, accounts: [standard] }), { mode: 0o640 });
    const { answers } = await woo("read_write");
    await connect(["woocommerce", "main"], answers);
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({
      windowDays: 21,
      accounts: [standard, { channel: "woocommerce" }],
    });
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });
});

describe("Shoper", () => {
  const USER = { apiUser: "kojarz", apiPassword: "haslo-do-api" };
  const TO = `${KOJARZ}/webhooks/shoper/main`;
  const args = ["shoper", "main", "--address", KOJARZ];

  async function shoper(options: Partial<ShoperOptions> = {}) {
    const shop = await createShoperShop({ user: USER.apiUser, password: USER.apiPassword, ...io, ...options });
    shop.place({ lines: [{ name: "Kubek", code: "KUB-1", quantity: 1, gross: 3999 }] });
    const front = await createFront(shop.url);
    onTestFinished(async () => {
      await front.close();
      await shop.close();
    });
    return { shop, front, answers: { baseUrl: front.url, ...USER } };
  }

  test("the statuses that cancel are read, and the webhook is made that signs with the written secret", async () => {
    const { shop, answers } = await shoper();
    const { code, out } = await connect(args, answers);
    expect(code).toBe(0);
    const [account] = await written();
    expect(account).toMatchObject({ channel: "shoper", ...answers, cancelledStatuses: ["8"] });
    const [secret = ""] = z.array(z.string()).parse(account?.secrets);
    expect(shop.made()).toMatchObject([{ url: TO, secret, active: 1, events: expect.arrayContaining(["order.paid"]) }]);
    for (const hidden of [secret, USER.apiPassword]) expect(out).not.toContain(hidden);
  });

  test("again asks nothing, makes nothing, and changes nothing", async () => {
    const { shop, answers } = await shoper();
    await connect(args, answers);
    const [before, made] = [await readFile(path, "utf8"), shop.made()];
    const again = await connect(args);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining("webhook: there already") });
    expect([await readFile(path, "utf8"), shop.made()]).toEqual([before, made]);
  });

  test("a webhook that is off is switched on, and told the secret that is written", async () => {
    const { shop, answers } = await shoper({ webhook: { id: "5", key: "inny-klucz", url: TO, active: false } });
    expect(await connect(args, answers)).toMatchObject({ out: expect.stringContaining("webhook: switched on") });
    const [account] = await written();
    expect(shop.made()).toMatchObject([
      { webhook_id: "5", active: 1, secret: z.array(z.string()).parse(account?.secrets)[0] },
    ]);
  });

  test.each([
    ["a wrong password", {}, { apiPassword: "inne-haslo" }, "unauthorized_client"],
    ["a user who may not read orders", { withheld: ["orders"] }, {}, "access_denied"],
    ["a user who may not read statuses", { withheld: ["statuses"] }, {}, "the shop does not list its statuses"],
  ] as const)("%s: nothing is written, and it is told", async (_, options, wrong, says) => {
    const { answers } = await shoper(options);
    const { code, out, err } = await connect(args, { ...answers, ...wrong });
    expect(code).toBe(1);
    expect(err).toContain("nothing was written");
    expect(out + err).toContain(says);
    await expect(readFile(path)).rejects.toThrow();
  });

  test.each(["redirect", "maintenance", "firewall"] as const)(
    "before it stands a %s: nothing is written",
    async (mistake) => {
      const { front, answers } = await shoper();
      front.mistake = mistake;
      const { code, out, err } = await connect(args, answers);
      expect(code).toBe(1);
      expect(err).toContain("nothing was written");
      expect(out).toContain(mistake);
    },
  );

  test("a user who may not write webhooks is told; once it may, again goes on", async () => {
    const withheld = ["POST webhooks"];
    const { shop, answers } = await shoper({ withheld });
    const { code, err } = await connect(args, answers);
    expect(code).toBe(1);
    expect(err).toContain("the shop refuses the webhook with HTTP 403: may this user write webhooks?");
    expect(await written()).toHaveLength(1);
    withheld.length = 0;
    expect(await connect(args)).toMatchObject({ code: 0, out: expect.stringContaining("webhook: made") });
    expect(shop.made()).toHaveLength(1);
  });
});

describe("Adobe Commerce", () => {
  /** Kojarz as far as it answers Adobe's question. */
  async function kojarz() {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://kojarz");
      const asked = { method: "GET", headers: {}, body: Buffer.of(), query: Object.fromEntries(url.searchParams) };
      const account = { channel: "adobe", account: "main", clientId: "client", publicKeys: {} };
      const received = adobe.receive?.(asked as never, AdobeAccount.parse(account), undefined as never);
      const isAnswer = received?.kind === "answer" && typeof received.reply !== "function";
      const reply = isAnswer ? (received.reply as { status: number; body: string }) : undefined;
      response.writeHead(reply?.status ?? 404).end(reply?.body);
    });
    onTestFinished(() => void server.close());
    return listen(server);
  }

  test("the fields of the registration are printed, and its challenge is tried", async () => {
    const address = await kojarz();
    const { code, out } = await connect(["adobe", "main", "--address", address], { clientId: "client" });
    expect(code).toBe(0);
    expect(out).toContain(`event registration: webhook ${address}/webhooks/adobe/main`);
    expect(out).toContain("events: com.adobe.commerce.observer.sales_order_save_commit_after");
    expect(out).toContain("challenge: answered");
    expect(out).toContain("keys: none yet");
    expect(await written()).toMatchObject([{ channel: "adobe", clientId: "client", publicKeys: {} }]);
  });

  test("where Kojarz does not answer yet, it says so; again asks nothing", async () => {
    const address = "http://127.0.0.1:9";
    await connect(["adobe", "main", "--address", address], { clientId: "client" });
    const before = await readFile(path, "utf8");
    const again = await connect(["adobe", "main", "--address", address]);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining("challenge: not answered (no answer)") });
    expect(await readFile(path, "utf8")).toBe(before);
  });

  test("keys are fetched by the paths that the log names, beside those that are there", async () => {
    const pem = generateKeyPairSync("rsa", { modulusLength: 2048 })
      .publicKey.export({ type: "spki", format: "pem" })
      .toString();
    const asked: string[] = [];
    const adobes: Http = async (url) => {
      asked.push(url);
      return { status: url.endsWith("gone.pem") ? 404 : 200, headers: new Headers(), text: pem };
    };
    const draft = { channel: "adobe", account: "main", clientId: "client", publicKeys: { "/prod/keys/1.pem": pem } };
    const { draft: whole } = await completed({ ...draft, keyPaths: "/prod/keys/1.pem, /prod/keys/2.pem" }, adobes);
    expect(AdobeAccount.parse(whole).publicKeys).toEqual({ "/prod/keys/1.pem": pem, "/prod/keys/2.pem": pem });
    expect(asked).toEqual(["https://static.adobeioevents.com/prod/keys/2.pem"]);
    await expect(completed({ ...draft, keyPaths: "/prod/keys/gone.pem" }, adobes)).rejects.toThrow("no key at");
    await expect(completed({ ...draft, keyPaths: "https://evil.example/1.pem" }, adobes)).rejects.toThrow("no URL");
  });
});

describe("--stage", () => {
  /** `sst` as far as it keeps secrets: it lists them as lines, and takes a value from the standard input. */
  async function sst(secrets: Record<string, string>) {
    const folder = await mkdtemp(join(tmpdir(), "kojarz-sst-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const kept = join(folder, "secrets.json");
    await writeFile(kept, JSON.stringify(secrets));
    const script = `#!${process.execPath}
const { readFileSync, writeFileSync, appendFileSync } = require("node:fs");
const [, task, name] = process.argv.slice(2);
appendFileSync(${JSON.stringify(join(folder, "typed"))}, process.argv.slice(2).join(" ") + "\\n");
const secrets = JSON.parse(readFileSync(${JSON.stringify(kept)}, "utf8"));
if (task === "set") {
  secrets[name] = readFileSync(0, "utf8");
  writeFileSync(${JSON.stringify(kept)}, JSON.stringify(secrets));
} else if (Object.keys(secrets).length === 0) {
  console.error("No secrets found");
  process.exit(1);
} else {
  console.log("# kojarz/production");
  for (const [key, value] of Object.entries(secrets)) console.log(key + "=" + value);
}`;
    await writeFile(join(folder, "sst"), script, { mode: 0o755 });
    return {
      folder,
      secrets: async () => JSON.parse(await readFile(kept, "utf8")) as Record<string, string>,
      typed: () => readFile(join(folder, "typed"), "utf8"),
    };
  }

  const stage = ["--stage", "production"];

  test("the account goes into the secret of its channel, beside those that are there, and no value is an argument", async () => {
    const first = {
      channel: "woocommerce",
      account: "first",
      baseUrl: "https://a.example",
      secrets: ["sekret-pierwszego-sklepu"],
    };
    const before = { WoocommerceAccounts: JSON.stringify([first], null, 2), VaultKey: "a2x1Y3o=" };
    const deployment = await sst(before);
    const { answers } = await woo("read_write");
    const { code, out, err } = await connect(["woocommerce", "main", ...stage], answers, deployment.folder);
    expect({ code, err }).toMatchObject({
      code: 0,
      err: expect.stringContaining("secret WoocommerceAccounts of production"),
    });
    const { WoocommerceAccounts: accounts = "", ...rest } = await deployment.secrets();
    expect(rest).toEqual({ VaultKey: before.VaultKey });
    expect(JSON.parse(accounts)).toMatchObject([first, { account: "main", ...answers }]);
    for (const hidden of Object.values(KEYS)) expect(out + err + (await deployment.typed())).not.toContain(hidden);
    await expect(readFile(path)).rejects.toThrow();
    // Again asks nothing and changes nothing.
    expect(await connect(["woocommerce", "main", ...stage], {}, deployment.folder)).toMatchObject({ code: 0 });
    expect((await deployment.secrets()).WoocommerceAccounts).toBe(accounts);
  });

  test("a deployment without any secret gets its first", async () => {
    const deployment = await sst({});
    expect(await connect(["standard", "sklep", ...stage], {}, deployment.folder)).toMatchObject({ code: 0 });
    const { StandardAccounts: accounts = "" } = await deployment.secrets();
    expect(JSON.parse(accounts)).toMatchObject([{ channel: "standard", account: "sklep" }]);
  });

  test("a secret that holds something else is not overwritten", async () => {
    const deployment = await sst({ StandardAccounts: "not yet" });
    const { code, err } = await connect(["standard", "sklep", ...stage], {}, deployment.folder);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining("is no list of accounts") });
    expect(await deployment.secrets()).toEqual({ StandardAccounts: "not yet" });
  });

  test("without sst it says so", async () => {
    const { code, err } = await connect(["standard", "sklep", ...stage], {}, "/nowhere");
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining("sst cannot be run") });
  });
});

test("Shopify: subscriptions are made once", async () => {
  const own = { shop: "sklep-probny.myshopify.com", secret: "sekret-testowy-0001", accessToken: "shpat_0123456789" };
  const shop = await createShopifyShop({ ...own, webhookUrl: KOJARZ, topics: [], ...io });
  onTestFinished(() => shop.close());
  const { secret: secrets, ...answers } = own;
  // A simulator's address is a setting that nobody is asked for.
  const entry = { channel: "shopify", account: "main", baseUrl: shop.url, secrets: [secrets], ...answers };
  await writeFile(path, JSON.stringify({ accounts: [entry] }));
  const first = await connect(["shopify", "main", "--address", KOJARZ, "--json"]);
  expect(JSON.parse(first.out).registered).toContain("orders/create: made");
  const again = await connect(["shopify", "main", "--address", KOJARZ, "--json"]);
  expect(JSON.parse(again.out).registered).toContain("orders/create: there already");
});

test("a second shop of one app is not written down until something tells their messages apart", async () => {
  const secrets = ["sekret-testowy-0001"];
  const first = { channel: "shopify", account: "main", shop: "sklep-probny.myshopify.com", secrets };
  const before = JSON.stringify({ accounts: [first] });
  await writeFile(path, before);
  const answers = { shop: "drugi-probny.myshopify.com", accessToken: "shpat_0123456789", secrets: secrets[0] };
  const { code, err } = await connect(["shopify", "second"], answers);
  expect(code).toBe(1);
  expect(err).toContain("secrets.0: shopify:main has the same secret: set shopId, or give each its own");
  expect(err).not.toContain(secrets[0]);
  expect(await readFile(path, "utf8")).toBe(before);
});

test("BaseLinker: the secret of the callback is made, and sources come as lines to paste", async () => {
  const token = "4000001-secret-token";
  const api = await createBaseLinker({ token, sources: { shop: { "101": "sklep.example" } }, ...io });
  onTestFinished(() => api.close());
  await writeFile(path, JSON.stringify({ accounts: [{ channel: "baselinker", account: "acme", baseUrl: api.url }] }));
  const { code, out } = await connect(["baselinker", "acme"], { token });
  expect(code).toBe(0);
  expect(out).toContain('"shop/101": "CHANNEL:ACCOUNT"');
  expect(out).not.toContain(token);
  const [account] = await written();
  expect(account).toMatchObject({ token, callbackToken: expect.stringMatching(/^[A-Za-z0-9]{48}$/) });
});

test("standard: a secret is made that the channel takes, and again keeps it", async () => {
  const { code, out } = await connect(["standard", "sklep", "--address", KOJARZ]);
  expect(code).toBe(0);
  expect(out).toContain(`${KOJARZ}/webhooks/standard/sklep`);
  const first = await written();
  expect(first[0]?.secrets).toEqual([expect.stringMatching(/^whsec_/)]);
  await connect(["standard", "sklep"]);
  expect(await written()).toEqual(first);
});

describe("Allegro's device flow", () => {
  const CLIENT = { clientId: "client-of-acme", clientSecret: "secret-of-acme", refreshToken: "seed-of-acme" };

  async function begun(scope?: string) {
    const simulator = await createAllegro({ ...CLIENT, ...io, ...(scope !== undefined && { scope }) });
    onTestFinished(() => simulator.close());
    const application = { ...CLIENT, authUrl: simulator.url, userAgent: "Sklep/1.0 (+https://sklep.example)" };
    return { simulator, application };
  }

  test("waits until the seller agrees, and gives the token of that seller", async () => {
    const { simulator, application } = await begun();
    const [told, waits]: [string[], number[]] = [[], []];
    const wait = async (ms: number) => {
      waits.push(ms);
      if (waits.length === 3) simulator.agree();
    };
    const token = await refreshTokenOf(application, { http, wait, tell: (line) => told.push(line) });
    expect(token).toMatch(/^refresh-/);
    expect(waits).toEqual([5_000, 5_000, 5_000]);
    expect(told).toEqual([`Open this address as the seller, and agree: ${simulator.url}/skojarz-aplikacje?code=abc`]);
  });

  test("the command writes the token of the seller that agreed", async () => {
    const { simulator, application } = await begun();
    const { refreshToken: _, ...known } = application;
    await writeFile(
      path,
      JSON.stringify({ accounts: [{ channel: "allegro", account: "acme", baseUrl: simulator.url, ...known }] }),
    );
    simulator.agreesAtOnce();
    const { code, err } = await connect(["allegro", "acme"]);
    expect(err).toContain("Open this address as the seller");
    expect(code).toBe(0);
    expect((await written())[0]).toMatchObject({
      clientId: CLIENT.clientId,
      refreshToken: expect.stringMatching(/^refresh-/),
    });
  });

  test("nobody agrees: it ends with the code's time", async () => {
    const { application } = await begun();
    const asked = refreshTokenOf(application, { http, wait: async () => {}, tell: () => {} });
    await expect(asked).rejects.toThrow("nobody agreed in time");
  });

  test("wrong keys of the application, and a missing scope, are told", async () => {
    const { application } = await begun();
    const quiet = { http, wait: async () => {}, tell: () => {} };
    await expect(refreshTokenOf({ ...application, clientSecret: "wrong" }, quiet)).rejects.toThrow("invalid_client");
    const other = await begun("allegro:api:profile:read");
    const agreeing = { ...quiet, wait: async () => other.simulator.agree() };
    await expect(refreshTokenOf(other.application, agreeing)).rejects.toThrow("may not read orders");
  });
});

test.each([
  [["woocommerce"], {}, 1, "the answers lack baseUrl, consumerKey, consumerSecret"],
  [["idosell", "Main"], { baseUrl: "https://sklep.example", apiKey: "klucz" }, 1, "small letters, digits and dashes"],
  [["prestashop"], { baseUrl: "http://sklep.example", webserviceKey: "klucz" }, 1, "must begin with https://"],
  [["sklep"], {}, 2, "Allowed choices are"],
  // Where the shell's history would keep it.
  [["woocommerce", "main", "--consumerSecret", "cs_0123"], {}, 2, "unknown option"],
  [["woocommerce", "main", "--stage", "production", "--config", "kojarz.json"], {}, 2, "not both"],
] as const)("%j ends with what is wrong", async (args, answers, code, says) => {
  const ended = await connect(args, answers);
  expect(ended).toMatchObject({ code });
  expect(ended.err).toContain(says);
});
