/** What must hold for the alarms and the dashboard. */
import * as z from "zod/mini";
import { METRICS, NAMESPACE } from "../../lib/ops/metric.ts";
import type { Check } from "./checks.ts";
import { type Graph, type Made, ofType, physicalName } from "./graph.ts";

/** The resource that a dimension of AWS's own metrics names. */
const DIMENSIONS = { FunctionName: "function", QueueName: "queue", TableName: "table", ApiId: "api" } as const;

const Queries = z._default(z.array(z.object({ metric: z.optional(z.record(z.string(), z.unknown())) })), []);

/** What an alarm compares: a metric of its own, or the one metric behind its expression. */
function metricOf({ inputs }: Made): Record<string, unknown> {
  return Queries.parse(inputs.metricQueries).find(({ metric }) => metric)?.metric ?? inputs;
}

function mistakeIn(graph: Graph, alarm: Made): string | undefined {
  const inputs = metricOf(alarm);
  const dimensions = Object.entries((inputs.dimensions ?? {}) as Record<string, string>);
  if (inputs.namespace === NAMESPACE) {
    const known = Object.values(METRICS).find(({ name }) => name === inputs.metricName);
    if (!known) return `${inputs.metricName} is no metric of ours`;
    const names = dimensions.map(([name]) => name);
    const whole = names.join() === "service" && dimensions[0]?.[1] === "kojarz";
    if (known === METRICS.turnedAway && !isCounted(graph)) return "nothing counts it in the log of the API";
    return whole || names.join() === known.dimensions.join() ? undefined : `${known.name} has no ${names.join()}`;
  }
  if (dimensions.length === 0) return "watches nothing";
  const missing = dimensions.find(([name, value]) => !exists(graph, name, value));
  return missing && `${missing[0]} ${missing[1]} is not there`;
}

/** The one metric that no function publishes. */
function isCounted(graph: Graph): boolean {
  const logs = ofType(graph, "stage").map(
    ({ inputs }) => (inputs.accessLogSettings as { destinationArn?: string }).destinationArn,
  );
  return ofType(graph, "metricFilter").some(({ inputs }) => {
    const { namespace, name } = inputs.metricTransformation as { namespace: string; name: string };
    const isOurs = namespace === NAMESPACE && name === METRICS.turnedAway.name;
    return isOurs && logs.some((arn) => arn?.endsWith(`:${inputs.logGroupName}`));
  });
}

function exists(graph: Graph, dimension: string, value: string): boolean {
  if (!(dimension in DIMENSIONS)) return false;
  const type = DIMENSIONS[dimension as keyof typeof DIMENSIONS];
  return ofType(graph, type).some((made) => value === (type === "api" ? `${made.name}-id` : physicalName(made)));
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

const overlaps = (a: Widget, b: Widget) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const Title = z.catch(z.string(), "");

export const watching: readonly Check[] = [
  {
    rule: "every alarm watches a resource of this deployment or a metric that we publish, and tells somebody",
    mistakes: (graph) =>
      ofType(graph, "alarm").flatMap((alarm) => {
        const mistake =
          mistakeIn(graph, alarm) ??
          ((alarm.inputs.alarmActions as unknown[] | undefined)?.length ? undefined : "tells nobody");
        return mistake === undefined ? [] : [`${alarm.name}: ${mistake}`];
      }),
  },
  {
    rule: "every alarm looks back a day at most, and says in Polish and English what it means",
    mistakes: (graph) =>
      ofType(graph, "alarm").flatMap((alarm) => {
        const { name, inputs } = alarm;
        const period = Number(metricOf(alarm).period);
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
      const watched = ofType(graph, "alarm").flatMap((alarm) =>
        Object.values((metricOf(alarm).dimensions ?? {}) as object),
      );
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
];
