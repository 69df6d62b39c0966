/** The program `kojarz-bridge`; `bridge/arguments.ts` says what it can be asked for. */

import { CONTRACT } from "../lib/erp/bridge/contract-version.ts";
import { type Command, commandOf, USAGE, WrongArguments } from "./arguments.ts";
import { type BridgeConfig, BridgeConfigError, readBridgeConfig } from "./config.ts";
import { pathOf, readJson, readVariables, UnusableFile } from "./files.ts";
import { openApi } from "./openapi.ts";
import { dryRunOrder, runBridge, showProbe } from "./program.ts";
import { untilStopped } from "./stop.ts";
import { VERSION } from "./version.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const command = commandOf(process.argv.slice(2));
  const { task } = command;
  switch (task.name) {
    case "help":
      say(USAGE);
      return 0;
    case "version":
      say(`kojarz-bridge ${VERSION}, contract ${CONTRACT}, Node ${process.versions.node}`);
      return 0;
    case "openapi":
      say(JSON.stringify(openApi(), undefined, 2));
      return 0;
    case "probe":
      return showProbe(await configOf(command), say);
    case "dry-run":
      return dryRunOrder(await configOf(command), await readJson(pathOf(task.file)), say);
    case "run": {
      const config = await configOf(command);
      return runBridge(config, say, asked());
    }
  }
}

/** @returns what is fulfilled when somebody asks the program to stop */
function asked(): Promise<void> {
  const parent = process.env.npm_lifecycle_event === undefined ? undefined : () => process.ppid;
  return untilStopped({ signals: process, parent, now: () => performance.now(), say, exit: process.exit });
}

async function configOf({ config, envFile }: Command): Promise<BridgeConfig> {
  const variables = envFile === undefined ? {} : await readVariables(pathOf(envFile));
  return readBridgeConfig({ ...variables, ...process.env }, config);
}

try {
  process.exitCode = await main();
} catch (error) {
  const isSentence = error instanceof BridgeConfigError || error instanceof UnusableFile;
  if (error instanceof WrongArguments) {
    process.exitCode = 2;
    process.stderr.write(`kojarz-bridge: ${error.message}; kojarz-bridge --help shows what there is\n`);
  } else {
    process.exitCode = 1;
    process.stderr.write(`${isSentence ? error.message : String(error)}\n`);
  }
}
