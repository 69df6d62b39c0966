/** What `kojarz check` asks beside shops: BaseLinker, Allegro, Adobe, the bridge, certificates, and the command itself. */
import { execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startBridge } from "../../bridge/server.ts";
import { checkBridge } from "../../cli/check/bridge.ts";
import { masked, secretsIn } from "../../cli/check/masks.ts";
import { network, networkOf } from "../../cli/check/network.ts";
import { REMEDIES } from "../../cli/check/remedies.ts";
import { http } from "../../lib/runtime/http.ts";
import { type AllegroOptions, createAllegro } from "../../local/simulators/allegro.ts";
import { type BaseLinkerOptions, createBaseLinker } from "../../local/simulators/baselinker.ts";
import { OTHER_SECRETS, SECRETS } from "../bridge/bridge-world.ts";
import { openWapro } from "../bridge/wapro-world.ts";
import { check, finding, fronted, troubleIn } from "./check-world.ts";

const io = { now: Date.now, random: () => 0.5 };
const DAY = 86_400_000;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kojarz-check-"));
  return () => rm(folder, { recursive: true, force: true });
});

describe("BaseLinker", () => {
  const SHOP = {
    channel: "woocommerce",
    account: "main",
    baseUrl: "https://sklep.example",
    secrets: ["sekret-testowy-0001"],
  };
  const SOURCES = {
    allegro: { "7001": "Konto główne" },
    shop: { "101": "sklep.example" },
    personal: { "0": "Osobiste" },
  };

  async function seller(options: Partial<BaseLinkerOptions> = {}) {
    const api = await createBaseLinker({ token: "4000001-secret-token", sources: SOURCES, ...io, ...options });
    const front = await fronted(api);
    const account = { channel: "baselinker", account: "acme", baseUrl: front.url, token: "4000001-secret-token" };
    return {
      api,
      front,
      account: { ...account, callbackToken: "0123456789abcdef", sources: { "allegro/7001": "allegro:acme" } },
    };
  }

  test("a wrong token is told in its own words, with HTTP 200", async () => {
    const { account } = await seller();
    const checked = await check({ ...account, token: "4000001-of-another-seller" });
    expect(troubleIn(checked)).toBe("wrong-keys");
    expect(finding(checked, "order list").says).toContain("ERROR_BAD_TOKEN: Invalid user token");
  });

  test("a token that others have used up is no wrong token", async () => {
    const { account } = await seller({ faults: { "blocked-token": 1 } });
    const checked = await check(account);
    expect(troubleIn(checked)).toBe("too-many-calls");
    expect(finding(checked, "order list").says).toContain("token blocked until");
  });

  test("sources that are not mapped come as lines to paste", async () => {
    const { api, account } = await seller();
    api.place();
    const sources = finding(await check(account, { others: [SHOP] }), "sources");
    expect(sources).toMatchObject({ state: "look", says: "not mapped: shop/101 (sklep.example)" });
    expect(JSON.parse(`{${sources.paste}}`)).toEqual({ sources: { "shop/101": "woocommerce:main" } });
    const mapped = { ...account, sources: { ...account.sources, "shop/101": "woocommerce:main" } };
    expect(finding(await check(mapped, { others: [SHOP] }), "sources")).toMatchObject({
      state: "ok",
      says: "all 2 are mapped",
    });
  });

  test("where several accounts may be meant, the line cannot be forgotten: the start refuses it", async () => {
    const { account } = await seller();
    const others = [SHOP, { ...SHOP, account: "b2b" }];
    expect(finding(await check(account, { others }), "sources").paste).toContain('"shop/101": "CHANNEL:ACCOUNT"');
    await expect(check({ ...account, sources: { "shop/101": "CHANNEL:ACCOUNT" } })).rejects.toThrow();
  });

  test("an order of a source that is not mapped would be held, and is named", async () => {
    const { api, account } = await seller();
    api.place({ order_source: "shop", order_source_id: 101, shop_order_id: 59138, external_order_id: "" });
    expect(finding(await check(account), "mapping")).toMatchObject({
      state: "look",
      says: expect.stringMatching(/^1 of 1 orders would be held, such as 8\d+: unmapped-source/),
    });
  });

  test.each([
    [true, true, "on: "],
    [false, true, "off: it is empty, and the last three days had 1 orders"],
    [false, false, "empty, as are the last three days"],
  ] as const)("the journal, switched on: %s, orders: %s", async (journal, hasOrders, says) => {
    const { api, account } = await seller({ journal });
    if (hasOrders) api.place();
    expect(finding(await check(account), "journal").says).toContain(says);
  });

  test("statuses that are called cancelled come as a line to paste", async () => {
    const { account } = await seller({
      statuses: [
        { id: 9001, name: "Nowe" },
        { id: 9003, name: "Anulowane" },
      ],
    });
    expect(finding(await check(account), "cancelled statuses").paste).toBe('"cancelledStatuses": [9003]');
    const named = await check({ ...account, cancelledStatuses: [9003] });
    expect(finding(named, "cancelled statuses")).toMatchObject({ state: "ok", says: "Anulowane" });
  });
});

