/**
 * How CloudWatch decides, as its documentation tells it ("Evaluating an alarm", "Configuring how alarms treat missing
 * data"): each minute over the last periods, so the window slides; of more periods than the alarm names the newest that hold
 * data are taken, and only where these are too few the rest counts as the alarm treats what is missing. Pure.
 */
import { type AlarmSpec, FILLED, WHERE_HEARD } from "./spec.ts";

/** Values by the minute at which they were published, in order. */
export type Series = ReadonlyArray<readonly [minute: number, value: number]>;

/** What the alarm compares: the metric, and the second of its expression. */
export type Data = { m: Series; n?: Series };

export type State = "OK" | "ALARM";
export type Change = { minute: number; to: State };

type Rule = Pick<
  AlarmSpec,
  "statistic" | "periodSeconds" | "periods" | "datapoints" | "threshold" | "comparison" | "expression" | "silence"
>;

/** So many periods beyond its own an alarm looks back for data. The documentation shows 2 with three periods, and names no other. */
const FURTHER_BACK = 2;
/** A value can be read so many minutes after it was published: the newest period may be there without it. */
const LATE_MINUTES = 2;

/**
 * @param from the first minute at which the alarm is looked at; its data begin before
 * @param step how many minutes pass between two looks, 1 as CloudWatch has it
 * @returns each change of state; an alarm begins as OK
 */
export function changesOf(rule: Rule, data: Data, from: number, until: number, step = 1): Change[] {
  const read = readerOf(rule, data);
  const changes: Change[] = [];
  let state: State = "OK";
  for (let minute = from; minute <= until; minute += step) {
    const to = stateOf(rule, valuesAt(rule, read, minute));
    if (to !== state) changes.push({ minute, to });
    state = to;
  }
  return changes;
}

/** @param values of each period, the newest first; undefined where nothing was published */
export function stateOf(rule: Rule, values: ReadonlyArray<number | undefined>): State {
  const there = values.filter((value) => value !== undefined).slice(0, rule.periods);
  const missing = rule.silence === "breaching" ? rule.periods - there.length : 0;
  const reached = there.filter((value) =>
    rule.comparison === "LessThanThreshold" ? value < rule.threshold : value >= rule.threshold,
  );
  return reached.length + missing >= rule.datapoints ? "ALARM" : "OK";
}

type Read = (fromMinute: number, beforeMinute: number, now: number) => number | undefined;

function valuesAt({ periods, periodSeconds }: Rule, read: Read, minute: number): Array<number | undefined> {
  const length = periodSeconds / 60;
  return Array.from({ length: periods + FURTHER_BACK }, (_, back) =>
    read(minute - (back + 1) * length, minute - back * length, minute),
  );
}

function readerOf(rule: Rule, { m, n = [] }: Data): Read {
  const first = within(rule.statistic, m);
  const second = within(rule.statistic, n);
  if (rule.expression === undefined) return first;
  if (rule.expression === FILLED) return (...span) => first(...span) ?? 0;
  if (rule.expression === WHERE_HEARD) return (...span) => ((second(...span) ?? 0) > 0 ? (first(...span) ?? 0) : 1);
  return (...span) => (first(...span) ?? 0) - (second(...span) ?? 0);
}

function within(statistic: Rule["statistic"], series: Series): Read {
  return (from, before, now) => {
    const until = Math.min(before, now - LATE_MINUTES);
    const values = series.slice(indexOf(series, from), indexOf(series, until)).map(([, value]) => value);
    if (values.length === 0) return undefined;
    if (statistic === "Sum") return values.reduce((sum, value) => sum + value, 0);
    return values.reduce((a, b) => (statistic === "Maximum" ? Math.max(a, b) : Math.min(a, b)));
  };
}

/** Of the first value at this minute or later. */
function indexOf(series: Series, minute: number): number {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series[middle]?.[0] ?? 0) < minute) low = middle + 1;
    else high = middle;
  }
  return low;
}
