/** The metrics that Kojarz publishes. */
import { METRICS } from "../../../lib/ops/metric.ts";
import { namespaceOf } from "../../../lib/runtime/namespace.ts";
import { commentsIn } from "../comments.ts";
import { code, table } from "../markdown.ts";

const explain = commentsIn([new URL("../../../lib/ops/metric.ts", import.meta.url)]);

export function metricsPage(): string {
  const rows = Object.entries(METRICS).map(([key, { name, dimensions, unit }]) => [
    code(name),
    dimensions.map(code).join(", "),
    unit,
    explain(key) ?? "",
  ]);
  return `# Metrics

All in the namespace \`${namespaceOf("<stage>")}\` of CloudWatch, so that no stage answers for another. What varies freely (an order, a free text) is never a dimension; it is in the log line.

${table(["metric", "dimensions", "unit", "meaning"], rows)}`;
}
