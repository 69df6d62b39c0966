/**
 * `npm run explore`: every state of every scenario.
 *
 *   npm run explore -- --only "in doubt" --states 20000
 */
import { parseArgs } from "node:util";
import { scenarios } from "./scenarios.ts";
import { exploreAll, isRight } from "./table.ts";

const { values } = parseArgs({
  options: { only: { type: "string", default: "" }, states: { type: "string", default: "Infinity" } },
});
const chosen = scenarios.filter(({ name }) => name.includes(values.only));
process.exitCode = isRight(await exploreAll(chosen, Number(values.states), console.log)) ? 0 : 1;
