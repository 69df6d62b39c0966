/** What goes wrong on purpose, each with a probability of its own, and how often it did. */

const allegroFaults = [
  "event-duplicate",
  "event-late",
  "event-missing",
  "event-reordered",
  "form-404-merged",
  "rate-limited",
  "http-5xx",
  "token-lost-answer",
] as const;
export type AllegroFault = (typeof allegroFaults)[number];

/** `form-404-merged` has no probability: it counts reads of forms that were merged into another. */
export type Faults = {
  fired: Record<AllegroFault, number>;
  /** Rolls the dice and counts a hit. */
  strikes(fault: AllegroFault): boolean;
};

export function faultDice(chances: Partial<Record<AllegroFault, number>>, random: () => number): Faults {
  const fired = Object.fromEntries(allegroFaults.map((fault) => [fault, 0])) as Faults["fired"];
  return {
    fired,
    strikes(fault) {
      const chance = chances[fault] ?? 0;
      const hit = chance > 0 && random() < chance;
      if (hit) fired[fault] += 1;
      return hit;
    },
  };
}
