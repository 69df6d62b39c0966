/** Positions in the stream, kept in a file so that a restart does not read everything again. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import * as z from "zod/mini";
import type { Positions } from "./stream-pump.ts";

const Stored = z.record(z.string(), z.string());

/** A file that is missing or cut counts as empty: reading again is harmless. */
export function filePositions(path: string): Positions {
  const known = new Map(Object.entries(load(path)));
  return {
    get: (shard) => known.get(shard),
    set(shard, position) {
      known.set(shard, position);
      writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(known)));
      renameSync(`${path}.new`, path);
    },
  };
}

function load(path: string): Record<string, string> {
  try {
    return Stored.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return {};
  }
}
