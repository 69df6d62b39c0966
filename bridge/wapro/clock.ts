/** The server's clock, by which it writes when an order was made, against a clock in Warsaw. */
import * as z from "zod/mini";
import type { Instant } from "../../lib/core/order.ts";
import { anyText } from "../../lib/core/schemas.ts";
import type { Run } from "./executor.ts";
import { PROBES } from "./statements.ts";
import { earliestWarsaw, warsawTime } from "./time.ts";

/** Where it is further off, the windows in which orders are looked for and listed would miss some. */
const MOST_MS = 60_000;

const Clock = z.tuple([z.object({ now: anyText })]);

/** @returns by how many milliseconds the server's clock is ahead of Warsaw's */
async function aheadOfWarsaw(run: Run, now: () => Instant): Promise<number> {
  const [server] = Clock.parse(await run(PROBES.clock));
  return wallTime(server.now) - wallTime(warsawTime(now()));
}

/** @returns one line for a person where the two differ by more than a minute */
export async function wrongClock(run: Run, now: () => Instant): Promise<string | undefined> {
  const ahead = await aheadOfWarsaw(run, now);
  if (Math.abs(ahead) <= MOST_MS) return undefined;
  const minutes = Math.round(Math.abs(ahead) / 60_000);
  return `the database's clock is ${minutes} min ${ahead > 0 ? "ahead of" : "behind"} Warsaw's: set its time zone and its time`;
}

/** What the server's own clock showed at this instant, at the earliest. */
export async function earliestOnServer(run: Run, at: Instant, now: () => Instant): Promise<string> {
  const shown = wallTime(earliestWarsaw(at)) + (await aheadOfWarsaw(run, now));
  return new Date(shown).toISOString().slice(0, -1);
}

function wallTime(text: string): number {
  return Date.parse(`${text}Z`);
}
