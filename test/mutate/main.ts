/**
 * `npm run mutate`: every seeded defect, one after the other, in a copy of the tree. Each has to fail one of the tests that it
 * names, and those alone are run.
 *
 *   npm run mutate -- --only lease --first 10
 *   npm run mutate -- --sample 10 --seed 7
 */
import { parseArgs } from "node:util";
import { seeded } from "../chaos/random.ts";
import { mutateAll } from "./mutate.ts";
import { mutations } from "./mutations.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    first: { type: "string", default: "Infinity" },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const chosen = mutations.filter(({ name, edits: [edit] }) => `${name} ${edit?.file}`.includes(values.only));
const drawn =
  values.sample === undefined ? chosen : sampleOf(chosen, Number(values.sample), seeded(Number(values.seed)));
const { survived, misfits } = await mutateAll(drawn.slice(0, Number(values.first)), console.log);
process.exit(survived.length + misfits.length === 0 ? 0 : 1);

/** So many of them, each as likely. */
function sampleOf<T>(all: readonly T[], count: number, random: () => number): T[] {
  const drawn = all.map((one) => ({ one, at: random() })).sort((a, b) => a.at - b.at);
  return drawn.slice(0, count).map(({ one }) => one);
}
