/** The process under test and its life: started, killed at a chosen step, started again on the same state. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Kill, STEPS } from "./kill-points.ts";
import { pick } from "./random.ts";

type Death = { step: string; restartMs: number };

export type Victim = {
  deaths: Death[];
  /** Resolves when the last planned kill has happened and the process serves again. */
  survived: Promise<void>;
  /** Never resolves; rejects when the process ended by itself. */
  failed: Promise<never>;
  get<T>(path: string): Promise<T>;
  stop(): Promise<void>;
};

export type VictimOptions = {
  folder: string;
  /** Where it keeps what outlives it. */
  state: string;
  /** An engine that several share; without it, it has one of its own. */
  engineUrl?: string | undefined;
  port: number;
  configPath: string;
  erpFaults: Record<string, number>;
  kills: number;
  random: () => number;
  log: (line: string) => void;
};

/** A step that a quiet process does not reach by then is killed wherever it is. */
const PATIENCE_MS = 6_000;
const READY_MS = 240_000;

/** Each life has a clock of its own. Leases of the run leave twice as much between a deadline and the end of a lease. */
const SKEW_MS = 300;

export function startVictim(options: VictimOptions): Victim {
  const { folder, port, random, log } = options;
  const url = `http://127.0.0.1:${port}`;
  const marker = join(folder, `killed-at-${port}`);
  const deaths: Death[] = [];
  let stopping = false;
  let child: ChildProcess | undefined;

  function spawnChild(kill: Kill | undefined): ChildProcess {
    rmSync(marker, { force: true });
    return spawn(process.execPath, [fileURLToPath(new URL("./child.ts", import.meta.url))], {
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        PORT: String(port),
        KOJARZ_CONFIG: options.configPath,
        KOJARZ_STATE: options.state,
        ...(options.engineUrl !== undefined && { AWS_ENDPOINT_URL_DYNAMODB: options.engineUrl }),
        KOJARZ_CLOCK_OFFSET_MS: String(kill ? Math.round((random() * 2 - 1) * SKEW_MS) : 0),
        KOJARZ_ERP_FAULTS: JSON.stringify(options.erpFaults),
        POWERTOOLS_LOG_LEVEL: process.env.POWERTOOLS_LOG_LEVEL ?? "CRITICAL",
        POWERTOOLS_METRICS_DISABLED: "true",
        CHAOS_KILL: kill ? JSON.stringify(kill) : "",
      },
    });
  }

  /** @returns false where it found the shared engine away, and ended: whoever runs it starts it again */
  async function ready(process: ChildProcess): Promise<boolean> {
    const until = performance.now() + READY_MS;
    while (performance.now() < until) {
      if (process.exitCode !== null && options.engineUrl !== undefined) return false;
      if (process.exitCode !== null) throw new Error(`the process ended by itself with ${process.exitCode}`);
      if (process.signalCode !== null) return true;
      const answer = await fetch(`${url}/erp/orders`).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.ok) return true;
      await wait(50);
    }
    throw new Error("the process did not become ready");
  }

  async function live(): Promise<void> {
    for (let round = 0; !stopping; round += 1) {
      const kill = round < options.kills ? planKill(random, marker) : undefined;
      const startedAt = performance.now();
      child = spawnChild(kill);
      const gone = once(child, "exit");
      if (!(await ready(child))) {
        round -= 1;
        await wait(1_000);
        continue;
      }
      const last = deaths.at(-1);
      if (last) last.restartMs = Math.round(performance.now() - startedAt);
      if (!kill) return;
      await Promise.race([gone, wait(PATIENCE_MS, undefined, { ref: false })]);
      if (stopping) return;
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await gone;
      const step = existsSync(marker) ? readFileSync(marker, "utf8") : `at rest (waiting for ${kill.step})`;
      deaths.push({ step, restartMs: 0 });
      log(`killed ${step}`);
    }
  }

  const survived = live();
  return {
    deaths,
    survived,
    failed: survived.then(() => Promise.withResolvers<never>().promise),
    async get<T>(path: string): Promise<T> {
      const answer = await fetch(`${url}${path}`);
      return (await answer.json()) as T;
    },
    async stop() {
      stopping = true;
      await survived.catch(() => undefined);
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}

function planKill(random: () => number, file: string): Kill {
  const step = pick(STEPS, random);
  const isRare = step === "vault.save" || step === "feeds.take" || step === "feeds.saveCursor";
  const nth = 1 + Math.floor(random() * (isRare ? 3 : 15));
  return { step, when: pick(["before", "after"] as const, random), nth, file };
}
