/** What goes wrong, and when: all of it drawn from one seed before the first day. */
import { DAY, type Instant } from "../../lib/core/order.ts";

export type Weather = {
  /** The ERP does not answer: for hours once a month, over a whole weekend twice a year. */
  isErpDown(now: Instant): boolean;
  /** This platform does not answer, or the way there does not. */
  isPlatformDown(origin: string, now: Instant): boolean;
  /** The table throttles. */
  isThrottled(now: Instant): boolean;
  /** How many outages of each kind there are. */
  counts: { erp: number; platforms: number; throttlings: number };
};

type Span = { from: Instant; until: Instant };

const HOUR = DAY / 24;
const MONTH = 30 * DAY;

export function createWeather(start: Instant, end: Instant, platforms: number, random: () => number): Weather {
  const spans = (every: number, shortest: number, longest: number): Span[] => {
    const all: Span[] = [];
    for (let from = start + random() * every; from < end; from += every * (0.5 + random()))
      all.push({ from, until: from + shortest + random() * (longest - shortest) });
    return all;
  };
  const erp = [...spans(MONTH, HOUR, 8 * HOUR), ...spans(6 * MONTH, 50 * HOUR, 80 * HOUR)];
  const platform = Array.from({ length: platforms }, () => spans(MONTH, 10 * 60_000, 6 * HOUR));
  const throttlings = spans(MONTH / 2, 30_000, 20 * 60_000);
  const isIn = (all: readonly Span[], now: Instant) => all.some(({ from, until }) => from <= now && now < until);
  return {
    isErpDown: (now) => isIn(erp, now),
    isPlatformDown(origin, now) {
      const index = Number(/platform-(\d+)/.exec(origin)?.[1] ?? 0) - 1;
      return isIn(platform[index] ?? [], now);
    },
    isThrottled: (now) => isIn(throttlings, now),
    counts: { erp: erp.length, platforms: platform.flat().length, throttlings: throttlings.length },
  };
}
