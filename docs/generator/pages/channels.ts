/** What each channel can do, as its contract says it. */
import type { Channel } from "../../../lib/channels/channel.ts";
import { channels } from "../../../lib/channels/index.ts";
import { code, table } from "../markdown.ts";

export function channelsPage(): string {
  const rows = channels.toSorted((a, b) => a.name.localeCompare(b.name)).map(rowOf);
  return `# What each channel can do

${table(["channel", "webhook", "polled", "keeps a rotating token", "hears the ERP's number", "calls a minute"], rows)}

- **must be polled**: its webhook says at most which order to read, so an account that is not polled would have no orders.
- **keeps a rotating token**: on AWS it needs the secret \`VaultKey\`.
- **calls a minute**: what the platform allows, where it says so; \`callsPerMinute\` of an account overrides it.`;
}

function rowOf({ name, receive, methods, pull, needsPoll, usesVault, writeBack, callsPerMinute }: Channel): string[] {
  return [
    code(name),
    receive ? (methods ?? ["POST"]).join(", ") : "–",
    pull ? (needsPoll || !receive ? "must be polled" : "yes") : "–",
    usesVault ? "yes" : "–",
    writeBack ? "yes" : "–",
    callsPerMinute === undefined ? "–" : String(callsPerMinute),
  ];
}
