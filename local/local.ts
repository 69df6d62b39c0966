/** The whole of Kojarz on one machine: the functions of the cloud, and around them what the cloud would do. */
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { handler as connector } from "../functions/erp-connector.ts";
import { handler as erpWatch } from "../functions/erp-watch.ts";
import { handler as health } from "../functions/health.ts";
import { handler as operatorAct } from "../functions/operator-act.ts";
import { handler as operatorRead } from "../functions/operator-read.ts";
import { handler as poll } from "../functions/poll.ts";
import { handler as reminder } from "../functions/reminder.ts";
import { handler as sweep } from "../functions/sweep.ts";
import { CONNECTOR, ERP_WATCH, pollId, REMINDER, SWEEP, webhookId } from "../infra/functions.ts";
import { unpolledOf } from "../lib/app/accounts.ts";
import { provideApp } from "../lib/app/app.ts";
import { type Config, ConfigError } from "../lib/app/config.ts";
import { erpFrom, guarded, type Reached } from "../lib/app/erp-access.ts";
import type { App } from "../lib/app/parts.ts";
import { guardedParts } from "../lib/app/shadow.ts";
import { connectionsOf } from "../lib/channels/index.ts";
import { DAY } from "../lib/core/order.ts";
import { bookFrom } from "../lib/ops/book.ts";
import { explainWith } from "../lib/ops/metric.ts";
import { http } from "../lib/runtime/http.ts";
import { logger, metrics as published } from "../lib/runtime/lambda.ts";
import { dynamoCases } from "../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../lib/store/dynamo-claims.ts";
import { dynamoDesk } from "../lib/store/dynamo-desk.ts";
import { dynamoFeeds } from "../lib/store/dynamo-feeds.ts";
import { dynamoNumbers } from "../lib/store/dynamo-numbers.ts";
import { dynamoSamples } from "../lib/store/dynamo-samples.ts";
import { dynamoVault } from "../lib/store/dynamo-vault.ts";
import { type Host, type HostOptions, type HttpHandler, type Routes, startHost } from "./apigw-host.ts";
import { type ConfigFile, parseConfig } from "./config-file.ts";
import { type Desk, type Opened, openDesk } from "./console/desk.ts";
import { measured } from "./console/measured.ts";
import { listenForMessages, type Message, type Messages } from "./console/messages.ts";
import { keepMetrics, type LocalMetrics } from "./console/metrics.ts";
import { storiesOf } from "./console/story.ts";
import { openWorld, type World } from "./demo/world.ts";
import { type FakeErp, openFakeErp } from "./fake-erp.ts";
import { folderBodies } from "./folder-bodies.ts";
import { type Place, placesOf, type ShownAccount } from "./front-page.ts";
import type { EngineError } from "./java.ts";
import { openLogFile } from "./log-file.ts";
import type { Loop } from "./loop.ts";
import type { LocalOptions } from "./options.ts";
import { localPages, type Shown } from "./pages.ts";
import { filePositions } from "./positions.ts";
import { routes } from "./routes.ts";
import { type Job, startScheduler } from "./scheduler.ts";
import { type StateFolder, takeState } from "./state-folder.ts";
import { openStore, type Store } from "./store.ts";
import { startPump } from "./stream-pump.ts";
import { tapLog, tapMetrics } from "./tap.ts";

