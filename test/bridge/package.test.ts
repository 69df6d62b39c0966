/** The archive that a merchant installs, against the modelled WAPRO behind TDS. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openApi } from "../../bridge/openapi.ts";
import { startSignedServer } from "../../bridge/server.ts";
import { bridgeErp, type ErpOverBridge } from "../../lib/erp/bridge/client.ts";
import { pullOperations } from "../../lib/erp/bridge/contract.ts";
import { CONTRACT, tooOldForKojarz } from "../../lib/erp/bridge/contract-version.ts";
import { outboxErp, pullHandlers } from "../../lib/erp/bridge/outbox.ts";
import { http } from "../../lib/runtime/http.ts";
import { openWaproSql } from "../../local/simulators/wapro-sql.ts";
import { eventually } from "../support/eventually.ts";
import { memoryOutbox } from "../support/memory-outbox.ts";
import { number, report } from "../support/sightings.ts";
import { SECRETS } from "./bridge-world.ts";
import { install, installGlobally, npmCommand, type Program, pack, sizeOf, start } from "./installed.ts";
import { serveWaproTds, type WaproTds } from "./tds/wapro-tds.ts";
import { settings, WAREHOUSE } from "./wapro-world.ts";

const MEGABYTE = 1024 * 1024;

const sql = openWaproSql({
  now: Date.now,
  articles: [
    { id: "11", warehouse: WAREHOUSE, sku: "KUB-1", vat: "23" },
    { id: "19", warehouse: WAREHOUSE, sku: "WYSYLKA", vat: "23" },
  ],
});

let folder: string;
let archive: Awaited<ReturnType<typeof pack>>;
let machine: Awaited<ReturnType<typeof install>>;
let wapro: WaproTds;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kojarz-package-"));
  archive = await pack(folder);
  machine = await install(archive.file, folder);
  wapro = await serveWaproTds(sql, settings);
});

afterAll(async () => {
  await wapro.stop();
  await rm(folder, { recursive: true, force: true });
});

let counter = 0;
const unique = () => `u${++counter}`;

/** Each has an order of its own. */
function someOrder() {
  const id = unique();
  return { order: `order-${id}`, keys: [number(id)], currency: "PLN", total: 5899, report: { ...report, number: id } };
}

async function environment(way: object): Promise<Record<string, string>> {
  const content = {
    name: "wapro",
    database: { server: "127.0.0.1", port: wapro.port, database: "WAPRO", user: "kojarz", encrypt: false },
    wapro: settings,
    ...way,
  };
  const file = join(folder, `${unique()}.json`);
  await writeFile(file, JSON.stringify(content));
  return {
    KOJARZ_BRIDGE_CONFIG: file,
    KOJARZ_BRIDGE_SQL_PASSWORD: "made-up",
    KOJARZ_BRIDGE_SECRET: SECRETS[0],
  };
}

const said = (program: Program, what: RegExp) =>
  eventually(() => {
    if (!what.test(program.out())) throw new Error(`not said: ${what}; but: ${program.out()}`);
  });

type Running = { program: Program; erp: ErpOverBridge };
type Start = { command?: readonly string[]; cwd?: string; detached?: boolean };

async function running(env: Record<string, string>, how: Start, ready: RegExp): Promise<Program> {
  const { command = machine.command, ...options } = how;
  const program = start(command, { ...options, env });
  onTestFinished(async () => {
    program.child.kill("SIGKILL");
    await program.ended;
  });
  await said(program, ready);
  return program;
}

const WAYS: Record<string, (how?: Start) => Promise<Running>> = {
  async called(how = {}) {
    const port = await unusedPort();
    const program = await running(await environment({ listen: { port } }), how, /listening on/);
    const baseUrl = `http://127.0.0.1:${port}`;
    return { program, erp: bridgeErp({ name: "wapro", baseUrl, secrets: SECRETS, http, now: Date.now, unique }) };
  },

  async fetching(how = {}) {
    const outbox = memoryOutbox();
    const kojarz = await startSignedServer({
      operations: pullOperations,
      handlers: pullHandlers(outbox, Date.now, unique),
      tooOld: tooOldForKojarz,
      secrets: SECRETS,
      host: "127.0.0.1",
      port: 0,
      failed: () => undefined,
    });
    onTestFinished(kojarz.stop);
    const env = await environment({ pull: { baseUrl: kojarz.url, everyMs: 200 } });
    const program = await running(env, how, /fetching work/);
    return { program, erp: outboxErp({ name: "wapro", outbox, now: Date.now, unique, wait: (ms) => wait(ms) }) };
  },
};

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 9;
}

