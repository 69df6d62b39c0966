/**
 * What each alarm is for, as a story in numbers: what its metric says in a healthy month, and what it says when the named
 * thing happens. Tests play CloudWatch's rule over both; the page of alarms shows what came out.
 */
import type { AlarmSpec } from "../alarms.ts";
import type { DeployedAccount } from "../deployment.ts";
import { changesOf, type Data, type Series, type State } from "./evaluation.ts";

const HOUR = 60;
const DAY = 24 * HOUR;

type AlarmCase = {
  /** What happens, in plain English. */
  story: string;
  /** What replaces the healthy data from the minute at which it happens until it is over. */
  bad(from: number, until: number): Data;
  /** How long it goes on, in minutes. */
  lasts: number;
  /** It rings at the latest so many minutes after it began. */
  within: number;
};

/** One value every so many minutes. */
function every(minutes: number, from: number, until: number, value: number | ((minute: number) => number)): Series {
  const first = Math.ceil(from / minutes) * minutes;
  return Array.from({ length: Math.max(0, Math.ceil((until - first) / minutes)) }, (_, index) => {
    const minute = first + index * minutes;
    return [minute, typeof value === "number" ? value : value(minute)] as const;
  });
}

/** Monday to Friday, from 8 to 18, minute 0 being a Monday's midnight: nights and weekends are silent. */
const isOpen = (minute: number): boolean =>
  Math.floor(minute / DAY) % 7 < 5 && minute % DAY >= 8 * HOUR && minute % DAY < 18 * HOUR;

const NOTHING: Series = [];

/** What a scanner asks for: refused by the API, and written into its log. */
const scanner = (from: number, until: number): Series => every(37, from, until, 40);

const swept = (from: number, until: number): Series => every(2, from, until, 1);

/** At seven each morning, by the clock: on a Sunday the clocks are set back, and there are 25 hours between two. */
const CLOCKS_SET_BACK = 20 * DAY + 3 * HOUR;
function reminded(from: number, until: number): Series {
  return every(HOUR, from, until, 1).filter(([minute]) => {
    const byTheClock = minute < CLOCKS_SET_BACK ? minute : minute - HOUR;
    return byTheClock % DAY === 7 * HOUR;
  });
}

/** @param minutes how often the account behind the alarm is polled */
export function healthy({ metricName, id }: AlarmSpec, from: number, until: number, minutes: number): Data {
  const opened = (step: number, value: number) => every(step, from, until, value).filter(([minute]) => isOpen(minute));
  switch (metricName) {
    case "4xx":
      return { m: scanner(from, until), n: scanner(from, until) };
    case "Received":
      // Of the one order a week WooCommerce tells twice: when it is placed, and two days later when it is sent.
      return {
        m: id.includes("Weekly")
          ? every(DAY, from, until, 1).filter(([minute]) => [0, 2].includes((minute / DAY) % 7))
          : every(11 * HOUR, from, until, 2),
      };
    case "CursorAge":
      return { m: every(minutes, from, until, (minute) => (minute % 7) * 20) };
    case "PollLag":
      return { m: every(minutes, from, until, (minute) => (minute % 5) * 30) };
    case "TokenLeft":
      // Renewed by the run before it is told, where less than an hour was left.
      return { m: every(minutes, from, until, (minute) => 12 * 3600 - ((minute * 60) % (11 * 3600))) };
    case "ErpUp":
      return { m: every(5, from, until, 1) };
    case "UnfinishedAge":
      return { m: opened(60, 120) };
    case "DueOrders":
      return { m: every(2, from, until, (minute) => (isOpen(minute) ? 3 : 0)) };
    case "Invocations":
      return id === "ReminderStopped" ? { m: reminded(from, until), n: swept(from, until) } : { m: swept(from, until) };
    case "IteratorAge":
      return { m: opened(20, 800) };
    case "CaseAge":
      return { m: every(2, from, until, (minute) => (isOpen(minute) ? (minute % (4 * HOUR)) * 60 : 0)) };
    case "InDoubt":
    case "FunctionErrors":
      // Once a day something passes by itself.
      return { m: every(DAY, from, until, 1) };
    case "Throttles":
      return { m: opened(300, 2) };
    default:
      return { m: NOTHING };
  }
}

const once = (value: number) => (from: number) => ({ m: [[from, value] as const] });
const steady = (minutes: number, value: number) => (from: number, until: number) => ({
  m: every(minutes, 0, until - from, value).map(([minute, each]) => [from + minute, each] as const),
});
/** By a schedule, which the case does not move. */
const polled = (minutes: number, value: number) => (from: number, until: number) => ({
  m: every(minutes, from, until, value),
});
const silence = () => ({ m: NOTHING });

