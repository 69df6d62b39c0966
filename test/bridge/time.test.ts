import { describe, expect, test } from "vitest";
import { clarionDay, earliestWarsaw, instantOfWarsaw, warsawTime } from "../../bridge/wapro/time.ts";

const at = (text: string) => Date.parse(text);

describe("WAPRO's days", () => {
  test.each([
    ["1900-01-01T12:00:00Z", 36163],
    ["2022-04-08T10:00:00Z", 80820],
    ["2026-11-24T12:00:00Z", 82511],
  ])("%s is day %i", (text, day) => {
    expect(clarionDay(at(text))).toBe(day);
  });

  test("the day is Warsaw's, not UTC's, and noon does not round it up", () => {
    const day = clarionDay(at("2026-11-24T12:00:00Z"));
    expect(clarionDay(at("2026-11-24T22:59:59Z"))).toBe(day);
    expect(clarionDay(at("2026-11-24T23:00:00Z"))).toBe(day + 1);
    expect(clarionDay(at("2026-07-24T22:00:00Z"))).toBe(clarionDay(at("2026-07-24T21:59:59Z")) + 1);
  });
});

describe("the SQL server's clock", () => {
  test.each([
    ["winter", "2026-11-24T12:00:00.007Z", "2026-11-24T13:00:00.007"],
    ["summer", "2026-07-24T12:00:00.000Z", "2026-07-24T14:00:00.000"],
    ["midnight", "2026-11-23T23:00:00.000Z", "2026-11-24T00:00:00.000"],
    ["the hour before clocks go forward", "2026-03-29T00:59:59.999Z", "2026-03-29T01:59:59.999"],
    ["the hour after", "2026-03-29T01:00:00.000Z", "2026-03-29T03:00:00.000"],
    ["the repeated hour, first time", "2026-10-25T00:30:00.000Z", "2026-10-25T02:30:00.000"],
  ])("reads and shows %s", (_, instant, text) => {
    expect(warsawTime(at(instant))).toBe(text);
    expect(instantOfWarsaw(text)).toBe(at(instant));
  });

  test("the second time of the repeated hour reads as the first: a window is rather too long", () => {
    expect(instantOfWarsaw(warsawTime(at("2026-10-25T01:30:00Z")))).toBe(at("2026-10-25T00:30:00Z"));
  });

  test.each([
    ["2026-10-25T00:00:00.000Z", "2026-10-25T02:00:00.000"],
    ["2026-10-25T00:59:59.999Z", "2026-10-25T02:00:00.000"],
    ["2026-10-25T01:00:00.000Z", "2026-10-25T02:00:00.000"],
    ["2026-10-25T01:59:59.999Z", "2026-10-25T02:59:59.999"],
    ["2026-10-24T23:59:59.999Z", "2026-10-25T01:59:59.999"],
    ["2026-03-29T00:30:00.000Z", "2026-03-29T01:30:00.000"],
    ["2026-07-24T12:00:00.007Z", "2026-07-24T14:00:00.007"],
  ])("from %s on it shows nothing before %s", (instant, text) => {
    expect(earliestWarsaw(at(instant))).toBe(text);
    for (let later = 0; later < 3 * 3_600_000; later += 60_000)
      expect(warsawTime(at(instant) + later) >= text).toBe(true);
  });

  test("seconds without a fraction are read too", () => {
    expect(instantOfWarsaw("2026-11-24T13:00:00")).toBe(at("2026-11-24T12:00:00Z"));
  });
});
