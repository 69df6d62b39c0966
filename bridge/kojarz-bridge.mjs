#!/usr/bin/env node
// Short and plain, so that an old Node can read it and say what is missing. The program itself needs Node 24.
const NEEDED = 24;

if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  process.stderr.write(`kojarz-bridge needs Node ${NEEDED} or newer; this is Node ${process.versions.node}\n`);
  process.exitCode = 1;
} else {
  await import("./dist/main.mjs");
}
