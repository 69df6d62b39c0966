/** The whole of Kojarz on one machine: the functions of the cloud, and around them what the cloud would do. */
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { handler as connector } from "../../functions/erp-connector.ts";
import { handler as erpWatch } from "../../functions/erp-watch.ts";
import { handler as health } from "../../functions/health.ts";
import { handler as poll } from "../../functions/poll.ts";
import { handler as sweep } from "../../functions/sweep.ts";
import { dynamoClaims } from "../dedup/dynamo-claims.ts";
import { dynamoFeeds } from "../feeds/dynamo-feeds.ts";
import { explainWith } from "../ops/explain.ts";
import { type App, provideApp } from "../runtime/app.ts";
import { type Config, ConfigError, connectionsOf, unpolledOf } from "../runtime/config.ts";
import { type ConfigFile, parseConfig } from "../runtime/config-file.ts";
import { dynamoNumbers } from "../runtime/dynamo-numbers.ts";
import { dynamoVault } from "../runtime/dynamo-vault.ts";
import { erpFrom, guarded, type Reached } from "../runtime/erp-access.ts";
import { http } from "../runtime/http.ts";
import { logger } from "../runtime/logger.ts";
import { metrics } from "../runtime/metrics.ts";
import { type Host, type HostOptions, type HttpHandler, type Routes, startHost } from "./apigw-host.ts";
import { openWorld, type World } from "./demo/world.ts";
import { folderBodies } from "./folder-bodies.ts";
import type { EngineError } from "./java.ts";
import type { Loop } from "./loop.ts";
import type { LocalOptions } from "./options.ts";
import { localPages, type Shown } from "./pages.ts";
import { filePositions } from "./positions.ts";
import { routes } from "./routes.ts";
import { type Job, startScheduler } from "./scheduler.ts";
import { openStandIn, type StandIn } from "./stand-in.ts";
import { type StateFolder, takeState } from "./state-folder.ts";
import { openStore, type Store } from "./store.ts";
import { startPump } from "./stream-pump.ts";

export type Local = {
  url: string;
  app: App;
  /** The ERP of this machine; nobody asks it under a configuration that has one of its own. */
  standIn: StandIn;
  /** The simulated platforms; absent under a configuration of one's own. */
  world: World | undefined;
  /** Resolved when the engine ends by itself: nothing works from then on. Never, where it is not ours. */
  engineDied: Promise<EngineError>;
  /** Stops every part, the last one started first. */
  stop(): Promise<void>;
};

/** Another program has the port. */
export class PortTaken extends Error {
  constructor(port: number, options?: ErrorOptions) {
    super(`port ${port} is taken: stop what uses it, or choose another with PORT`, options);
    this.name = "PortTaken";
  }
}

const SWEEP_MS = 2_000;
const ERP_WATCH_MS = 10_000;

/**
 * @param say one line for a person
 * @param adapt puts something between Kojarz and its ports: an ear for verdicts, a fault
 * @throws `ConfigError`, `StateTaken`, `PortTaken` or `EngineError`; whatever was started by then is stopped again
 */
export async function startLocal(
  options: LocalOptions,
  say: (line: string) => void,
  adapt: (app: App) => App = (app) => app,
): Promise<Local> {
  const stops: Array<() => Promise<void> | void> = [];
  const stop = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await next();
  };
  const now = () => Date.now() + options.clockOffsetMs;
  try {
    const ownConfig = options.configPath === undefined ? undefined : await readConfig(options.configPath);
    const state = takeState(options.stateFolder);
    stops.push(state.release);

    const ready = Promise.withResolvers<App>();
    provideApp(() => ready.promise);
    const opened = Promise.withResolvers<Shown>();
    const pages = localPages(opened.promise);
    const host = await listen({ port: options.port, routes: healthyOnce(ready.promise), pages, now });
    stops.push(host.stop);

    const store = await openStore(options, state, say);
    stops.push(store.stop);
    const standIn = openStandIn({
      file: join(state.path, "erp.db"),
      now,
      random: Math.random,
      faults: options.erpFaults,
    });
    stops.push(standIn.close);

    const world = ownConfig ? undefined : await openWorld(host.url, now, Math.random);
    if (world) stops.push(world.close);
    const config = ownConfig ?? parseConfig(world?.config ?? "");
    for (const name of unpolledOf(config))
      say(`${name} is not polled: an order whose delivery is lost never comes. Give it pollSeconds.`);
    const reached = config.erp && (await erpFrom(config.erp, { http, now, unique: randomUUID, table: store.table }));
    opened.resolve({ table: store.table, standIn: reached ? undefined : standIn });
    const app = adapt(appOf(config, store, reached ?? { erp: standIn }, state, now));
    ready.resolve(app);

    stops.push(startScheduler(jobsOf(config), () => undefined).stop);
    const pump = startStream(store, state, say);
    if (pump) stops.push(pump.stop);
    return { url: host.url, app, standIn, world, engineDied: store.engineDied, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/** In the cloud a function that answers is one that works; here the host is there before the rest is. */
function healthyOnce(ready: Promise<unknown>): Routes {
  const onceReady: HttpHandler = async (event, context) => {
    await ready;
    return health(event, context);
  };
  return { ...routes, "GET /healthz": onceReady, "HEAD /healthz": onceReady };
}

/** @throws `ConfigError` */
export async function readConfig(path: string): Promise<ConfigFile> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new ConfigError([`KOJARZ_CONFIG: ${path} cannot be read`], { cause });
  }
  return parseConfig(text);
}

/** @throws `PortTaken` */
export async function listen(options: HostOptions): Promise<Host> {
  try {
    return await startHost(options);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE")
      throw new PortTaken(options.port, { cause });
    throw cause;
  }
}

function appOf(config: Config, { table }: Store, reached: Reached, state: StateFolder, now: () => number): App {
  return {
    config,
    claims: dynamoClaims(table),
    feeds: dynamoFeeds(table),
    vault: dynamoVault(table, vaultKey(join(state.path, "vault.key")), now),
    numbers: dynamoNumbers(table),
    bodies: folderBodies(join(state.path, "bodies")),
    ...guarded(reached, now),
    http,
    explain: explainWith(logger, metrics),
    now,
    random: Math.random,
    wait,
    unique: randomUUID,
  };
}

/** Made once; without it nothing in the vault opens any more. */
function vaultKey(path: string): Buffer {
  if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600 });
  return readFileSync(path);
}

function jobsOf(config: Config): Job[] {
  const polls = connectionsOf(config).flatMap(({ name, channel, account: { pollSeconds } }): Job[] =>
    channel.pull && pollSeconds !== undefined
      ? [{ name: `poll-${name}`, everyMs: pollSeconds * 1000, handler: poll, event: { account: name } }]
      : [],
  );
  return [
    ...polls,
    { name: "sweep", everyMs: SWEEP_MS, handler: sweep, event: {} },
    { name: "erp-watch", everyMs: ERP_WATCH_MS, handler: erpWatch, event: {} },
  ];
}

function startStream({ streamArn, clientConfig }: Store, state: StateFolder, say: (line: string) => void) {
  if (streamArn === undefined) {
    say("this engine has no streams: the sweep alone delivers");
    return undefined;
  }
  const client = new DynamoDBStreamsClient(clientConfig);
  const pump: Loop = startPump({
    client,
    streamArn,
    handler: connector,
    positions: filePositions(join(state.path, "stream.json")),
    discarded: () => say("a stream record was given up: the sweep delivers its order"),
    failed: (error) => logger.warn("stream failed", { error }),
  });
  return {
    async stop() {
      await pump.stop();
      client.destroy();
    },
  };
}
