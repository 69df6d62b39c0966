import { expect, test } from "vitest";
import { FIRST_NUMBER, isOwnNumber, LAST_NUMBER } from "../../lib/core/own-numbers.ts";

test("the range begins and ends where it says", () => {
  const edges = [FIRST_NUMBER - 1, FIRST_NUMBER, LAST_NUMBER, LAST_NUMBER + 1].map((n) => isOwnNumber(String(n)));
  expect(edges).toEqual([false, true, true, false]);
});

test("every number fits into the 31 bits that platforms keep", () => {
  expect(LAST_NUMBER).toBeLessThan(2 ** 31);
});

test.each([
  ["a counter", "2824"],
  ["an order id of BaseLinker", "800000101"],
  ["a year and a counter", "2026000001"],
  ["a year, a month and a counter", "2026110001"],
  ["a short date and a counter", "261124001"],
  ["seconds of Unix time", String(Date.UTC(2026, 10, 24) / 1000)],
  ["seconds of Unix time in ten years", String(Date.UTC(2036, 10, 24) / 1000)],
  ["the largest that a platform keeps", String(2 ** 31 - 1)],
  ["nothing", undefined],
  ["no number", ""],
  ["a fraction", "1100000001.5"],
  ["a sign", "+1100000001"],
  ["text around it", " 1100000001x"],
])("what a shop may count by is not ours: %s", (_, number) => {
  expect(isOwnNumber(number)).toBe(false);
});
