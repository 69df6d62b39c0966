/** Every setting: of the whole, of each channel, of the bridge, of a deployment, of a local run. */
import { BridgeFile } from "../../../bridge/config.ts";
import { DeploymentVariables } from "../../../infra/deployment.ts";
import { Settings } from "../../../lib/app/config.ts";
import { ErpAccess } from "../../../lib/app/erp-access.ts";
import { channels } from "../../../lib/channels/index.ts";
import { LocalVariables } from "../../../local/options.ts";
import { commentsIn } from "../comments.ts";
import { table } from "../markdown.ts";
import { choicesOf, SETTINGS_HEAD, settingRows } from "../settings.ts";

const at = (path: string) => new URL(`../../../${path}`, import.meta.url);

/** Where fields that several channels share are explained. */
const SHARED = [at("lib/channels/shared/account-fields.ts"), at("lib/channels/shared/settings.ts")];

/** The standard channel is one file; Adobe's orders are read as Magento's. */
function accountFilesOf(channel: string): URL[] {
  if (channel === "standard") return [at("lib/channels/standard/index.ts"), ...SHARED];
  const own = at(`lib/channels/${channel}/account.ts`);
  return channel === "adobe" ? [own, at("lib/channels/magento/account.ts"), ...SHARED] : [own, ...SHARED];
}

function erpAccessRows(kind: string): string[][] {
  const explain = commentsIn([at("lib/app/erp-access.ts")]);
  const rows = choicesOf(ErpAccess).map((choice) => settingRows(choice, explain));
  return rows.find((each) => each.some(([, takes]) => takes === `\`"${kind}"\``)) ?? [];
}

export function configuration(): string {
  const sections = channels
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ name, account }) => {
      const rows = settingRows(account, commentsIn(accountFilesOf(name)));
      return `### ${name}\n\n${table(SETTINGS_HEAD, rows)}`;
    });
  return `# Configuration

The configuration is one JSON document. It is checked at the start, and every mistake is named by its path. A whole one to copy from
is [docs/examples/configuration.json](../examples/configuration.json). On AWS the settings are [variables](#variables-of-a-deployment), and the
accounts are [secrets](../deploying.md#3-secrets).

## Of the whole

${table(SETTINGS_HEAD, settingRows(Settings, commentsIn([at("lib/app/config.ts"), at("lib/erp/writers.ts")])))}

\`memoryDays\` must not be shorter than \`windowDays\`. The file of a local run has two more keys: \`accounts\`, and \`erp\`, which says
[how the bridge is reached](#how-the-bridge-is-reached). Without \`erp\` a local run plays an ERP on your machine.

## Accounts

An account that another one names (in \`sources\`, \`exportShop\`, \`baselinkerAccount\` or \`issuer\`) must be configured, unless nothing of
its channel is.

${sections.join("\n\n")}

## How the bridge is reached

The key \`erp\` of a local run, and the secret \`ErpAccess\` of a deployment. A bridge that is called:

${table(SETTINGS_HEAD, erpAccessRows("bridge"))}

A bridge that fetches its work:

${table(SETTINGS_HEAD, erpAccessRows("pull"))}

## The bridge

The file \`bridge.json\`. Two secrets come from the environment: \`KOJARZ_BRIDGE_SQL_PASSWORD\` and \`KOJARZ_BRIDGE_SECRET\`.
\`KOJARZ_BRIDGE_CONFIG\` names another file.

${table(SETTINGS_HEAD, settingRows(BridgeFile, commentsIn([at("bridge/config.ts"), at("bridge/wapro/settings.ts")])))}

## Variables of a deployment

From the shell or from a file \`.env\`. An empty value means "not set".

${table(SETTINGS_HEAD, settingRows(DeploymentVariables, commentsIn([at("infra/deployment.ts")])))}

## Variables of a local run

${table(SETTINGS_HEAD, settingRows(LocalVariables, commentsIn([at("local/options.ts")])))}`;
}
