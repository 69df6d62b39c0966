/** What must hold for the alarms and the dashboard. */
import * as z from "zod/mini";
import { OPERATOR_ACT, OPERATOR_READ } from "../../../infra/functions.ts";
import { METRICS } from "../../../lib/ops/metric.ts";
import { namespaceOf } from "../../../lib/runtime/namespace.ts";
import { type Graph, type Made, ofType, physicalName } from "./graph.ts";
import { type Check, found } from "./judging.ts";
import { mistakeIn, searched, type Watched } from "./metrics.ts";

const Metric = z.object({
  namespace: z.string(),
  metricName: z.string(),
  dimensions: z._default(z.record(z.string(), z.string()), {}),
  period: z.number(),
});
const Queries = z._default(z.array(z.object({ metric: z.optional(Metric) })), []);

/** What an alarm compares: a metric of its own, or those behind its expression. */
export function metricsOf({ inputs }: Made): Array<z.infer<typeof Metric>> {
  const queried = Queries.parse(inputs.metricQueries).flatMap(({ metric }) => metric ?? []);
  return queried.length > 0 ? queried : [Metric.parse(inputs)];
}

const Widget = z.object({
  type: z.enum(["text", "metric", "log", "custom"]),
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
  const search = searched(graph, expression);
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
    if (metric?.namespace !== namespaceOf(graph.stage) && metric)
      return [metric.metricName, ...Object.values(metric.dimensions)].join(" ");
    return metric?.metricName ?? searched(graph, options.expression ?? "").metric ?? "";
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

/** A question to logs that there are: CloudWatch takes 50 of them at most. */
function asks(graph: Graph, query: unknown): boolean {
  const groups = [...String(query).matchAll(/SOURCE '([^']+)'/g)].map(([, group]) => group);
  const known = ofType(graph, "logGroup").map(({ inputs }) => inputs.name);
  return groups.length > 0 && groups.length <= 50 && groups.every((group) => known.includes(group));
}

const Title = z.catch(z.string(), "");

export const watching: readonly Check[] = [
  {
    rule: "every alarm watches a resource of this deployment or a metric that we publish, and tells somebody",
    mistakes: (graph) =>
      ofType(graph, "alarm").flatMap((alarm) => {
        const mistake =
          metricsOf(alarm).flatMap((metric) => mistakeIn(graph, metric) ?? [])[0] ??
          ((alarm.inputs.alarmActions as unknown[] | undefined)?.length ? undefined : "tells nobody");
        return mistake === undefined ? [] : [`${alarm.name}: ${mistake}`];
      }),
  },
  {
    rule: "every alarm looks back as far as CloudWatch lets it, and says in Polish and English what it means",
    mistakes: (graph) =>
      ofType(graph, "alarm").flatMap((alarm) => {
        const { name, inputs } = alarm;
        const period = Math.max(...metricsOf(alarm).map((metric) => metric.period));
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
    rule: "every queue and table is watched by an alarm, and every function by the one over all of them",
    mistakes: (graph) => {
      const metrics = ofType(graph, "alarm").flatMap(metricsOf);
      const watched = metrics.flatMap(({ dimensions }) => Object.values(dimensions));
      const all = metrics.some(({ metricName }) => metricName === METRICS.functionErrors.name);
      const counted = ofType(graph, "metricFilter").map(({ inputs }) => inputs.logGroupName);
      const unwatched = [...ofType(graph, "queue"), ...ofType(graph, "table")].filter(
        (made) => !watched.includes(physicalName(made)),
      );
      const uncounted = ofType(graph, "function").filter(
        ({ inputs }) => !(all && counted.includes((inputs.loggingConfig as { logGroup: string }).logGroup)),
      );
      return [...unwatched, ...uncounted].map(({ name }) => `${name} is not watched`);
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
          const content =
            type === "custom" ||
            (properties.region && (type === "log" ? asks(graph, properties.query) : Array.isArray(properties.metrics)));
          const drawn = type === "text" || (title && content);
          return [...(drawn ? [] : [`${title || index}: not drawn`]), ...(under ? [`${title}: over another`] : [])];
        });
      }),
  },
  {
    rule: "every custom widget of the dashboard calls a function of operators, each of which has one, and says when it is called again",
    mistakes: (graph) =>
      ofType(graph, "dashboard").flatMap((dashboard) => {
        const desks = (widgetsOf(dashboard) ?? []).filter(({ type }) => type === "custom");
        const called = desks.map(({ properties }) => found(graph, "function", properties.endpoint)?.name);
        const wanted = [`${OPERATOR_READ}Function`, `${OPERATOR_ACT}Function`];
        return [
          ...desks
            .filter((_, index) => !wanted.includes(called[index] ?? ""))
            .map(({ properties }) => `${Title.parse(properties.title)}: calls ${properties.endpoint}`),
          ...desks
            .filter(
              ({ properties }) => typeof properties.params !== "object" || typeof properties.updateOn !== "object",
            )
            .map(({ properties }) => `${Title.parse(properties.title)}: is not called as CloudWatch wants it`),
          ...wanted.filter((name) => !called.includes(name)).map((name) => `${name} has no widget`),
        ];
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
    rule: "the dashboard of production shows every metric of ours, every function, every queue, the table's units and its conflicts; other stages pay for none",
    mistakes: (graph) => {
      if (graph.stage !== "production") return ofType(graph, "dashboard").map(({ name }) => `${name} is not paid for`);
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
