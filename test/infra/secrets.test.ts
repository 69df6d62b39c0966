import { expect, test } from "vitest";
import { deploymentFrom } from "../../infra/deployment.ts";
import { checkSecrets } from "../../infra/secrets.ts";

const deployment = deploymentFrom({ KOJARZ_ACCOUNTS: "woocommerce:main@15 baselinker:acme@2" });
const shop = {
  channel: "woocommerce",
  account: "main",
  baseUrl: "https://sklep.example",
  secrets: ["sekret-testowy-0001"],
};
const seller = { channel: "baselinker", account: "acme", token: "hush-hush", callbackToken: "token-zwrotny-0001" };
const erp = {
  kind: "bridge",
  name: "wapro",
  baseUrl: "https://bridge.example",
  secrets: ["whsec_aHVzaC1odXNoLWh1c2gtaHVzaCE="],
};

const environment = (change: Readonly<Record<string, unknown>> = {}) => {
  const given = {
    WoocommerceAccounts: [shop],
    BaselinkerAccounts: [{ ...seller, sources: { "shop/101": "woocommerce:main" } }],
    ErpAccess: erp,
    ...change,
  };
  const secrets = Object.entries(given).map(([name, value]) => [`SST_SECRET_${name}`, JSON.stringify(value)]);
  return Object.fromEntries(secrets);
};
const told = (given: Readonly<Record<string, string | undefined>>) =>
  checkSecrets(deployment, given).then(() => "nothing", String);

test("secrets that fit the deployment are taken", async () => {
  expect(await told(environment())).toBe("nothing");
});

test.each([
  [
    "a source that is no account, and would bring each purchase in twice",
    { BaselinkerAccounts: [{ ...seller, sources: { "shop/101": "woocommerce:mian" } }] },
    "baselinker:acme.sources.shop/101: woocommerce:mian is not configured",
  ],
  [
    "an account that is deployed and not in the secret: every webhook would be answered 404",
    { WoocommerceAccounts: [{ ...shop, account: "sklep" }], BaselinkerAccounts: [seller] },
    "WoocommerceAccounts: woocommerce:main of KOJARZ_ACCOUNTS is not in it",
  ],
  [
    "an account that is in the secret and not deployed",
    { WoocommerceAccounts: [shop, { ...shop, account: "sklep", secrets: ["sekret-testowy-0002"] }] },
    "WoocommerceAccounts: woocommerce:sklep is not in KOJARZ_ACCOUNTS",
  ],
  [
    "an account in the secret of another channel, which its function would refuse",
    { WoocommerceAccounts: [shop, seller], BaselinkerAccounts: [] },
    "WoocommerceAccounts: baselinker:acme is not in KOJARZ_ACCOUNTS, or belongs into another secret",
  ],
  [
    "a bridge that fetches, where it is to be called",
    { ErpAccess: { kind: "pull", name: "wapro", secrets: erp.secrets } },
    'ErpAccess.kind: KOJARZ_BRIDGE=called needs "bridge"',
  ],
  [
    "a secret that two accounts share",
    { WoocommerceAccounts: [shop, { ...shop, account: "sklep" }] },
    "woocommerce:sklep.secrets.0: woocommerce:main has the same secret: give each its own",
  ],
  ["a weak secret", { WoocommerceAccounts: [{ ...shop, secrets: ["hush"] }] }, "WoocommerceAccounts.0.secrets.0"],
  [
    "a field that is missing",
    { WoocommerceAccounts: [{ ...shop, baseUrl: undefined }] },
    "WoocommerceAccounts.0.baseUrl",
  ],
])("%s", async (_, change, mistake) => {
  expect(await told(environment(change))).toContain(mistake);
  expect(await told(environment(change))).not.toMatch(/hush|aHVz/);
});

test("secrets that were never set are named, all at once", async () => {
  const message = await told({});
  for (const name of ["WoocommerceAccounts", "BaselinkerAccounts", "ErpAccess"])
    expect(message).toContain(`${name}: not set`);
});

test("what operators are shown follows from the deployment, and holds no secret", async () => {
  const book = await checkSecrets(deployment, environment());
  expect(book).toEqual({
    erp: "wapro",
    accounts: [
      {
        name: "woocommerce:main",
        polled: true,
        fetches: true,
        readsKept: true,
        panel: "https://sklep.example/wp-admin/post.php?post=KOJARZ-ORDER&action=edit",
        tells: [],
      },
      expect.objectContaining({ name: "baselinker:acme", tells: ["woocommerce:main"] }),
    ],
  });
  expect(JSON.stringify(book)).not.toMatch(/hush|aHVz/);
});
