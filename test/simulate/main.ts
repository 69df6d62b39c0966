/**
 * `npm run simulate`: a year of a merchant in some minutes.
 *
 *   npm run simulate -- --years 1 --seed 7
 */
import "../../local/quiet.ts";
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

process.env.POWERTOOLS_METRICS_DISABLED = "true";
process.env.POWERTOOLS_LOG_LEVEL ??= "SILENT";

const { values } = parseArgs({
  options: {
    years: { type: "string" },
    days: { type: "string" },
    seed: { type: "string", default: String(randomInt(1_000_000)) },
    perDay: { type: "string", default: "100" },
  },
});
const days = Math.round(Number(values.days ?? Number(values.years ?? 1) * 365));
const { simulateAndTell } = await import("./tell.ts");
process.exitCode = (await simulateAndTell(
  { days, seed: Number(values.seed), perDay: Number(values.perDay) },
  console.log,
))
  ? 0
  : 1;
