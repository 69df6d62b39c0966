/** Every verdict is explained once: one structured log line and one metric, without personal data. */
import type { Logger } from "@aws-lambda-powertools/logger";
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Key } from "../dedup/keys.ts";
import type { Forwarded } from "../erp/turn.ts";
import type { Verdict } from "../order.ts";

export type Explanation = {
  verdict: Verdict;
  reason: string;
  account: string;
  sourceOrder: string;
  order?: string;
  /** The key that decided, and its rank. */
  key?: Key;
  /** Something odd that changed nothing: lines that do not add up to the total. */
  note?: string;
};

export type Explain = (explanation: Explanation) => void;

export const NAMESPACE = "Kojarz";
/** One for each verdict; its dimensions are `channel` and `verdict`. */
const SIGHTINGS = "Sightings";
/** One for each delivery to the ERP that came to something; its dimension is `outcome`. */
const DELIVERIES = "Deliveries";

export function explainWith(logger: Logger, metrics: Metrics): Explain {
  return ({ key, ...explanation }) => {
    const { verdict, reason, account } = explanation;
    logger.info("verdict", { ...explanation, ...key });
    const [channel = account] = account.split(":");
    count(metrics, SIGHTINGS, { channel, verdict }, reason);
  };
}

/** What one delivery of an order to the ERP came to. Nothing to do is not worth a line. */
export function explainDelivery(logger: Logger, metrics: Metrics): (order: string, forwarded: Forwarded) => void {
  return (order, forwarded) => {
    if (forwarded.outcome === "nothing") return;
    const { outcome } = forwarded;
    const reason = "reason" in forwarded ? forwarded.reason : undefined;
    const details = {
      order,
      outcome,
      ...(reason !== undefined && { reason }),
      ...("until" in forwarded && { until: forwarded.until }),
      ...("erp" in forwarded && { erpNumber: forwarded.erp.number }),
      ...("cause" in forwarded && { error: forwarded.cause }),
    };
    logger.info("delivery", details);
    count(metrics, DELIVERIES, { outcome }, reason);
  };
}

/** Published at once: a dimension is a metric of its own that costs money, so what varies freely is metadata. */
function count(metrics: Metrics, name: string, dimensions: Record<string, string>, reason: string | undefined): void {
  const single = metrics.singleMetric();
  single.clearDefaultDimensions();
  single.addDimensions(dimensions);
  if (reason !== undefined) single.addMetadata("reason", reason);
  single.addMetric(name, MetricUnit.Count, 1);
}
