/** Registers what the ERP holds, before the first webhook. */
import "./quiet.ts";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ConfigError } from "../lib/app/config.ts";
import { type ErpAccess, erpFrom, type Reached } from "../lib/app/erp-access.ts";
import { ErpUnavailable } from "../lib/core/ports/erp.ts";
import { bridgeHandler } from "../lib/erp/bridge/endpoint.ts";
import { explainWith } from "../lib/ops/metric.ts";
import { http } from "../lib/runtime/http.ts";
import { logger, metrics } from "../lib/runtime/lambda.ts";
import { dynamoClaims } from "../lib/store/dynamo-claims.ts";
import { dynamoFeeds } from "../lib/store/dynamo-feeds.ts";
import { type Backfilled, backfill } from "./backfill-window.ts";
import { openFakeErp } from "./fake-erp.ts";
import { EngineError } from "./java.ts";
import { listen, PortTaken, readConfig } from "./local.ts";
import { type LocalOptions, OptionsError, readOptions } from "./options.ts";
import { StateError, type StateFolder, takeState } from "./state-folder.ts";
import { openStore, type Store } from "./store.ts";

/** Mistakes of whoever starts it: one line, no stack. */
const MISTAKES = [OptionsError, ConfigError, EngineError, PortTaken, StateError];

const WORDS: Readonly<Record<Backfilled, string>> = {
  done: "done: every ERP order of the window is known",
  busy: "a watch is at work on this ERP: try again in a minute",
  blind: "erpWriters is empty: no value in the ERP means anything, so nothing can be registered",
};

const stops: Array<() => Promise<void> | void> = [];

/**
 * `npm run kojarz -- backfill`: registers what the ERP holds, before the first webhook.
 * @param again begins a window back again
 * @returns the exit code
 */
export async function runBackfill(again: boolean): Promise<number> {
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      stopAll()
        .catch(console.error)
        .finally(() => process.exit(130));
    });
  try {
    const options = readOptions([], process.env);
    const result = await main({ ...options, fresh: false }, again);
    (result === "done" ? console.log : console.error)(WORDS[result]);
    return result === "done" ? 0 : 1;
  } catch (error) {
    console.error(sayOf(error));
    return 1;
  } finally {
    await stopAll();
  }
}

async function main(options: LocalOptions, again: boolean): Promise<Backfilled> {
  if (options.configPath === undefined) throw new OptionsError(["KOJARZ_CONFIG: name your configuration"]);
  const config = await readConfig(options.configPath);
  const now = () => Date.now() + options.clockOffsetMs;
  const state = takeState(options.stateFolder);
  stops.push(state.release);
  const { table, stop } = await openStore(options, state, console.error);
  stops.push(stop);
  const { erp, pull } = config.erp ? await reach(config.erp, table, now) : fakeErp(options, state, now);
  if (pull) {
    // The bridge fetches its questions from here, as from a Kojarz that serves.
    const routes = { "POST /bridge/v1/{operation}": bridgeHandler(async () => pull) };
    const host = await listen({ port: options.port, routes, now });
    stops.push(host.stop);
    console.error(`waiting for the bridge, which fetches its questions from ${host.url}/bridge`);
  }
  const app = {
    config,
    claims: dynamoClaims(table, config.indexPartitions),
    feeds: dynamoFeeds(table),
    erp,
    watch: erp,
    explain: explainWith(logger, metrics),
    now,
    random: Math.random,
    wait: (ms: number) => wait(ms),
    unique: randomUUID,
  };
  return backfill(app, again, console.error);
}

function reach(access: ErpAccess, table: Store["table"], now: () => number): Promise<Reached> {
  return erpFrom(access, { http, now, unique: randomUUID, table });
}

function fakeErp({ erpFaults: faults }: LocalOptions, state: StateFolder, now: () => number): Reached {
  const erp = openFakeErp({ file: join(state.path, "erp.db"), now, random: Math.random, faults });
  stops.push(erp.close);
  return { erp };
}

function sayOf(error: unknown): unknown {
  if (error instanceof ErpUnavailable) return `kojarz: ${error.message}; run it again, it goes on where it stopped`;
  const isMistake = MISTAKES.some((kind) => error instanceof kind);
  return isMistake && error instanceof Error ? `kojarz: ${error.message}` : error;
}

/** The last one started first. */
async function stopAll(): Promise<void> {
  for (let next = stops.pop(); next; next = stops.pop()) await next();
}
