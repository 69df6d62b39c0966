/** `kojarz check`: can each account work? */
import { randomUUID } from "node:crypto";
import { Command } from "commander";
import { connectionsOf } from "../../lib/channels/index.ts";
import { DAY } from "../../lib/core/order.ts";
import { present } from "../../lib/core/writes.ts";
import type { Comparing, ErpShown } from "../../lib/erp/comparing.ts";
import { http } from "../../lib/runtime/http.ts";
import { type Doors, doorsOf } from "../doors.ts";
import { EXIT, failed, wrong } from "../exit.ts";
import { comparedIn } from "../report/shadow.ts";
import { answerTo, type Shared } from "../run.ts";
import { say } from "../terminal.ts";
import { type CheckParts, checkAccount } from "./account.ts";
import { checkBridge } from "./bridge.ts";
import { configurationIn, writeRefreshToken } from "./configuration.ts";
import type { Checked } from "./findings.ts";
import { goLiveOf, type Round, type Seen } from "./go-live.ts";
import { listenersOf } from "./listeners.ts";
import { network } from "./network.ts";
import { showChecked } from "./show.ts";

type CheckOptions = Shared & { config?: string; address?: string; renew?: true; goLive?: true };

export function checkCommand(): Command {
  return new Command("check")
    .description(
      "Can each account work? Asks every platform and the bridge, and shows one real order as the ERP would get it. Nothing is stored or sent.",
    )
    .argument("[account]", "only this one, such as woocommerce:main, or bridge")
    .option("--config <file>", "your configuration, - for the standard input; KOJARZ_CONFIG if absent")
    .option("--address <url>", "the public address of Kojarz: webhooks have to lead there")
    .option("--renew", "use Allegro's refresh token; its successor is written into the configuration file")
    .option(
      "--go-live",
      "also work through what has to be so before Kojarz writes beside others; with --stage of a deployment",
    )
    .addHelpText(
      "after",
      "\nExamples:\n  kojarz check --config kojarz.json\n  kojarz check woocommerce:main --config kojarz.json --json\n  kojarz check allegro:acme --config kojarz.json --renew\n  kojarz check --go-live --config kojarz.json --stage production",
    )
    .action(check);
}

async function check(only: string | undefined, options: CheckOptions): Promise<void> {
  if (options.goLive && only !== undefined) throw wrong("--go-live asks of all accounts: name none");
  if (options.stage !== undefined && !options.goLive)
    throw wrong(
      "check reads a configuration and asks from this machine: name it by --config, - for the standard input",
    );
  const path = options.config ?? process.env.KOJARZ_CONFIG;
  if (!path) throw wrong("check wants your configuration: --config FILE, or KOJARZ_CONFIG");
  if (options.renew && path === "-") throw wrong("--renew writes the configuration: name a file");
  if (options.address !== undefined && !URL.canParse(options.address)) throw wrong("--address wants a URL");
  const { erp, accounts, ...settings } = await configurationIn(path);
  const connections = connectionsOf({ accounts }).filter(({ name }) => only === undefined || name === only);
  if (connections.length === 0 && only !== "bridge") throw failed(`${only} is not configured`);
  const parts = present<CheckParts>({
    http,
    network,
    now: Date.now,
    settings,
    accounts,
    address: options.address,
    keepRefreshToken: options.renew && ((account, token) => writeRefreshToken(path, account, token)),
  });
  const all: Checked[] = [];
  const found = (one: Checked) => {
    all.push(one);
    if (!options.json) showChecked(one);
  };
  for (const connection of connections) found(await checkAccount(connection, parts));
  if (only === undefined || only === "bridge") found(await checkBridge(erp, { ...parts, unique: randomUUID }));
  if (options.goLive) found(goLiveOf(await seenOf(options, all)));
  const works = all.every((one) => one.works);
  if (options.json) say(JSON.stringify({ works, checked: all }));
  process.exitCode = works ? EXIT.done : EXIT.failed;
}

async function seenOf(options: Shared, all: readonly Checked[]): Promise<Seen> {
  const doors = doorsOf(options);
  const status = await answerTo(doors, { ask: "status" }, "status");
  const round = (await doors.watch()) as Round;
  const accounts = all.filter(({ name }) => name !== "bridge");
  const erpOrders = await erpOrdersOf(doors, status.at - TWO_WEEKS);
  const listeners = options.stage === undefined ? undefined : await listenersOf(options.stage, options.region);
  return present<Seen>({ status, round, accounts, erpOrders, listeners });
}

const TWO_WEEKS = 14 * DAY;

async function erpOrdersOf(doors: Doors, since: number): Promise<Seen["erpOrders"]> {
  const orders: ErpShown[] = [];
  let cursor: string | undefined;
  do {
    const asked = present<Comparing>({ compare: "erp-orders", since, cursor });
    const page = comparedIn(await doors.compare(asked));
    if (page.refused !== undefined) return { refused: page.refused };
    orders.push(...page.erpOrders);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return orders;
}
