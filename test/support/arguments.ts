/** The command lines of the programs of the workshop: help ends with 0, a mistake is one line on stderr and ends with 2. */
import { parseArgs } from "node:util";

/**
 * Ends the process where help was asked for, or the line is wrong.
 * @param usage what `--help` prints, with the command in its first word or two
 * @param numbers the options, each a whole number of at least 0, and what each is without being said
 */
export function numbersAsked<Name extends string>(
  usage: string,
  numbers: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> {
  const names = Object.keys(numbers) as Name[];
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
    const { values } = parseArgs({ options: { ...options, help: { type: "boolean", short: "h" } } });
    if (values.help) {
      process.stdout.write(`${usage}\n`);
      process.exit(0);
    }
    const given: Readonly<Record<string, unknown>> = values;
    return Object.fromEntries(names.map((name) => [name, wholeNumber(name, given[name], numbers[name])])) as Record<
      Name,
      number
    >;
  } catch (cause) {
    const [said = ""] = String(cause instanceof Error ? cause.message : cause).split("\n");
    process.stderr.write(`${said}; --help shows what there is\n`);
    process.exit(2);
  }
}

function wholeNumber(name: string, given: unknown, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (typeof given === "string" && /^\d{1,9}$/.test(given)) return Number(given);
  throw new Error(`--${name} wants a whole number, not ${JSON.stringify(given)}`);
}
