/** A deployment of every channel, for the pages that list what a deployment has. */
import { type Deployment, deploymentFrom } from "../../infra/deployment.ts";
import { channels } from "../../lib/channels/index.ts";

export function exampleDeployment(): Deployment {
  const accounts = channels.map(({ name, pull }) => (pull ? `${name}:main@15` : `${name}:main`));
  return deploymentFrom({ KOJARZ_ACCOUNTS: accounts.join(" "), KOJARZ_ALERT_EMAIL: "alerts@example.com" });
}
