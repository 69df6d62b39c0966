import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEngine } from "../../local/engine.ts";
import { loopbackOnly, majorOf } from "../../local/java.ts";
import { clearState, StateTaken, takeState } from "../../local/state-folder.ts";
import { createTable } from "../../local/tables.ts";
import { engineConfig } from "../support/table.ts";

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "kojarz-state-")));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const clientOf = (endpoint: string) => new DynamoDBClient({ ...engineConfig(), endpoint });
const tablesOf = async (endpoint: string) => (await clientOf(endpoint).send(new ListTablesCommand({}))).TableNames;

/** True when an HTTP request to this address is answered at all. */
async function isServed(host: string, port: string): Promise<boolean> {
  const socket = createConnection({ host, port: Number(port) });
  socket.on("connect", () => socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));
  return new Promise((resolve) => {
    socket.once("data", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("close", () => resolve(false));
  }).then((served) => {
    socket.destroy();
    return served === true;
  });
}

test("the engine answers on loopback and to no other address of this machine", async () => {
  const { port } = new URL(String(engineConfig().endpoint));
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal && !address.address.startsWith("fe80"));
  for (const { address } of outside) expect(await isServed(address, port), address).toBe(false);
  expect(await isServed("127.0.0.1", port)).toBe(true);
});

test("a Java without a security manager gets no option that it would refuse", () => {
  expect(loopbackOnly(24)).toEqual([]);
  expect(loopbackOnly(17)).not.toEqual([]);
  expect(majorOf('openjdk version "21.0.2" 2024-01-16')).toBe(21);
  expect(majorOf('java version "1.8.0_392"')).toBe(8);
});

/** An owner that starts an engine on the folder and is then killed, as by a power cut. */
async function killedOwner(dataDir: string): Promise<string> {
  const script = `
    import { startEngine } from ${JSON.stringify(new URL("../../local/engine.ts", import.meta.url).href)};
    const engine = await startEngine({ dataDir: ${JSON.stringify(dataDir)} });
    console.log(engine.endpoint);
    setInterval(() => undefined, 1000);`;
  const owner: ChildProcess = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = owner.stdout ? await once(owner.stdout, "data") : [""];
  owner.kill("SIGKILL");
  await once(owner, "exit");
  return String(line).trim();
}

test("a restart ends the engine that its killed owner left behind, and finds the data", async () => {
  const dataDir = join(folder, "orphan");
  const orphan = await killedOwner(dataDir);
  await createTable(clientOf(orphan), "kept", { stream: true });
  const engine = await startEngine({ dataDir });
  try {
    await expect(fetch(orphan)).rejects.toThrow();
    expect(await tablesOf(engine.endpoint)).toEqual(["kept"]);
  } finally {
    await engine.stop();
  }
  await expect(fetch(engine.endpoint)).rejects.toThrow();
});

test("a port that is taken is said in one line", async () => {
  const { port } = new URL(String(engineConfig().endpoint));
  await expect(startEngine({ port: Number(port) })).rejects.toThrow(`port ${port} is taken`);
});

test("a second owner of the same state is refused until the first lets go", () => {
  const path = join(folder, "state");
  const first = takeState(path);
  expect(() => takeState(path)).toThrow(StateTaken);
  clearState(first);
  expect(() => takeState(path)).toThrow(StateTaken);
  first.release();
  takeState(path).release();
});

test("the lock on the state dies with its owner", async () => {
  const path = join(folder, "killed");
  const script = `
    import { takeState } from ${JSON.stringify(new URL("../../local/state-folder.ts", import.meta.url).href)};
    takeState(${JSON.stringify(path)});
    console.log("taken");
    setInterval(() => undefined, 1000);`;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(owner.stdout, "data");
  expect(() => takeState(path)).toThrow(StateTaken);
  owner.kill("SIGKILL");
  await once(owner, "exit");
  takeState(path).release();
});