export type Local = {
  url: string;
  /** The pages that this run has. */
  places: Place[];
  app: App;
  /** The ERP of this machine; nobody asks it under a configuration that has one of its own. */
  fakeErp: FakeErp;
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
 * @param told of each message that came in, and of what the ERP was given
 * @throws `ConfigError`, `StateTaken`, `PortTaken` or `EngineError`; whatever was started by then is stopped again
 */
export async function startLocal(
  options: LocalOptions,
  say: (line: string) => void,
  adapt: (app: App) => App = (app) => app,
  told: (message: Message) => void = () => undefined,
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
    const shown = Promise.withResolvers<Opened>();
    const pages = localPages(opened.promise);
    const messages = listenForMessages(now, told);
    const metrics = keepMetrics(now);
    const operators = { read: operatorRead, act: operatorAct, compare: erpWatch };
    const desk = openDesk({ messages, metrics, operators, now, opened: shown.promise });
    const { port, host: address } = options;
    const heard = listened(healthyOnce(ready.promise), messages, metrics);
    const host = await listen({ port, host: address, routes: heard, pages, desk, unknown: messages.unknown, now });
    stops.push(host.stop);

    const store = await openStore(options, state, say);
    stops.push(store.stop);
    stops.push(tap(state, messages, metrics));
    stops.push(keepKey(state, host.url, desk));
    const fakeErp = openFakeErp({
      file: join(state.path, "erp.db"),
      now,
      random: Math.random,
      faults: options.erpFaults,
      skus: options.erpSkus,
    });
    stops.push(fakeErp.close);

    const world = ownConfig ? undefined : await openWorld(host.url, now, Math.random);
    if (world) stops.push(world.close);
    const config = ownConfig ?? parseConfig(world?.config ?? "");
    for (const name of unpolledOf(config))
      say(`${name} is not polled: an order whose webhook is lost never comes. Give it pollSeconds.`);
    const reached = config.erp && (await erpFrom(config.erp, { http, now, unique: randomUUID, table: store.table }));
    opened.resolve({ table: store.table, fakeErp: reached ? undefined : fakeErp });
    const app = adapt(guardedParts(appOf(config, store, reached ?? { erp: fakeErp }, state, now)));
    ready.resolve(app);

    stops.push(startScheduler(jobsOf(config, metrics), () => undefined).stop);
    const pump = startStream(store, state, say, metrics);
    if (pump) stops.push(pump.stop);
    const places = placesOf(!reached);
    const floor = { messages: () => messages.after(0), erpRows: fakeErp.rows };
    shown.resolve({
      places,
      accounts: accountsOf(config),
      stories: world && storiesOf(world, floor),
      erpFaults: reached ? undefined : options.erpFaults,
    });
    return { url: host.url, places, app, fakeErp, world, engineDied: store.engineDied, stop };
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

/** What is heard of each webhook: the message itself, and how long its function took. */
function listened(all: Routes, messages: Messages, metrics: LocalMetrics): Routes {
  const idOf = ({ rawPath }: { rawPath: string }) => webhookId(rawPath.split("/")[2] ?? "");
  return Object.fromEntries(
    Object.entries(all).map(([key, handler]) => [
      key,
      key.includes(" /webhooks/") ? messages.heard(measured(metrics, idOf, handler)) : handler,
    ]),
  );
}

/** What the functions log goes into the file and the list of messages; what they measure is kept for the graphs. */
function tap(state: StateFolder, messages: Messages, metrics: LocalMetrics): () => void {
  const keep = openLogFile(state.path);
  const untapLog = tapLog((line) => {
    keep(line);
    messages.log(line);
  });
  const untapMetrics = tapMetrics(metrics.emf);
  return () => {
    untapLog();
    untapMetrics();
  };
}

/** Lets the command line of this user act on this run. */
function keepKey(state: StateFolder, url: string, { token }: Desk): () => void {
  const path = join(state.path, CONSOLE_KEY);
  writeFileSync(path, JSON.stringify({ url, token }), { mode: 0o600 });
  return () => rmSync(path, { force: true });
}

/** Where a run is, and what acts on it; a file of the state folder. */
const CONSOLE_KEY = "console.json";

function accountsOf(config: Config): ShownAccount[] {
  return connectionsOf(config).map(({ name, channel, account: { pollSeconds } }) => ({
    name,
    receives: Boolean(channel.receive),
    ...(channel.pull && pollSeconds !== undefined && { pollMinutes: Math.ceil(pollSeconds / 60) }),
  }));
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
  const connections = connectionsOf(config);
  return {
    config,
    operators: {
      book: bookFrom(connections, reached.erp.name),
      connect: async (account) => connections.find(({ name }) => name === account),
    },
    claims: dynamoClaims(table, config.indexPartitions),
    cases: dynamoCases(table),
    desk: dynamoDesk(table),
    feeds: dynamoFeeds(table),
    vault: dynamoVault(table, [vaultKey(join(state.path, "vault.key"))], now),
    numbers: dynamoNumbers(table),
    samples: dynamoSamples(table),
    bodies: folderBodies(join(state.path, "bodies")),
    alerts: { send: async (subject, text) => logger.info("alert", { note: `${subject}\n${text}` }) },
    ...guarded(reached, now),
    http,
    explain: explainWith(logger, published),
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

function jobsOf(config: Config, metrics: LocalMetrics): Job[] {
  const polls = connectionsOf(config).flatMap(({ name, channel, account: { pollSeconds } }): Job[] =>
    channel.pull && pollSeconds !== undefined
      ? [
          {
            name: `poll-${name}`,
            everyMs: pollSeconds * 1000,
            handler: measured(metrics, () => pollId(channel.name), poll),
            event: { account: name },
          },
        ]
      : [],
  );
  return [
    ...polls,
    { name: "sweep", everyMs: SWEEP_MS, handler: measured(metrics, () => SWEEP, sweep), event: {} },
    { name: "erp-watch", everyMs: ERP_WATCH_MS, handler: measured(metrics, () => ERP_WATCH, erpWatch), event: {} },
    { name: "reminder", everyMs: DAY, handler: measured(metrics, () => REMINDER, reminder), event: {} },
  ];
}

function startStream(
  { streamArn, clientConfig }: Store,
  state: StateFolder,
  say: (line: string) => void,
  metrics: LocalMetrics,
) {
  if (streamArn === undefined) {
    say("this engine has no streams: the sweep alone delivers");
    return undefined;
  }
  const client = new DynamoDBStreamsClient(clientConfig);
  const pump: Loop = startPump({
    client,
    streamArn,
    handler: measured(metrics, () => CONNECTOR, connector),
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
