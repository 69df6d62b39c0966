import { beforeAll, describe, expect, test } from "vitest";
import type { Simulated } from "./simulate.ts";

/** Days of a small shop: `npm run proof` takes a whole year of a larger one. */
const options = { days: Number(process.env.KOJARZ_SIMULATE_DAYS ?? 2), seed: 5, perDay: 40 };

describe("days on the virtual clock", () => {
  let first: Simulated;
  let simulate: typeof import("./simulate.ts").simulate;
  beforeAll(async () => {
    ({ simulate } = await import("./simulate.ts"));
    first = await simulate(options);
  });

  test("every purchase is in the ERP once, or a person was told", () => {
    expect(first.complaints).toEqual([]);
    expect(first).toMatchObject({ lost: 0, doubled: 0, untold: 0, keptTooLong: 0 });
    expect(first.erpOrders).toBeGreaterThan(first.purchases / 2);
  });

  test("crashes, lost answers and repeats happen in them", () => {
    expect(first.counts.crashes).toBeGreaterThan(0);
    expect(first.counts.lostAnswers).toBeGreaterThan(0);
    expect(first.counts.duplicate).toBeGreaterThan(0);
    expect(first.counts.linked).toBeGreaterThan(0);
  });

  test("a seed is replayed to the same step", async () => {
    expect(await simulate(options)).toEqual(first);
  });
});
