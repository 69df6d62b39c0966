/** The account that a draft comes to, as the start of Kojarz would take it. */
import { Accounts, mistakesAmong } from "../../lib/app/accounts.ts";
import type { Connection } from "../../lib/channels/channel.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import { configErrorsOf } from "../../lib/core/config-errors.ts";
import { failed } from "../exit.ts";
import { type Document, withEntry } from "./document.ts";
import type { Draft } from "./recipes.ts";

/** @throws `Ends` where the start would refuse it: platforms would send to an address where nothing listens */
export function connectionOf(document: Document, draft: Draft): Connection {
  const parsed = Accounts.safeParse(withEntry(document, draft).accounts);
  if (!parsed.success) throw failed(`this is no configuration: ${configErrorsOf(parsed.error).join("; ")}`);
  const isIt = (one: Draft) => one.channel === draft.channel && one.account === draft.account;
  const found = connectionsOf({ accounts: parsed.data }).find(({ account }) => isIt(account));
  if (!found) throw failed("the account is not there");
  const index = parsed.data.findIndex(isIt);
  const mistakes = mistakesAmong(parsed.data).filter((one) => one.index === index);
  if (mistakes.length > 0)
    throw failed(
      `nothing was written: ${mistakes.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`,
    );
  return found;
}
