/** The daily reminder: what rings and since when, what is open by reason and age. Polish and English. No personal data. Pure. */
import type { Instant } from "../core/order.ts";
import type { Ringing } from "../core/ports/alarms.ts";
import type { OfReason } from "./by-reason.ts";
import { meaningOf } from "./held-meanings.ts";

type Counted = { alarms: number; cases: number };

/** SNS takes at most 100 characters, ASCII alone. */
export function subjectOf({ alarms, cases }: Counted): string {
  return `Kojarz: alarmy / alarms: ${alarms}, sprawy / cases: ${cases}`;
}

type Reminder = {
  /** Undefined where they could not be read. */
  ringing: readonly Ringing[] | undefined;
  cases: readonly OfReason[];
  /** The deployment that the command has to name; absent on one machine. */
  stage?: string | undefined;
  now: Instant;
};

/** SNS takes 256 KB: 150 alarms with the longest description are half of it. */
const MOST_ALARMS = 150;

export function reminderOf({ ringing, cases, stage, now }: Reminder): string {
  const age = (since: Instant) => ageOf(now - since);
  const alarms = (ringing ?? [])
    .toSorted((a, b) => a.since - b.since)
    .map(({ id, since, text }) => `${id}: ${age(since)}\n${text}`);
  const more = alarms.length - MOST_ALARMS;
  const open = cases.map(({ reason, open, oldestAt }) => {
    const { pl, en } = meaningOf(reason);
    return `${reason}: ${open}, najstarsza / the oldest: ${age(oldestAt)}\n${pl}\n${en}`;
  });
  return [
    ...(ringing ? [] : [UNREAD]),
    ...(alarms.length > 0 ? [RING, ...alarms.slice(0, MOST_ALARMS)] : []),
    ...(more > 0 ? [`I jeszcze ${more}. / And ${more} more.`] : []),
    ...(open.length > 0 ? [OPEN, ...open, `kojarz cases${stage === undefined ? "" : ` --stage ${stage}`}`] : []),
    END,
  ].join("\n\n");
}

const UNREAD =
  "Nie udało się odczytać alarmów: przyczyna jest w logu funkcji Reminder. / The alarms could not be read: the log of the function Reminder says why.";
const RING = "ALARMY, które trwają, i od jak dawna / ALARMS that ring, and for how long";
const OPEN = "SPRAWY, które czekają na człowieka, według powodu / CASES that wait for a person, by reason";
const END =
  "Ta wiadomość przychodzi raz dziennie, dopóki coś trwa. / This message comes once a day while something lasts.";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `3 d 4 h`, `4 h 10 min` or `10 min`, read alike in both languages. */
function ageOf(ms: number): string {
  const [days, hours, minutes] = [Math.floor(ms / DAY), Math.floor(ms / HOUR) % 24, Math.floor(ms / MINUTE) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${Math.max(0, minutes)} min`;
}
