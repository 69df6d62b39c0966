/**
 * `npm run proof`: everything that shows that no purchase is lost or doubled, on one page.
 *
 *   npm run proof -- --quick
 */
import { parseArgs } from "node:util";
import { pageOf } from "./page.ts";
import { prove } from "./prove.ts";
import { sections } from "./sections.ts";

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, seed: { type: "string", default: "1" } },
});
const results = [];
for (const section of sections({ isQuick: values.quick, seed: Number(values.seed) })) {
  console.log(`${section.name}: ${section.command.join(" ")}`);
  results.push(await prove(section, (line) => console.log(`  ${line}`)));
}
const { lines, failed } = pageOf(results);
console.log(`\n${lines.join("\n")}`);
process.exitCode = failed === 0 ? 0 : 1;