describe("Allegro", () => {
  const CLIENT = { clientId: "client-of-acme", clientSecret: "secret-of-acme", refreshToken: "seed-of-acme" };

  async function seller(options: Partial<AllegroOptions> = {}) {
    const simulator = await createAllegro({ ...CLIENT, ...io, ...options });
    simulator.buy({ lines: [{ name: "Kubek", sku: "KUB-1", quantity: 1, price: "39.99" }], cashOnDelivery: true });
    const front = await fronted(simulator);
    const urls = { baseUrl: front.url, authUrl: front.url };
    return { simulator, account: { channel: "allegro", account: "acme", ...CLIENT, ...urls } };
  }

  test("the refresh token is not used up by looking", async () => {
    const { simulator, account } = await seller();
    const checked = await check(account);
    expect(finding(checked, "application").state).toBe("ok");
    expect(finding(checked, "refresh token").state).toBe("look");
    // Had it been used, the grace of a minute were all that is left of it.
    expect(simulator.calls()["/order/checkout-forms"]).toBeUndefined();
  });

  test("used, its successor is kept before an order is asked for", async () => {
    const { simulator, account } = await seller();
    const kept: string[] = [];
    const keepRefreshToken = async (_: unknown, token: string) => {
      expect(simulator.calls()["/order/checkout-forms"]).toBeUndefined();
      kept.push(token);
    };
    const checked = await check(account, { keepRefreshToken });
    expect(kept).toHaveLength(1);
    expect(finding(checked, "scopes")).toMatchObject({ state: "ok", says: "allegro:api:orders:read" });
    expect(checked.order).toMatchObject({ state: "forwarded", currency: "PLN" });
    // The successor works.
    expect((await check({ ...account, refreshToken: kept[0] }, { keepRefreshToken: async () => {} })).works).toBe(true);
  });

  test("a token that could not be kept is told, and nothing goes on as if it were", async () => {
    const { account } = await seller();
    const keepRefreshToken = async () => {
      throw new Error("the disk is full");
    };
    expect(finding(await check(account, { keepRefreshToken }), "order list")).toMatchObject({
      state: "fail",
      says: expect.stringContaining("the disk is full"),
    });
  });

  test.each([
    ["the application", { clientSecret: "secret-of-another" }, "application", "invalid_client"],
    ["the seller's token", { refreshToken: "seed-of-another" }, "order list", "invalid_grant"],
  ])("wrong keys of %s are told apart", async (_, wrong, where, words) => {
    const { account } = await seller();
    const found = finding(await check({ ...account, ...wrong }, { keepRefreshToken: async () => {} }), where);
    expect(found).toMatchObject({ state: "fail", says: expect.stringMatching(/^wrong-keys: /) });
    expect(found.says).toContain(words);
    expect(found.says).not.toContain("seed-of-another");
  });

  test("a token without the scope of orders is no wrong token", async () => {
    const { account } = await seller({ scope: "allegro:api:profile:read" });
    const checked = await check(account, { keepRefreshToken: async () => {} });
    expect(troubleIn(checked)).toBe("no-rights");
    expect(finding(checked, "order list").says).toContain("ACCESS_DENIED");
  });
});

