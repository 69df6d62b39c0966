/** What the command line asks for. */
import { parseArgs } from "node:util";

export type Command = {
  /** `dry-run` is given the file of an order. */
  task: { name: "run" | "help" | "version" | "openapi" | "probe" } | { name: "dry-run"; file: string };
  /** The file of the configuration; without it the environment says which. */
  config?: string;
  /** A file of variables, for a service that cannot be given an environment. */
  envFile?: string;
};

export const USAGE = `kojarz-bridge: writes the orders of Kojarz into WAPRO Mag, beside its SQL Server.

  kojarz-bridge                  runs until it is stopped
  kojarz-bridge --probe          says what this WAPRO offers and what is missing, and ends
  kojarz-bridge --dry-run FILE   writes the order in FILE, rolls it back, says what it would have been, and ends
  kojarz-bridge --openapi        prints the contract between Kojarz and the bridge, and ends
  kojarz-bridge --version        prints the versions of the program and of the contract, and ends
  kojarz-bridge --help           prints this, and ends

With any of the first three:

  --config FILE     the configuration; without it KOJARZ_BRIDGE_CONFIG names the file, else it is bridge.json here
  --env-file FILE   lines of NAME=value; a variable of the environment goes before one of the file

Variables:

  KOJARZ_BRIDGE_SQL_PASSWORD   the password of the SQL Server login
  KOJARZ_BRIDGE_SECRET         the secret that it shares with Kojarz: whsec_…

It ends with 0 when all went well, 1 when it could not do what it was asked (the last line says why), 2 when the
command line was wrong, and 130 when a second signal stopped it at once.`;

/** `message` is one sentence for the person who typed it. */
export class WrongArguments extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "WrongArguments";
  }
}

/** @throws WrongArguments */
export function commandOf(args: readonly string[]): Command {
  const { "dry-run": order, config, "env-file": envFile, ...flags } = valuesOf(args);
  const names = (Object.keys(flags) as Array<keyof typeof flags>).filter((name) => flags[name]);
  const tasks: Array<Command["task"]> = names.map((name) => ({ name }));
  if (order !== undefined) tasks.push({ name: "dry-run", file: order });
  const [task = { name: "run" }, other] = tasks;
  if (other) throw new WrongArguments(`--${task.name} and --${other.name} cannot be asked for at once`);
  for (const [option, value] of Object.entries({ "dry-run": order, config, "env-file": envFile }))
    if (value?.trim() === "") throw new WrongArguments(`--${option} names no file`);
  return { task, ...(config !== undefined && { config }), ...(envFile !== undefined && { envFile }) };
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", short: "h" },
        version: { type: "boolean", short: "v" },
        openapi: { type: "boolean" },
        probe: { type: "boolean" },
        "dry-run": { type: "string" },
        config: { type: "string" },
        "env-file": { type: "string" },
      },
    }).values;
  } catch (cause) {
    // Its first sentence says what is wrong; the rest is advice for people who have arguments that begin with a dash.
    const [sentence = ""] = String((cause as Error).message).split(/\n|\. /);
    throw new WrongArguments(sentence.trim().replace(/\.$/, ""), { cause });
  }
}
