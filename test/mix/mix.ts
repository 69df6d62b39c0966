/** `npm run mix`: the judge of mixed traffic, on one page. Ends with 1 where anything is not as it has to be, with 2 where the command is none. */
import { failuresOf, judge, noFigures } from "./judge.ts";
import { HELP, type MixOptions, optionsFrom } from "./options.ts";
import { playAll } from "./play.ts";

const options = optionsFrom(process.argv.slice(2));
if ("help" in options) process.stdout.write(HELP);
else if ("mistake" in options) {
  process.stderr.write(`${options.mistake}. --help lists what there is.\n`);
  process.exitCode = 2;
} else process.exitCode = (await isAsItHasToBe(options)) ? 0 : 1;

async function isAsItHasToBe({ seed, purchases, each, log }: MixOptions): Promise<boolean> {
  const figures = noFigures();
  let merchant = 0;
  for await (const played of playAll(seed, purchases, each)) {
    const before = figures.complaints.length;
    judge(figures, played, `merchant ${merchant}`);
    if (log && figures.complaints.length > before) console.log([...played.log, ""].join("\n"));
    played.erp.close();
    merchant += 1;
  }
  const { complaints, told, unknowable, ...counts } = figures;
  console.log(`Mixed traffic, seed ${seed}`);
  for (const [name, count] of Object.entries(counts)) console.log(`  ${String(count).padStart(6)}  ${name}`);
  console.log(`Messages that a person read:\n${listed(told)}`);
  console.log(`Purchases that configuration and ids cannot tell:\n${listed(unknowable)}`);
  for (const complaint of complaints.slice(0, 40)) console.log(complaint);
  const failures = failuresOf(figures);
  console.log(failures.length === 0 ? "As it has to be." : `Not as it has to be: ${failures.join(", ")}.`);
  return failures.length === 0;
}

function listed(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `  ${String(count).padStart(6)}  ${name}`).join("\n");
}
