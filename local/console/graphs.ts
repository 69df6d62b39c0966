/** Draws the widgets of the CloudWatch dashboard from the metrics of this run: each line of each graph, point by point. Pure. */
import * as z from "zod/mini";
import type { Widget } from "../../infra/dashboard.ts";
import type { Metric } from "./metrics.ts";

type Series = { label: string; points: Array<number | null> };

export type Graph = {
  title: string;
  /** Epoch seconds: the end of each period. */
  times: number[];
  series: Series[];
  /** Some of its lines are measured by AWS alone. */
  onAws: boolean;
};

export type Span = { now: number; rangeMs: number; periodMs: number };

const Options = z.looseObject({
  label: z.optional(z.string()),
  stat: z.optional(z.string()),
  visible: z.optional(z.boolean()),
  expression: z.optional(z.string()),
});
type Options = z.infer<typeof Options>;

const Properties = z.looseObject({
  title: z.string(),
  stat: z.string(),
  metrics: z.array(z.array(z.union([z.string(), Options]))),
});

type Line = { label: string; stat: string; of: Metric[] };

/** @returns nothing for a widget that is no graph */
export function graphOf(widget: Widget, metrics: readonly Metric[], span: Span): Graph | undefined {
  if (widget.type !== "metric") return undefined;
  const { title, stat, metrics: lines } = Properties.parse(widget.properties);
  const drawn = lines.map((parts) => linesOf(parts, stat, metrics));
  return {
    title,
    times: timesOf(span),
    series: drawn.flatMap((found) => found ?? []).map((line) => seriesOf(line, span)),
    onAws: drawn.some((found) => found === undefined),
  };
}

/** @returns undefined where only AWS can draw it */
function linesOf(parts: ReadonlyArray<string | Options>, stat: string, metrics: readonly Metric[]): Line[] | undefined {
  const last = parts.at(-1);
  const options = typeof last === "object" ? last : {};
  const [namespace = "", name = "", ...pairs] = parts.filter((part) => typeof part === "string");
  if (options.expression !== undefined) return searched(options.expression, options.label, metrics);
  if (options.visible === false) return [];
  const dimensions = pairsOf(pairs);
  const of = metrics.filter((metric) => metric.namespace === namespace && metric.name === name);
  const exact = of.filter((metric) => isSame(metric.dimensions, dimensions));
  if (exact.length === 0 && namespace.startsWith("AWS/")) return undefined;
  return [{ label: options.label ?? name, stat: options.stat ?? stat, of: exact }];
}

/** `SEARCH('{"Namespace",dimension} MetricName="Name" AND (dimension="a" OR dimension="b")', 'Sum', 300)`, alone or as a sum. */
const SEARCH =
  /^(SUM\()?SEARCH\('\{"([^"]+)"((?:,[^,}]+)*)\} MetricName="(\w+)"(?: AND \(([^)]*)\))?', '([^']+)', \d+\)\)?$/;

function searched(expression: string, label: string | undefined, metrics: readonly Metric[]): Line[] | undefined {
  const match = SEARCH.exec(expression);
  if (!match) return undefined;
  const [, sum, namespace, names = "", name, choice, stat = "Sum"] = match;
  const dimensions = names.split(",").filter((part) => part !== "");
  const chosen = [...(choice ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => ({ key, value }));
  const of = metrics.filter(
    (metric) =>
      metric.namespace === namespace &&
      metric.name === name &&
      isSameSet(Object.keys(metric.dimensions), dimensions) &&
      (chosen.length === 0 || chosen.some(({ key, value }) => metric.dimensions[key] === value)),
  );
  if (sum) return [{ label: label ?? name ?? "", stat, of }];
  return of.map((metric) => ({ label: Object.values(metric.dimensions).join(" "), stat, of: [metric] }));
}

function pairsOf(pairs: readonly string[]): Record<string, string> {
  const names = pairs.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name, pairs[2 * index + 1] ?? ""]));
}

function isSame(a: Metric["dimensions"], b: Metric["dimensions"]): boolean {
  return isSameSet(
    Object.entries(a).map((pair) => pair.join("=")),
    Object.entries(b).map((pair) => pair.join("=")),
  );
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}

function timesOf({ now, rangeMs, periodMs }: Span): number[] {
  const last = (Math.floor(now / periodMs) + 1) * periodMs;
  const count = Math.ceil(rangeMs / periodMs);
  return Array.from({ length: count }, (_, index) => (last - (count - 1 - index) * periodMs) / 1000);
}

function seriesOf({ label, stat, of }: Line, span: Span): Series {
  const times = timesOf(span);
  const from = (times[0] ?? 0) * 1000 - span.periodMs;
  const periods = times.map((): number[] => []);
  for (const { data } of of)
    for (const { at, value } of data) periods[Math.floor((at - from) / span.periodMs)]?.push(value);
  return { label, points: periods.map((values) => (values.length === 0 ? null : statOf(stat, values))) };
}

const STATS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
  Average: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  SampleCount: (values) => values.length,
};

/** A name above, `p95`, or `TC(900:3600)`: how many values lie between, either end open where it is not named. */
function statOf(stat: string, values: readonly number[]): number | null {
  const share = /^p(\d+)$/.exec(stat)?.[1];
  if (share !== undefined) return percentile(values, Number(share));
  const bounds = /^TC\((\d*):(\d*)\)$/.exec(stat);
  if (bounds) {
    const [, from, to] = bounds;
    const isBetween = (value: number) => value >= Number(from || 0) && value < Number(to || Number.POSITIVE_INFINITY);
    return values.filter(isBetween).length;
  }
  return STATS[stat]?.(values) ?? null;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((share / 100) * sorted.length) - 1)] ?? 0;
}
