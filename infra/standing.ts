/** What a deployment costs whatever the number of orders: counted from its description. */
import { channels } from "../lib/channels/index.ts";
import { METRICS } from "../lib/ops/metric.ts";
import { alarmsOf } from "./alarms.ts";
import type { Standing } from "./cost.ts";
import type { DeployedAccount, Deployment } from "./deployment.ts";
import { functionsOf, schedulesOf } from "./functions.ts";

/** How many values the dimension of a metric takes, beside accounts. */
const VALUES: Readonly<Record<string, number>> = { verdict: 3, refusal: 3 };

export function standingOf(deployment: Pick<Deployment, "accounts" | "bridge">, production: boolean): Standing {
  const { accounts } = deployment;
  const alarms = alarmsOf(functionsOf(deployment), accounts);
  const schedules = schedulesOf(deployment);
  return {
    alarmMetrics: alarms.reduce((sum, { second }) => sum + (second ? 2 : 1), 0),
    ownMetrics: metricsOfWhole() + accounts.reduce((sum, account) => sum + metricsOf(account), 0),
    dashboards: production ? 1 : 0,
    schedules: schedules.map(({ minutes }) => minutes),
    polls: accounts.flatMap(({ pollMinutes }) => pollMinutes ?? []),
  };
}

function metricsOfWhole(): number {
  const whole = Object.values(METRICS).map(({ dimensions }) => dimensions.join());
  return whole.reduce((sum, name) => sum + (name === "account" ? 0 : (VALUES[name] ?? 1)), 0);
}

/** Webhooks where it lives on them; how far it is read where it is polled; its token. */
function metricsOf({ channel, pollMinutes }: DeployedAccount): number {
  const known = channels.find(({ name }) => name === channel);
  const received = known?.receive && !known.needsPoll ? 1 : 0;
  const polled = pollMinutes === undefined ? 0 : 2;
  return received + polled + (polled > 0 && known?.usesVault ? 1 : 0);
}
