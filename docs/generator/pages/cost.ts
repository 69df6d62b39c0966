/** What 1,000 orders cost on AWS. */
import {
  type CostLine,
  costOfMonth,
  costOfOperators,
  costOfPulling,
  costOfThousand,
  UNITS,
} from "../../../infra/cost.ts";
import { deploymentFrom } from "../../../infra/deployment.ts";
import { PRICES } from "../../../infra/prices.ts";
import { standingOf } from "../../../infra/standing.ts";
import { table } from "../markdown.ts";

/** A deployment as `docs/deploying.md` writes it. */
const STANDING = standingOf(
  deploymentFrom({ KOJARZ_ACCOUNTS: "woocommerce:main@15 baselinker:acme@2 allegro:acme@1" }),
  true,
);

const dollars = (amount: number): string => amount.toFixed(4);

function cells({ step, dynamo, lambda, api, logs, sum }: CostLine): string[] {
  return [step, ...[dynamo, lambda, api, logs].map(dollars), `**${dollars(sum)}**`];
}

export function cost(): string {
  const lines = costOfThousand();
  const all = lines.reduce((total, { sum }) => total + sum, 0);
  const units = Object.entries(UNITS).map(([step, { reads, writes }]) => [step, String(writes), String(reads)]);
  const month = costOfMonth(STANDING);
  const standing = [
    ...Object.entries(month.parts).map(([part, usd]) => [part, usd.toFixed(2)]),
    ["**sum**", `**${month.sum.toFixed(2)}**`],
  ];
  const prices = Object.entries(PRICES).map(([name, price]) => [`\`${name}\``, String(price)]);
  return `# The cost of 1,000 orders

In US dollars, at us-east-1 prices without free tier. [Cost](../cost.md) says how to read it, and what does not depend on orders.

${table(["step", "DynamoDB", "Lambda", "API", "logs", "sum"], lines.map(cells))}

1,000 orders that make each of these steps once cost ${dollars(all)}. A bridge that asks for work every second costs
${costOfPulling(1).toFixed(2)} a month; one that asks every five seconds costs ${costOfPulling(5).toFixed(2)}.

## A month, whatever the number of orders

For the three accounts of [Deploying](../deploying.md#2-say-what-is-to-be-deployed) in \`production\`: ${STANDING.alarmMetrics} metrics under alarms,
at most ${STANDING.ownMetrics} metrics of Kojarz (AWS bills the hours in which one is sent) and one dashboard. Another stage has none.

${table(["for", "US dollars a month"], standing)}

## 1,000 looks and actions of operators

A widget of the dashboard that is looked at, or a command of \`kojarz\`. Nothing is called while nobody looks.

${table(["call", "DynamoDB", "Lambda", "API", "logs", "sum"], costOfOperators().map(cells))}

## Units of DynamoDB

Counted over the real store with an order that a real shop sent, those of the indexes included.

${table(["step", "write units", "read units"], units)}

## Prices

Change them in \`infra/prices.ts\` for your region; this page follows.

${table(["price", "US dollars"], prices)}`;
}
