/** Simulated platforms, each behind a front that can go wrong, and the check of an account of them. */
import { onTestFinished } from "vitest";
import { type CheckParts, checkAccount } from "../../cli/check/account.ts";
import type { Checked, Finding } from "../../cli/check/findings.ts";
import { network } from "../../cli/check/network.ts";
import { Accounts } from "../../lib/app/accounts.ts";
import { Settings } from "../../lib/app/config.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import { http } from "../../lib/runtime/http.ts";
import { createFront, type Front } from "../../local/simulators/front.ts";

type Closable = { url: string; close(): Promise<void> };

/** What it runs on is closed when the test is over. */
export async function fronted(shop: Closable): Promise<Front> {
  const front = await createFront(shop.url);
  onTestFinished(async () => {
    await front.close();
    await shop.close();
  });
  return front;
}

export async function check(account: object, more: Partial<CheckParts> & { others?: object[] } = {}): Promise<Checked> {
  const { others = [], ...parts } = more;
  const accounts = Accounts.parse([account, ...others]);
  const [connection] = connectionsOf({ accounts });
  if (!connection) throw new Error("no account");
  return checkAccount(connection, { http, network, now: Date.now, settings: Settings.parse({}), accounts, ...parts });
}

export function finding({ findings }: Checked, check: string): Finding {
  const found = findings.find((one) => one.check === check);
  if (!found) throw new Error(`no ${check} in ${JSON.stringify(findings, null, 1)}`);
  return found;
}

/** The kind of trouble with which the list of orders cannot be read. */
export function troubleIn(checked: Checked): string {
  const { state, says, todo } = finding(checked, "order list");
  if (state !== "fail" || !todo) throw new Error(`the list was read: ${says}`);
  return says.split(":")[0] ?? "";
}
