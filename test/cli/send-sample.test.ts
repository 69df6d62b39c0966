/** `kojarz send-sample`: the command in a process of its own, the real webhook function behind HTTP, the operators' behind Lambda's API. */
import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { devNull } from "node:os";
import { fileURLToPath } from "node:url";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { standardOrder } from "../../cli/sample/orders.ts";
import { samplesOf } from "../../cli/sample/samples.ts";
import { handler as act } from "../../functions/operator-act.ts";
import { provideApp } from "../../lib/app/app.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import { signatureOf } from "../../lib/channels/shared/proof.ts";
import { SIGNATURE } from "../../lib/channels/standard/index.ts";
import { markOf, SAMPLE_HEADER } from "../../lib/intake/sample.ts";
import { dynamoNumbers } from "../../lib/store/dynamo-numbers.ts";
import { dynamoSamples } from "../../lib/store/dynamo-samples.ts";
import type { Table } from "../../lib/store/table.ts";
import { type Host, startHost } from "../../local/apigw-host.ts";
import { parseConfig } from "../../local/config-file.ts";
import { lambdaContext } from "../../local/lambda-context.ts";
import { routes } from "../../local/routes.ts";
import { type FeedApp, feedApp } from "../support/feed-app.ts";
import { type LambdaEndpoint, lambdaEndpoint } from "../support/lambda-endpoint.ts";
import { freshTable } from "../support/table.ts";

const CLI = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const ACT = "kojarz-trial-OperatorAct";
const baseUrl = "https://sklep.example";
const key = Buffer.from("a key of this test alone").toString("base64");

const config = JSON.stringify({
  accounts: [
    { channel: "woocommerce", account: "main", baseUrl, secrets: ["sekret-testowy-0001"] },
    {
      channel: "shopify",
      account: "main",
      shop: "sklep.myshopify.com",
      shopId: "690933842",
      secrets: ["sekret-testowy-0002"],
    },
    { channel: "standard", account: "main", secrets: [`whsec_${key}`] },
    { channel: "magento", account: "main", baseUrl, accessToken: "t", hintSecret: "sekret-testowy-0003" },
    {
      channel: "prestashop",
      account: "main",
      baseUrl,
      webserviceKey: "K".repeat(32),
      secrets: ["sekret-testowy-0004"],
    },
    {
      channel: "shoper",
      account: "main",
      baseUrl,
      apiToken: "t",
      secrets: ["sekret-testowy-0005"],
      cancelledStatuses: [1],
    },
    {
      channel: "shoper",
      account: "token",
      baseUrl,
      apiToken: "t",
      urlToken: "sekret-testowy-0006-dlugi",
      cancelledStatuses: [1],
    },
    {
      channel: "baselinker",
      account: "acme",
      token: "t",
      callbackToken: "sekret-testowy-0007",
      exchangePassword: "sekret-testowy-0008",
      sources: { "allegro/7001": "allegro:acme" },
    },
    { channel: "allegro", account: "acme", clientId: "c", clientSecret: "s", refreshToken: "r" },
    {
      channel: "adobe",
      account: "main",
      clientId: "c",
      publicKeys: {
        "/prod/keys/a.pem": generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({
          type: "spki",
          format: "pem",
        }),
      },
    },
  ],
});

const connections = connectionsOf(parseConfig(config));
const PUSHED = ["woocommerce:main", "shopify:main", "standard:main", "magento:main"].concat([
  "prestashop:main",
  "shoper:main",
  "shoper:token",
  "baselinker:acme",
]);

let table: Table;
let app: FeedApp;
let host: Host;
let aws: LambdaEndpoint;

beforeAll(async () => {
  host = await startHost({ port: 0, routes, now: Date.now });
  aws = await lambdaEndpoint({ [ACT]: act as never }, { OWNER: [ACT], STRANGER: [] });
});
afterAll(async () => {
  await host.stop();
  aws.stop();
});
beforeEach(async () => {
  table = await freshTable();
  app = feedApp(table);
  Object.assign(app, {
    config: parseConfig(config),
    numbers: dynamoNumbers(table),
    samples: dynamoSamples(table),
    clock: Date.now(),
  });
  provideApp(() => app);
});

/** The keys of all that is stored, but for what an operator sees of an account and the marks themselves. */
async function kept(): Promise<string[]> {
  const { Items = [] } = await table.documents.send(new ScanCommand({ TableName: table.name }));
  return Items.map(({ pk }) => String(pk)).filter((pk) => !pk.startsWith("S#") && !pk.startsWith("T#"));
}

function typed(caller: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL_LAMBDA: aws.url,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_ACCESS_KEY_ID: caller,
    AWS_SECRET_ACCESS_KEY: "of-the-test",
  };
  const whole = ["send-sample", ...args, "--config", "-", "--stage", "trial", "--address", host.url, "--json"];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...whole], { env });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data) => (out += String(data)));
    child.stderr.on("data", (data) => (err += String(data)));
    child.on("close", (code) => resolve({ code: code ?? -1, out, err }));
    child.stdin.end(config);
  });
}

