import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { earliestClock, isTimeZone, readClock } from "../../../lib/channels/shared/local-time.ts";

const WARSAW = "Europe/Warsaw";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const read = (text: string, now = Date.UTC(2030, 0)) => readClock(text, WARSAW, now);

describe("a shop's own time", () => {
  it.each([
    ["2026-11-24 13:00:00", "2026-11-24T12:00:00Z"],
    ["2026-07-01 13:00:00", "2026-07-01T11:00:00Z"],
    ["2026-07-01T13:00:00.250", "2026-07-01T11:00:00Z"],
    // The last and first second around both changes of 2026.
    ["2026-03-29 01:59:59", "2026-03-29T00:59:59Z"],
    ["2026-03-29 03:00:00", "2026-03-29T01:00:00Z"],
    ["2026-10-25 01:59:59", "2026-10-24T23:59:59Z"],
    ["2026-10-25 03:00:00", "2026-10-25T02:00:00Z"],
  ])("%s in Warsaw is %s", (text, instant) => {
    expect(read(text)).toBe(Date.parse(instant));
  });

  it("an hour that spring leaves out is read by the offset before it", () => {
    expect(read("2026-03-29 02:30:00")).toBe(Date.parse("2026-03-29T01:30:00Z"));
  });

  it("an hour that comes twice is the later one, unless that is still to come", () => {
    const [first, second] = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"].map((text) => Date.parse(text));
    expect(read("2026-10-25 02:30:00", first)).toBe(first);
    expect(read("2026-10-25 02:30:00", (second ?? 0) - 1)).toBe(first);
    expect(read("2026-10-25 02:30:00", second)).toBe(second);
  });

  it.each(["", "0000-00-00 00:00:00", "2026-02-30 10:00:00", "2026-13-01 10:00:00", "24.11.2026 10:00", "2026-11-24"])(
    "%j is no time",
    (text) => {
      expect(read(text)).toBeUndefined();
    },
  );

  it("a zone that does not exist is none", () => {
    expect([isTimeZone(WARSAW), isTimeZone("Europe/Radom"), isTimeZone("")]).toEqual([true, false, false]);
  });
});

/** Instants around the night when clocks go back, to the second. */
const around = fc.integer({ min: -3 * 3600, max: 3 * 3600 }).map((s) => Date.parse("2026-10-25T01:00:00Z") + s * 1000);
const sometime = fc.integer({ min: Date.UTC(2020, 0) / 1000, max: Date.UTC(2035, 0) / 1000 }).map((s) => s * 1000);

/** What a shop's clock shows, by another way than the code under test. */
function clock(at: number): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: WARSAW, dateStyle: "short", timeStyle: "medium" }).format(at);
}

describe("whatever the instant", () => {
  it("a change that comes later is never read as older: versions do not go back", () => {
    fc.assert(
      fc.property(
        fc.oneof(around, sometime),
        fc.nat({ max: 4 * 3600 }),
        fc.nat({ max: 4 * 3600 }),
        (first, gap, late) => {
          const readFirst = first + late * 1000;
          const second = Math.max(first + gap * 1000, readFirst);
          const [a, b] = [readClock(clock(first), WARSAW, readFirst), readClock(clock(second), WARSAW, second)];
          expect(a).toBeLessThanOrEqual(b ?? 0);
        },
      ),
    );
  });

  it("read at once, a clock is the instant that it showed", () => {
    fc.assert(
      fc.property(fc.oneof(around, sometime), (at) => {
        expect(readClock(clock(at), WARSAW, at)).toBe(at);
      }),
    );
  });

  it("asking from the earliest clock misses nothing that changes from then on", () => {
    fc.assert(
      fc.property(fc.oneof(around, sometime), fc.nat({ max: 4 * 3600 }), (at, later) => {
        expect(clock(at + later * 1000) >= earliestClock(at, WARSAW)).toBe(true);
      }),
    );
  });

  it("and asks at most an hour too early", () => {
    fc.assert(
      fc.property(fc.oneof(around, sometime), (at) => {
        expect(earliestClock(at, WARSAW) >= clock(at - HOUR)).toBe(true);
      }),
    );
  });
});
