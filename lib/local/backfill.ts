/** `npm run backfill`: registers what the ERP holds, before the first webhook. `-- --again` begins a window back again. */
import "./quiet.ts";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { dynamoClaims } from "../dedup/dynamo-claims.ts";
import { type Backfilled, backfill } from "../erp/backfill.ts";
import { ErpUnavailable } from "../erp/erp.ts";
import { dynamoFeeds } from "../feeds/dynamo-feeds.ts";
import { explainWith } from "../ops/explain.ts";
import { bridgeHandler } from "../runtime/bridge.ts";
import { ConfigError, Settings } from "../runtime/config.ts";
import type { ConfigFile } from "../runtime/config-file.ts";
import { type ErpAccess, erpFrom, type Reached } from "../runtime/erp-access.ts";
import { http } from "../runtime/http.ts";
import { logger } from "../runtime/logger.ts";
import { metrics } from "../runtime/metrics.ts";
import { DEMO_WRITERS } from "./demo/world.ts";
import { EngineError } from "./java.ts";
import { listen, PortTaken, readConfig } from "./local.ts";
import { type LocalOptions, OptionsError, readOptions } from "./options.ts";
import { openStandIn } from "./stand-in.ts";
import { StateError, type StateFolder, takeState } from "./state-folder.ts";
import { openStore, type Store } from "./store.ts";

/** Mistakes of whoever starts it: one line, no stack. */
const MISTAKES = [OptionsError, ConfigError, EngineError, PortTaken, StateError];

const WORDS: Readonly<Record<Backfilled, string>> = {
  done: "done: every ERP order of the window is known",
  busy: "a watch is at work on this ERP: try again in a minute",
  blind: "erpWriters is empty: no value in the ERP means anything, so nothing can be registered",
};

const AGAIN = "--again";
const stops: Array<() => Promise<void> | void> = [];

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => leave(130));
try {
  const args = process.argv.slice(2);
  const options = readOptions(
    args.filter((arg) => arg !== AGAIN),
    process.env,
  );
  const result = await main({ ...options, fresh: false }, args.includes(AGAIN));
  (result === "done" ? console.log : console.error)(WORDS[result]);
  leave(result === "done" ? 0 : 1);
} catch (error) {
  console.error(sayOf(error));
  leave(1);
}

async function main(options: LocalOptions, again: boolean): Promise<Backfilled> {
  const config: Settings & Pick<ConfigFile, "erp"> =
    options.configPath === undefined ? demoSettings() : await readConfig(options.configPath);
  const now = () => Date.now() + options.clockOffsetMs;
  const state = takeState(options.stateFolder);
  stops.push(state.release);
  const { table, stop } = await openStore(options, state, console.log);
  stops.push(stop);
  const { erp, pull } = config.erp ? await reach(config.erp, table, now) : standIn(options, state, now);
  if (pull) {
    // The bridge fetches its questions from here, as from a Kojarz that serves.
    const routes = { "POST /bridge/v1/{operation}": bridgeHandler(async () => pull) };
    const host = await listen({ port: options.port, routes, now });
    stops.push(host.stop);
    console.log(`waiting for the bridge, which fetches its questions from ${host.url}/bridge`);
  }
  const app = {
    config,
    claims: dynamoClaims(table),
    feeds: dynamoFeeds(table),
    erp,
    watch: erp,
    explain: explainWith(logger, metrics),
    now,
    unique: randomUUID,
  };
  return backfill(app, again, console.log);
}

function reach(access: ErpAccess, table: Store["table"], now: () => number): Promise<Reached> {
  return erpFrom(access, { http, now, unique: randomUUID, table });
}

function standIn({ erpFaults: faults }: LocalOptions, state: StateFolder, now: () => number): Reached {
  const erp = openStandIn({ file: join(state.path, "erp.db"), now, random: Math.random, faults });
  stops.push(erp.close);
  return { erp };
}

function demoSettings(): Settings {
  return Settings.parse({ erpWriters: DEMO_WRITERS });
}

function sayOf(error: unknown): unknown {
  if (error instanceof ErpUnavailable) return `kojarz: ${error.message}; run it again, it goes on where it stopped`;
  const isMistake = MISTAKES.some((kind) => error instanceof kind);
  return isMistake && error instanceof Error ? `kojarz: ${error.message}` : error;
}

/** Stops every part, the last one started first. */
function leave(code: number): void {
  const stopping = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await next();
  };
  stopping()
    .catch(console.error)
    .finally(() => process.exit(code));
}
