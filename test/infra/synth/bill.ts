/** What a deployment costs whatever the number of orders, counted from the resources that it would make. */
import type { Standing } from "../../../infra/cost.ts";
import { type Graph, type Made, ofType } from "./graph.ts";
import { asList, type Values } from "./judging.ts";

const DAY_MINUTES = 1440;

/** @param ownMetrics of Kojarz, which its functions publish and no resource names: see `standingOf` */
export function standingIn(graph: Graph, ownMetrics: number): Standing {
  const schedules = ofType(graph, "schedule");
  return {
    alarmMetrics: ofType(graph, "alarm").reduce((sum, alarm) => sum + metricsUnder(alarm), 0),
    ownMetrics,
    dashboards: ofType(graph, "dashboard").length,
    schedules: schedules.map(minutesOf),
    polls: schedules.filter(({ inputs }) => "account" in inputOf(inputs)).map(minutesOf),
  };
}

/** AWS bills an alarm for each metric that its expression reads. */
function metricsUnder({ inputs }: Made): number {
  const queries = asList<Values>(inputs.metricQueries).filter(({ metric }) => metric !== undefined);
  return Math.max(1, queries.length);
}

/** Between two runs. @throws where a schedule is written in another way than ours */
function minutesOf({ name, inputs }: Made): number {
  const expression = String(inputs.scheduleExpression);
  const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(expression) ?? [];
  if (minutes !== undefined) return Number(minutes);
  if (/^cron\(\d+ \d+ \* \* \? \*\)$/.test(expression)) return DAY_MINUTES;
  throw new Error(`${name}: ${expression}`);
}

function inputOf(inputs: Values): Values {
  return JSON.parse(String((inputs.target as Values | undefined)?.input ?? "{}")) as Values;
}
