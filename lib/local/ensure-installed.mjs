/**
 * Installs the dependencies when they are missing or the lock file changed; otherwise returns at once.
 * Plain JavaScript without dependencies: it runs before anything is installed, on the machine's own Node (18 or later).
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = process.cwd();
const stamp = join(root, "node_modules", ".kojarz-installed");

function wanted() {
  const lock = readFileSync(join(root, "package-lock.json"));
  return createHash("sha256").update(lock).update(`${process.platform}/${process.arch}`).digest("hex");
}

function installed() {
  try {
    return readFileSync(stamp, "utf8");
  } catch {
    return undefined;
  }
}

/** npm's own words go to stderr, so that what the started program prints stays alone on stdout. */
function install() {
  console.error("kojarz: installing dependencies (npm ci)");
  const { status, error } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status === 0) return;
  console.error(`kojarz: npm ci failed (${error ? error.message : `exit code ${status}`}); nothing was started`);
  process.exit(1);
}

const hash = wanted();
if (installed() !== hash) {
  install();
  writeFileSync(stamp, hash);
}
