import { Metrics } from "@aws-lambda-powertools/metrics";
import { NAMESPACE } from "../ops/metric.ts";

export const metrics = new Metrics({ namespace: NAMESPACE, serviceName: "kojarz" });
