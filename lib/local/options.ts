/** What `npm start` is told: flags and environment, read once, every mistake named. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod/mini";
import { mistakesOf } from "../mistakes.ts";
import { json } from "../runtime/json.ts";
import { filledText, optionalFilledText } from "../shapes.ts";
import { FAULTS, type Faults } from "./stand-in.ts";

export type LocalOptions = {
  /** 0 takes a free one. */
  port: number;
  /** An engine that runs already; none is started. */
  engineUrl?: string;
  /** Path of the configuration; the demo's if absent. */
  configPath?: string;
  /** Added to the machine's clock. */
  clockOffsetMs: number;
  /** Faults of the ERP stand-in, as probabilities. */
  erpFaults: Faults;
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
};

/** `message` names every mistake. */
export class OptionsError extends Error {
  constructor(mistakes: readonly string[], options?: ErrorOptions) {
    super(mistakes.join("; "), options);
    this.name = "OptionsError";
  }
}

const Environment = z.object({
  PORT: z._default(z.coerce.number().check(z.int(), z.gte(0), z.lte(65_535)), 8787),
  AWS_ENDPOINT_URL_DYNAMODB: z.optional(z.url({ protocol: /^https?$/ })),
  KOJARZ_CONFIG: optionalFilledText,
  KOJARZ_CLOCK_OFFSET_MS: z._default(z.coerce.number().check(z.int()), 0),
  KOJARZ_STATE: z._default(filledText, ".kojarz"),
  KOJARZ_ERP_FAULTS: z._default(json(z.partialRecord(z.enum(FAULTS), z.number().check(z.gte(0), z.lte(1)))), {}),
});

/** @param env an empty value counts as absent */
export function readOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): StartOptions {
  const flags = flagsOf(args);
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) throw new OptionsError(mistakesOf(parsed.error));
  const { PORT, AWS_ENDPOINT_URL_DYNAMODB, KOJARZ_CONFIG, KOJARZ_CLOCK_OFFSET_MS, KOJARZ_STATE, KOJARZ_ERP_FAULTS } =
    parsed.data;
  // With a configuration of one's own the demo's accounts are not there.
  const demo = !flags["no-demo"] && KOJARZ_CONFIG === undefined;
  if (flags.once && !demo)
    throw new OptionsError(["--once plays the story, and --no-demo or KOJARZ_CONFIG leave none"]);
  return {
    port: PORT,
    ...(AWS_ENDPOINT_URL_DYNAMODB !== undefined && { engineUrl: AWS_ENDPOINT_URL_DYNAMODB }),
    ...(KOJARZ_CONFIG !== undefined && { configPath: KOJARZ_CONFIG }),
    clockOffsetMs: KOJARZ_CLOCK_OFFSET_MS,
    erpFaults: KOJARZ_ERP_FAULTS,
    stateFolder: resolve(KOJARZ_STATE),
    fresh: flags.fresh,
    demo,
    once: flags.once,
    json: flags.json,
  };
}

function flagsOf(args: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({ args: [...args], options: { "no-demo": flag, once: flag, json: flag, fresh: flag } }).values;
  } catch (cause) {
    throw new OptionsError([cause instanceof Error ? cause.message : "flags"], { cause });
  }
}
