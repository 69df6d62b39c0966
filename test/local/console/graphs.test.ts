/** The dashboard of the cloud, drawn from the metrics of a run on this machine. */
import { expect, test } from "vitest";
import { dashboard } from "../../../infra/dashboard.ts";
import { deploymentFrom } from "../../../infra/deployment.ts";
import { functionsOf } from "../../../infra/functions.ts";
import { METRICS, measure } from "../../../lib/ops/metric.ts";
import { metrics } from "../../../lib/runtime/lambda.ts";
import { namespaceOf } from "../../../lib/runtime/namespace.ts";
import { graphOf } from "../../../local/console/graphs.ts";
import { keepMetrics } from "../../../local/console/metrics.ts";
import { tapMetrics } from "../../../local/tap.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const span = { now: NOW, rangeMs: 600_000, periodMs: 60_000 };

const specs = functionsOf(deploymentFrom({ KOJARZ_ACCOUNTS: "woocommerce:main@15 allegro:acme@1" }));
const functions = Object.fromEntries(specs.map(({ id }) => [id, id]));
const names = {
  region: "local",
  namespace: namespaceOf(undefined),
  table: "local",
  api: "local",
  functions,
  logGroups: {},
  queues: { StreamFailures: "StreamFailures" },
  doors: { read: "OperatorRead", act: "OperatorAct" },
};
const { widgets } = dashboard(names, specs);

/** Measures as the functions do, through Powertools. */
function measured(work: () => void, at = NOW) {
  const kept = keepMetrics(() => at);
  const stop = tapMetrics(kept.emf);
  work();
  stop();
  return kept;
}

function drawn(title: string, kept: ReturnType<typeof keepMetrics>) {
  const widget = widgets.find(({ properties }) => (properties as { title?: string }).title === title);
  const graph = widget && graphOf(widget, kept.all(), span);
  if (!graph) throw new Error(`no graph ${title}`);
  return Object.fromEntries(graph.series.map(({ label, points }) => [label, points.at(-1)]));
}

test("every graph of the dashboard is drawn, or said to be measured on AWS alone", () => {
  const kept = measured(() => {
    for (const metric of Object.values(METRICS)) {
      const set = Object.fromEntries(metric.dimensions.map((name) => [name, name === "service" ? "kojarz" : "new"]));
      if (metric.dimensions.length > 0) measure(metrics, metric, 1, [set as never]);
    }
    measure(metrics, METRICS.sightings, 1, [{ verdict: "duplicate" }]);
  });
  for (const { id } of specs)
    for (const name of ["Errors", "Duration"]) kept.record("AWS/Lambda", name, { FunctionName: id }, 1);
  const graphs = widgets.flatMap((widget) => graphOf(widget, kept.all(), span) ?? []);
  const empty = graphs.filter(({ series }) => series.every(({ points }) => points.every((point) => point === null)));
  expect(graphs.length).toBeGreaterThan(15);
  expect(empty.filter(({ onAws }) => !onAws).map(({ title }) => title)).toEqual([]);
  expect(graphs.filter(({ onAws }) => onAws).map(({ title }) => title)).toEqual([
    "Dead letters",
    "DynamoDB units",
    "DynamoDB conflicts",
    "Estimated cost of requests, USD a day",
  ]);
});

test("a search finds every value of a dimension, and a sum of it those that were chosen", () => {
  const kept = measured(() => {
    for (const verdict of ["new", "linked", "duplicate", "duplicate", "held"])
      measure(metrics, METRICS.sightings, 1, [{ verdict }]);
    for (const account of ["shop:a", "shop:b"]) measure(metrics, METRICS.received, 2, [{ account }]);
  });
  expect(drawn("Webhooks by account", kept)).toEqual({ "shop:a": 2, "shop:b": 2 });
  expect(drawn("Duplicates prevented", kept)).toEqual({ prevented: 3, new: 1 });
});

test("percentiles, maxima and counts between bounds are those of the period", () => {
  const kept = measured(() => {
    for (let ms = 1; ms <= 100; ms += 1) measure(metrics, METRICS.deliveryTime, ms);
    for (const seconds of [10, 899, 900, 3_600, 90_000]) measure(metrics, METRICS.unfinishedAge, seconds);
    for (const level of [0, 2, 1]) measure(metrics, METRICS.circuit, level);
  });
  expect(drawn("Webhook to ERP, ms", kept)).toEqual({ p50: 50, p95: 95, p99: 99 });
  const ages = { "under 15 min": 2, "15 min to 1 h": 1, "1 h to 1 day": 1, "over a day": 1 };
  expect(drawn("Unfinished orders by age", kept)).toEqual(ages);
  expect(drawn("Circuit: trying (1), open (2)", kept)).toEqual({ Circuit: 2 });
});

test("what was measured before the range is not drawn", () => {
  const kept = measured(() => measure(metrics, METRICS.due, 7), NOW - 3_600_000);
  expect(drawn("Orders due at a sweep", kept)).toEqual({ DueOrders: null });
});
