/** The functions of a deployment with every channel: what each may do, and how many run at once. */
import { type FunctionSpec, functionsOf, schedulesOf } from "../../../infra/functions.ts";
import { exampleDeployment } from "../example-deployment.ts";
import { code, table } from "../markdown.ts";

function mayDo({ on, actions, keysFrom }: FunctionSpec["grants"][number]): string {
  const keys = keysFrom ? ` of ${keysFrom.map((beginning) => code(`${beginning}*`)).join(", ")}` : "";
  return `${on}: ${actions.map((action) => code(action)).join(", ")}${keys}`;
}

export function functionsPage(): string {
  const deployment = exampleDeployment();
  const specs = functionsOf({ ...deployment, bridge: "pulls" });
  const rows = specs.map(({ id, routes, grants, secrets, memoryMb, timeoutSeconds, reserved }) => [
    code(id),
    routes.map(code).join(", ") || "–",
    grants.map(mayDo).join("; ") || "nothing",
    secrets.map(code).join(", ") || "–",
    `${memoryMb} MB, ${timeoutSeconds} s`,
    reserved === undefined ? "–" : String(reserved),
  ]);
  const schedules = schedulesOf(deployment).map(({ id, run, minutes, at }) => [
    code(id),
    code(run),
    at ? `day at ${at.hour}:00 (${at.zone})` : `${minutes} minute${minutes === 1 ? "" : "s"}`,
  ]);
  return `# Functions

This is an example with every channel, one account each (named \`main\`, polled every 15 minutes), and a bridge that fetches its work.
The function \`Bridge\` exists only with \`KOJARZ_BRIDGE=pulls\`.

${table(["function", "routes", "may", "sees the secrets", "memory, time-out", "at most at once"], rows)}

A right on the table names how the keys of its items begin (\`dynamodb:LeadingKeys\`; what each letter means stands in
\`lib/store/table.ts\`): no webhook reaches a token, and none reaches what belongs to another channel. Without that are the scan of
\`OperatorAct\`, of which IAM knows no keys, and \`dynamodb:Query\` on the indexes: \`due-index\` holds keys and times alone,
\`find-index\` also the reason and account of cases.

Each function writes into its own log group only. Each route of the API lets in ${deployment.requestsPerSecond}
requests a second (\`KOJARZ_REQUESTS_PER_SECOND\`) and bursts of twice as many; those of \`Health\` and \`NearMiss\` 10.

## Schedules

${table(["schedule", "runs", "every"], schedules)}`;
}
