/** `npm run synth`: executes the deployment of every channel, says what it would create, checks it, weighs the bundles. */
import { costOfMonth, costOfPulling, costOfThousand, type Standing } from "../../../infra/cost.ts";
import { deploymentFrom } from "../../../infra/deployment.ts";
import { standingOf } from "../../../infra/standing.ts";
import { numbersAsked } from "../../support/arguments.ts";
import { artifactOf } from "./artifacts.ts";
import { installedModels, MODELS_MISSING } from "./aws-models/models.ts";
import { validated } from "./aws-models/validate.ts";
import { standingIn } from "./bill.ts";
import { BUDGET, type BundleReport, measureImports } from "./bundles.ts";
import { type Graph, ofType } from "./graph.ts";
import { rulesOf } from "./rules.ts";
import { everything } from "./setup.ts";
import { namesIn, sharedBy } from "./stages.ts";
import { isPlatformInstalled, synth } from "./synth.ts";

const USAGE = `npm run synth: executes the deployment of every channel offline and says what it would create, what its rules and AWS's
API models find, what each bundle weighs and what it costs. It takes no options, and some minutes.

It ends with 0 when every rule holds and every bundle is within its budget, with 1 when not, and with 2 when the command line
was wrong or SST's platform is not installed.`;

numbersAsked(USAGE, {});
/** Of `docs/deploying.md`. */
const THREE = "woocommerce:main@15 baselinker:acme@2 allegro:acme@1";

if (!isPlatformInstalled) {
  console.error("kojarz: SST's platform is not installed; `npm run synth` installs it");
  process.exit(2);
}

console.log("an example: every channel with one account, not the deployment that your .env describes\n");
const setup = everything("production");
const graph = await synth(setup);
printResources(graph);
const mistakes = printChecks(graph) + printValidation(graph);
const bundles = await measureImports(ofType(graph, "function").map(artifactOf));
const over = printBundles(bundles);
const shared = printStages(graph, await synth(everything("trial")));
printCosts(graph);
process.exit(mistakes + over + shared > 0 ? 1 : 0);

function monthOf(standing: Standing): string {
  const { parts, sum } = costOfMonth(standing);
  return Object.entries({ ...parts, sum })
    .map(([name, usd]) => `${name} ${usd.toFixed(2)}`)
    .join("   ");
}

function printResources({ resources }: Graph): void {
  const real = resources.filter(({ type }) => /^(aws|random):/.test(type));
  console.log(`${real.length} resources`);
  for (const [type, made] of Map.groupBy(real, ({ type }) => type)) {
    const names = made.map(({ name }) => name).join(" ");
    console.log(`${String(made.length).padStart(4)}  ${type.split(":").at(-1)}: ${names}`);
  }
}

function printChecks(graph: Graph): number {
  let failed = 0;
  console.log("\nchecks");
  for (const { rule, mistakes, source } of rulesOf(setup)) {
    const found = mistakes(graph);
    console.log(`  ${found.length === 0 ? "ok  " : "FAIL"}  ${rule}`);
    for (const mistake of found) console.log(`          ${mistake}`);
    if (found.length > 0 && source !== undefined) console.log(`          ${source}`);
    failed += found.length;
  }
  return failed;
}

/** @returns how many requests of the deployment AWS would refuse */
function printValidation(graph: Graph): number {
  const models = installedModels();
  if (!models) {
    console.log(`\n${MODELS_MISSING}`);
    return 0;
  }
  const { calls, checks, violations, newer } = validated(models, graph);
  console.log(
    `\nAWS's API models (botocore ${models.version}): ${calls} calls, ${checks} constraint checks, ${violations.length} violations`,
  );
  for (const violation of violations) console.log(`  FAIL  ${violation}`);
  for (const one of newer) console.log(`  newer than these models, added by hand: ${one}`);
  return violations.length;
}

/** @returns how many names two stages of one account have in common */
function printStages(production: Graph, other: Graph): number {
  const shared = sharedBy(production, other);
  const [ours, theirs] = [production, other].map((one) => namesIn(one).length);
  console.log(
    `\ntwo stages in one account: ${ours} names of ${production.stage} and ${theirs} of ${other.stage} (alarms, what they watch, filters, dashboards), ${shared.length} shared`,
  );
  for (const name of shared) console.log(`  FAIL  ${name}`);
  return shared.length;
}

function printBundles(reports: readonly BundleReport[]): number {
  console.log(
    `\nbundles (at most ${BUDGET.kibibytes} KiB, imported in ${BUDGET.importRatio} times the CPU of the DynamoDB client alone)`,
  );
  console.log("  function                   start KiB   lazy KiB      CPU ms   ratio");
  let over = 0;
  for (const { id, startKib, lazyKib, importMs, ratio } of reports) {
    const isHeavy = startKib > BUDGET.kibibytes || ratio > BUDGET.failingRatio;
    if (isHeavy) over += 1;
    const said = isHeavy ? "  OVER" : ratio > BUDGET.importRatio ? "  slow" : "";
    const cells = [startKib.toFixed(0).padStart(9), lazyKib.toFixed(0).padStart(11), importMs.toFixed(0).padStart(12)];
    console.log(`  ${id.padEnd(25)} ${cells.join("")}${ratio.toFixed(2).padStart(8)}${said}`);
  }
  return over;
}

function printCosts(graph: Graph): void {
  console.log("\nUSD for 1,000 (units and prices: infra/cost.ts, infra/prices.ts)");
  for (const { step, dynamo, lambda, api, logs, sum } of costOfThousand()) {
    const parts = Object.entries({ dynamo, lambda, api, logs, sum }).map(([name, usd]) => `${name} ${usd.toFixed(4)}`);
    console.log(`  ${step.padEnd(37)}${parts.join("   ")}`);
  }
  const described = standingOf(deploymentFrom(setup.environment, true), true);
  console.log("USD a month whatever the number of orders");
  console.log(`  this example, its resources counted: ${monthOf(standingIn(graph, described.ownMetrics))}`);
  console.log(`  this example, as it is described:    ${monthOf(described)}`);
  console.log(`  ${THREE} (described): ${monthOf(standingOf(deploymentFrom({ KOJARZ_ACCOUNTS: THREE }), true))}`);
  console.log(`USD a month for a bridge that asks for work every second: ${costOfPulling(1).toFixed(2)}`);
}