test("Adobe: a key that is not the published one is found", async () => {
  const pem = () =>
    generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "pem" }).toString();
  const published = pem();
  const account = (key: string) => ({
    channel: "adobe",
    account: "main",
    clientId: "client",
    publicKeys: { "/prod/keys/pub-key-1.pem": key },
  });
  const parts = {
    network: {
      addresses: async () => ["127.0.0.1"],
      certificate: async () => ({ validUntil: Date.now() + 90 * DAY, error: undefined }),
    },
    http: async () => ({ status: 200, headers: new Headers(), text: published }),
  };
  expect(finding(await check(account(published), parts), "key /prod/keys/pub-key-1.pem").state).toBe("ok");
  expect(finding(await check(account(pem()), parts), "key /prod/keys/pub-key-1.pem").state).toBe("fail");
});

describe("the bridge", () => {
  const parts = { http, network, now: Date.now, unique: () => "q1" };
  const own = ([first, ...more]: typeof SECRETS): [string, ...string[]] => [first, ...more];

  async function bridge() {
    const { erp } = await openWapro();
    const server = await startBridge({
      erp,
      secrets: SECRETS,
      host: "127.0.0.1",
      port: 0,
      now: Date.now,
      failed: () => {},
    });
    onTestFinished(() => server.stop());
    return { kind: "bridge", name: "wapro", baseUrl: server.url, secrets: own(SECRETS) } as const;
  }

  test("answers, of the same contract, and reads the database", async () => {
    const checked = await checkBridge(await bridge(), parts);
    expect(checked.works).toBe(true);
    expect(finding(checked, "database").says).toMatch(/^read: \d+ ERP orders of the last hour$/);
  });

  test("another secret, nobody, and somebody else are told apart", async () => {
    const access = await bridge();
    const secret = finding(await checkBridge({ ...access, secrets: own(OTHER_SECRETS) }, parts), "bridge");
    expect(secret).toMatchObject({ state: "fail", says: "HTTP 401: it does not know our signature" });
    const nobody = finding(await checkBridge({ ...access, baseUrl: "http://127.0.0.1:9" }, parts), "bridge");
    expect(nobody.says).toMatch(/^unreached: /);
    const front = await fronted({ url: access.baseUrl, close: async () => {} });
    front.mistake = "page";
    expect(finding(await checkBridge({ ...access, baseUrl: front.url }, parts), "bridge").says).toMatch(/^page: /);
  });

  test("one that fetches its work cannot be called, and that is no failure", async () => {
    const checked = await checkBridge({ kind: "pull", name: "wapro", secrets: own(SECRETS) }, parts);
    expect(checked).toMatchObject({ works: true });
    expect(finding(checked, "bridge").state).toBe("skipped");
  });
});

describe("the network", () => {
  test("a name that nobody has is told by DNS", async () => {
    const [dns] = await networkOf("https://sklep.invalid", network, Date.now());
    expect(dns).toMatchObject({ check: "DNS", state: "fail", says: expect.stringContaining("sklep.invalid") });
  });

  test("a certificate that nobody vouches for is told by its reason", async () => {
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-days", "30", "-nodes"];
    await promisify(execFile)("openssl", [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-keyout",
      key,
      "-out",
      cert,
      ...subject,
    ]);
    const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) =>
      response.end("{}"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = `https://localhost:${(server.address() as AddressInfo).port}`;
    const [, tls] = await networkOf(address, { ...network, addresses: async () => ["127.0.0.1"] }, Date.now());
    expect(tls).toMatchObject({
      check: "TLS",
      state: "fail",
      says: expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
    });
    const account = { channel: "idosell", account: "main", baseUrl: address, apiKey: "klucz" };
    const lenient = {
      addresses: async () => ["127.0.0.1"],
      certificate: async () => ({ validUntil: Date.now() + 90 * DAY, error: undefined }),
    };
    expect(troubleIn(await check(account, { network: lenient }))).toBe("tls");
  });

  test.each([
    [30, "ok"],
    [5, "look"],
  ])("a certificate with %i days left: %s", async (days, state) => {
    const certificate = async () => ({ validUntil: Date.now() + days * DAY, error: undefined });
    const [, tls] = await networkOf("https://sklep.example", { addresses: async () => [], certificate }, Date.now());
    expect(tls?.state).toBe(state);
  });
});

