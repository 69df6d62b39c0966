/** The explorer's figures, scenario by scenario. */
import { type Explored, explore } from "./explore.ts";
import type { Scenario } from "./scenario.ts";

export type Total = Pick<Explored, "states" | "endings" | "lost" | "doubled" | "untold" | "ms"> & {
  scenarios: number;
  /** Scenarios with an ending that is wrong. */
  wrong: number;
  /** Scenarios that were not explored to their end. */
  cut: number;
  complaints: string[];
};

/** @param most states of each scenario */
export async function exploreAll(
  scenarios: readonly Scenario[],
  most: number,
  say: (line: string) => void,
): Promise<Total> {
  const total: Total = {
    scenarios: 0,
    states: 0,
    endings: 0,
    lost: 0,
    doubled: 0,
    untold: 0,
    ms: 0,
    wrong: 0,
    cut: 0,
    complaints: [],
  };
  for (const scenario of scenarios) {
    const explored = await explore(scenario, most);
    total.scenarios += 1;
    for (const figure of ["states", "endings", "lost", "doubled", "untold", "ms"] as const)
      total[figure] += explored[figure];
    if (!explored.isWhole) total.cut += 1;
    if (explored.complaints.length > 0) total.wrong += 1;
    const { states, endings, lost, doubled, untold, ms, told, complaints } = explored;
    const figures = `states=${states} endings=${endings} lost=${lost} doubled=${doubled} untold=${untold}`;
    say(`${scenario.name}: ${figures} ${(ms / 1000).toFixed(1)} s${explored.isWhole ? "" : " (cut)"}`);
    const words = Object.entries(told).map(([reason, times]) => `${reason} in ${times}`);
    if (words.length > 0) say(`  told: ${words.join(", ")}`);
    if (scenario.isUnknowable) say(`  impossible to know: ${scenario.isUnknowable}`);
    for (const complaint of complaints) {
      say(`! ${complaint}`);
      total.complaints.push(`${scenario.name}: ${complaint}`);
    }
  }
  const { states, endings, lost, doubled, untold, ms, cut } = total;
  say(
    `scenarios=${total.scenarios} states=${states} endings=${endings} lost=${lost} doubled=${doubled} ` +
      `untold=${untold} wrong=${total.wrong} cut=${cut} seconds=${(ms / 1000).toFixed(0)}`,
  );
  return total;
}

export function isRight({ lost, doubled, untold }: Total): boolean {
  return lost + doubled + untold === 0;
}
