import { expect, test } from "vitest";
import { appFrom } from "../../lib/app/aws-app.ts";
import { linksFrom } from "../../lib/app/links.ts";

const environment = { KOJARZ_TABLE: "orders", KOJARZ_SETTINGS: '{"windowDays":14}' };
const shop = {
  channel: "woocommerce",
  account: "main",
  baseUrl: "https://sklep.example",
  secrets: ["sekret-testowy-0001"],
};
const VaultKey = Buffer.alloc(32, 1).toString("base64");
const ErpAccess = JSON.stringify({
  kind: "bridge",
  name: "wapro",
  baseUrl: "https://bridge.example/",
  secrets: ["whsec_aHVzaC1odXNoLWh1c2gtaHVzaCE="],
});

test("an account is polled as the deployment says, whatever its own pollSeconds", async () => {
  const keys = { consumerKey: "ck_read", consumerSecret: "cs_read", pollSeconds: 60 };
  const WoocommerceAccounts = JSON.stringify([
    { ...shop, ...keys },
    { ...shop, account: "b2b", secrets: ["a secret of the other shop"] },
  ]);
  const paced = async (polled: Record<string, string>) => {
    const { config } = await linksFrom({ ...environment, ...polled }, { WoocommerceAccounts });
    return config.accounts.map(({ account, pollSeconds }) => [account, pollSeconds]);
  };
  expect(await paced({ KOJARZ_POLLED: "woocommerce:b2b@15" })).toEqual([
    ["main", undefined],
    ["b2b", 900],
  ]);
  expect(await paced({ KOJARZ_POLLED: "" })).toEqual([
    ["main", undefined],
    ["b2b", undefined],
  ]);
  expect(await paced({})).toEqual([
    ["main", 60],
    ["b2b", undefined],
  ]);
});

test("a function has what it was given and nothing else", async () => {
  const links = await linksFrom(environment, { WoocommerceAccounts: JSON.stringify([shop]) });
  expect(links).toMatchObject({ table: "orders", config: { windowDays: 14, accounts: [{ account: "main" }] } });
  expect(Object.keys(links)).toEqual(["table", "config"]);
});

test("a function without accounts has the settings", async () => {
  expect(await linksFrom(environment, { VaultKey, ErpAccess })).toMatchObject({
    config: { accounts: [], memoryDays: 90 },
    erp: { baseUrl: "https://bridge.example" },
    vaultKeys: [Buffer.alloc(32, 1)],
  });
});

test("every mistake is named by its path, and no secret is told", async () => {
  const secrets = {
    WoocommerceAccounts: JSON.stringify([{ ...shop, baseUrl: 7 }, shop, shop]),
    VaultKey: "c2hvcnQ=",
    ErpAccess: ErpAccess.replace("https", "http"),
  };
  const wrong = () => linksFrom({ KOJARZ_SETTINGS: "{" }, secrets);
  await expect(wrong()).rejects.toThrow(/KOJARZ_TABLE/);
  await expect(wrong()).rejects.toThrow(/KOJARZ_SETTINGS: not JSON/);
  await expect(wrong()).rejects.toThrow(/WoocommerceAccounts\.0\.baseUrl/);
  await expect(wrong()).rejects.toThrow(/VaultKey\..*32 bytes/);
  await expect(wrong()).rejects.toThrow(/ErpAccess\.baseUrl: must begin with https/);
  await expect(wrong()).rejects.not.toThrow(/hush/);
});

test("an empty secret is a mistake, not an ERP that nobody linked", async () => {
  await expect(linksFrom(environment, { ErpAccess: "" })).rejects.toThrow("ErpAccess.(top): not JSON");
});

test("an account that is there twice is refused", async () => {
  const twice = () => linksFrom(environment, { WoocommerceAccounts: JSON.stringify([shop, shop]) });
  await expect(twice()).rejects.toThrow("woocommerce:main is configured twice");
});

test("a part that a function was not given refuses to work, and says which", async () => {
  const app = await appFrom(await linksFrom(environment, {}));
  await expect(app.vault.read("allegro:acme")).rejects.toThrow("VaultKey is not linked");
  await expect(app.erp.find({ order: "o", keys: [], since: 0 })).rejects.toThrow("ErpAccess is not linked");
  await expect(app.bodies.put("a", Buffer.alloc(1))).rejects.toThrow("bucket of bodies");
  expect(app.watch).toBeUndefined();
});

test("a bridge that fetches its work is answered under its own secrets", async () => {
  const access = { kind: "pull", name: "wapro", secrets: ["whsec_aHVzaC1odXNoLWh1c2gtaHVzaCE="] };
  const app = await appFrom(await linksFrom(environment, { ErpAccess: JSON.stringify(access) }));
  expect(app.erp.name).toBe("wapro");
  expect(app.pull).toMatchObject({ secrets: access.secrets, handlers: { claim: expect.any(Function) } });
  const called = await appFrom(await linksFrom(environment, { ErpAccess }));
  expect(called.pull).toBeUndefined();
});

test("with the ERP's access it is reached through the bridge, behind a gate", async () => {
  const app = await appFrom(await linksFrom(environment, { ErpAccess, VaultKey }));
  expect(app.erp.name).toBe("wapro");
  expect(app.watch).toBeDefined();
  expect(app.breaker?.allows()).toBe(true);
});
