/** What may happen to Kojarz: acts of one round happen at once, rounds follow each other. */
import fc from "fast-check";
import { DAY, type Readiness } from "../../../lib/core/order.ts";
import { LATER } from "../../support/erp-world.ts";
import { PURCHASES, type Source } from "./purchases.ts";

export type Death = { at: number; when: "before" | "after" };

export type Act =
  | { act: "report"; purchase: number; from: Source; readiness: Readiness; edited: boolean }
  /** `order`: counts from the oldest, round and round. */
  | { act: "deliver"; order: number; death: Death | undefined }
  | { act: "sweep" }
  | { act: "pass"; ms: number };

export type Round = { acts: Act[]; pass: number };

/** The calls of one delivery, and one more. */
const MOST_CALLS = 6;

const SECOND = 1000;
const PAUSES = [0, SECOND, 61 * SECOND, 30 * 60 * SECOND, DAY];

/**
 * @param says how the sources report, each as often as it stands here
 * @param longest how long nothing may happen between two rounds, in milliseconds
 */
export function rounds({ says, longest }: { says: Readiness[]; longest: number }): fc.Arbitrary<Round[]> {
  const report = fc.record({
    act: fc.constant("report" as const),
    purchase: fc.nat(PURCHASES - 1),
    from: fc.constantFrom("shop", "baselinker", "allegro"),
    readiness: fc.constantFrom(...says),
    edited: fc.boolean(),
  });
  const acts = fc.oneof(
    { weight: 8, arbitrary: report },
    { weight: 3, arbitrary: delivery },
    { weight: 2, arbitrary: fc.record({ act: fc.constant("sweep" as const) }) },
    { weight: 2, arbitrary: passing },
  );
  const round = fc.record({
    acts: fc.array(acts, { minLength: 1, maxLength: 5 }),
    pass: fc.constantFrom(...PAUSES, longest),
  });
  return fc.array(round, { minLength: 1, maxLength: 6 });
}

const death = fc.record({
  at: fc.integer({ min: 1, max: MOST_CALLS }),
  when: fc.constantFrom("before" as const, "after" as const),
});

const delivery = fc.record({
  act: fc.constant("deliver" as const),
  order: fc.nat(5),
  death: fc.option(death, { nil: undefined, freq: 6 }),
});

/** While others are at work: within a lease, just over it, and far behind it. */
const passing = fc.record({
  act: fc.constant("pass" as const),
  ms: fc.constantFrom(10 * SECOND, 30 * SECOND, 50 * SECOND, 61 * SECOND, LATER),
});
