/**
 * The naive times of shops ("2026-10-25 02:30:00", the shop's own wall clock) and instants.
 *
 * In the night when clocks go back one hour comes twice, and the text does not say which one is meant. It is read as
 * the later of the two that is not in the future: so what was read once is never newer than what changes after it, and
 * versions made of such times never go back.
 */
import type { Instant } from "../../core/order.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const CLOCK =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[T ](?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d):(?<second>[0-5]\d)(?:\.\d+)?$/;

const formats = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param text `YYYY-MM-DD HH:MM:SS`; a `T` and fractions of a second are allowed
 * @param timeZone an IANA name
 * @param now when the text was read
 * @returns undefined for anything else, such as MySQL's `0000-00-00 00:00:00`
 */
export function readClock(text: string, timeZone: string, now: Instant): Instant | undefined {
  const wall = wallOf(text.trim());
  if (wall === undefined) return undefined;
  const offsets = [wall - DAY, wall + DAY].map((at) => offsetAt(at, timeZone));
  const readings = offsets.map((offset) => wall - offset).filter((at) => at + offsetAt(at, timeZone) === wall);
  const past = readings.filter((at) => at <= now);
  if (past.length > 0) return Math.max(...past);
  // In spring an hour is left out; PHP reads such a time by the offset before it.
  return readings.length > 0 ? Math.min(...readings) : wall - (offsets[0] ?? 0);
}

/**
 * The earliest wall clock that shows from this instant on: what to ask for to miss no change since then, also in the
 * hour before clocks go back.
 * @returns `YYYY-MM-DD HH:MM:SS`
 */
export function earliestClock(at: Instant, timeZone: string): string {
  const offset = Math.min(offsetAt(at, timeZone), offsetAt(at + HOUR, timeZone));
  return new Date(at + offset).toISOString().slice(0, 19).replace("T", " ");
}

/** Epoch ms as if the wall clock were UTC's; undefined for a day that no calendar has. */
function wallOf(text: string): number | undefined {
  const found = CLOCK.exec(text)?.groups;
  if (!found) return undefined;
  const { year, month, day, hour, minute, second } = found;
  const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isFinite(wall) && wall >= 0 && new Date(wall).getUTCDate() === Number(day) ? wall : undefined;
}

/** How far the zone's clock is ahead of UTC, in ms. */
function offsetAt(at: Instant, timeZone: string): number {
  const second = Math.floor(at / 1000) * 1000;
  const parts = formatOf(timeZone).formatToParts(second);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - second;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, format);
  return format;
}
