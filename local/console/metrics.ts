/** The metrics of this run, kept in memory as CloudWatch keeps them: by namespace, name and dimensions. */
import * as z from "zod/mini";

type Dimensions = Readonly<Record<string, string>>;

export type Metric = {
  namespace: string;
  name: string;
  dimensions: Dimensions;
  /** The oldest first. */
  data: ReadonlyArray<{ at: number; value: number }>;
};

export type LocalMetrics = {
  /** A log line in CloudWatch's embedded metric format. */
  emf(line: unknown): void;
  record(namespace: string, name: string, dimensions: Dimensions, value: number): void;
  all(): readonly Metric[];
};

/** A metric that is measured every second shows the last two hours. */
const KEPT = 7_200;

const Embedded = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

export function keepMetrics(now: () => number): LocalMetrics {
  const kept = new Map<string, Metric & { data: Array<{ at: number; value: number }> }>();

  function record(namespace: string, name: string, dimensions: Dimensions, value: number): void {
    const id = JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => a.localeCompare(b))]);
    const metric = kept.get(id) ?? { namespace, name, dimensions, data: [] };
    kept.set(id, metric);
    metric.data.push({ at: now(), value });
    if (metric.data.length > KEPT) metric.data.shift();
  }

  return {
    emf(line) {
      const embedded = Embedded.parse(line);
      for (const { Namespace, Dimensions: sets, Metrics } of embedded._aws.CloudWatchMetrics)
        for (const set of sets)
          for (const { Name } of Metrics) {
            const dimensions = Object.fromEntries(set.map((dimension) => [dimension, String(embedded[dimension])]));
            for (const value of [embedded[Name]].flat()) record(Namespace, Name, dimensions, Number(value));
          }
    },
    record,
    all: () => [...kept.values()],
  };
}
