/**
 * `npm run bench` measures everybody in one process against one engine, interleaved, and writes docs/performance.md with its
 * plots. `-- --quick` takes at most two minutes and prints the ratios alone; `--repetitions N`.
 */
import { parseArgs } from "node:util";
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { seeded } from "../chaos/random.ts";
import { type Contender, conditionalPuts, floor, kojarz, powertools, type Tables } from "./contenders.ts";
import { ground } from "./engine.ts";
import { measure } from "./measure.ts";
import { writePage } from "./page.ts";
import { pageCost } from "./pages.ts";
import { type Cell, complaintsOf, ratiosOf, wanted } from "./ratios.ts";
import { stubStore } from "./stub.ts";
import { cases, REPEAT, TWICE } from "./traffic.ts";
import { kinds, mortal, type Wrong, wrongOf } from "./wrong.ts";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, repetitions: { type: "string", default: "7" } },
});
const isQuick = values.quick;
const repetitions = Number(values.repetitions);

/** What the quick form may take, the wrong traffic left out: on a slow machine it repeats less often, and says how often. */
const QUICK_MS = 85_000;
const startedAt = performance.now();
const random = seeded(1);

type Plan = Pick<Cell, "case" | "inFlight" | "store"> & { count: number };

const QUICK: readonly Plan[] = [
  { case: REPEAT, inFlight: 1, store: "engine", count: 16 },
  { case: TWICE, inFlight: 1, store: "engine", count: 8 },
  { case: TWICE, inFlight: 16, store: "engine", count: 16 },
  { case: TWICE, inFlight: 16, store: "stub", count: 48 },
  { case: "seen once", inFlight: 1, store: "stub", count: 48 },
];
const FULL: readonly Plan[] = cases.flatMap(({ name }) => [
  ...[1, 16, 64].map((inFlight) => ({ case: name, inFlight, store: "engine" as const, count: Math.max(16, inFlight) })),
  ...[1, 16].map((inFlight) => ({ case: name, inFlight, store: "stub" as const, count: 96 })),
]);

async function everybody(tables: Tables, config: DynamoDBClientConfig): Promise<Contender[]> {
  const others = [kojarz, powertools, conditionalPuts].map((contender) => contender(tables, config));
  return [...others, await floor(tables, config)];
}

const { tables, config, stop } = await ground();
const measured = {
  engine: await everybody(tables, config),
  stub: await everybody({ kojarz: "kojarz", plain: "plain" }, stubStore()),
};

/** An engine just started works at a third of its later speed. */
async function warmUp(rounds: number): Promise<void> {
  const [, twice] = cases;
  for (let round = 0; round < rounds && twice; round += 1)
    for (const store of ["engine", "stub"] as const)
      for (const contender of measured[store]) await measure(contender, twice, 16, store === "stub" ? 100 : 40);
}

async function repeated(plans: readonly Plan[]): Promise<Cell[]> {
  const cells = plans.map((plan): Cell => ({ ...plan, samples: new Map() }));
  let lastMs = 0;
  for (let nth = 0; nth < repetitions; nth += 1) {
    const beganAt = performance.now();
    if (isQuick && beganAt + lastMs - startedAt > QUICK_MS) break;
    for (const [index, { case: name, inFlight, store, count }] of plans.entries()) {
      const one = cases.find((known) => known.name === name);
      const order = [...measured[store]].sort(() => random() - 0.5);
      for (const contender of one ? order : []) {
        const samples = cells[index]?.samples;
        const sample = await measure(contender, one as NonNullable<typeof one>, inFlight, count);
        samples?.set(contender.name, [...(samples.get(contender.name) ?? []), sample]);
      }
    }
    lastMs = performance.now() - beganAt;
    console.error(`repetition ${nth + 1} of ${repetitions}: ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }
  return cells;
}

async function wronged(count: number): Promise<Map<string, Wrong[]>> {
  const wrongs = new Map<string, Wrong[]>();
  for (const contender of measured.engine.slice(0, 3)) {
    mortal(contender);
    const all: Wrong[] = [];
    for (const kind of kinds) all.push(await wrongOf(contender, kind, count));
    wrongs.set(contender.name, all);
  }
  return wrongs;
}

await warmUp(isQuick ? 1 : 8);
const cells = await repeated(isQuick ? QUICK : FULL);
const ratios = ratiosOf(cells);
const page = await pageCost(tables, config, isQuick ? 1 : repetitions);
const wrongs = await wronged(isQuick ? 4 : 20);

console.log(`medians of ${cells[0]?.samples.get("Kojarz")?.length ?? 0} repetitions, least and most in brackets`);
for (const { what, median, min, max, ...target } of ratios)
  console.log(`${what}: ${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)}), wanted ${wanted(target)}`);
console.log(
  `a page of 100 known orders: ${page.requests} requests, one by one ${page.oneByOne}; CPU ${page.ratio.median.toFixed(2)} of that`,
);
for (const [name, all] of wrongs)
  console.log(`${name}: ${kinds.map(({ name: kind }, nth) => `${kind}: ${textOf(all[nth])}`).join("; ")}`);
for (const complaint of complaintsOf(ratios)) console.log(complaint);
if (!isQuick) await writePage({ cells, ratios, wrongs, page, repetitions });
await stop();
console.log(`${Math.round((performance.now() - startedAt) / 1000)} s`);
process.exit(0);

function textOf(wrong: Wrong | undefined): string {
  if (!wrong) return "";
  const { purchases, lost, doubled, told } = wrong;
  return lost + doubled + told === 0 ? "right" : `of ${purchases} ${lost} lost, ${doubled} doubled, ${told} told`;
}
