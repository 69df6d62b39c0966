/** What the program does, put together from its configuration. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { operations } from "../lib/erp/bridge/contract.ts";
import { BridgeTooOld } from "../lib/erp/bridge/contract-version.ts";
import { http } from "../lib/runtime/http.ts";
import type { BridgeConfig } from "./config.ts";
import { handlersOf, startBridge } from "./server.ts";
import { wrongClock } from "./wapro/clock.ts";
import { type Executor, StatementFailed } from "./wapro/executor.ts";
import { mssqlExecutor } from "./wapro/mssql.ts";
import { probe } from "./wapro/probe.ts";
import { dryRun, type SubmitDeps } from "./wapro/submit.ts";
import { cleanOrphans, waproErp } from "./wapro/wapro.ts";
import { NotFetched, startWorkPoller } from "./work-poller.ts";

type Say = (line: string) => void;

const now = () => Date.now();

/** Longer than any lease: a header this old belongs to nobody who is still at work. */
const ORPHAN_AFTER_MS = 30 * 60_000;
const ORPHANS_EVERY_MS = 60 * 60_000;
const CLOCK_EVERY_MS = 60 * 60_000;
const DRY_RUN_MS = 60_000;

export type Open = (settings: BridgeConfig["database"], note: Say) => Promise<Executor>;

/** @returns the exit code */
export async function showProbe(config: BridgeConfig, say: Say, open: Open = mssqlExecutor): Promise<number> {
  return withWapro(config, say, open, async () => 0);
}

/** @param order an order as `POST /v1/submit` takes it in `order` */
export async function dryRunOrder(
  config: BridgeConfig,
  order: unknown,
  say: Say,
  open: Open = mssqlExecutor,
): Promise<number> {
  const parsed = operations.submit.request.shape.order.safeParse(order);
  if (!parsed.success) {
    say(`the order does not follow the contract: ${parsed.error.issues.map(({ path }) => path.join(".")).join(", ")}`);
    return 1;
  }
  return withWapro(config, say, open, async (deps) => {
    const { answer, kept } = await dryRun(parsed.data, now() + DRY_RUN_MS, deps);
    say(`dry run: ${JSON.stringify(answer)}`);
    say(kept ? "CAREFUL: WAPRO kept the order in spite of the rollback; look for it" : "rolled back, nothing is left");
    return answer.outcome === "created" && !kept ? 0 : 1;
  });
}

/** Serves until `stop`; what is in hand then is finished. */
export async function runBridge(
  config: BridgeConfig,
  say: Say,
  stop: Promise<void>,
  open: Open = mssqlExecutor,
): Promise<number> {
  return withWapro(config, say, open, async (deps) => {
    const { name, secrets, listen, pull, shadow } = config;
    const erp = waproErp(name, deps);
    let isTooOldTold = false;
    const failed = (operation: string, cause: unknown) => {
      // Kojarz asks again and again, with every order.
      if (cause instanceof BridgeTooOld && isTooOldTold) return;
      isTooOldTold ||= cause instanceof BridgeTooOld;
      say(`${operation} failed: ${textOf(cause)}`);
    };
    const clean = () => cleanOrphans(now() - ORPHAN_AFTER_MS, deps).catch((cause) => failed("cleaning orphans", cause));
    let cleaned = clean();
    await cleaned;
    const server = listen && (await startBridge({ erp, secrets, ...listen, now, shadow, failed }));
    if (server) say(`listening on ${server.url}`);
    const io = pull && { baseUrl: pull.baseUrl, secrets, http, unique: randomUUID, atOnce: pull.atOnce, failed };
    const pulling =
      io &&
      startWorkPoller(
        { ...io, handlers: handlersOf(erp, now, shadow) },
        (ms, signal) => wait(ms, undefined, { signal }),
        pull.everyMs,
      );
    if (io) say(`fetching work from ${io.baseUrl}`);
    const cleaning = setInterval(() => {
      cleaned = clean();
    }, ORPHANS_EVERY_MS);
    const clockLost = Promise.withResolvers<string>();
    const lookAtClock = () =>
      wrongClock(deps.executor.run, now).then(
        (wrong) => wrong !== undefined && clockLost.resolve(wrong),
        (cause: unknown) => failed("looking at the clock", cause),
      );
    const looking = setInterval(lookAtClock, CLOCK_EVERY_MS);
    const wrong = await Promise.race([stop, clockLost.promise]);
    clearInterval(looking);
    clearInterval(cleaning);
    await Promise.all([pulling?.stop(), server?.stop(), cleaned]);
    if (wrong !== undefined) say(wrong);
    say("stopped");
    return wrong === undefined ? 0 : 1;
  });
}

async function withWapro(
  { database, wapro: settings }: BridgeConfig,
  say: Say,
  open: Open,
  work: (deps: SubmitDeps) => Promise<number>,
): Promise<number> {
  const executor = await open(database, say).catch((cause: unknown) => {
    if (database.instance !== undefined && database.port === undefined) say(browserHint(database.instance));
    throw cause;
  });
  try {
    const { wapro, report } = await probe(executor.run, settings);
    for (const line of report) say(line);
    const wrong = await wrongClock(executor.run, now);
    if (wrong !== undefined) {
      say(wrong);
      return 1;
    }
    if (!wapro) {
      say("this WAPRO lacks what the bridge needs");
      return 1;
    }
    return await work({ executor, wapro, settings, now, note: say });
  } finally {
    await executor.close();
  }
}

/** The driver says "failed to connect" also where nobody told it the port of the instance. */
function browserHint(instance: string): string {
  return (
    `the port of the instance ${instance} is asked of the SQL Server Browser on UDP 1434: is that service running, and ` +
    'let through by the firewall? "port" instead of "instance" in bridge.json needs neither'
  );
}

/** Messages of the bridge's own errors hold no data; a driver's may, so only their kind is shown. */
function textOf(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause)
    if (error instanceof StatementFailed || error instanceof NotFetched || error instanceof BridgeTooOld)
      return error.message;
  return cause instanceof Error ? cause.name : "unknown";
}
