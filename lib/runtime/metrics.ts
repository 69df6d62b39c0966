import { Metrics } from "@aws-lambda-powertools/metrics";
import { NAMESPACE } from "../ops/explain.ts";

export const metrics = new Metrics({ namespace: NAMESPACE, serviceName: "kojarz" });