const rowsOf = (id: string) => sql.rows().filter(({ free }) => free[settings.ownColumn] === `kojarz:${id}`);

/** Holds the program at a statement, with an order in its hands. */
function heldAt(moment: string) {
  const reached = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  wapro.at = async (name) => {
    if (name !== moment) return;
    reached.resolve();
    await release.promise;
  };
  onTestFinished(() => {
    release.resolve();
    wapro.at = async () => undefined;
  });
  return { reached: reached.promise, release: release.resolve };
}

describe("the archive", () => {
  test("unpacks to at most 15 MB", async () => {
    expect(archive.unpackedSize).toBeLessThan(15 * MEGABYTE);
    expect(await sizeOf(join(machine.home, "node_modules"))).toBeLessThan(15 * MEGABYTE);
  });

  test("holds all that it needs: nothing else is installed with it", async () => {
    const installed = await readdir(join(machine.home, "node_modules"));
    expect(installed.filter((name) => !name.startsWith("."))).toEqual(["kojarz-bridge"]);
    expect(archive.files.map(({ path }) => path).toSorted((a, b) => a.localeCompare(b))).toEqual([
      "dist/LICENSE",
      "dist/main.mjs",
      "dist/THIRD-PARTY.txt",
      "kojarz-bridge.mjs",
      "package.json",
      "README.md",
      "README.pl.md",
    ]);
  });

  test("names what others wrote of it, each under a licence that asks for nothing of ours", async () => {
    const text = await readFile(join(machine.home, "node_modules/kojarz-bridge/dist/THIRD-PARTY.txt"), "utf8");
    const licences = [...text.matchAll(/^(\S+) \d\S* \(([^)]+)\)$/gm)].map(([, name, licence]) => ({ name, licence }));
    expect(licences.map(({ name }) => name)).toEqual(expect.arrayContaining(["mssql", "tedious", "zod"]));
    for (const { name, licence } of licences) expect(licence, name).toMatch(/^(MIT|ISC|BSD-\d-Clause|Unlicense)$/);
  });
});

test.each(["README.md", "README.pl.md"])("%s in it names it", async (name) => {
  const text = await readFile(join(machine.home, "node_modules/kojarz-bridge", name), "utf8");
  expect(new Set(text.match(/kojarz-bridge-[\d.]+\.tgz/g))).toEqual(new Set([archive.filename]));
});

