/** Every verdict is explained once: one structured log line and one metric, without personal data. */
import type { Logger } from "@aws-lambda-powertools/logger";
import type { Metrics } from "@aws-lambda-powertools/metrics";
import type { Judged } from "../dedup/decide.ts";
import type { Key } from "../dedup/keys.ts";
import type { Forwarded } from "../erp/turn.ts";
import { type HeldReason, heldReason } from "../held-reasons.ts";
import { METRICS, measure, WHOLE } from "./metric.ts";

export type Explanation = Judged & {
  account: string;
  sourceOrder: string;
  order?: string;
  /** The key that decided, and its rank. */
  key?: Key;
  /** Something odd that changed nothing: lines that do not add up to the total. */
  note?: string;
  /** What a person was told beside the verdict: the ERP has the order as it was before. */
  told?: HeldReason;
};

export type Explain = (explanation: Explanation) => void;

export function explainWith(logger: Logger, metrics: Metrics): Explain {
  return ({ key, ...explanation }) => {
    const { verdict, reason, account } = explanation;
    logger.info("verdict", { ...explanation, ...key });
    const [channel = account] = account.split(":");
    measure(metrics, METRICS.sightings, 1, [{ channel, verdict }], { reason });
    if (verdict === "held") countHeld(metrics, reason);
    if (explanation.told !== undefined) countHeld(metrics, explanation.told);
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
    measure(metrics, METRICS.deliveries, 1, [{ outcome }], reason === undefined ? {} : { reason });
    if (outcome === "delivered") measure(metrics, METRICS.deliveryTime, forwarded.tookMs);
    if (outcome === "held") countHeld(metrics, forwarded.reason);
  };
}

function countHeld(metrics: Metrics, reason: string): void {
  measure(metrics, METRICS.held, 1, [WHOLE, { reason: heldReason(reason) }]);
}
