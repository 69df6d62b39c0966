/**
 * A process of its own that ends by SIGKILL as soon as it maps the order `deadly`, for tests of who hears of it:
 *
 *   deadly-message.ts (list|read|webhook) ENDPOINT TABLE CLOCK
 *
 * It prints in JSON what was told of each order, and what a sender was answered.
 */
import { createHmac } from "node:crypto";
import type { Connection, Pull, Pulled } from "../../lib/channels/channel.ts";
import { eachRow } from "../../lib/channels/shared/unread.ts";
import { woocommerce } from "../../lib/channels/woocommerce/index.ts";
import { runFeed } from "../../lib/feeds/run.ts";
import { receiveWebhook } from "../../lib/intake/webhook.ts";
import type { HttpEvent } from "../../lib/runtime/lambda.ts";
import { openTable } from "../../lib/store/table.ts";
import { connectionTo, type FeedApp, feedApp } from "./feed-app.ts";
import { shopId, sighting } from "./sightings.ts";

const [mode = "", endpoint = "", table = "", clock = ""] = process.argv.slice(2);
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const requestHandler = { requestTimeout: 60_000 };
const app: FeedApp = feedApp(openTable(table, { endpoint, region: "eu-central-1", credentials, requestHandler }));
app.clock = Number(clock);

function map(id: string): Pulled[] {
  if (id === "deadly") process.kill(process.pid, "SIGKILL");
  const account = `platform:${mode}`;
  return [{ kind: "sighting", sighting: sighting({ account, sourceOrder: id, keys: [shopId(id, account)] }) }];
}

function connection(pull: Parameters<typeof connectionTo>[0]): Connection {
  return { ...connectionTo(pull), name: `platform:${mode}` };
}

const MODES: Record<string, () => Promise<unknown>> = {
  list: () =>
    runFeed(
      app,
      connection((io): Pull => {
        const orders = () =>
          eachRow(
            io,
            ["first", "deadly", "later"],
            (id) => map(id),
            (id) => id,
          );
        return {
          listings: [
            { name: "all", everySeconds: 0, page: async () => ({ orders: await orders(), cursor: "1", more: false }) },
          ],
        };
      }),
    ),
  async read() {
    const one = connection(() => ({ listings: [], read: async (id) => map(id)[0] as never }));
    if (process.env.ASK) for (const id of ["deadly", "later"]) await app.feeds.requestRefresh(one.name, id, app.clock);
    await runFeed(app, one);
  },
  async webhook() {
    const { receive } = woocommerce;
    woocommerce.receive = (request, ...rest) => {
      if (request.body.includes("deadly")) process.kill(process.pid, "SIGKILL");
      return receive?.(request, ...rest) ?? { kind: "ignored", reason: "" };
    };
    const body = JSON.stringify({ note: "deadly".padEnd(20_000, ".") });
    const signature = createHmac("sha256", "sekret-testowy-0001").update(body).digest("base64");
    const event = {
      requestContext: { http: { method: "POST" } },
      pathParameters: { account: "main" },
      headers: { "x-wc-webhook-signature": process.env.FORGED ?? signature },
      body,
    };
    return receiveWebhook(app, "woocommerce", event as unknown as HttpEvent);
  },
};

const answer = await MODES[mode]?.();
const told = app.explained.map(({ verdict, reason, sourceOrder }) => ({ verdict, reason, sourceOrder }));
process.stdout.write(`\n${JSON.stringify({ told, answer })}\n`);
process.exit(0);
