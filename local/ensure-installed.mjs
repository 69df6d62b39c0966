/**
 * Installs what a command needs and this machine lacks, and says so first; returns at once where nothing is missing.
 * Plain JavaScript without dependencies: it runs before anything is installed, on the machine's own Node (18 or later).
 *
 *   node local/ensure-installed.mjs [--to-run] [--java] [--sst]
 *
 * `--to-run`: only the packages that the local run loads (`dependencies`); without it, those for tests and deploying too.
 * `--java`: the command starts the local database engine, which is a Java program.
 * `--sst`: the command executes `sst.config.ts`, which needs SST's platform.
 * KOJARZ_NO_INSTALL=1 keeps it from installing anything on the machine, outside this folder.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = process.cwd();
const toRun = process.argv.includes("--to-run");
const wantsJava = process.argv.includes("--java");
const wantsSst = process.argv.includes("--sst");

/** Megabytes that the packages take on the disk, for a person who waits. */
const SIZE_MB = toRun ? 225 : 670;
const OLDEST_NODE = 24;
const JRE = "default-jre-headless";
const APT_INSTALL = ["apt-get", "install", "-y", "--no-install-recommends", JRE];

const lacksJava = wantsJava && isJavaMissing();
const asRoot = lacksJava ? rightToInstall() : undefined;
if (lacksJava && !asRoot) fail(`Java 17 or later is needed: \`${APT_INSTALL.join(" ")}\``);

const packages = missingPackages();
const lacksSst = wantsSst && !existsSync(join(root, ".sst", "platform", "node_modules", "@pulumi", "pulumi"));
if (lacksJava || packages > 0 || lacksSst) {
  say("this first run installs what is missing; the next one starts at once");
  if (lacksJava) say("- Java for the local database engine, by apt-get: 42 MB to fetch, 184 MB on the disk");
  if (packages > 0)
    say(`- packages into node_modules, by npm (${packages} missing): about ${SIZE_MB} MB in all, with Node 24`);
  if (lacksSst) say("- SST's platform into .sst, by sst: about 320 MB");
  const since = Date.now();
  if (lacksJava) installJava(asRoot);
  if (packages > 0) installPackages();
  if (lacksSst) installSst();
  say(`installed in ${Math.round((Date.now() - since) / 1000)} s`);
}

function isJavaMissing() {
  // An engine that runs already needs no Java here.
  if (toRun && process.env.AWS_ENDPOINT_URL_DYNAMODB) return false;
  return !runs("java", ["-version"]);
}

/** What stands before a command that changes the machine; absent where this process may not, or is not to. */
function rightToInstall() {
  if (process.env.KOJARZ_NO_INSTALL === "1" || !runs("apt-get", ["--version"])) return undefined;
  if (process.getuid?.() === 0) return ["env"];
  return runs("sudo", ["--non-interactive", "true"]) ? ["sudo", "--non-interactive", "env"] : undefined;
}

function installJava([program, ...before]) {
  const apt = (...args) => show(program, [...before, "DEBIAN_FRONTEND=noninteractive", ...args]);
  // A source that does not answer may be one that is not needed.
  apt("apt-get", "update", "-qq");
  const failed = apt(...APT_INSTALL, "-qq");
  if (failed) fail(`Java could not be installed (${failed}); nothing was started`);
}

/** How many packages of the lock file are not there as it says. npm keeps its own record of what it installed. */
function missingPackages() {
  const { packages: wanted } = read("package-lock.json");
  const { packages: installed } = existsSync(record()) ? read(record()) : { packages: {} };
  return Object.entries(wanted ?? {}).filter(
    ([path, { version, dev, optional, devOptional, peer }]) =>
      path.startsWith("node_modules/") &&
      !(optional || devOptional || peer || (toRun && dev)) &&
      !(installed?.[path]?.version === version && existsSync(join(root, path))),
  ).length;
}

function record() {
  return join("node_modules", ".package-lock.json");
}

/** What is there is kept where it is, since a Kojarz may be running on it. npm's own words go to stderr. */
function installPackages() {
  const what = toRun ? ["--omit=dev", "--omit=optional"] : ["--include=dev", "--include=optional"];
  const npm = (...command) => show("npm", [...command, ...what, "--no-audit", "--no-fund", "--loglevel=error"]);
  const isFresh = !existsSync(record());
  const failed = isFresh ? npm("ci") : npm("install", "--no-save");
  if (failed) fail(`npm ${isFresh ? "ci" : "install"} failed (${failed}); nothing was started`);
  // Node's package leaves a second npm and headers behind, which nobody uses: 68 MB.
  if (isFresh) npm("prune", "--no-save");
  const isNodeThere = existsSync(join(root, "node_modules", ".bin", "node"));
  if (!isNodeThere && Number.parseInt(process.versions.node, 10) < OLDEST_NODE)
    fail(`Node ${OLDEST_NODE} did not come with the packages: allow npm its install scripts, or install it yourself`);
}

/** The configuration wants accounts; which ones makes no difference to what is installed. */
function installSst() {
  const offline = { SST_SKIP_DEPENDENCY_CHECK: "1", SST_NO_BUN: "1", SST_TELEMETRY_DISABLED: "1" };
  const env = { ...offline, AWS_EC2_METADATA_DISABLED: "true", KOJARZ_ACCOUNTS: "woocommerce:example" };
  const failed = show(join("node_modules", ".bin", "sst"), ["install", "--stage", "example"], env);
  if (failed) fail(`sst install failed (${failed}); nothing was started`);
}

function read(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

function runs(program, args) {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}

/** @returns what went wrong, if anything did */
function show(program, args, env = {}) {
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status === 0) return undefined;
  return error ? error.message : `exit code ${status}`;
}

function say(line) {
  console.error(`kojarz: ${line}`);
}

function fail(reason) {
  say(reason);
  process.exit(1);
}