/** @returns undefined for an alarm that no story is told of: a test names it */
function caseOf({ id, periods }: AlarmSpec, account: DeployedAccount | undefined): AlarmCase | undefined {
  const poll = account?.pollMinutes ?? 1;
  const late = Math.max(15, 5 * poll);
  if (id.endsWith("Silent"))
    return { story: "the shop's webhook is off", bad: silence, lasts: periods * DAY + DAY, within: periods * DAY + 10 };
  if (id.endsWith("CursorStuck"))
    return {
      story: "the poll does not run, or its platform does not answer",
      bad: silence,
      lasts: 4 * Math.min(late, DAY),
      within: 3 * Math.min(late, DAY) + 5,
    };
  if (id.endsWith("Unread"))
    return {
      story: `orders wait for longer than ${late} minutes`,
      bad: polled(poll, late * 60 + 60),
      lasts: 2 * late + 10,
      within: poll + 5,
    };
  if (id.endsWith("TokenOver"))
    return {
      story: "the token can no longer be renewed",
      bad: polled(poll, -60),
      lasts: 5 * Math.max(5, poll),
      within: 4 * Math.max(5, poll) + 5,
    };
  if (id.endsWith("Throttles"))
    return { story: "twelve calls find no free function", bad: once(12), lasts: 5, within: 5 };
  if (/^(Table|Index)/.test(id))
    return { story: "DynamoDB refuses twenty requests", bad: once(20), lasts: 5, within: 5 };
  return STORIES[id];
}

const STORIES: Readonly<Record<string, AlarmCase>> = {
  WebhooksNotStored: { story: "one order could not be stored", bad: once(1), lasts: 1, within: 5 },
  SignaturesRefused: {
    story: "the secret was changed at the shop: two requests, 50 minutes apart",
    bad: steady(50, 1),
    lasts: 100,
    within: 55,
  },
  AddressUnknown: {
    story: "a mistyped address: two requests, 50 minutes apart",
    bad: steady(50, 1),
    lasts: 100,
    within: 55,
  },
  WebhooksTurnedAway: { story: "one request too many", bad: once(1), lasts: 1, within: 5 },
  RefusedUnseen: {
    story: "a flood of which the API's log holds half",
    bad: (from, until) => ({ m: every(1, from, until, 60), n: every(1, from, until, 30) }),
    lasts: 20,
    within: 20,
  },
  WebhookTooLarge: { story: "one body over the limit", bad: once(1), lasts: 1, within: 5 },
  FunctionErrors: {
    story: "one scheduled run fails, and so does its repetition",
    bad: steady(2, 1),
    lasts: 4,
    within: 10,
  },
  ErpDown: { story: "the ERP does not answer", bad: steady(5, 0), lasts: 60, within: 20 },
  ErpInDoubt: { story: "the ERP confirms none of five orders", bad: steady(2, 1), lasts: 20, within: 15 },
  OrdersTooOld: { story: "an order is not in the ERP after an hour", bad: steady(15, 3_700), lasts: 60, within: 20 },
  SweepFull: { story: "more is due than a sweep takes", bad: steady(2, 500), lasts: 60, within: 20 },
  SweepStopped: { story: "the schedule of the sweep is gone", bad: silence, lasts: 60, within: 30 },
  StreamLate: { story: "the stream is 11 minutes late", bad: steady(1, 660_000), lasts: 30, within: 15 },
  StreamDeadLetters: { story: "one change was given up", bad: once(1), lasts: 1, within: 5 },
  ScheduleDeadLetters: { story: "one scheduled run was given up", bad: once(1), lasts: 1, within: 5 },
  CaseTooOld: { story: "a case waits for over a day", bad: steady(2, 90_000), lasts: 60, within: 5 },
  ReminderStopped: {
    story: "the schedule of the daily reminder is gone, two hours after a run",
    bad: (from, until) => ({ m: NOTHING, n: swept(from, until) }),
    lasts: 3 * DAY,
    within: 29 * HOUR,
  },
  OrdersHeld: { story: "one order is held", bad: once(1), lasts: 1, within: 5 },
};

/** How many minutes of data an alarm may look at, with those that CloudWatch adds where some are missing. */
export function lookBack({ periodSeconds, periods }: AlarmSpec): number {
  return (periodSeconds / 60) * (periods + 2);
}

export type PlayedOut = AlarmCase & {
  /** What it became, one after the other: `["ALARM", "OK"]` is as it should be. */
  changes: State[];
  /** Minutes from the beginning of the case. */
  ringsAfter?: number;
  /** Minutes from the beginning of the case. */
  backAfter?: number;
};

/** Enough of the past for the longest look back, and then a Wednesday's morning. */
const BEFORE = 12 * DAY;
const START = BEFORE + 4 * DAY + 9 * HOUR;

/**
 * Plays an alarm's case after two weeks of health, and health after it.
 * @throws where no case is told of it
 */
export function playedOut(alarm: AlarmSpec, account: DeployedAccount | undefined): PlayedOut {
  const story = caseOf(alarm, account);
  if (!story) throw new Error(`no case is told of ${alarm.id}`);
  const poll = account?.pollMinutes ?? 1;
  const end = START + story.lasts;
  const until = end + lookBack(alarm) + 2 * DAY;
  const parts = [healthy(alarm, 0, START, poll), story.bad(START, end), healthy(alarm, end, until, poll)];
  const joined = (of: (data: Data) => Series | undefined) =>
    parts.flatMap((part) => of(part) ?? []).toSorted(([a], [b]) => a - b);
  const changes = changesOf(alarm, { m: joined(({ m }) => m), n: joined(({ n }) => n) }, BEFORE, until);
  const [rings, back] = changes.map(({ minute }) => minute - START);
  return {
    ...story,
    changes: changes.map(({ to }) => to),
    ...(rings !== undefined && { ringsAfter: rings }),
    ...(back !== undefined && { backAfter: back }),
  };
}
