/** WAPRO's two ways to write time: a Clarion day number, and the SQL server's own wall clock, which stands in Poland. */
import { DAY, type Instant } from "../../lib/core/order.ts";

/** Day 0 of Clarion. 1900-01-01 is day 36,163; 2022-04-08 was read from a real database as 80,820. */
const CLARION_EPOCH = Date.UTC(1800, 11, 28);

/** The local Warsaw day as an integer. Not the UTC day: an order of half past midnight belongs to the new day. */
export function clarionDay(at: Instant): number {
  return Math.floor((Date.parse(`${warsawTime(at).slice(0, 10)}T00:00:00Z`) - CLARION_EPOCH) / DAY);
}

/** `2026-11-24T13:00:00.000`, as a `datetime` is read whatever the language of the session. */
export function warsawTime(at: Instant): string {
  return `${WARSAW.format(at).replace(" ", "T")}.${String(at % 1000).padStart(3, "0")}`;
}

/**
 * The earliest that a clock in Warsaw shows from this instant on, for a comparison with times that the clock wrote: in the
 * hour before it goes back, what comes after shows less.
 */
export function earliestWarsaw(at: Instant): string {
  const text = warsawTime(at);
  return warsawTime(at + HOUR) === text ? `${text.slice(0, 13)}:00:00.000` : text;
}

/** The earliest instant that shows this on a clock in Warsaw: the hour that is repeated in October counts as its first. */
export function instantOfWarsaw(text: string): Instant {
  const asUtc = Date.parse(`${text}Z`);
  const summer = asUtc - 2 * HOUR;
  return warsawTime(summer).slice(0, 19) === text.slice(0, 19) ? summer : asUtc - HOUR;
}

const HOUR = 3_600_000;

const WARSAW = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/Warsaw",
  dateStyle: "short",
  timeStyle: "medium",
});
