#!/usr/bin/env node
// Plain JavaScript, so that an old Node can read it: the program itself runs on the Node 24 that comes with the packages.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = 24;
const folder = dirname(fileURLToPath(import.meta.url));
const own = join(folder, "..", "node_modules", ".bin", "node");

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  await import("./main.ts");
} else if (existsSync(own)) {
  const { status } = spawnSync(own, [join(folder, "main.ts"), ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} else {
  process.stderr.write(`kojarz needs Node ${NEEDED} or newer; this is Node ${process.versions.node}\n`);
  process.exitCode = 1;
}
