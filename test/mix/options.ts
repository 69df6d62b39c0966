/** What `npm run mix` is told. Pure. */
import { parseArgs } from "node:util";

export const HELP = `npm run mix -- [options]: mixed traffic of six kinds of shop, Allegro and BaseLinker, and what comes of it in the ERP.

  --seed N        another play (1)
  --purchases N   how many (3000)
  --each N        how many of them one merchant has (20)
  --log           the reports of every merchant of whom there is a complaint
  --help          this

Ends with 0 where all is as it has to be, with 1 where not, with 2 where it was told what it does not know.
`;

export type MixOptions = { seed: number; purchases: number; each: number; log: boolean };

/** @returns one line for a person where something else was said than there is */
export function optionsFrom(argv: readonly string[]): MixOptions | { help: true } | { mistake: string } {
  let values: ReturnType<typeof parsed>;
  try {
    values = parsed(argv);
  } catch (cause) {
    return { mistake: cause instanceof Error ? (cause.message.split(/\.\s|\n/)[0] ?? "") : String(cause) };
  }
  if (values.help) return { help: true };
  for (const [name, least] of LEAST) {
    const said = values[name];
    if (!/^\d{1,9}$/.test(said) || Number(said) < least)
      return { mistake: `--${name} takes a whole number from ${least} on, not '${said}'` };
  }
  const { seed, purchases, each, log } = values;
  return { seed: Number(seed), purchases: Number(purchases), each: Number(each), log };
}

const LEAST = [
  ["seed", 0],
  ["purchases", 1],
  ["each", 1],
] as const;

function parsed(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      seed: { type: "string", default: "1" },
      purchases: { type: "string", default: "3000" },
      each: { type: "string", default: "20" },
      log: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  }).values;
}