test("whatever a platform quotes, no secret of the configuration is printed", () => {
  const account = {
    token: "4000001-secret-token",
    secrets: ["sekret-testowy-0002"],
    account: "acme",
    sources: { "shop/1": "woocommerce:main" },
  };
  expect(secretsIn(account)).toEqual(["4000001-secret-token", "sekret-testowy-0002"]);
  expect(masked("Invalid: 4000001-secret-token of acme", secretsIn(account))).toBe("Invalid: *** of acme");
});

describe("the command", () => {
  const CLI = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

  function kojarz(args: readonly string[], input = ""): Promise<{ code: number | null; out: string; err: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, KOJARZ_CONFIG: "" } });
      let [out, err] = ["", ""];
      child.stdout.on("data", (data) => (out += String(data)));
      child.stderr.on("data", (data) => (err += String(data)));
      child.on("close", (code) => resolve({ code, out, err }));
      child.stdin.end(input);
    });
  }

  const CLIENT = { clientId: "client-of-acme", clientSecret: "secret-of-acme", refreshToken: "seed-of-acme" };

  async function configured() {
    const simulator = await createAllegro({ ...CLIENT, ...io });
    simulator.buy({ lines: [{ name: "Kubek", sku: "KUB-1", quantity: 1, price: "39.99" }], cashOnDelivery: true });
    const { url } = await fronted(simulator);
    const account = { channel: "allegro", account: "acme", ...CLIENT, baseUrl: url, authUrl: url };
    const text = JSON.stringify({ windowDays: 14, accounts: [account] });
    const path = join(folder, "kojarz.json");
    await writeFile(path, text, { mode: 0o600 });
    return { path, text };
  }

  test("prints a table, ends with 0, and keeps the new refresh token in the file with its rights", async () => {
    const { path } = await configured();
    const { code, out, err } = await kojarz(["check", "--config", path, "--renew"]);
    expect(err).toBe("");
    expect(out).toContain("allegro:acme  can work");
    expect(out).toMatch(/ok\s+scopes\s+allegro:api:orders:read/);
    expect(code).toBe(0);
    const kept = JSON.parse(await readFile(path, "utf8"));
    expect(kept).toMatchObject({
      windowDays: 14,
      accounts: [{ ...CLIENT, refreshToken: expect.stringMatching(/^refresh-/) }],
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("ends with 1 where an account cannot work, and says all of it as JSON", async () => {
    const { text } = await configured();
    const wrong = text.replace("secret-of-acme", "secret-of-another");
    const { code, out } = await kojarz(["check", "allegro:acme", "--config", "-", "--json"], wrong);
    expect(code).toBe(1);
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({ works: false, checked: [{ name: "allegro:acme", works: false }] });
    expect(out).not.toMatch(/secret-of-another|seed-of-acme/);
  });

  test.each([
    [["check"], 2, "--config FILE"],
    [["check", "--config", "no-such.json"], 1, "cannot be read"],
    [["check", "--stage", "production"], 2, "reads a configuration"],
    [["check", "--config", "-", "--renew"], 2, "name a file"],
  ])("%j ends with %i", async (args, code, says) => {
    const ended = await kojarz(args, "{}");
    expect(ended).toMatchObject({ code });
    expect(ended.err).toContain(says);
  });
});

test("the page explains every kind of trouble", async () => {
  const page = await readFile(new URL("../../docs/checking.md", import.meta.url), "utf8");
  expect(Object.keys(REMEDIES).filter((kind) => !page.includes(`\`${kind}\``))).toEqual([]);
});
