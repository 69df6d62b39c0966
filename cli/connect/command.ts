/** `kojarz connect`: asks for what nobody can guess, makes the rest, checks it, and only then writes it down. */

import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { Argument, Command } from "commander";
import { Accounts, mistakesAmong } from "../../lib/app/accounts.ts";
import { Settings } from "../../lib/app/config.ts";
import { AllegroAccount } from "../../lib/channels/allegro/account.ts";
import type { Connection } from "../../lib/channels/channel.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import { ShopifyAccount } from "../../lib/channels/shopify/account.ts";
import { WooAccount } from "../../lib/channels/woocommerce/account.ts";
import { configErrorsOf } from "../../lib/core/config-errors.ts";
import { http } from "../../lib/runtime/http.ts";
import { checkAccount } from "../check/account.ts";
import type { Checked } from "../check/findings.ts";
import { network } from "../check/network.ts";
import { showChecked } from "../check/show.ts";
import { failed, wrong } from "../exit.ts";
import { note, say } from "../terminal.ts";
import { answersTo } from "./answers.ts";
import { refreshTokenOf } from "./device-flow.ts";
import { type Document, documentIn, entryIn, withEntry, writeDocument } from "./document.ts";
import { type Draft, RECIPES } from "./recipes.ts";
import { shopifyWebhooks, wooWebhooks } from "./webhooks.ts";

type ConnectOptions = { config?: string; address?: string; stage?: string; json?: true };

export function connectCommand(): Command {
  return new Command("connect")
    .description(
      "Connects a platform: asks for its keys, makes what can be made, checks it, and writes the configuration. Again is harmless.",
    )
    .addArgument(new Argument("<platform>", "which one").choices(Object.keys(RECIPES)))
    .argument("[account]", "what you call it: small letters, digits and dashes", "main")
    .option("--config <file>", "your configuration, made if it is not there; KOJARZ_CONFIG if absent")
    .option("--address <url>", "the public address of Kojarz: webhooks are registered there")
    .addHelpText(
      "after",
      "\nAt a terminal it asks, secrets without an echo. Elsewhere it reads one JSON object with the answers from the standard input.\n\nExamples:\n  kojarz connect woocommerce main --config kojarz.json --address https://orders.example.pl\n  kojarz connect allegro acme --config kojarz.json",
    )
    .action(connect);
}

async function connect(
  platform: string,
  account: string,
  { config, address, stage, json }: ConnectOptions,
): Promise<void> {
  if (stage !== undefined) throw wrong("connect writes a configuration on this machine: name it by --config");
  const path = config ?? process.env.KOJARZ_CONFIG;
  if (!path) throw wrong("connect wants your configuration: --config FILE, or KOJARZ_CONFIG");
  if (address !== undefined && !URL.canParse(address)) throw wrong("--address wants a URL");
  const recipe = RECIPES[platform];
  if (!recipe) throw wrong(`${platform} is not known`);
  const document = existsSync(path) ? await documentIn(path) : { accounts: [] };
  const before = entryIn(document, platform, account);
  const asked = recipe.fields.filter(({ name }) => before?.[name] === undefined);
  const made = recipe.made();
  const draft: Draft = { channel: platform, account, ...made, ...before, ...listsIn(await answersTo(asked)) };
  if (platform === "allegro" && draft.refreshToken === undefined) draft.refreshToken = await tokenOf(draft);

  const connection = connectionOf(document, draft);
  const checked = await checkOf(connection, document, address);
  if (!json) showChecked(checked);
  if (cannotRead(checked)) throw failed("nothing was written: mend what failed above, and say it again");
  await writeDocument(path, withEntry(document, draft));
  note(`${path}: ${connection.name} ${before ? "is there" : "was added"}`);
  const lines = await registered(connection, address, before === undefined);
  if (json) say(JSON.stringify({ checked, registered: lines }));
  else for (const line of lines) say(line);
}

/** What the configuration holds as a list is asked for as one. */
function listsIn(answers: Draft): Draft {
  const { secrets, ...rest } = answers;
  return typeof secrets === "string" ? { ...rest, secrets: [secrets] } : answers;
}

/** The defaults of the account come from its own schema: a draft that lacks the token alone is whole. */
async function tokenOf(draft: Draft): Promise<string> {
  const { account } = connectionOf({ accounts: [] }, { ...draft, refreshToken: "to be made" });
  return refreshTokenOf(AllegroAccount.parse(account), { http, wait, tell: note });
}

function connectionOf(document: Document, draft: Draft): Connection {
  const parsed = Accounts.safeParse(withEntry(document, draft).accounts);
  if (!parsed.success) throw failed(`this is no configuration: ${configErrorsOf(parsed.error).join("; ")}`);
  const isIt = (one: Draft) => one.channel === draft.channel && one.account === draft.account;
  const found = connectionsOf({ accounts: parsed.data }).find(({ account }) => isIt(account));
  if (!found) throw failed("the account is not there");
  const index = parsed.data.findIndex(isIt);
  // The start would refuse it, and platforms would send to an address where nothing listens.
  const mistakes = mistakesAmong(parsed.data).filter((one) => one.index === index);
  if (mistakes.length > 0)
    throw failed(
      `nothing was written: ${mistakes.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`,
    );
  return found;
}

function checkOf(connection: Connection, document: Document, address: string | undefined): Promise<Checked> {
  const accounts = Accounts.parse(withEntry(document, { ...connection.account }).accounts);
  const parts = { http, network, now: Date.now, settings: Settings.parse({}), accounts };
  return checkAccount(connection, { ...parts, ...(address !== undefined && { address }) });
}

/** Webhooks may be missing still; keys that do not work are not written down. */
function cannotRead({ findings }: Checked): boolean {
  return findings.some(({ check, state }) => state === "fail" && !check.startsWith("webhook"));
}

async function registered(
  { name, account }: Connection,
  address: string | undefined,
  isNew: boolean,
): Promise<string[]> {
  const to = `${(address ?? "https://<address>").replace(/\/{1,9}$/, "")}/webhooks/${name.replace(":", "/")}`;
  switch (account.channel) {
    case "woocommerce":
      return address === undefined ? [later(to)] : wooWebhooks(WooAccount.parse(account), to, isNew, http);
    case "shopify":
      return address === undefined ? [later(to)] : shopifyWebhooks(ShopifyAccount.parse(account), to, http);
    case "baselinker":
      return [
        `the callback, if you use one: ${to}/{callbackToken}?order_id=…, with callbackToken of the configuration`,
      ];
    case "standard":
      return [`the shop sends to ${to}, signed with the secret of the configuration: docs/examples/send-order.mjs`];
    default:
      return [];
  }
}

function later(to: string): string {
  return `no webhook was registered: say it again with --address, and they lead to ${to}`;
}
