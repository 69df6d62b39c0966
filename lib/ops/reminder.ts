/**
 * Once a day, whatever still rings and is still open in one message: CloudWatch tells of an alarm when it begins and not again
 * while it lasts, and not at all to an address that nobody had confirmed by then.
 */
import type { Instant } from "../core/order.ts";
import type { Alarms, Ringing } from "../core/ports/alarms.ts";
import type { Cases } from "../core/ports/cases.ts";
import { byReason } from "./by-reason.ts";
import type { Alerts } from "./look-after-cases.ts";
import { reminderOf, subjectOf } from "./reminder-message.ts";

export type ReminderDeps = {
  /** Absent on one machine. */
  alarms?: Alarms;
  cases: Pick<Cases, "open">;
  alerts?: Alerts;
  /** By which the command line finds this deployment. */
  stage?: string;
  now: () => Instant;
};

export type Reminded = { alarms: number; cases: number; isTold: boolean };

const MOST_CASES = 5_000;

/**
 * Nothing rings and nothing is open: no message.
 * @param unasked hears why the alarms could not be read; the message says so, and tells of the cases all the same
 */
export async function remind(deps: ReminderDeps, unasked: (error: unknown) => void): Promise<Reminded> {
  const { alarms, alerts, stage, now } = deps;
  const { cases } = await deps.cases.open({ first: "oldest", limit: MOST_CASES });
  const ringing = await (alarms?.ringing() ?? Promise.resolve<Ringing[]>([])).catch((error: unknown) => {
    unasked(error);
    return undefined;
  });
  const counted = { alarms: ringing?.length ?? 0, cases: cases.length };
  if (!alerts || (ringing && counted.alarms + counted.cases === 0)) return { ...counted, isTold: false };
  await alerts.send(subjectOf(counted), reminderOf({ ringing, cases: byReason(cases), stage, now: now() }));
  return { ...counted, isTold: true };
}
