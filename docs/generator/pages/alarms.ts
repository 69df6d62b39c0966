/** One alarm for each way in which orders stop. */

import { playedOut } from "../../../infra/alarms/cases.ts";
import { alarmsOf } from "../../../infra/alarms.ts";
import { functionsOf } from "../../../infra/functions.ts";
import { pascal } from "../../../infra/pascal.ts";
import { exampleDeployment } from "../example-deployment.ts";
import { code, table } from "../markdown.ts";

/** Two functions and two accounts stand for all of them: their alarms differ in names only. */
export function alarms(): string {
  const deployment = exampleDeployment();
  const some = functionsOf(deployment).filter(({ id }) => ["WebhookWoocommerce", "ErpConnector"].includes(id));
  const accounts = deployment.accounts.filter(({ channel }) => ["woocommerce", "allegro"].includes(channel));
  const specs = alarmsOf(some, accounts);
  const rows = specs.map(({ id, description }) => {
    const [pl = "", en = ""] = description.split("\n\n");
    return [code(id), en, pl];
  });
  const times = specs.map((spec) => {
    const account = accounts.find(({ name }) => spec.id.startsWith(pascal(name)));
    const { story, ringsAfter = 0, backAfter = 0, lasts } = playedOut(spec, account);
    const looks = `${spec.datapoints} of ${spec.periods} × ${spec.periodSeconds / 60} min`;
    return [
      code(spec.id),
      story,
      looks,
      duration(ringsAfter),
      spec.event ? "says nothing" : duration(backAfter - lasts),
    ];
  });
  return `# Alarms

Each way in which orders can stop has an alarm. AWS sends its description with the alert, when the alarm begins and not again while it
lasts. Each account that lives on webhooks has \`…Silent\`, each polled account \`…CursorStuck\` and \`…Unread\`, each account with a token
\`…TokenOver\`, each function that is called at once \`…Throttles\`; here \`WebhookWoocommerce\`, \`ErpConnector\`, \`woocommerce:main\` and
\`allegro:main\` (polled every 15 minutes) stand for all of them.

${table(["alarm", "what it means, and what to do", "co to znaczy i co zrobić"], rows)}

## When they ring

CloudWatch's documented rule, played over series of data: the table of missing data, periods that slide each minute, values that can be read two
minutes late. No alarm rings in a healthy month of nights, weekends, scanners and, where it is given seven days, a shop with one order a week.
\`test/infra/alarms.test.ts\` holds all of it. How far CloudWatch looks back for missing data is documented for three periods only: two more.

${table(["alarm", "what happens", "looks at", "rings after", "is over so long after it ended"], times)}`;
}

function duration(minutes: number): string {
  if (minutes >= 2 * 1440) return `${Math.round(minutes / 1440)} days`;
  return minutes >= 180 ? `${Math.round(minutes / 60)} h` : `${Math.max(0, minutes)} min`;
}
