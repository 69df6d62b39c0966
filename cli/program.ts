/** Every command, what it takes and what it teaches. */
import { createRequire } from "node:module";
import { styleText } from "node:util";
import { Argument, Command, Option } from "commander";
import { backfillCommand } from "./backfill.ts";
import { checkCommand } from "./check/command.ts";
import { connectCommand } from "./connect/command.ts";
import { failed, wrong } from "./exit.ts";
import { migrateCommand } from "./migrate.ts";
import { reportCommand } from "./report/command.ts";
import { act, actAll, agreed, ask, type Shared, targetOf } from "./run.ts";
import { sampleCommand } from "./sample/command.ts";
import { showCase, showCases, showStatus, showTrace } from "./show.ts";
import { tail } from "./tail.ts";

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

const EXITS = `
It ends with 0 when it was done (of status: when all is well), with 1 when it was not (the last line says why; of status: when
something needs a look), and with 2 when the command line was wrong.`;

const WHERE = `
Without --stage it speaks to the Kojarz that runs on this machine (npm start). With --stage it invokes the two functions of that
deployment, kojarz-<stage>-OperatorRead and kojarz-<stage>-OperatorAct, with your AWS credentials: who may invoke them may look
or act.`;

export function program(): Command {
  const kojarz = new Command("kojarz")
    .description("Looks after orders: what waits, why, and what to do about it.")
    .version(`kojarz ${version}`, "-v, --version", "print the version, and end")
    .helpOption("-h, --help", "print this, and end")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText(
      "after",
      `${WHERE}\n${EXITS}\n${examples("kojarz status", "kojarz cases --stage production", "kojarz trace 10042", "kojarz retry 10042 --note 'SKU added'")}`,
    )
    .exitOverride()
    .showHelpAfterError("(kojarz --help shows what there is)")
    .configureHelp({ styleTitle: (text) => styleText("bold", text, { stream: process.stdout }) });

  for (const command of [...questions(), ...actions(), ...longWork()]) kojarz.addCommand(shared(command));
  return kojarz;
}

/** What every command takes. */
function shared(command: Command): Command {
  return command
    .exitOverride()
    .showHelpAfterError(`(kojarz ${command.name()} --help shows how)`)
    .addOption(new Option("--stage <name>", "a deployment, instead of the run on this machine").env("KOJARZ_STAGE"))
    .addOption(new Option("--region <name>", "where the deployment is").env("AWS_REGION").default("eu-central-1"))
    .addOption(
      new Option("--state <folder>", "the state folder of the run on this machine")
        .env("KOJARZ_STATE")
        .default(".kojarz"),
    )
    .option("--json", "print the whole answer as JSON, and nothing else")
    .configureHelp({ styleTitle: (text) => styleText("bold", text, { stream: process.stdout }) });
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

function questions(): Command[] {
  return [
    new Command("status")
      .description("Is all well? Open cases, backlog, the link to the ERP, each account.")
      .addHelpText("after", examples("kojarz status", "kojarz status --stage production --json || echo 'needs a look'"))
      .action(async (options: Shared) => {
        const answer = await ask({ ask: "status" }, "status", options, showStatus);
        if (answer.light !== "well") process.exitCode = 1;
      }),
    new Command("cases")
      .description("What waits for a person, the oldest first.")
      .option("--reason <reason>", "only those that are held for it")
      .option("--account <account>", "only those of it, such as woocommerce:main")
      .option("--newest", "the newest first")
      .option("--limit <count>", "how many, at most 200", count)
      .option("--cursor <cursor>", "goes on behind the page before")
      .addHelpText(
        "after",
        examples("kojarz cases", "kojarz cases --reason erp-sku-unknown", "kojarz cases --json | jq '.cases[].id'"),
      )
      .action(async ({ reason, account, newest, limit, cursor, ...options }: Shared & CasesOptions) => {
        const question = { ask: "cases", reason, account, first: newest ? "newest" : undefined, limit, cursor };
        await ask(question, "cases", options, showCases);
      }),
    new Command("case")
      .description("One case: what it means, the orders side by side, and what can be done.")
      .argument("<case>", "its id, as kojarz cases shows it")
      .addHelpText("after", examples("kojarz case 0f3a…"))
      .action(async (id: string, options: Shared) => {
        await ask({ ask: "case", case: id }, "case", options, showCase);
      }),
    new Command("trace")
      .description(
        "What happened to a purchase: reports, the keys that decided, turns at the ERP, cases, actions, what comes next.",
      )
      .argument("<number>", "any number or id of it: of the shop, BaseLinker, Allegro, the ERP, Kojarz")
      .addHelpText(
        "after",
        examples(
          "kojarz trace 10042",
          "kojarz trace 'ZO 0019/26'",
          "kojarz trace b0e3da72-0012-11f1-8001-6d0fa57b1c01 --json",
        ),
      )
      .action(async (of: string, options: Shared) => {
        const answer = await ask({ ask: "trace", of }, "trace", options, showTrace);
        if (answer.orders.length + answer.cases.length + answer.ignored.length === 0)
          throw failed(`nothing is known by ${of}: its source has not reported it here`);
      }),
  ];
}

type CasesOptions = { reason?: string; account?: string; newest?: true; limit?: number; cursor?: string };

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw wrong(`--limit wants a whole number, not ${text}`);
  return value;
}

