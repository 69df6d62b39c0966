/**
 * `npm run chaos`: purchases reported by three sources while every fault is on and the process is killed at random steps.
 *
 * The truth is what the platforms sold, joined to what the ERP holds; Kojarz's own index is never asked who is right.
 *
 * Several workers share one engine, which is restarted in between, and one ERP; webhooks go to any of them.
 */
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { openFakeErp } from "../../local/fake-erp.ts";
import { numbersAsked } from "../support/arguments.ts";
import { play } from "./play.ts";
import { seeded } from "./random.ts";
import { startFront, startSharedEngine, stateOf } from "./shared.ts";
import { isSettled, judge, type Verdict } from "./truth.ts";
import { startVictim, type Victim } from "./victim.ts";
import { FAULTS, firedIn, openChaosWorld } from "./world.ts";

const USAGE = `npm run chaos: purchases reported by three sources while every fault is on and the process is killed.

  npm run chaos -- --seed 7 --purchases 200 --kills 12
  npm run chaos -- --purchases 10000 --workers 3 --kills 60

  --seed N        plays the same purchases and faults again; any other number without it
  --purchases N   how many; 200
  --kills N       how often the process is killed; 12
  --workers N     how many share one engine and one ERP, at least 1; 1

It ends with 0 when nothing was lost or doubled and every fault had its turn, with 1 when not, and with 2 when the command
line was wrong.`;

const defaults = { seed: randomInt(1_000_000), purchases: 200, kills: 12, workers: 1 };
const { seed, purchases, kills, workers } = numbersAsked(USAGE, defaults);
/** An order that the ERP refuses for good never gets there; an order that the shop cannot read never leaves it. */
const OFF = new Set(["erp.refused", "magento.broken-page"]);
const SETTLE_MS = 300_000 + purchases * 100;
const PATIENCE_MS = 60_000;

console.log(`seed=${seed} purchases=${purchases} kills=${kills} workers=${workers}`);
process.exitCode = (await run()) ? 0 : 1;

async function run(): Promise<boolean> {
  const random = seeded(seed);
  const folder = mkdtempSync(join(tmpdir(), "kojarz-chaos-"));
  const ports = await Promise.all(Array.from({ length: workers }, freePort));
  const front = workers > 1 ? await startFront(ports, seeded(seed + 3)) : undefined;
  const world = await openChaosWorld(front?.port ?? ports[0] ?? 0, seeded(seed + 1));
  const configPath = join(folder, "config.json");
  writeFileSync(configPath, world.config);
  const log = (line: string) => console.log(`  ${line}`);
  const engine = workers > 1 ? await startSharedEngine(join(folder, "engine"), await freePort()) : undefined;
  const victims = ports.map((port, index) =>
    startVictim({
      folder,
      state: stateOf(folder, index, workers),
      engineUrl: engine?.url,
      port,
      configPath,
      erpFaults: FAULTS.erp,
      kills: Math.ceil((kills - index) / workers),
      random: seeded(seed + 2 + index * 100),
      log,
    }),
  );
  const [victim] = victims;
  if (!victim) throw new Error("without a worker there is nothing to kill");
  try {
    const sold = await Promise.race([play(world, purchases, random, log), ...victims.map((one) => one.failed)]);
    await Promise.all(victims.map((one) => one.survived));
    await engine?.endRestarts();
    log(`${deathsOf(victims).length} kills survived; waiting until everything is settled`);
    const until = performance.now() + SETTLE_MS;
    let verdict: Verdict;
    do {
      await wait(500 + purchases / 4);
      await world.shop.runQueue();
      verdict = await judge(sold, victim);
    } while (!isSettled(verdict) && performance.now() < until);
    // A short run may be over before a rare fault had its turn: the polls go on until each has.
    const patience = performance.now() + PATIENCE_MS;
    const fired = () => firedIn(world, erpFaultsOf(folder));
    while (silentIn(fired()).length > 0 && performance.now() < patience) await wait(1_000);
    return tell(await judge(sold, victim), deathsOf(victims), fired());
  } finally {
    await Promise.all(victims.map((one) => one.stop()));
    await engine?.stop();
    await front?.close();
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function deathsOf(victims: readonly Victim[]): Victim["deaths"] {
  return victims.flatMap(({ deaths }) => deaths);
}

function tell(
  verdict: Verdict,
  deaths: ReadonlyArray<{ step: string; restartMs: number }>,
  fired: Record<string, number>,
) {
  console.log("faults fired:");
  for (const [fault, times] of Object.entries(fired)) console.log(`  ${fault.padEnd(34)} ${times}`);
  console.log("killed by SIGKILL:");
  for (const { step, restartMs } of deaths) console.log(`  ${step.padEnd(34)} served again after ${restartMs} ms`);
  for (const complaint of verdict.complaints) console.log(`! ${complaint}`);
  const silent = silentIn(fired);
  for (const fault of silent) console.log(`! the fault ${fault} never fired`);
  const { purchases, sightings, erp_orders, lost, held, unfinished, duplicated, unlinked, cancelled } = verdict;
  console.log(
    `purchases=${purchases} sightings=${sightings} erp_orders=${erp_orders} cancelled=${cancelled} ` +
      `unlinked=${unlinked} held=${held} unfinished=${unfinished} lost=${lost} duplicated=${duplicated} kills=${deaths.length} seed=${seed}`,
  );
  return verdict.complaints.length === 0 && silent.length === 0 && deaths.length === kills;
}

function silentIn(fired: Record<string, number>): string[] {
  return Object.keys(fired).filter((fault) => fired[fault] === 0 && !OFF.has(fault));
}

function erpFaultsOf(folder: string): Readonly<Record<string, number>> {
  const fakeErp = openFakeErp({ file: join(folder, "state", "erp.db"), now: Date.now, random: () => 1 });
  const fired = { ...fakeErp.fired };
  fakeErp.close();
  return fired;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  return typeof address === "object" && address ? address.port : 0;
}
