/**
 * The bridge, run at the merchant: `npm run bridge`.
 *
 *   --openapi          prints the contract and ends
 *   --probe            says what this WAPRO offers and ends
 *   --dry-run FILE     writes the order in FILE, rolls back, says what it would have been, and ends
 */
import { parseArgs } from "node:util";
import { BridgeConfigError, readBridgeConfig } from "./config.ts";
import { readJson, UnusableFile } from "./json-file.ts";
import { openApi } from "./openapi.ts";
import { rehearse, runBridge, showProbe } from "./program.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      openapi: { type: "boolean" },
      probe: { type: "boolean" },
      "dry-run": { type: "string" },
    },
  });
  if (values.openapi) {
    say(JSON.stringify(openApi(), undefined, 2));
    return 0;
  }
  const config = await readBridgeConfig(process.env);
  if (values.probe) return showProbe(config, say);
  const file = values["dry-run"];
  if (file !== undefined) return rehearse(config, await readJson(file), say);
  const stop = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.resolve());
  return runBridge(config, say, stop.promise);
}

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = 1;
  const isSentence = error instanceof BridgeConfigError || error instanceof UnusableFile;
  process.stderr.write(`${isSentence ? error.message : String(error)}\n`);
}