/** What the command sends, with this token or without one. */
async function send(
  account: string,
  token?: string,
): Promise<Array<{ status: number; said: Record<string, unknown> }>> {
  const connection = connections.find(({ name }) => name === account);
  const samples = connection ? samplesOf(connection, 123_456_789_012_345, app.now()) : "unknown";
  if (typeof samples === "string") throw new Error(samples);
  const answers = [];
  for (const { path, headers, body } of samples) {
    const answer = await fetch(`${host.url}/webhooks/${account.replace(":", "/")}${path}`, {
      method: "POST",
      headers: { ...headers, ...(token !== undefined && { [SAMPLE_HEADER]: token }) },
      body,
    });
    answers.push({ status: answer.status, said: (await answer.json()) as Record<string, unknown> });
  }
  return answers;
}

const allow = (account: string, token: string) =>
  act({ sample: account, mark: markOf(token) }, lambdaContext("act", 30_000));
const SAMPLE = { status: 200, said: { verdict: "ignored", reason: "sample" } };
const REFUSED = { status: 401, said: { error: "sample-token-unknown" } };

test.each(PUSHED)("a sample of %s comes to ignored: sample, and nothing of it is kept", async (account) => {
  const { code, out, err } = await typed("OWNER", account);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const { works, findings } = JSON.parse(out);
  expect(works).toBe(true);
  expect(findings).toHaveLength(account === "baselinker:acme" ? 2 : 1);
  expect(app.explained).toEqual(
    findings.map(() => ({ verdict: "ignored", reason: "sample", account, sourceOrder: "" })),
  );
  expect(await kept()).toEqual([]);
  expect(await app.desk.accountStates([account])).toEqual(new Map());
});

test.each([
  ["allegro:acme", "it is only polled"],
  ["adobe:main", "Adobe alone can sign for it"],
  ["woocommerce:other", "woocommerce:other is not configured"],
])("nothing can be sent as %s, and the command says why", async (account, why) => {
  const { code, out, err } = await typed("OWNER", account);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain(why);
});

test("who may not act sends no sample: it would be an order", async () => {
  const { code, err } = await typed("STRANGER", "woocommerce:main");
  expect(code).toBe(1);
  expect(err).toContain(`these credentials may not invoke ${ACT}`);
  expect(app.explained).toEqual([]);
});

describe("a token makes one request of one account a sample, for five minutes", () => {
  test("used up, it is refused, and nothing is taken", async () => {
    await allow("woocommerce:main", "a token");
    expect(await send("woocommerce:main", "a token")).toEqual([SAMPLE]);
    expect(await send("woocommerce:main", "a token")).toEqual([REFUSED]);
    expect(await kept()).toEqual([]);
  });

  test("of two at the same moment one is a sample", async () => {
    await allow("woocommerce:main", "a token");
    const both = await Promise.all([send("woocommerce:main", "a token"), send("woocommerce:main", "a token")]);
    expect(
      both
        .flat()
        .map(({ status }) => status)
        .sort(),
    ).toEqual([200, 401]);
    expect(await kept()).toEqual([]);
  });

  test("after five minutes it is refused, also while the table still has it", async () => {
    await allow("woocommerce:main", "a token");
    app.clock += 300_000;
    expect(await send("woocommerce:main", "a token")).toEqual([REFUSED]);
    expect(await kept()).toEqual([]);
  });

  test("of another account it is refused, and stays good for its own", async () => {
    await allow("shopify:main", "a token");
    expect(await send("woocommerce:main", "a token")).toEqual([REFUSED]);
    expect(await send("shopify:main", "a token")).toEqual([SAMPLE]);
    expect(await kept()).toEqual([]);
  });

  test("who cannot sign does not use it up", async () => {
    await allow("woocommerce:main", "a token");
    const forged = await fetch(`${host.url}/webhooks/woocommerce/main`, {
      method: "POST",
      headers: { "x-wc-webhook-signature": "forged", [SAMPLE_HEADER]: "a token" },
      body: "{}",
    });
    expect(forged.status).toBe(401);
    expect(await send("woocommerce:main", "a token")).toEqual([SAMPLE]);
  });
});

describe("without the header it is a message like any other", () => {
  test.each(["woocommerce:main", "shopify:main", "standard:main"])(
    "a sample of %s is too old, then",
    async (account) => {
      await send(account);
      expect(app.explained).toMatchObject([{ verdict: "ignored", reason: "older-than-memory" }]);
      expect((await kept()).filter((pk) => !pk.startsWith("I#"))).toEqual([]);
    },
  );

  test("a body that calls itself a sample is an order", async () => {
    const at = new Date(app.now()).toISOString();
    const marks = { sample: true, test: true, [SAMPLE_HEADER]: "a token" };
    const body = JSON.stringify({
      ...standardOrder(1),
      placedAt: at,
      updatedAt: at,
      note: "sample",
      meta: marks,
      ...marks,
    });
    await allow("standard:main", "a token");
    const unsigned = { "webhook-id": "1", "webhook-timestamp": String(Math.floor(app.now() / 1000)) };
    const signature = signatureOf(SIGNATURE, { headers: unsigned, body: Buffer.from(body) }, `whsec_${key}`);
    const headers = { ...unsigned, "webhook-signature": String(signature) };
    const address = `${host.url}/webhooks/standard/main?${SAMPLE_HEADER}=${encodeURIComponent("a token")}`;
    const answer = await fetch(address, { method: "POST", headers, body });
    expect(await answer.json()).toMatchObject({ verdict: "new" });
  });
});
