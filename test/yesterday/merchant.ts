/** The whole of Kojarz for the merchant whose data was recorded: its functions, over a table that somebody else fills. */
import "../../local/quiet.ts";
import { randomUUID } from "node:crypto";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { handler as connector } from "../../functions/erp-connector.ts";
import { handler as erpWatch } from "../../functions/erp-watch.ts";
import { handler as pollFunction } from "../../functions/poll.ts";
import { handler as sweepFunction } from "../../functions/sweep.ts";
import { provideApp } from "../../lib/app/app.ts";
import { erpFrom } from "../../lib/app/erp-access.ts";
import type { App } from "../../lib/app/parts.ts";
import type { Explanation } from "../../lib/core/ports/explain.ts";
import { http } from "../../lib/runtime/http.ts";
import { dynamoCases } from "../../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { dynamoDesk } from "../../lib/store/dynamo-desk.ts";
import { dynamoFeeds } from "../../lib/store/dynamo-feeds.ts";
import { dynamoNumbers } from "../../lib/store/dynamo-numbers.ts";
import { dynamoOutbox } from "../../lib/store/dynamo-outbox.ts";
import { dynamoSamples } from "../../lib/store/dynamo-samples.ts";
import { dynamoVault } from "../../lib/store/dynamo-vault.ts";
import type { Table } from "../../lib/store/table.ts";
import { startHost } from "../../local/apigw-host.ts";
import { parseConfig } from "../../local/config-file.ts";
import { type Faults, openFakeErp } from "../../local/fake-erp.ts";
import { folderBodies } from "../../local/folder-bodies.ts";
import { lambdaContext } from "../../local/lambda-context.ts";
import { localPages } from "../../local/pages.ts";
import { routes } from "../../local/routes.ts";
import type { Clock } from "./platforms.ts";

/** 32 bytes: opens the recorded vault. */
const VAULT_KEY = Buffer.from("the key of the recorded vault 01");

/** Of the bridge that fetches its work. */
export const BRIDGE = {
  kind: "pull",
  name: "wapro",
  secrets: ["whsec_dGVzdC1zZWNyZXQtb2YtYS1icmlkZ2UtMDAwMQ=="],
} as const;

/** A request as a platform sent it, by its path behind the host. */
export type Sent = { method: string; path: string; headers: Record<string, string>; body: string };

/** `file`: the ERP's database. `faults` may change while it runs. */
type Options = { file?: string; faults?: Faults; unique?: () => string };

/**
 * @param bodies a folder
 * @param config the configuration file's text
 */
export async function openMerchant(
  table: Table,
  bodies: string,
  config: string,
  clock: Clock,
  { file = ":memory:", faults = {}, unique = randomUUID }: Options = {},
) {
  const now = () => clock.now;
  const explained: Explanation[] = [];
  const erp = openFakeErp({ file, now, random: () => 0.5, faults });
  const pulled = await erpFrom({ ...BRIDGE, secrets: [...BRIDGE.secrets] }, { http, now, unique, table });
  const app: App = {
    config: configOf(config),
    claims: dynamoClaims(table),
    cases: dynamoCases(table),
    desk: dynamoDesk(table),
    feeds: dynamoFeeds(table, unique),
    vault: dynamoVault(table, [VAULT_KEY], now),
    numbers: dynamoNumbers(table),
    samples: dynamoSamples(table),
    bodies: folderBodies(bodies),
    erp,
    watch: erp,
    ...(pulled.pull && { pull: pulled.pull }),
    http,
    explain: (explanation) => explained.push(explanation),
    now,
    random: () => 0.5,
    wait: async () => undefined,
    unique,
  };
  provideApp(() => app);
  const pages = localPages(Promise.resolve({ table, fakeErp: erp, accounts: [] }));
  const host = await startHost({ port: 0, routes, pages, now });

  return {
    app,
    erp,
    /** The ERP by a bridge that fetches its work, and where that work lies. */
    pulled,
    outbox: dynamoOutbox(table, BRIDGE.name),
    explained,
    url: host.url,
    async post({ method, path, headers, body }: Sent): Promise<{ status: number; text: string }> {
      const sent = { ...headers, ...ownAddress(path, headers, app.config) };
      const answer = await fetch(`${host.url}${path}`, { method, headers: sent, ...(method === "POST" && { body }) });
      return { status: answer.status, text: await answer.text() };
    },
    poll: (account: string) => pollFunction({ account }, lambdaContext("poll", 110_000)),
    sweep: () => sweepFunction({}, lambdaContext("sweep", 110_000)),
    watch: () => erpWatch({}, lambdaContext("erp-watch", 110_000)),
    /** The stream tells the connector of an order as it lies in the table. */
    async wake(order: string) {
      const Key = { pk: { S: `O#${order}` } };
      const { Item } = await table.documents.send(new GetItemCommand({ TableName: table.name, Key }));
      const dynamodb = { Keys: Key, NewImage: Item, SequenceNumber: "1" };
      return connector({ Records: [{ dynamodb }] } as DynamoDBStreamEvent, lambdaContext("erp-connector", 110_000));
    },
    page: async (path: "/orders" | "/held"): Promise<Array<Record<string, unknown>>> =>
      (await fetch(`${host.url}${path}`)).json() as never,
    async close() {
      await host.stop();
      erp.close();
    },
  };
}

/** The recorded shops stood on ports of that day: each says its own address now, as a real one always does. */
function ownAddress(path: string, headers: Readonly<Record<string, string>>, { accounts }: App["config"]) {
  const [, , channel, account] = path.split("/");
  const shop = accounts.find((one) => one.channel === channel && one.account === account);
  const isSaid = "x-wc-webhook-source" in headers && shop !== undefined && "baseUrl" in shop;
  return isSaid ? { "x-wc-webhook-source": String(shop.baseUrl) } : {};
}

type Written = { accounts: Array<{ secrets?: string[] }> };

/** What was recorded is signed with secrets that two accounts share: they are refused since, so each is read with its own. */
function configOf(text: string): ReturnType<typeof parseConfig> {
  const written = JSON.parse(text) as Written;
  const ownOf = (secret: string, index: number) =>
    secret.startsWith("whsec_")
      ? `whsec_${Buffer.from(`${secret} of ${index}`).toString("base64")}`
      : `${secret} of ${index}`;
  const accounts = written.accounts.map(({ secrets, ...account }, index) => ({
    ...account,
    ...(secrets && { secrets: secrets.map((secret) => ownOf(secret, index)) }),
  }));
  const config = parseConfig(JSON.stringify({ ...written, accounts }));
  const recorded = (index: number) => written.accounts[index]?.secrets;
  return {
    ...config,
    accounts: config.accounts.map((account, index) => ({
      ...account,
      ...(recorded(index) && { secrets: recorded(index) }),
    })),
  };
}
