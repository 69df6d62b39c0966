/** docs/performance.md, as the benchmark writes it, with its plots. */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { FIGURES, type Sample, spreadOf } from "./measure.ts";
import type { PageCost } from "./pages.ts";
import { bars } from "./plot.ts";
import { type Cell, type Ratio, wanted } from "./ratios.ts";
import { REPEAT, TWICE } from "./traffic.ts";
import { kinds, type Wrong } from "./wrong.ts";

type Results = {
  cells: readonly Cell[];
  ratios: readonly Ratio[];
  wrongs: Map<string, Wrong[]>;
  page: PageCost;
  repetitions: number;
};

const DOCS = fileURLToPath(new URL("../../docs/", import.meta.url));

const UNITS: Record<keyof Sample, string> = {
  perSecond: "purchases/s",
  p50: "p50 ms",
  p99: "p99 ms",
  cpu: "client CPU µs",
  requests: "requests",
  reads: "read units",
  writes: "write units",
};

export async function writePage(results: Results): Promise<void> {
  await mkdir(`${DOCS}images`, { recursive: true });
  for (const [file, name, figure] of [
    ["purchases-a-second", TWICE, "perSecond"],
    ["repeated-report", REPEAT, "p50"],
  ] as const)
    await writeFile(`${DOCS}images/${file}.svg`, plotOf(results.cells, name, figure));
  await writeFile(`${DOCS}performance.md`, pageOf(results));
}

function plotOf(cells: readonly Cell[], name: string, figure: keyof Sample): string {
  const groups = cells
    .filter((cell) => cell.case === name && cell.store === "engine")
    .map(({ inFlight, samples }) => ({
      name: `${inFlight} in flight`,
      bars: [...samples].map(([who, all]) => ({ name: who, ...spreadOf(all.map((sample) => sample[figure])) })),
    }));
  return bars(`${name}: ${UNITS[figure]}, median with least and most`, groups);
}

function pageOf({ cells, ratios, wrongs, page, repetitions }: Results): string {
  const [cpu] = cpus();
  const machine = `${cpus().length} cores (${cpu?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  return `${[
    "# Performance",
    "",
    "Written by `npm run bench`. What a TypeScript team would reach for instead stands beside Kojarz, in the same run.",
    "",
    `Machine: ${machine}, load average ${loadavg()[1]?.toFixed(0)}; DynamoDB Local in memory. Medians of ${repetitions} interleaved repetitions, least and`,
    "most in brackets. Ratios count, figures do not: the local engine is no AWS, and whatever else runs on the machine counts too.",
    "",
    "- **Kojarz**: the real path, from the sighting to the durable verdict.",
    "- **Powertools x keys**: `makeIdempotent` of `@aws-lambda-powertools/idempotency` once for each key, around the put of the order.",
    "- **conditional puts**: one for each key, then the put of the order.",
    "- **the floor**: the bare SDK with the batch read and the transaction of a new purchase, and one consistent `GetItem` for any further",
    "  report. It decides nothing.",
    "",
    "## Ratios and targets",
    "",
    "| what | median | least to most | target | |",
    "| --- | --- | --- | --- | --- |",
    ...ratios.map(
      ({ what, median, min, max, isMet, ...target }) =>
        `| ${what} | **${median.toFixed(2)}** | ${min.toFixed(2)} to ${max.toFixed(2)} | ${wanted(target)} | ${isMet ? "met" : "not met"} |`,
    ),
    `| a page of 100 known orders: requests | **${page.requests}** | one by one ${page.oneByOne} | at most 4 | ${page.requests <= 4 ? "met" : "not met"} |`,
    `| a page of 100 known orders: client CPU against one by one | **${page.ratio.median.toFixed(2)}** | ${page.ratio.min.toFixed(2)} to ${page.ratio.max.toFixed(2)} | at most 0.1 | ${page.ratio.median <= 0.1 ? "met" : "not met"} |`,
    "",
    ...LIMITS,
    "",
    "## What each got wrong",
    "",
    "*Lost*: no order, and nobody was told. *Doubled*: two orders of one purchase. *Told*: a person decides. A sender that is refused repeats three",
    "times, 20 ms apart. A process dies after none, one, two or three of its requests, and takes nothing back. With Powertools a repeat goes through",
    "again once the time of the dead function is over (here 30 s), for a sender that repeats that late.",
    "",
    `| traffic | ${[...wrongs.keys()].join(" | ")} |`,
    `| --- |${[...wrongs].map(() => " --- |").join("")}`,
    ...kinds.map(
      ({ name }, nth) => `| ${name} | ${[...wrongs.values()].map((all) => wrongText(all[nth])).join(" | ")} |`,
    ),
    "",
    `![Purchases a second](images/purchases-a-second.svg)`,
    "",
    `![A repeated report](images/repeated-report.svg)`,
    ...[...new Set(cells.map((cell) => cell.case))].flatMap((name) => sectionOf(name, cells)),
  ].join("\n")}\n`;
}

const LIMITS = [
  "**What limits the rest.** A repeat is a batch read of three items (two keys and their order), where the floor reads one item. Of about 490 µs of",
  "CPU in a process that does nothing else, Kojarz's own work (limits, parsing the order, the decision) is 55; what remains is",
  "likely the AWS client's work on a batch, of which nobody measured the bare one. A new purchase is two requests that the floor sends too; deciding takes 11 µs of it, and the order is written as JSON three",
  "times. A process that did not take the first report in needs a second request for a repeat, see",
  "[keys and order](decisions/keys-and-order.md).",
];

function wrongText(wrong: Wrong | undefined): string {
  if (!wrong) return "";
  const { purchases, lost, doubled, told } = wrong;
  const parts = [lost && `${lost} lost`, doubled && `${doubled} doubled`, told && `${told} told`].filter(Boolean);
  return parts.length === 0 ? "right" : `of ${purchases}: ${parts.join(", ")}`;
}

function sectionOf(name: string, cells: readonly Cell[]): string[] {
  const rows = cells
    .filter((cell) => cell.case === name)
    .flatMap(({ inFlight, store, samples }) =>
      [...samples].map(([who, all]) => {
        const figures = FIGURES.map((figure) => spreadText(figure, all));
        return `| ${inFlight}${store === "stub" ? ", at once" : ""} | ${who} | ${figures.join(" | ")} |`;
      }),
    );
  return [
    "",
    `## ${name[0]?.toUpperCase()}${name.slice(1)}`,
    "",
    "Of each purchase, all its reports together. *At once*: a store in the process that answers at once.",
    "",
    `| in flight | who | ${FIGURES.map((figure) => UNITS[figure]).join(" | ")} |`,
    `| --- | --- |${FIGURES.map(() => " --- |").join("")}`,
    ...rows,
  ];
}

function spreadText(figure: keyof Sample, samples: readonly Sample[]): string {
  const { median, min, max } = spreadOf(samples.map((sample) => sample[figure]));
  const digits = figure === "p50" || figure === "p99" ? 1 : 0;
  if (min === max) return median.toFixed(Number.isInteger(median) ? 0 : 1);
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}
