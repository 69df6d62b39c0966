/** One cell of the table: so many purchases, so many of them at once. */
import { Bench } from "tinybench";
import type { Contender } from "./contenders.ts";
import type { Metered } from "./meter.ts";
import type { Case, Told } from "./traffic.ts";

/** Of each purchase, all its reports together. `p50`, `p99`: milliseconds; `cpu`: of this process, microseconds. */
export type Sample = { perSecond: number; p50: number; p99: number; cpu: number } & Metered;

export const FIGURES = ["perSecond", "p50", "p99", "cpu", "requests", "reads", "writes"] as const;

let purchases = 100_000;

/** Never the same twice: it is longer than any number in an order. */
export function nextPurchase(): string {
  purchases += 1;
  return String(purchases);
}

/** How many purchases say what each costs in units: it is the same for all. */
const RECKONED = 4;

export async function measure(contender: Contender, one: Case, inFlight: number, count: number): Promise<Sample> {
  const { report, meter } = contender;
  const reckoned = await prepared(contender, one, RECKONED);
  meter.reckon = true;
  for (const told of reckoned) await tell(report, told);
  meter.reckon = false;
  const { requests, reads, writes } = meter.take();
  const all = await prepared(contender, one, count);
  let next = 0;
  const bench = new Bench({
    concurrency: "task",
    threshold: inFlight,
    iterations: count,
    time: 0,
    warmup: false,
    throws: true,
  });
  bench.add("purchase", async () => {
    const told = all[next];
    next += 1;
    if (told) await tell(report, told);
  });
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const [task] = await bench.run();
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  if (task?.result.state !== "completed") throw new Error("the benchmark did not come to its end");
  const { p50, p99 } = task.result.latency;
  return {
    perSecond: count / seconds,
    p50,
    p99,
    cpu: (user + system) / count,
    requests: requests / RECKONED,
    reads: reads / RECKONED,
    writes: writes / RECKONED,
  };
}

async function prepared({ report, prepare, meter }: Contender, one: Case, count: number): Promise<Told[][]> {
  const all = Array.from({ length: count }, () => one.reports(nextPurchase()));
  for (const [told] of all) if (told) prepare?.(told);
  if (one.isKnown) for (const told of all) await tell(report, told);
  meter.take();
  return all;
}

async function tell(report: Contender["report"], all: readonly Told[]): Promise<void> {
  for (const told of all) await report(told);
}

/** Median, least and most of the repetitions. */
export type Spread = { median: number; min: number; max: number };

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}
