/**
 * The metrics of Kojarz, all in the namespace `Kojarz`, as CloudWatch reads them from log lines (EMF).
 *
 * Every combination of dimension values is a metric of its own that costs money each month, so what varies freely (an
 * order, a free text) never is a dimension: it is metadata of the log line.
 */
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

export const NAMESPACE = "Kojarz";

/** The dimension of a metric that has no other one. */
export const WHOLE = { service: "kojarz" } as const;

/** Names, and the dimensions that each one carries. */
export const METRICS = {
  /** One for each verdict. */
  sightings: { name: "Sightings", dimensions: ["channel", "verdict"], unit: MetricUnit.Count },
  /** One for each message or order that a person has to look at. Also as a whole, for the alarm. */
  held: { name: "Held", dimensions: ["reason"], unit: MetricUnit.Count },
  /** One for each delivery to the ERP that came to something. */
  deliveries: { name: "Deliveries", dimensions: ["outcome"], unit: MetricUnit.Count },
  /** From the moment at which an order could go to the ERP until it was there. */
  deliveryTime: { name: "DeliveryTime", dimensions: ["service"], unit: MetricUnit.Milliseconds },
  /** How long ago an order could go to the ERP that a sweep finds undelivered. One value an order and look. */
  unfinishedAge: { name: "UnfinishedAge", dimensions: ["service"], unit: MetricUnit.Seconds },
  /** How many orders one sweep found due. */
  due: { name: "DueOrders", dimensions: ["service"], unit: MetricUnit.Count },
  /** One for each delivery that was not taken. `refusal` is one of `Refusal`. */
  refusals: { name: "Refusals", dimensions: ["refusal"], unit: MetricUnit.Count },
  /** One for each delivery of an account that was proven to be its own. */
  received: { name: "Received", dimensions: ["account"], unit: MetricUnit.Count },
  /** One for each request that the API turned away as too many. Counted in the API's log: no function sees it. */
  turnedAway: { name: "TurnedAway", dimensions: [], unit: MetricUnit.Count },
  /** How much later than planned a listing of an account last came to its end. */
  cursorAge: { name: "CursorAge", dimensions: ["account"], unit: MetricUnit.Seconds },
  /** How long the order waits that an account was told of first and has not read yet. */
  pollLag: { name: "PollLag", dimensions: ["account"], unit: MetricUnit.Seconds },
  /** For how much longer the token of an account is valid; negative once it is not. */
  tokenLeft: { name: "TokenLeft", dimensions: ["account"], unit: MetricUnit.Seconds },
  /** 1 when the ERP answered a question, 0 when it did not. */
  erpUp: { name: "ErpUp", dimensions: ["service"], unit: MetricUnit.Count },
  /** 0 while the ERP is given orders, 2 while it is left alone because it failed, 1 while one order tries. */
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

/** Why a delivery was not taken, as far as a metric tells it. */
export type Refusal = "signature" | "too-large" | "unknown-account" | "other";

/** 429: put off, because it is proven by a key, or meant for a recipient, that our configuration does not have. */
const REFUSALS: Readonly<Record<number, Refusal>> = {
  401: "signature",
  404: "unknown-account",
  413: "too-large",
  429: "signature",
};

export function refusalOf(status: number): Refusal {
  return REFUSALS[status] ?? "other";
}
