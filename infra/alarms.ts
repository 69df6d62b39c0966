/** One alarm for each way in which orders stop or pile up. Its description says what it means and what to do. */
import { METRICS } from "../lib/ops/metric.ts";
import { delivering, parked, storing } from "./alarms/delivering.ts";
import { polling } from "./alarms/polling.ts";
import { receiving, silences } from "./alarms/receiving.ts";
import { type AlarmSpec, alarm, FILLED, lambda, MINUTE, ours } from "./alarms/spec.ts";
import type { DeployedAccount } from "./deployment.ts";
import { CONNECTOR, type FunctionSpec } from "./functions.ts";

export { type AlarmSpec, OURS, type Source } from "./alarms/spec.ts";

export function alarmsOf(functions: readonly FunctionSpec[], accounts: readonly DeployedAccount[]): AlarmSpec[] {
  return [
    ...receiving(),
    ...running(functions),
    ...silences(accounts),
    ...accounts.filter(({ pollMinutes }) => pollMinutes !== undefined).flatMap(polling),
    ...delivering(),
    ...parked(),
    ...storing(),
  ];
}

/**
 * One for whatever fails, over all functions: each counts as a metric. A scheduled run that is kept from running is
 * retried and then a dead letter, so only what is called at once is watched for throttles.
 */
function running(functions: readonly FunctionSpec[]): AlarmSpec[] {
  const calledAtOnce = functions.filter(
    ({ id, routes, reserved }) => id === CONNECTOR || (routes.length > 0 && reserved),
  );
  return [
    alarm(
      "FunctionErrors",
      ours(METRICS.functionErrors, {}),
      { threshold: 2, periodSeconds: 15 * MINUTE, expression: FILLED },
      "Funkcje kończą się błędem. Wykres „Function errors” mówi które; w logu funkcji pole error podaje przyczynę. Zamówienia nie giną, ale mogą czekać.",
      "Functions fail. The graph 'Function errors' says which; in the function's log the field error has the cause. No order is lost, but orders may wait.",
    ),
    ...calledAtOnce.map(({ id }) =>
      alarm(
        `${id}Throttles`,
        lambda("Throttles", id),
        { threshold: 10, periodSeconds: 15 * MINUTE },
        `Funkcja ${id} osiągnęła limit równoległości. Zwiększ reserved w infra/functions.ts albo limit konta AWS.`,
        `The function ${id} is at its limit of concurrency. Raise reserved in infra/functions.ts, or the limit of the AWS account.`,
      ),
    ),
  ];
}
