/** A graph's requests against the models of AWS's API. */
import type { Graph } from "../graph.ts";
import type { Models } from "./models.ts";
import { requestsFor } from "./requests.ts";
import { walked } from "./walk.ts";

export type Validation = {
  calls: number;
  /** Constraints that were looked at: members, types, words, lengths, ranges, patterns. */
  checks: number;
  /** What AWS would refuse, by resource. */
  violations: string[];
  /** What the models are too old to know, each with its source. */
  newer: string[];
};

export function validated(models: Models, graph: Pick<Graph, "resources">): Validation {
  const requests = requestsFor(graph);
  const results = requests.map(({ service, operation, input, of }) => {
    const { checks, violations } = walked(models.of(service), operation, input);
    return { checks, violations: violations.map((one) => `${of}: ${one}`) };
  });
  return {
    calls: requests.length,
    checks: results.reduce((sum, { checks }) => sum + checks, 0),
    violations: results.flatMap(({ violations }) => violations),
    newer: models.newer(),
  };
}
