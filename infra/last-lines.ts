/** What a deployment says at its end. SST prints outputs in any order: lines that have one are one output. Pure. */
import type { Deployment } from "./deployment.ts";
import { unpolledOf } from "./deployment.ts";

/** @param address of the API */
export function lastLines(address: string, { accounts, alertEmail }: Pick<Deployment, "accounts" | "alertEmail">) {
  const unpolled = unpolledOf(accounts);
  return [
    "",
    `    api: ${address}`,
    ...(unpolled.length > 0 ? [`    not polled: ${unpolled.join(" ")}`] : []),
    `    ${alertEmail === undefined ? NOBODY : confirmFirst(alertEmail)}`,
  ].join("\n");
}

const NOBODY = "No alarm reaches anybody: KOJARZ_ALERT_EMAIL is not set.";

function confirmFirst(address: string): string {
  return `Confirm first: no alarm reaches ${address} before the link in AWS's message to it was opened.`;
}
