/** `npm run mix`: the judge of mixed traffic, on one page. Ends with 1 where anything is not as it has to be. */
import { parseArgs } from "node:util";
import { failuresOf, judge, noFigures } from "./judge.ts";
import { playAll } from "./play.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    purchases: { type: "string", default: "3000" },
    each: { type: "string", default: "20" },
    log: { type: "boolean", default: false },
  },
});

const figures = noFigures();
let merchant = 0;
for await (const played of playAll(Number(values.seed), Number(values.purchases), Number(values.each))) {
  const before = figures.complaints.length;
  judge(figures, played, `merchant ${merchant}`);
  if (values.log && figures.complaints.length > before) console.log([...played.log, ""].join("\n"));
  played.erp.close();
  merchant += 1;
}

const { complaints, told, unknowable, ...counts } = figures;
const listed = (map: ReadonlyMap<string, number>) =>
  [...map].sort(([, a], [, b]) => b - a).map(([name, count]) => `  ${String(count).padStart(6)}  ${name}`);
console.log(`Mixed traffic, seed ${values.seed}`);
for (const [name, count] of Object.entries(counts)) console.log(`  ${String(count).padStart(6)}  ${name}`);
console.log("Messages that a person read:", ...[listed(told).join("\n")].map((text) => `\n${text}`));
console.log("Purchases that configuration and ids cannot tell:", `\n${listed(unknowable).join("\n")}`);
for (const complaint of complaints.slice(0, 40)) console.log(complaint);
const failures = failuresOf(figures);
console.log(failures.length === 0 ? "As it has to be." : `Not as it has to be: ${failures.join(", ")}.`);
process.exitCode = failures.length === 0 ? 0 : 1;
