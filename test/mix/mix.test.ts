/** Mixed traffic of shops, Allegro and BaseLinker, with every setting: `npm run mix` plays ten times as much. */
import { describe, expect, test } from "vitest";
import { type Figures, failuresOf, judge, noFigures } from "./judge.ts";
import { HELP, optionsFrom } from "./options.ts";
import { playAll } from "./play.ts";

const PURCHASES = 300;

async function played(seed: number, purchases: number): Promise<Figures> {
  const figures = noFigures();
  for await (const merchant of playAll(seed, purchases, 20)) {
    judge(figures, merchant, `merchant ${figures.merchants}`);
    merchant.erp.close();
  }
  return figures;
}

describe("mixed traffic", () => {
  test("is never merged, nor doubled without a notice, and no notice advises double goods", async () => {
    const figures = await played(1, PURCHASES);
    expect(figures.complaints).toEqual([]);
    expect(failuresOf(figures)).toEqual([]);
    expect([figures.purchases, figures.told.size > 5]).toEqual([PURCHASES, true]);
  });

  test("is the same again for the same seed", async () => {
    expect(await played(7, 40)).toEqual(await played(7, 40));
  });
});

describe("the judge", () => {
  test.each([
    ["merged", { merged: 1 }],
    ["doubled without a notice", { doubledUntold: 1 }],
    ["lost without a notice", { lost: 1 }],
    ["held", { held: 4 }],
    ["bad advice", { badAdvice: 1 }],
    ["bad advice", { wrongAfterAdvice: 1 }],
  ])("names what is %s", (words, wrong) => {
    expect(failuresOf({ ...noFigures(), purchases: PURCHASES, ...wrong }).join()).toContain(words);
  });

  test("lets one purchase of a hundred wait", () => {
    expect(failuresOf({ ...noFigures(), purchases: PURCHASES, held: 3 })).toEqual([]);
  });
});

describe("the command", () => {
  test("takes whole numbers, and plays 3000 purchases where it is told nothing", () => {
    expect(optionsFrom([])).toEqual({ seed: 1, purchases: 3000, each: 20, log: false });
    expect(optionsFrom(["--seed", "5", "--purchases=40", "--log"])).toMatchObject({
      seed: 5,
      purchases: 40,
      log: true,
    });
  });

  test("says all of its options", () => {
    expect(optionsFrom(["--help"])).toEqual({ help: true });
    expect(HELP.match(/--[a-z]+/g)).toEqual(
      expect.arrayContaining(["--seed", "--purchases", "--each", "--log", "--help"]),
    );
  });

  test.each([
    [["--sed", "2"], /--sed/],
    [["2"], /'2'/],
    [["--seed"], /--seed/],
    [["--seed", "two"], /--seed takes a whole number from 0 on, not 'two'/],
    [["--purchases", "0"], /from 1 on/],
  ])("refuses %j in one line that names it", (argv, line) => {
    const { mistake } = optionsFrom(argv) as { mistake: string };
    expect(mistake).toMatch(line);
    expect(mistake).not.toContain("\n");
  });
});
