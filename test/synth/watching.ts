/** What must hold for the alarms and the dashboard. */
import * as z from "zod/mini";
import { METRICS, NAMESPACE } from "../../lib/ops/metric.ts";
import { type Graph, type Made, ofType, physicalName } from "./graph.ts";
import type { Check } from "./judging.ts";
import { mistakeIn, searched, type Watched } from "./metrics.ts";

const Metric = z.object({
  namespace: z.string(),
  metricName: z.string(),
  dimensions: z._default(z.record(z.string(), z.string()), {}),
  period: z.number(),
});
const Queries = z._default(z.array(z.object({ metric: z.optional(Metric) })), []);

/** What an alarm compares: a metric of its own, or the one metric behind its expression. */
function metricOf({ inputs }: Made): z.infer<typeof Metric> {
  return Queries.parse(inputs.metricQueries).find(({ metric }) => metric)?.metric ?? Metric.parse(inputs);
}

const Widget = z.object({
  type: z.enum(["text", "metric"]),
  x: z.int().check(z.nonnegative()),
  y: z.int().check(z.nonnegative()),
  width: z.int().check(z.positive(), z.lte(24)),
  height: z.int().check(z.positive()),
  properties: z.record(z.string(), z.unknown()),
});
const Body = z.object({ widgets: z.array(Widget).check(z.minLength(1)) });
type Widget = z.infer<typeof Widget>;

function widgetsOf({ inputs }: Made): Widget[] | undefined {
  try {
    return Body.parse(JSON.parse(String(inputs.dashboardBody))).widgets;
  } catch {
    return undefined;
  }
}

type Options = { id?: string; expression?: string };
type Line = { metric?: Watched; options: Options };

/** `[namespace, metric, dimension, value, …, options]`, or `[{ expression }]` */
function linesOf({ properties }: Widget): Line[] {
  return ((properties.metrics ?? []) as unknown[][]).map((line) => {
    const [namespace, metricName, ...pairs] = line.filter((part) => typeof part === "string");
    const options = (line.find((part) => typeof part !== "string") ?? {}) as Options;
    if (namespace === undefined || metricName === undefined) return { options };
    const dimensions = Object.fromEntries(
      pairs.flatMap((name, index) => (index % 2 === 0 ? [[name, pairs[index + 1] ?? ""]] : [])),
    );
    return { metric: { namespace, metricName, dimensions }, options };
  });
}

/** CloudWatch takes no more of one expression, and knows in it what the other lines are called. */
const LONGEST_EXPRESSION = 2048;

function lineMistake(
  graph: Graph,
  { metric, options }: Line,
  ids: readonly (string | undefined)[],
): string | undefined {
  if (metric) return mistakeIn(graph, metric);
  const { expression = "" } = options;
  if (expression.length > LONGEST_EXPRESSION) return "an expression is too long";
  const search = searched(expression);
  const used = search.metric ? [] : expression.match(/\b[a-z]\w*\b/g);
  return search.mistake ?? used?.find((id) => !ids.includes(id));
}

function drawnWrongly(graph: Graph, widget: Widget): string[] {
  const lines = linesOf(widget);
  const ids = lines.map(({ options }) => options.id);
  return lines.flatMap((line) => lineMistake(graph, line, ids) ?? []);
}

/** What the dashboard shows, as `namespace metric` and, of AWS's own, the resource. */
function shownBy(graph: Graph): Set<string> {
  const widgets = ofType(graph, "dashboard").flatMap((dashboard) => widgetsOf(dashboard) ?? []);
  const shown = widgets.flatMap(linesOf).map(({ metric, options }) => {
    if (metric?.namespace !== NAMESPACE && metric)
      return [metric.metricName, ...Object.values(metric.dimensions)].join(" ");
    return metric?.metricName ?? searched(options.expression ?? "").metric ?? "";
  });
  return new Set(shown);
}

