/** The Java that runs the local engine, and what it can do to keep the engine's port closed to other machines. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** The engine cannot run here; `message` is one line for a person. */
export class EngineError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
  }
}

export const JAVA_NEEDED =
  "Java 17 or later is needed: `apt-get install -y --no-install-recommends default-jre-headless`";

const OLDEST = 17;
/** Java 24 has no security manager any more (JEP 486). */
const LAST_WITH_POLICY = 23;

/** @returns the major version of the `java` in PATH; throws `EngineError` when there is none or it is too old */
export async function javaVersion(): Promise<number> {
  let said: string;
  try {
    said = (await promisify(execFile)("java", ["-version"])).stderr;
  } catch (cause) {
    throw new EngineError(JAVA_NEEDED, { cause });
  }
  const version = majorOf(said);
  if (version < OLDEST) throw new EngineError(`${JAVA_NEEDED} (found ${version})`);
  return version;
}

/** Reads `openjdk version "17.0.15" ...`; Java 8 calls itself "1.8.0". */
export function majorOf(said: string): number {
  const numbers = /version "(?:1\.)?(\d+)/.exec(said);
  return Number(numbers?.[1] ?? 0);
}

/** The options under which only this machine's loopback is answered; none where Java cannot. */
export function loopbackOnly(version: number): string[] {
  if (version > LAST_WITH_POLICY) return [];
  const policy = fileURLToPath(new URL("./loopback-only.policy", import.meta.url));
  return ["-Djava.security.manager", `-Djava.security.policy==${policy}`];
}
