/**
 * Hears what the functions log and measure, line by line, as CloudWatch reads it in the cloud.
 *
 * Powertools writes to a console of its own, which no option replaces: here it is exchanged by its name.
 */

import { logger, metrics } from "../lib/runtime/lambda.ts";
import { isShown } from "./heard.ts";

/** One line of the log, as JSON: `message` says of what. */
export type LogLine = Readonly<Record<string, unknown>>;

/** @returns what gives the log back */
export function tapLog(heard: (line: LogLine) => void): () => void {
  const before: unknown = Reflect.get(logger, "console");
  const write = (text: string) => {
    const line = JSON.parse(text) as LogLine;
    heard(line);
    if (isShown(line.level)) process.stderr.write(`${text}\n`);
  };
  const levels = ["trace", "debug", "info", "warn", "error", "log"];
  Reflect.set(logger, "console", Object.fromEntries(levels.map((level) => [level, write])));
  return () => {
    Reflect.set(logger, "console", before);
  };
}

/** @returns what gives the metrics back */
export function tapMetrics(heard: (emf: unknown) => void): () => void {
  const single = metrics.singleMetric.bind(metrics);
  metrics.singleMetric = () => {
    const made = single();
    Reflect.set(made, "disabled", false);
    Reflect.set(made, "console", { log: (text: string) => heard(JSON.parse(text)) });
    return made;
  };
  return () => {
    metrics.singleMetric = single;
  };
}
