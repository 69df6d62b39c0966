/**
 * `node test/ways/run.ts` lists the files of ours that run for the first report of a purchase by WooCommerce, and on the
 * order's way to the ERP. In a process of its own, since a test's process loads files in its own way.
 */
import { createHmac, randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { APIGatewayProxyEventV2, DynamoDBStreamEvent } from "aws-lambda";
import { provideApp } from "../../lib/app/app.ts";
import { appFrom } from "../../lib/app/aws-app.ts";
import type { Config } from "../../lib/app/config.ts";
import { guarded } from "../../lib/app/erp-access.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { startEngine } from "../../local/engine.ts";
import { openFakeErp } from "../../local/fake-erp.ts";
import { lambdaContext } from "../../local/lambda-context.ts";
import { orderBody } from "../../local/simulators/woocommerce-body.ts";
import { createTable } from "../../local/tables.ts";
import { filesThatRan } from "./ran.ts";

const SECRET = "a secret of nobody";
const SHOP = "https://sklep.example";
const TABLE = `ways-${randomUUID()}`;

const config: Config = ConfigFile.parse({
  accounts: [{ channel: "woocommerce", account: "main", baseUrl: SHOP, secrets: [SECRET] }],
});

/** One purchase of one good, with an Allegro id, as the shop sends it. */
function deliveryOf(id: number): APIGatewayProxyEventV2 {
  const purchase = { lines: [{ name: "Kubek", sku: "KUB-1", quantity: 1, gross: 4900 }], allegroId: randomUUID() };
  const body = JSON.stringify(orderBody(id, purchase, SHOP, Date.now(), `wc_order_${id}`));
  const headers = {
    "content-type": "application/json",
    "x-wc-webhook-source": `${SHOP}/`,
    "x-wc-webhook-topic": "order.created",
    "x-wc-webhook-signature": createHmac("sha256", SECRET).update(body).digest("base64"),
  };
  const http = {
    method: "POST",
    path: "/webhooks/woocommerce/main",
    protocol: "HTTP/1.1",
    sourceIp: "",
    userAgent: "",
  };
  return {
    version: "2.0",
    routeKey: "POST /webhooks/woocommerce/{account}",
    rawPath: http.path,
    rawQueryString: "",
    headers,
    pathParameters: { account: "main" },
    requestContext: {
      accountId: "0",
      apiId: "local",
      domainName: "localhost",
      domainPrefix: "localhost",
      http,
      requestId: randomUUID(),
      routeKey: "",
      stage: "$default",
      time: "",
      timeEpoch: 0,
    },
    body,
    isBase64Encoded: false,
  };
}

function recordOf(order: string): DynamoDBStreamEvent {
  const NewImage = { state: { S: "pending" } };
  return { Records: [{ dynamodb: { Keys: { pk: { S: `O#${order}` } }, NewImage, SequenceNumber: "1" } }] };
}

async function run(): Promise<{ report: string[]; forwarding: string[] }> {
  await createTable(new DynamoDBClient({}), TABLE, { stream: false, expires: false });
  const erp = openFakeErp({ file: ":memory:", now: Date.now, random: Math.random });
  const parts = await appFrom({ table: TABLE, config });
  provideApp(() => ({ ...parts, ...guarded({ erp }, Date.now) }));
  const { handler: receive } = await import("../../functions/webhook.ts");
  const { handler: forward } = await import("../../functions/erp-connector.ts");
  const context = () => lambdaContext("ways", 30_000);

  const report = async (id: number): Promise<string> => {
    const { body = "" } = await receive(deliveryOf(id), context());
    const { verdict, order } = JSON.parse(body);
    if (verdict !== "new") throw new Error(`the report came to: ${body}`);
    return order;
  };

  // What a function puts together at its first use is there when it is used again.
  await forward(recordOf(await report(1)), context());
  let order = "";
  const reporting = await filesThatRan(async () => {
    order = await report(2);
  });
  const forwarding = await filesThatRan(() => forward(recordOf(order), context()));
  if (erp.rows().length !== 2) throw new Error("an order did not reach the ERP");
  erp.close();
  return { report: reporting, forwarding };
}

const engine = process.env.AWS_ENDPOINT_URL_DYNAMODB === undefined ? await startEngine() : undefined;
Object.assign(process.env, {
  ...(engine && { AWS_ENDPOINT_URL_DYNAMODB: engine.endpoint }),
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  POWERTOOLS_LOG_LEVEL: "SILENT",
});
try {
  console.log(JSON.stringify(await run(), undefined, 2));
} finally {
  await engine?.stop();
}
process.exit(0);
