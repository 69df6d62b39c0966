/**
 * The metrics of Kojarz, all in one namespace for each stage, as CloudWatch reads them from log lines (EMF).
 *
 * Every combination of dimension values is a metric of its own that costs money each month, so what varies freely (an
 * order, a free text) never is a dimension: it is metadata of the log line.
 */
import type { Logger } from "@aws-lambda-powertools/logger";
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { heldReason } from "../core/held-reasons.ts";
import type { Explain } from "../core/ports/explain.ts";
import { present } from "../core/writes.ts";
import type { Forwarded } from "../delivery/lease.ts";

/** The dimension of a metric that has no other one. */
export const WHOLE = { service: "kojarz" } as const;

/** Names, and the dimensions that each one carries. */
export const METRICS = {
  /** One for each report that is an order or a repetition of one: `new`, `linked`, `duplicate`. All verdicts are in the log. */
  sightings: { name: "Sightings", dimensions: ["verdict"], unit: MetricUnit.Count },
  /** One for each message or order that a person has to look at. Why is in the log. */
  held: { name: "Held", dimensions: ["service"], unit: MetricUnit.Count },
  /** One for each order of which the ERP did not say whether it took it. What else became of orders is in the log. */
  inDoubt: { name: "InDoubt", dimensions: ["service"], unit: MetricUnit.Count },
  /** From the moment at which an order could go to the ERP until it was there. */
  deliveryTime: { name: "DeliveryTime", dimensions: ["service"], unit: MetricUnit.Milliseconds },
  /** How long ago an order could go to the ERP that a sweep finds undelivered. One value an order and look. */
  unfinishedAge: { name: "UnfinishedAge", dimensions: ["service"], unit: MetricUnit.Seconds },
  /** How many orders one sweep found due. */
  due: { name: "DueOrders", dimensions: ["service"], unit: MetricUnit.Count },
  /** One for each webhook request that was refused. `refusal` is one of `Refusal`. */
  refusals: { name: "Refusals", dimensions: ["refusal"], unit: MetricUnit.Count },
  /** One for each webhook request of an account that was proven to be its own, where the account lives on them. */
  received: { name: "Received", dimensions: ["account"], unit: MetricUnit.Count },
  /** One for each request that the API itself turned away, as too many or too large. Counted in its log: no function sees it. */
  turnedAway: { name: "TurnedAway", dimensions: [], unit: MetricUnit.Count },
  /** One for each refused request (4xx) that the API's log holds: the API counts more where its log leaves some out. */
  refusedInLog: { name: "RefusedInLog", dimensions: [], unit: MetricUnit.Count },
  /** One for each run of any function that failed or ran out of time. Counted in the lines that Lambda writes about each run. */
  functionErrors: { name: "FunctionErrors", dimensions: [], unit: MetricUnit.Count },
  /** How much later than planned a listing of an account last came to its end. */
  cursorAge: { name: "CursorAge", dimensions: ["account"], unit: MetricUnit.Seconds },
  /** How long the order waits that an account was told of first and has not read yet. */
  pollLag: { name: "PollLag", dimensions: ["account"], unit: MetricUnit.Seconds },
  /** For how much longer the token of an account is valid; negative once it is not. */
  tokenLeft: { name: "TokenLeft", dimensions: ["account"], unit: MetricUnit.Seconds },
  /** 1 when the ERP answered a question, 0 when it did not. */
  erpUp: { name: "ErpUp", dimensions: ["service"], unit: MetricUnit.Count },
  /** How many cases wait for a person, and for how long the oldest has. Each sweep tells both. */
  openCases: { name: "OpenCases", dimensions: ["service"], unit: MetricUnit.Count },
  caseAge: { name: "CaseAge", dimensions: ["service"], unit: MetricUnit.Seconds },
  /** 2 while the ERP is left alone because it failed, 1 while one order tries; said by the sweep and the connector, and not at all while it is given orders. */
  circuit: { name: "Circuit", dimensions: ["service"], unit: MetricUnit.Count },
} as const;

export type Metric = (typeof METRICS)[keyof typeof METRICS];

/** Those that a metric has, or none: CloudWatch takes any others for another metric, which nobody looks at. */
export type DimensionsOf<M extends Metric> = Readonly<Record<M["dimensions"][number], string>> | typeof WHOLE;

/** Publishes one value at once, under each set of dimensions. */
export function measure<M extends Metric>(
  metrics: Metrics,
  { name, unit }: M,
  value: number,
  sets: ReadonlyArray<DimensionsOf<NoInfer<M>>> = [WHOLE],
  metadata: Readonly<Record<string, string>> = {},
): void {
  const single = metrics.singleMetric();
  single.clearDefaultDimensions();
  for (const set of sets) single.addDimensions({ ...set });
  for (const [key, text] of Object.entries(metadata)) single.addMetadata(key, text);
  single.addMetric(name, unit, value);
}

/** Why a request was refused, as far as somebody has to know. What was meant for no address of ours is a line of the log. */
export type Refusal = "signature" | "too-large" | "unknown-account";

/** 429: put off, because it is proven by a key, or meant for a recipient, that our configuration does not have. */
const REFUSALS: Readonly<Record<number, Refusal>> = {
  401: "signature",
  404: "unknown-account",
  413: "too-large",
  429: "signature",
};

export function refusalOf(status: number): Refusal | undefined {
  return REFUSALS[status];
}

/** What the dashboard draws over months, longer than logs are kept. */
const COUNTED: ReadonlySet<string> = new Set(["new", "linked", "duplicate"]);

/** Every verdict is explained once: one structured log line and one metric, without personal data. */
export function explainWith(logger: Logger, metrics: Metrics): Explain {
  return ({ key, ...explanation }) => {
    const { verdict, reason, account } = explanation;
    logger.info("verdict", { ...explanation, ...key });
    if (COUNTED.has(verdict)) measure(metrics, METRICS.sightings, 1, [{ verdict }], { account, reason });
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
    const details = present<Record<string, unknown>>({
      order,
      outcome,
      reason,
      until: "until" in forwarded ? forwarded.until : undefined,
      erpNumber: "erp" in forwarded ? forwarded.erp.number : undefined,
      error: "cause" in forwarded ? forwarded.cause : undefined,
    });
    logger.info("delivery", details);
    if (outcome === "in-doubt") measure(metrics, METRICS.inDoubt, 1);
    if (outcome === "delivered") measure(metrics, METRICS.deliveryTime, forwarded.tookMs);
    if (outcome === "held") countHeld(metrics, forwarded.reason);
  };
}

function countHeld(metrics: Metrics, reason: string): void {
  measure(metrics, METRICS.held, 1, [WHOLE], { reason: heldReason(reason) });
}