/** Of AWS's own metrics, beside all of ours. */
const SHOWN = {
  function: ["Errors", "Duration"],
  queue: ["ApproximateNumberOfMessagesVisible"],
  table: [
    "ConsumedReadCapacityUnits",
    "ConsumedWriteCapacityUnits",
    "TransactionConflict",
    "ConditionalCheckFailedRequests",
  ],
} as const;

const overlaps = (a: Widget, b: Widget) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const Title = z.catch(z.string(), "");

export const watching: readonly Check[] = [
  {
    rule: "every alarm watches a resource of this deployment or a metric that we publish, and tells somebody",
    mistakes: (graph) =>
      ofType(graph, "alarm").flatMap((alarm) => {
        const mistake =
          mistakeIn(graph, metricOf(alarm)) ??
          ((alarm.inputs.alarmActions as unknown[] | undefined)?.length ? undefined : "tells nobody");
        return mistake === undefined ? [] : [`${alarm.name}: ${mistake}`];
      }),
  },
  {
    rule: "every alarm looks back a day at most, and says in Polish and English what it means",
    mistakes: (graph) =>
      ofType(graph, "alarm").flatMap((alarm) => {
        const { name, inputs } = alarm;
        const { period } = metricOf(alarm);
        const span = period * Number(inputs.evaluationPeriods);
        const text = String(inputs.alarmDescription ?? "");
        const mistakes = [
          ...(span > 86_400 && period < 3_600 ? [`looks back ${span} s`] : []),
          ...(span > 604_800 ? [`looks back ${span} s`] : []),
          ...(text.split("\n\n").length === 2 && text.length <= 1024 ? [] : ["is not explained in two languages"]),
        ];
        return mistakes.map((mistake) => `${name}: ${mistake}`);
      }),
  },
  {
    rule: "every function, queue and table is watched by an alarm",
    mistakes: (graph) => {
      const watched = ofType(graph, "alarm").flatMap((alarm) => Object.values(metricOf(alarm).dimensions));
      return [...ofType(graph, "function"), ...ofType(graph, "queue"), ...ofType(graph, "table")]
        .filter((made) => !watched.includes(physicalName(made)))
        .map(({ name }) => `${name} is not watched`);
    },
  },
  {
    rule: "the dashboard is what CloudWatch can draw: a region, a title and metrics on each graph, none over another",
    mistakes: (graph) =>
      ofType(graph, "dashboard").flatMap((dashboard) => {
        const widgets = widgetsOf(dashboard);
        if (!widgets) return [`${dashboard.name}: cannot be read`];
        return widgets.flatMap((widget, index) => {
          const { properties, type } = widget;
          const title = Title.parse(properties.title);
          const under = widgets.slice(0, index).some((other) => overlaps(widget, other));
          const drawn = type === "text" || (properties.region && title && Array.isArray(properties.metrics));
          return [...(drawn ? [] : [`${title || index}: not drawn`]), ...(under ? [`${title}: over another`] : [])];
        });
      }),
  },
  {
    rule: "every line of the dashboard draws a metric that there is, of a resource that there is",
    mistakes: (graph) =>
      ofType(graph, "dashboard").flatMap((dashboard) =>
        (widgetsOf(dashboard) ?? []).flatMap((widget) =>
          drawnWrongly(graph, widget).map((mistake) => `${Title.parse(widget.properties.title)}: ${mistake}`),
        ),
      ),
  },
  {
    rule: "the dashboard shows every metric of ours, every function, every queue, the table's units and its conflicts",
    mistakes: (graph) => {
      const shown = shownBy(graph);
      const theirs = Object.entries(SHOWN).flatMap(([type, metrics]) =>
        ofType(graph, type as keyof typeof SHOWN).flatMap((made) =>
          metrics.map((metric) => `${metric} ${physicalName(made)}`),
        ),
      );
      return [...Object.values(METRICS).map(({ name }) => name), ...theirs]
        .filter((metric) => !shown.has(metric))
        .map((metric) => `${metric} is not shown`);
    },
  },
];
