/** An account with its channel, for a function that serves no channel and seldom needs one: loaded when it is asked for. */
import * as z from "zod/mini";
import type { Connection } from "../channels/channel.ts";
import { loadChannel } from "../channels/load.ts";
import { accountName } from "../core/keys.ts";
import { anyText } from "../core/schemas.ts";
import { json } from "../runtime/json.ts";
import { linkedSecrets } from "./aws-app.ts";
import { ACCOUNTS } from "./links.ts";

const Listed = z.lazy(() => json(z.array(z.looseObject({ channel: anyText, account: anyText }))));

/**
 * Whether each account is as its channel wants it was checked when it was deployed.
 * @param name `channel:account`
 */
export async function connectLinked(name: string): Promise<Connection | undefined> {
  const lists = Object.entries(linkedSecrets()).filter(([secret]) => secret.endsWith(ACCOUNTS));
  const entry = lists.flatMap(([, text]) => Listed.parse(text)).find((one) => accountName(one) === name);
  const channel = entry && (await loadChannel(entry.channel));
  return channel && { name, channel, account: channel.account.parse(entry) };
}
