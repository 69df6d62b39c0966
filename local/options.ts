/** What `npm start` is told: flags and environment, read once, every mistake named. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod/mini";
import { configErrorsOf } from "../lib/core/config-errors.ts";
import { filledText, optionalFilledText } from "../lib/core/schemas.ts";
import { present } from "../lib/core/writes.ts";
import { json } from "../lib/runtime/json.ts";
import { FAULTS, type Faults } from "./fake-erp.ts";

export type LocalOptions = {
  /** 0 takes a free one. */
  port: number;
  /** The address to listen at. */
  host: string;
  /** An engine that runs already; none is started. */
  engineUrl?: string;
  /** Path of the configuration; the demo's if absent. */
  configPath?: string;
  /** Added to the machine's clock. */
  clockOffsetMs: number;
  /** Faults of the played ERP, as probabilities. */
  erpFaults: Faults;
  /** SKUs and EANs of the articles that the played ERP has; all there are where it is absent. */
  erpSkus?: ReadonlySet<string>;
  /** Where everything lies that outlives the process. */
  stateFolder: string;
  /** Empty the state first. */
  fresh: boolean;
};

export type StartOptions = LocalOptions & {
  /** Play the story. */
  demo: boolean;
  /** End after the story. */
  once: boolean;
  /** Print the story's last line as JSON. */
  json: boolean;
  /** Print no line for each message. */
  quiet: boolean;
};

/** `message` names every mistake. */
export class OptionsError extends Error {
  constructor(mistakes: readonly string[], options?: ErrorOptions) {
    super(mistakes.join("; "), options);
    this.name = "OptionsError";
  }
}

export const LocalVariables = z.object({
  /** Where to listen. 0 takes a free port. */
  PORT: z._default(z.coerce.number().check(z.int(), z.gte(0), z.lte(65_535)), 8787),
  /** The address to listen at. Console and pages answer to this machine alone, whatever it is. */
  HOST: z._default(filledText, "127.0.0.1"),
  /** Uses that DynamoDB engine and starts none. */
  AWS_ENDPOINT_URL_DYNAMODB: z.optional(z.url({ protocol: /^https?$/ })),
  /** The path of your configuration. Without it the accounts are the demo's, with simulators. */
  KOJARZ_CONFIG: optionalFilledText,
  /** Milliseconds that are added to the machine's clock. */
  KOJARZ_CLOCK_OFFSET_MS: z._default(z.coerce.number().check(z.int()), 0),
  /** The folder for everything that outlives the process. */
  KOJARZ_STATE: z._default(filledText, ".kojarz"),
  /** Faults of the played ERP as probabilities, as one JSON object: `{"timeout-after-commit":0.1}`. */
  KOJARZ_ERP_FAULTS: z._default(json(z.partialRecord(z.enum(FAULTS), z.number().check(z.gte(0), z.lte(1)))), {}),
  /** SKUs and EANs of the articles that the played ERP has, with commas between; it refuses any other. Without it, it has all. */
  KOJARZ_ERP_SKUS: optionalFilledText,
});

/** @param env an empty value counts as absent */
export function readOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): StartOptions {
  const flags = flagsOf(args);
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = LocalVariables.safeParse(given);
  if (!parsed.success) throw new OptionsError(configErrorsOf(parsed.error));
  const { PORT, HOST, AWS_ENDPOINT_URL_DYNAMODB, KOJARZ_CONFIG, KOJARZ_CLOCK_OFFSET_MS, KOJARZ_STATE } = parsed.data;
  const { KOJARZ_ERP_FAULTS, KOJARZ_ERP_SKUS } = parsed.data;
  // With a configuration of one's own the demo's accounts are not there.
  const demo = !flags["no-demo"] && KOJARZ_CONFIG === undefined;
  if (flags.once && !demo)
    throw new OptionsError(["--once plays the story, and --no-demo or KOJARZ_CONFIG leave none"]);
  return present({
    port: PORT,
    host: HOST,
    engineUrl: AWS_ENDPOINT_URL_DYNAMODB,
    configPath: KOJARZ_CONFIG,
    clockOffsetMs: KOJARZ_CLOCK_OFFSET_MS,
    erpFaults: KOJARZ_ERP_FAULTS,
    erpSkus: skusIn(KOJARZ_ERP_SKUS),
    stateFolder: resolve(KOJARZ_STATE),
    fresh: flags.fresh,
    demo,
    once: flags.once,
    json: flags.json,
    quiet: flags.quiet,
  });
}

function skusIn(list: string | undefined): ReadonlySet<string> | undefined {
  return list === undefined ? undefined : new Set(list.split(",").flatMap((sku) => sku.trim() || []));
}

function flagsOf(args: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  try {
    const options = { "no-demo": flag, once: flag, json: flag, fresh: flag, quiet: flag };
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new OptionsError([cause instanceof Error ? cause.message : "flags"], { cause });
  }
}
