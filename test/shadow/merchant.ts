/**
 * A merchant of whom everything is real but the time: shops and BaseLinker answer and send over HTTP, Kojarz's functions stand
 * behind an HTTP API over a table of the engine, and the bridge over the modelled WAPRO is called over HTTP, too.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBridge } from "../../bridge/server.ts";
import { handler as erpWatch } from "../../functions/erp-watch.ts";
import { handler as operatorAct } from "../../functions/operator-act.ts";
import { handler as poll } from "../../functions/poll.ts";
import { handler as sweep } from "../../functions/sweep.ts";
import { provideApp } from "../../lib/app/app.ts";
import { erpFrom, guarded } from "../../lib/app/erp-access.ts";
import type { App } from "../../lib/app/parts.ts";
import { guardedParts } from "../../lib/app/shadow.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import type { Instant } from "../../lib/core/order.ts";
import { watchErp } from "../../lib/erp/watch.ts";
import { bookFrom } from "../../lib/ops/book.ts";
import { http } from "../../lib/runtime/http.ts";
import { dynamoCases } from "../../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { dynamoDesk } from "../../lib/store/dynamo-desk.ts";
import { dynamoFeeds } from "../../lib/store/dynamo-feeds.ts";
import { dynamoNumbers } from "../../lib/store/dynamo-numbers.ts";
import { dynamoSamples } from "../../lib/store/dynamo-samples.ts";
import { dynamoVault } from "../../lib/store/dynamo-vault.ts";
import { jsonAnswer } from "../../local/apigw-event.ts";
import { startHost } from "../../local/apigw-host.ts";
import { parseConfig } from "../../local/config-file.ts";
import { folderBodies } from "../../local/folder-bodies.ts";
import { type LambdaHandler, lambdaContext } from "../../local/lambda-context.ts";
import { routes } from "../../local/routes.ts";
import { SECRETS } from "../bridge/bridge-world.ts";
import { openWapro } from "../bridge/wapro-world.ts";
import { freshTable } from "../support/table.ts";

/** @param random 0 to 1 */
export async function openMerchant(start: Instant, random: () => number) {
  const folder = await mkdtemp(join(tmpdir(), "kojarz-walk-"));
  const clock = { now: start };
  const now = () => clock.now;
  const table = await freshTable();
  const { erp: wapro, sql } = await openWapro({ clock });
  const failures: string[] = [];
  const failed = (operation: string, cause: unknown) => failures.push(`${operation}: ${String(cause)}`);
  const bridge = await startBridge({
    erp: wapro,
    secrets: SECRETS,
    host: "127.0.0.1",
    port: 0,
    now,
    failed,
    shadow: true,
  });

  const invoke = <Event>(handler: LambdaHandler<Event>, event: Event) =>
    handler(event, lambdaContext("of-the-walk", 120_000));
  /** As the console answers the command line. */
  const CONSOLE: Readonly<Record<string, LambdaHandler<unknown>>> = {
    "/console/invoke/act": operatorAct,
    "/console/invoke/compare": erpWatch,
  };
  const host = await startHost({
    port: 0,
    routes,
    now,
    desk: {
      async answer(_, path, body) {
        const handler = CONSOLE[path];
        return handler && jsonAnswer({ payload: await invoke(handler, JSON.parse(String(await body()))) });
      },
    },
  });
  await writeFile(join(folder, "console.json"), JSON.stringify({ url: host.url, token: "of-the-walk" }));

  let app: App | undefined;
  let accounts: string[] = [];
  return {
    folder,
    now,
    sql,
    failures,
    /** The public address of Kojarz. */
    url: host.url,
    erp: { kind: "bridge", name: "wapro", baseUrl: bridge.url, secrets: SECRETS },
    pass(ms: number): void {
      clock.now += Math.ceil(ms);
    },
    /** As a deployment does: every function begins anew with this configuration. */
    async deploy(json: string): Promise<void> {
      const config = parseConfig(json);
      if (!config.erp) throw new Error("the configuration names no ERP");
      const connections = connectionsOf(config);
      accounts = connections.map(({ name }) => name);
      const reached = await erpFrom(config.erp, { http, now, unique: randomUUID, table });
      const parts: App = {
        config,
        operators: { book: bookFrom(connections, reached.erp.name), connect: async () => undefined },
        claims: dynamoClaims(table),
        cases: dynamoCases(table),
        desk: dynamoDesk(table),
        feeds: dynamoFeeds(table),
        vault: dynamoVault(table, [Buffer.alloc(32, 7)], now),
        numbers: dynamoNumbers(table),
        samples: dynamoSamples(table),
        bodies: folderBodies(join(folder, "bodies")),
        ...guarded(reached, now),
        http,
        explain: () => undefined,
        now,
        random,
        async wait(ms) {
          clock.now += Math.ceil(ms);
        },
        unique: randomUUID,
      };
      const guardedApp = guardedParts(parts);
      app = guardedApp;
      provideApp(() => guardedApp);
    },
    /** What schedules do: every account is polled, the ERP is watched, and what is due is looked after. */
    async runFunctions(): Promise<void> {
      for (const account of accounts) await invoke(poll as LambdaHandler<object>, { account });
      await invoke(erpWatch, {});
      await invoke(sweep, {});
    },
    /** The watch from the beginning of its window to its end. */
    async backfill(): Promise<void> {
      if (!app) throw new Error("nothing is deployed");
      for (let watched = await watchErp(app, { afresh: true }); !watched.ended; watched = await watchErp(app));
    },
    async close(): Promise<void> {
      await host.stop();
      await bridge.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
