/** `kojarz connect` against the simulated platforms: what it writes, what it registers, and that again is harmless. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import { refreshTokenOf } from "../../cli/connect/device-flow.ts";
import { http } from "../../lib/runtime/http.ts";
import { parseConfig } from "../../local/config-file.ts";
import { createAllegro } from "../../local/simulators/allegro.ts";
import { createBaseLinker } from "../../local/simulators/baselinker.ts";
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

function connect(args: readonly string[], answers: object = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, "connect", ...args], { env: { ...process.env, KOJARZ_CONFIG: path } });
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
  [["woocommerce", "main", "--stage", "production"], {}, 2, "on this machine"],
] as const)("%j ends with what is wrong", async (args, answers, code, says) => {
  const ended = await connect(args, answers);
  expect(ended).toMatchObject({ code });
  expect(ended.err).toContain(says);
});
