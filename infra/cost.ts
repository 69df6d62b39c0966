/** What 1,000 orders cost on AWS, from units that were measured and prices that are stated. Pure arithmetic. */
import { PRICES } from "./prices.ts";

/** Request units of DynamoDB, those of the index included. */
export type Units = { reads: number; writes: number };

/**
 * Of an order that a real shop sent, with two keys: its item is 2 to 3 KB and costs a unit for each, twice that within
 * a transaction; the index costs one for each of its items that goes or comes. Held by `test/infra/cost.test.ts`.
 */
export const UNITS = {
  /** The first report: keys are looked up, keys and order written in one transaction. */
  new: { reads: 2, writes: 9 },
  /** The same report again. */
  duplicate: { reads: 3, writes: 0 },
  /** The report of another source, with an id of its own. */
  linked: { reads: 3, writes: 8 },
  /** Read, taken under a lease, marked as delivered; then it is found by its ERP number. */
  delivery: { reads: 1, writes: 11 },
  /** A message is held: one item, in the index of what is due and in that of what is looked for. */
  "case opened": { reads: 0, writes: 3 },
  /** An operator closes it: the case leaves one index, the audit entry comes into it. */
  "case closed": { reads: 2, writes: 9 },
  /** 50 open cases by age, from the index, then each of them. */
  "page of cases": { reads: 51, writes: 0 },
  /** Of three accounts: every key that the number may be, every case that it may have; most are not there. */
  trace: { reads: 400, writes: 0 },
} as const satisfies Record<string, Units>;

type Step = { units: Units; api: number; memoryMb: number; seconds: number; logKib: number };

/** Lambda's own lines about each run, and the API's about each request. */
const LAMBDA_LOG_KIB = 0.7;
const API_LOG_KIB = 0.4;

/** `seconds`: billed duration of one run, warm; `logKib`: its lines with the metrics in them, and those of AWS. */
const RUN = {
  webhook: { memoryMb: 1024, seconds: 0.06, logKib: 1.5 + LAMBDA_LOG_KIB + API_LOG_KIB },
  connector: { memoryMb: 512, seconds: 0.4, logKib: 1.5 + LAMBDA_LOG_KIB },
  operator: { memoryMb: 512, seconds: 0.3, logKib: LAMBDA_LOG_KIB },
  claim: { memoryMb: 512, seconds: 0.02, logKib: LAMBDA_LOG_KIB + API_LOG_KIB },
};

const STEPS = {
  "first report (webhook)": { units: UNITS.new, api: 1, ...RUN.webhook },
  "the same report again (webhook)": { units: UNITS.duplicate, api: 1, ...RUN.webhook },
  "report by a second source (webhook)": { units: UNITS.linked, api: 1, ...RUN.webhook },
  "delivery to the ERP (stream)": { units: UNITS.delivery, api: 0, ...RUN.connector },
} as const satisfies Record<string, Step>;

/** Calls of the two functions of operators: a widget that is looked at, or a command. */
const OPERATOR_STEPS = {
  "a page of 50 open cases": { units: UNITS["page of cases"], api: 0, ...RUN.operator },
  "a number traced": { units: UNITS.trace, api: 0, ...RUN.operator },
  "a case closed": { units: UNITS["case closed"], api: 0, ...RUN.operator },
} as const satisfies Record<string, Step>;

export type CostLine = { step: string; dynamo: number; lambda: number; api: number; logs: number; sum: number };

/** US dollars for 1,000 of each step. */
export function costOfThousand(): CostLine[] {
  return Object.entries(STEPS).map(([step, work]) => lineOf(step, work));
}

/** US dollars for 1,000 calls of each kind by operators. */
export function costOfOperators(): CostLine[] {
  return Object.entries(OPERATOR_STEPS).map(([step, work]) => lineOf(step, work));
}

function lineOf(step: string, { units, api, memoryMb, seconds, logKib }: Step): CostLine {
  const dynamo = (units.writes * PRICES.millionWriteUnits + units.reads * PRICES.millionReadUnits) / 1000;
  const lambda = PRICES.millionInvocations / 1000 + 1000 * seconds * (memoryMb / 1024) * PRICES.gigabyteSecond;
  const requests = (api * PRICES.millionApiRequests) / 1000;
  const logs = ((1000 * logKib) / 1024 ** 2) * PRICES.logGigabyte;
  return { step, dynamo, lambda, api: requests, logs, sum: dynamo + lambda + requests + logs };
}

const MONTH_SECONDS = 30 * 86_400;

/** US dollars a month for a bridge that asks for work so often and mostly finds none: one look into the index each time. */
export function costOfPulling(everySeconds: number): number {
  const { sum } = lineOf("a claim of a bridge", { units: { reads: 0.5, writes: 0 }, api: 1, ...RUN.claim });
  return (sum * MONTH_SECONDS) / everySeconds / 1000;
}

/** What a deployment has in standing costs. */
export type Standing = {
  /** Metrics that alarms look at: one each, two where an expression subtracts. */
  alarmMetrics: number;
  /** Metrics of ours, each combination of dimensions one: an upper bound, since AWS bills the hours in which one is sent. */
  ownMetrics: number;
  dashboards: number;
  /** Minutes between two runs, of each schedule. */
  schedules: readonly number[];
  /** The same of polls alone. */
  polls: readonly number[];
};

/**
 * Of a poll that finds nothing: its lease is taken, and given back with its cursors; and the tasks that are due, twice. What an
 * operator sees of it is written every five minutes. Held by `test/functions/idle-poll.test.ts`.
 */
export const IDLE_POLL: Units = { reads: 1, writes: 2 };
const SHOWN_EVERY_MINUTES = 5;
/** Of a scheduled run: Lambda's own lines, ours, and the metrics in them. */
const RUN_LOG_KIB = 2.7;

/** US dollars a month that do not depend on orders, by what they are for. */
export function costOfMonth({ alarmMetrics, ownMetrics, dashboards, schedules, polls }: Standing) {
  const perMonth = (minutes: readonly number[]) => minutes.reduce((sum, each) => sum + MONTH_SECONDS / 60 / each, 0);
  const runs = perMonth(schedules);
  const idle = perMonth(polls);
  const { reads, writes } = IDLE_POLL;
  const shown = perMonth(polls.map((minutes) => Math.max(minutes, SHOWN_EVERY_MINUTES)));
  const parts = {
    alarms: alarmMetrics * PRICES.alarm,
    metrics: ownMetrics * PRICES.customMetric,
    dashboards: dashboards * PRICES.dashboard,
    runs:
      (runs * (PRICES.millionSchedules + PRICES.millionInvocations)) / 1_000_000 + runs * 0.25 * PRICES.gigabyteSecond,
    "idle polls":
      (idle * (writes * PRICES.millionWriteUnits + reads * PRICES.millionReadUnits) +
        shown * PRICES.millionWriteUnits) /
      1_000_000,
    logs: ((runs * RUN_LOG_KIB) / 1024 ** 2) * PRICES.logGigabyte,
  };
  return { parts, sum: Object.values(parts).reduce((sum, each) => sum + each, 0) };
}