describe("the installed program", () => {
  test("is a command of the machine after one command of npm", async () => {
    const command = await installGlobally(archive.file, folder);
    const shell = process.platform === "win32" ? ["cmd", "/c"] : [];
    const program = start([...shell, command, "--version"], { cwd: folder });
    expect(await program.ended).toBe(0);
    expect(program.out()).toMatch(new RegExp(`^kojarz-bridge \\d+\\.\\d+\\.\\d+, contract ${CONTRACT}, Node \\d+`));
  });

  test("prints its contract", async () => {
    const program = start([...machine.command, "--openapi"], {});
    expect(await program.ended).toBe(0);
    expect(JSON.parse(program.out())).toEqual(JSON.parse(JSON.stringify(openApi())));
  });

  test.each([
    ["--probe-it", /^kojarz-bridge: Unknown option '--probe-it'; .*--help.*\n$/],
    ["run", /^kojarz-bridge: Unexpected argument 'run'; .*--help.*\n$/],
  ])("ends with 2 and one line for %s", async (argument, line) => {
    const program = start([...machine.command, argument], {});
    expect(await program.ended).toBe(2);
    expect(program.out()).toMatch(line);
  });

  test("says which Node it needs, on an older one", async () => {
    const older = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.11.1'})";
    const [node = "", script = ""] = machine.command;
    const program = start([node, "--import", older, script, "--version"], {});
    expect(await program.ended).toBe(1);
    expect(program.out()).toBe("kojarz-bridge needs Node 24 or newer; this is Node 20.11.1\n");
  });

  test("probes, with its secrets from a file of variables", async () => {
    const { KOJARZ_BRIDGE_CONFIG = "", ...secrets } = await environment({ listen: { port: 8080 } });
    const file = join(folder, "bridge.env");
    await writeFile(
      file,
      Object.entries(secrets)
        .map(([name, value]) => `${name}=${value}\r\n`)
        .join(""),
    );
    const args = ["--probe", "--config", KOJARZ_BRIDGE_CONFIG, "--env-file", file];
    const program = start([...machine.command, ...args], { cwd: folder });
    expect(await program.ended).toBe(0);
    expect(program.out()).toContain("RM_ZatwierdzZamowienie: 37 parameters known\n");
  });

  test("rehearses an order, and nothing is left of it", async () => {
    const order = someOrder();
    const file = join(folder, "order.json");
    await writeFile(file, JSON.stringify(order));
    const env = await environment({ listen: { port: 8080 } });
    const program = start([...machine.command, "--dry-run", file], { env });
    expect(await program.ended).toBe(0);
    expect(program.out()).toMatch(/dry run: \{"outcome":"created".*\nrolled back, nothing is left\n$/);
    expect(rowsOf(order.order)).toEqual([]);
  });
});

describe.each(Object.entries(WAYS))("the installed program, %s", (way, open) => {
  test("writes one order once", async () => {
    const { erp } = await open();
    const order = someOrder();
    expect(await erp.find({ order: order.order, keys: order.keys, since: 0 })).toEqual([]);
    expect(await erp.submit(order, Date.now() + 48_000)).toMatchObject({ outcome: "created" });
    expect(await erp.submit(order, Date.now() + 48_000)).toMatchObject({ outcome: "already-exists" });
    expect(rowsOf(order.order)).toMatchObject([{ total: 5899 }]);
  });

  // Windows has no signals: whoever ends a program there ends it at once.
  describe.skipIf(process.platform === "win32")("is stopped", () => {
    test.each(["SIGTERM", "SIGINT"] as const)("by %s: the order in hand is written and answered", async (signal) => {
      const { program, erp } = await open();
      const { reached, release } = heldAt("confirm");
      const order = someOrder();
      const answer = erp.submit(order, Date.now() + 48_000);
      await reached;
      program.child.kill(signal);
      await said(program, /^stopping: /m);
      release();
      expect(await answer).toMatchObject({ outcome: "created" });
      expect(await program.ended).toBe(0);
      expect(program.out()).toMatch(/\nstopped\n$/);
      expect(rowsOf(order.order)).toHaveLength(1);
    });

    // A terminal sends its signal to all that run in it, and npm passes it on once more.
    test.each([
      ["Ctrl-C", "SIGINT", "bridge", -1],
      ["Ctrl-C, without a shell between,", "SIGINT", "bridge-alone", -1],
      ["a signal to npm alone", "SIGTERM", "bridge", 1],
    ] as const)("by %s under npm", async (...[, signal, script, whom]) => {
      const { program, erp } = await open({ command: npmCommand("run", script), cwd: machine.home, detached: true });
      const { reached, release } = heldAt("confirm");
      const order = someOrder();
      const answer = erp.submit(order, Date.now() + 48_000);
      await reached;
      process.kill(whom * (program.child.pid ?? 0), signal);
      await said(program, /^stopping: /m);
      release();
      expect(await answer).toMatchObject({ outcome: "created" });
      await program.ended;
      expect(program.out()).toMatch(/^stopped$/m);
      expect(program.out()).not.toMatch(/^stopped at once/m);
      expect(rowsOf(order.order)).toHaveLength(1);
    });

    test("by a second signal at once: what was in hand is rolled back", async () => {
      const { program, erp } = await open();
      const { reached } = heldAt("confirm");
      const order = someOrder();
      const answer = erp.submit(order, Date.now() + (way === "called" ? 48_000 : 4_000));
      await reached;
      program.child.kill("SIGTERM");
      await said(program, /^stopping: /m);
      await wait(1_100);
      program.child.kill("SIGTERM");
      expect(await program.ended).toBe(130);
      expect(await answer).toEqual({ outcome: "in-doubt" });
      expect(rowsOf(order.order)).toEqual([]);
    });
  });
});