/** A command that changes something. */
function doing(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option("--note <text>", "why; it goes into the history. Name no buyer in it")
    .option("--by <name>", "who does it, where nothing proves it; your login name if absent");
}

const TARGET = "any number or id of the order, or the id of a case";

function actions(): Command[] {
  return [
    doing("retry", "Sends an order to the ERP again, after a repair; or all that are held for a reason.")
      .argument("[order]", TARGET)
      .option("--reason <reason>", "all that are held for it")
      .addHelpText("after", examples("kojarz retry 10042", "kojarz retry --reason erp-sku-unknown --note 'SKU added'"))
      .action(async (order: string | undefined, options: Shared & { reason?: string }) => {
        const { reason } = options;
        if ((order === undefined) === (reason === undefined))
          throw wrong("retry wants an order or --reason, and not both");
        const target = order === undefined ? { reason } : await targetOf(order, options);
        await actAll({ do: "retry", ...target }, options, "sending again");
      }),
    doing("release", "Forwards an order although it is held or waits.")
      .argument("<order>", TARGET)
      .addHelpText("after", examples("kojarz release 10042 --note 'checked with the shop'"))
      .action(async (order: string, options: Shared) => {
        await act({ do: "release", ...(await targetOf(order, options)) }, options);
      }),
    doing("done", "Says that an order was entered by hand: from now on it is that ERP order, and counts as delivered.")
      .argument("<order>", TARGET)
      .requiredOption("--erp-number <number>", "its number in the ERP")
      .option("--erp-id <id>", "its id in the ERP, if known")
      .addHelpText("after", examples("kojarz done 10042 --erp-number 'ZO 0123/26'"))
      .action(
        async (order: string, { erpNumber, erpId, ...options }: Shared & { erpNumber: string; erpId?: string }) => {
          await act({ do: "done", ...(await targetOf(order, options)), erpNumber, erpId }, options);
        },
      ),
    doing("dismiss", "Closes a case: nothing is to be done. It opens again where a report says something new.")
      .argument("<case>", "its id, as kojarz cases shows it")
      .addHelpText("after", examples("kojarz dismiss 0f3a… --note 'a copy, cleared away'"))
      .action((id: string, options: Shared) => act({ do: "dismiss", case: id }, options)),
    doing("merge", "Says that two orders are one purchase.")
      .argument("<keep>", "the order that stays")
      .argument("<drop>", "the order that goes into it")
      .addOption(
        new Option("--theirs <what>", "what happens to the ERP order of the second")
          .choices(["cancel", "leave"])
          .default("leave"),
      )
      .option("--yes", "do not ask")
      .addHelpText("after", examples("kojarz merge 10042 10043 --theirs cancel"))
      .action(
        async (keep: string, drop: string, { theirs, yes, ...options }: Shared & { theirs: string; yes?: true }) => {
          const [one, other] = [await targetOf(keep, options), await targetOf(drop, options)];
          if (!("order" in one && "order" in other)) throw wrong("merge wants two orders, not cases");
          await agreed(`Make one order of ${keep} and ${drop}?`, yes);
          await act({ do: "merge", keep: one.order, drop: other.order, theirs }, options);
        },
      ),
    doing("unlink", "Undoes a link: the source becomes an order of its own and is forwarded; the two stay set apart.")
      .argument("<order>", TARGET)
      .argument("<account>", "the account whose report does not belong to it, such as baselinker:acme")
      .argument("<source-order>", "that account's own id of its order")
      .addHelpText("after", examples("kojarz unlink 10042 baselinker:acme 800000101"))
      .action(async (order: string, account: string, sourceOrder: string, options: Shared) => {
        await act({ do: "unlink", ...(await targetOf(order, options)), account, sourceOrder }, options);
      }),
    doing("cancel", "Cancels a purchase, in the ERP too where it is there.")
      .argument("<order>", TARGET)
      .option("--yes", "do not ask")
      .addHelpText("after", examples("kojarz cancel 10042 --note 'the buyer called'"))
      .action(async (order: string, { yes, ...options }: Shared & { yes?: true }) => {
        const target = await targetOf(order, options);
        await agreed(`Cancel ${order}?`, yes);
        await act({ do: "cancel", ...target }, options);
      }),
    doing("redrive", "Does now what waits: a feed, the backlog, or what lies in the failure queues.")
      .addArgument(new Argument("<what>", "what waits").choices(["feed", "backlog", "queues"]))
      .argument("[account]", "of a feed: its account")
      .addHelpText(
        "after",
        examples(
          "kojarz redrive backlog",
          "kojarz redrive feed allegro:acme",
          "kojarz redrive queues --stage production",
        ),
      )
      .action(async (what: string, account: string | undefined, options: Shared) => {
        if ((what === "feed") !== (account !== undefined))
          throw wrong("redrive feed wants an account, and nothing else does");
        await actAll({ do: "redrive", what, account }, options, "redriving");
      }),
    doing("reread", "Fetches an order from its platform and decides anew.")
      .argument("<account-or-case>", "an account such as woocommerce:main, or the id of a case")
      .argument("[source-order]", "with an account: its own id of the order")
      .addHelpText("after", examples("kojarz reread woocommerce:main 10042", "kojarz reread 0f3a…"))
      .action(async (first: string, sourceOrder: string | undefined, options: Shared) => {
        const of = sourceOrder === undefined ? { case: first } : { account: first, sourceOrder };
        await act({ do: "reread", ...of }, options);
      }),
    doing("reprocess", "Reads a kept message anew, after a setting or a fault was mended.")
      .argument("<case>", "the id of the case that it is kept with")
      .addHelpText("after", examples("kojarz reprocess 0f3a… --note 'source mapped'"))
      .action((id: string, options: Shared) => act({ do: "reprocess", case: id }, options)),
    doing("forget", "Erases a person's data, and prints the proof. The ids stay, so that no purchase comes in twice.")
      .argument("[order]", TARGET)
      .option("--email <address>", "all that this person bought: reads the whole table")
      .option("--phone <number>", "all that this person bought: reads the whole table")
      .option("--yes", "do not ask")
      .addHelpText("after", examples("kojarz forget 10042 --yes", "kojarz forget --email jan@example.com"))
      .action(forget),
  ];
}

type ForgetOptions = Shared & { email?: string; phone?: string; yes?: true };

async function forget(order: string | undefined, { email, phone, yes, ...options }: ForgetOptions): Promise<void> {
  const given = [order, email, phone].filter((each) => each !== undefined);
  if (given.length !== 1) throw wrong("forget wants one of: an order, --email, --phone");
  const target = order === undefined ? { email, phone } : await targetOf(order, options);
  await agreed("Erase this person's data? It cannot be undone.", yes);
  await actAll({ do: "forget", ...target }, options, "reading the table");
}

function longWork(): Command[] {
  return [
    connectCommand(),
    checkCommand(),
    sampleCommand(),
    reportCommand(),
    backfillCommand(),
    migrateCommand(),
    new Command("tail")
      .description("The log, one line a message: time, account, order, answer, verdict, reason.")
      .option("-f, --follow", "go on until Ctrl-C")
      .option("--since <time>", "how far back: 30s, 10m, 6h, 2d", "10m")
      .option("--of <text>", "only lines that hold this number or id")
      .addHelpText(
        "after",
        examples("kojarz tail", "kojarz tail --follow --stage production", "kojarz tail --since 2d --of 10042 --json"),
      )
      .action(tail),
  ];
}
