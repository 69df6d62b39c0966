import { expect, test } from "vitest";
import type { Sample } from "./measure.ts";
import { type Cell, complaintsOf, ratiosOf } from "./ratios.ts";
import { TWICE } from "./traffic.ts";

const sample = (perSecond: number): Sample => ({
  perSecond,
  p50: 1,
  p99: 2,
  cpu: 100,
  requests: 3,
  reads: 5,
  writes: 8,
});

/** Repetition by repetition. */
function cellOf(ours: number[], theirs: number[], floor: number[]): Cell {
  const samples = new Map([
    ["Kojarz", ours.map(sample)],
    ["Powertools x keys", theirs.map(sample)],
    ["the floor", floor.map(sample)],
  ]);
  return { case: TWICE, inFlight: 16, store: "engine", samples };
}

const aboutSpeed = (cell: Cell) => ratiosOf([cell]).filter(({ figure }) => figure === "perSecond");

test("each repetition is compared with itself, whatever slowed the machine in between", () => {
  expect(aboutSpeed(cellOf([10, 100, 50], [5, 50, 25], [20, 200, 100]))).toMatchObject([
    { median: 2, min: 2, max: 2, isMet: true },
  ]);
});

test("a ratio off its target is said where the machine's own noise does not explain it", () => {
  const off = [9, 9, 9];
  const even = [10, 10, 10];
  const isSaid = (floor: number[]) => complaintsOf(aboutSpeed(cellOf(off, even, floor))).length > 0;
  expect(isSaid([100, 100, 100])).toBe(true);
  expect(isSaid([80, 100, 120])).toBe(false);
});

test("what was not measured is not judged", () => {
  expect(ratiosOf([])).toEqual([]);
  expect(ratiosOf([cellOf([], [], [])])).toEqual([]);
});
