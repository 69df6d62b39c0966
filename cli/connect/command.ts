/** `kojarz connect`: asks for what nobody can guess, makes the rest, checks it, and only then writes it down. */

import { existsSync } from "node:fs";
import { Argument, Command } from "commander";
import { Accounts } from "../../lib/app/accounts.ts";
import { Settings } from "../../lib/app/config.ts";
import type { Connection } from "../../lib/channels/channel.ts";
import { http } from "../../lib/runtime/http.ts";
import { checkAccount } from "../check/account.ts";
import type { Checked } from "../check/findings.ts";
import { network } from "../check/network.ts";
import { showChecked } from "../check/show.ts";
import { failed, wrong } from "../exit.ts";
import { note, say } from "../terminal.ts";
import { answersTo } from "./answers.ts";
import { completed } from "./complete.ts";
import { connectionOf } from "./connection.ts";
import { type Document, documentIn, entryIn, withEntry, writeDocument } from "./document.ts";
import { type Draft, RECIPES } from "./recipes.ts";
import { registered } from "./register.ts";
import { stageDocument, writeStageAccounts } from "./stage-secrets.ts";

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
      "\nWith --stage it reads and writes the secrets of that deployment by sst, instead of a file.\nAt a terminal it asks, secrets without an echo. Elsewhere it reads one JSON object with the answers from the standard input.\n\nExamples:\n  kojarz connect woocommerce main --config kojarz.json --address https://orders.example.pl\n  kojarz connect allegro acme --config kojarz.json\n  kojarz connect shoper main --stage production --address https://orders.example.pl",
    )
    .action(connect);
}

/** Where the accounts are kept. */
type Keeping = {
  read(): Promise<Document>;
  /** @returns where it was written */
  write(document: Document, channel: string): Promise<string>;
  /** What is left to do there. */
  further?: string;
};

async function connect(platform: string, account: string, options: ConnectOptions): Promise<void> {
  const { address, json } = options;
  const keeping = keepingOf(options);
  if (address !== undefined && !URL.canParse(address)) throw wrong("--address wants a URL");
  const recipe = RECIPES[platform];
  if (!recipe) throw wrong(`${platform} is not known`);
  const document = await keeping.read();
  const before = entryIn(document, platform, account);
  const asked = recipe.fields.filter(({ name }) => before?.[name] === undefined);
  const said = listsIn(await answersTo(asked));
  const made = { channel: platform, account, ...recipe.made(), ...before, ...said };
  const { draft, lacks } = await completed(made, http);

  const connection = connectionOf(document, draft);
  const checked = await checkOf(connection, document, address);
  if (!json) showChecked(checked);
  if (cannotRead(checked)) throw failed("nothing was written: mend what failed above, and say it again");
  if (lacks !== undefined) throw failed(`nothing was written: ${lacks}`);
  const where = await keeping.write(withEntry(document, draft), platform);
  note(`${where}: ${connection.name} ${before ? "is there" : "was added"}`);
  if (keeping.further !== undefined) note(keeping.further);
  const lines = await registered(connection, { address, isNew: before === undefined, http });
  if (json) say(JSON.stringify({ checked, registered: lines }));
  else for (const line of lines) say(line);
}

function keepingOf({ config, stage }: ConnectOptions): Keeping {
  if (stage !== undefined) {
    if (config !== undefined) throw wrong("connect writes into --config or into the secrets of --stage, not both");
    return {
      read: () => stageDocument(stage),
      write: async (document, channel) => `secret ${await writeStageAccounts(stage, channel, document)} of ${stage}`,
      further: "name the account in KOJARZ_ACCOUNTS and deploy: until then nothing of it is taken in",
    };
  }
  const path = config ?? process.env.KOJARZ_CONFIG;
  if (!path) throw wrong("connect wants your configuration: --config FILE, or KOJARZ_CONFIG; or a deployment: --stage");
  return {
    read: async () => (existsSync(path) ? documentIn(path) : { accounts: [] }),
    async write(document) {
      await writeDocument(path, document);
      return path;
    },
  };
}

/** What the configuration holds as a list is asked for as one. */
function listsIn(answers: Draft): Draft {
  const { secrets, ...rest } = answers;
  return typeof secrets === "string" ? { ...rest, secrets: [secrets] } : answers;
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
