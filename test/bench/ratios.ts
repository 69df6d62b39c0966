/** The targets, each as a ratio within one run, and what a run came to. */
import type { Sample, Spread } from "./measure.ts";
import { spreadOf } from "./measure.ts";
import { REPEAT, TWICE } from "./traffic.ts";

/** All repetitions of one case, so many in flight, by who was measured. */
export type Cell = { case: string; inFlight: number; store: "engine" | "stub"; samples: Map<string, Sample[]> };

type Target = {
  what: string;
  case: string;
  inFlight: number;
  store: Cell["store"];
  figure: keyof Sample;
  /** Absent: the figure itself counts. */
  against?: string;
  atMost?: number;
  atLeast?: number;
};

const KOJARZ = "Kojarz";
const POWERTOOLS = "Powertools x keys";
const FLOOR = "the floor";

const repeat = { case: REPEAT, inFlight: 1, store: "engine" } as const;
const twice = { case: TWICE, store: "engine", against: POWERTOOLS } as const;

const targets: readonly Target[] = [
  { what: "a repeated report: requests", ...repeat, figure: "requests", atMost: 1 },
  {
    what: "a repeated report: latency against one consistent GetItem",
    ...repeat,
    figure: "p50",
    against: FLOOR,
    atMost: 1.3,
  },
  {
    what: "a repeated report: client CPU against one consistent GetItem",
    ...repeat,
    figure: "cpu",
    against: FLOOR,
    atMost: 1.4,
  },
  {
    what: "seen twice, 1 in flight: orders/s against Powertools",
    ...twice,
    inFlight: 1,
    figure: "perSecond",
    atLeast: 1.3,
  },
  {
    what: "seen twice, 1 in flight: client CPU against Powertools",
    ...twice,
    inFlight: 1,
    figure: "cpu",
    atMost: 0.55,
  },
  { what: "seen twice: requests against Powertools", ...twice, inFlight: 1, figure: "requests", atMost: 0.5 },
  {
    what: "seen twice, 16 in flight: orders/s against Powertools",
    ...twice,
    inFlight: 16,
    figure: "perSecond",
    atLeast: 1,
  },
  {
    what: "seen twice, 64 in flight: orders/s against Powertools",
    ...twice,
    inFlight: 64,
    figure: "perSecond",
    atLeast: 1,
  },
  {
    what: "seen twice, 16 in flight, a store that answers at once: orders/s against Powertools",
    ...twice,
    store: "stub",
    inFlight: 16,
    figure: "perSecond",
    atLeast: 1.8,
  },
  {
    what: "a new purchase: client CPU against the bare SDK with the same two requests",
    case: "seen once",
    store: "stub",
    inFlight: 1,
    figure: "cpu",
    against: FLOOR,
    atMost: 1.05,
  },
];

export type Ratio = Target & Spread & { noise: number; isMet: boolean };

/** Each repetition is compared with itself: what slows one slows who it is compared with, too. */
export function ratiosOf(cells: readonly Cell[]): Ratio[] {
  return targets.flatMap((target) => {
    const cell = cells.find(
      (one) => one.case === target.case && one.inFlight === target.inFlight && one.store === target.store,
    );
    const ours = cell?.samples.get(KOJARZ) ?? [];
    const theirs = target.against === undefined ? undefined : cell?.samples.get(target.against);
    if (ours.length === 0 || (target.against !== undefined && !theirs)) return [];
    const ratios = ours.map((sample, nth) => sample[target.figure] / (theirs?.[nth]?.[target.figure] ?? 1));
    const spread = spreadOf(ratios);
    const { atMost = Number.POSITIVE_INFINITY, atLeast = 0 } = target;
    const noise = noiseOf(cell?.samples.get(FLOOR) ?? [], target.figure);
    return [{ ...target, ...spread, noise, isMet: spread.median <= atMost && spread.median >= atLeast }];
  });
}

/** How far the floor's repetitions lie from their median, typically, as a share of it: that is the machine's own doing. */
function noiseOf(samples: readonly Sample[], figure: keyof Sample): number {
  const values = samples.map((sample) => sample[figure]);
  const { median } = spreadOf(values);
  return spreadOf(values.map((value) => Math.abs(value - median) / (median || 1))).median || 0;
}

/** One line for each ratio that is off its target by more than the machine's own noise. */
export function complaintsOf(ratios: readonly Ratio[]): string[] {
  return ratios.flatMap(({ what, median, atMost = Number.POSITIVE_INFINITY, atLeast = 0, noise }) => {
    const isOff = median > atMost * (1 + noise) || median < atLeast * (1 - noise);
    return isOff ? [`off target: ${what}: ${median.toFixed(2)}, wanted ${wanted({ atMost, atLeast })}`] : [];
  });
}

export function wanted({ atMost = Number.POSITIVE_INFINITY, atLeast = 0 }: Pick<Target, "atMost" | "atLeast">): string {
  return Number.isFinite(atMost) ? `at most ${atMost}` : `at least ${atLeast}`;
}
