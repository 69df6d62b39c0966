import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { readBridgeConfig } from "../../bridge/config.ts";
import { dryRunOrder, runBridge, showProbe } from "../../bridge/program.ts";
import { bridgeErp } from "../../lib/erp/bridge/client.ts";
import { http } from "../../lib/runtime/http.ts";
import { openWaproSql } from "../../local/simulators/wapro-sql.ts";
import { versionOf } from "../../local/simulators/wapro-version.ts";
import { number, report } from "../support/sightings.ts";
import { SECRETS } from "./bridge-world.ts";
import { settings, WAREHOUSE } from "./wapro-world.ts";

const content = {
  name: "wapro",
  database: { server: "localhost", instance: "WAPRO", database: "WAPRO", user: "kojarz" },
  wapro: settings,
  listen: { port: 18080 },
};

function fileOf(value: unknown, name = "bridge.json"): string {
  const folder = mkdtempSync(join(tmpdir(), "kojarz-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, name);
  writeFileSync(file, typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value));
  return file;
}

const env = (value: unknown) => ({
  KOJARZ_BRIDGE_CONFIG: fileOf(value),
  KOJARZ_BRIDGE_SQL_PASSWORD: "made-up",
  KOJARZ_BRIDGE_SECRET: SECRETS[0],
});

const openModel = async (version = versionOf("with internet id")) =>
  openWaproSql({
    now: Date.now,
    version,
    articles: [
      { id: "11", warehouse: WAREHOUSE, sku: "KUB-1", vat: "23" },
      { id: "19", warehouse: WAREHOUSE, sku: "WYSYLKA", vat: "23" },
    ],
  });

const order = { order: "order-1", keys: [number("1001")], currency: "PLN", total: 5899, report };

describe("the configuration of the bridge", () => {
  test("is a file and two secrets from the environment", async () => {
    const config = await readBridgeConfig(env(content));
    expect(config).toMatchObject({ name: "wapro", secrets: SECRETS, listen: { host: "127.0.0.1", port: 18080 } });
  });

  test("answers no report on shadow mode unless it says so", async () => {
    expect(await readBridgeConfig(env(content))).toMatchObject({ shadow: false });
    expect(await readBridgeConfig(env({ ...content, shadow: true }))).toMatchObject({ shadow: true });
  });

  test("may fetch its work in plain HTTP on this machine only", async () => {
    const local = { ...content, pull: { baseUrl: "http://127.0.0.1:8787/bridge/" } };
    expect(await readBridgeConfig(env(local))).toMatchObject({ pull: { baseUrl: "http://127.0.0.1:8787/bridge" } });
  });

  test.each<[string, unknown, RegExp]>([
    ["no such column", { ...content, wapro: { ...settings, ownColumn: "UWAGI" } }, /wapro\.ownColumn: /],
    [
      "a template without {id}",
      { ...content, wapro: { ...settings, numberTemplates: { allegro: ["A-"] } } },
      /numberTemplates/,
    ],
    [
      "the user that other programs write as",
      { ...content, wapro: { ...settings, user: 3000001 } },
      /a user of its own/,
    ],
    ["a key that nobody knows", { ...content, speed: 3 }, /speed/],
    ["neither called nor pulling", { ...content, listen: undefined }, /neither listen nor pull/],
    ["plain HTTP to Kojarz", { ...content, pull: { baseUrl: "http://kojarz.example" } }, /pull\.baseUrl: /],
    ["not JSON", "{\n  name: 1 }", /bridge\.json is not JSON \(line 2 column 3\)/],
  ])("%s is named", async (_, value, message) => {
    await expect(readBridgeConfig(env(value))).rejects.toThrow(message);
  });

  test.each([
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${JSON.stringify(content)}`)],
    ["UTF-16, as PowerShell writes it", Buffer.from(`\uFEFF${JSON.stringify(content)}`, "utf16le")],
  ])("is read in %s", async (_, bytes) => {
    expect(await readBridgeConfig(env(bytes))).toMatchObject({ name: "wapro" });
  });

  test("that is not there is named by its path, and mistakes of file and environment are told together", async () => {
    const missing = { ...env(content), KOJARZ_BRIDGE_CONFIG: "/nowhere/bridge.json" };
    await expect(readBridgeConfig(missing)).rejects.toThrow(
      "/nowhere/bridge.json cannot be read: there is no such file",
    );
    const { KOJARZ_BRIDGE_SQL_PASSWORD: _, ...rest } = env({ ...content, speed: 3 });
    await expect(readBridgeConfig(rest)).rejects.toThrow(/KOJARZ_BRIDGE_SQL_PASSWORD.*speed/);
    await expect(readBridgeConfig({ ...rest, KOJARZ_BRIDGE_CONFIG: "/nowhere/bridge.json" })).rejects.toThrow(
      /KOJARZ_BRIDGE_SQL_PASSWORD.*\/nowhere\/bridge\.json/,
    );
  });

  test.each(["whsec_c2VjcmV0=b2YtYS1icmlkZ2Utd2l0aC1hbi1lcXVhbC1zaWdu", `${SECRETS[0]} whsec_=`])(
    "a secret that nothing can be signed with is refused: %s",
    async (secret) => {
      const error = await readBridgeConfig({ ...env(content), KOJARZ_BRIDGE_SECRET: secret }).catch(String);
      expect(error).toMatch(/KOJARZ_BRIDGE_SECRET/);
      expect(error).not.toContain(secret);
    },
  );

  test("a missing secret is named, and no value is shown", async () => {
    const { KOJARZ_BRIDGE_SECRET: _, ...rest } = env(content);
    const error = await readBridgeConfig({ ...rest, KOJARZ_BRIDGE_SECRET: "whsec_short" }).catch(String);
    expect(error).toMatch(/KOJARZ_BRIDGE_SECRET/);
    expect(error).not.toMatch(/whsec_short|made-up/);
  });
});

describe("the bridge program", () => {
  const said = () => {
    const lines: string[] = [];
    return { lines, say: (line: string) => void lines.push(line) };
  };

  test("a probe shows what this WAPRO offers, and fails where something is missing", async () => {
    const config = await readBridgeConfig(env(content));
    const { lines, say } = said();
    expect(await showProbe(config, say, () => openModel())).toBe(0);
    expect(lines).toContain("RM_ZatwierdzZamowienie: 37 parameters known");
    const without = versionOf("old", { without: ["RM_SumujZamowienie"] });
    expect(await showProbe(config, say, () => openModel(without))).toBe(1);
    expect(lines.slice(-2)).toEqual([
      "missing: procedure RM_SumujZamowienie, or the right to EXECUTE it",
      "this WAPRO lacks what the bridge needs",
    ]);
  });

  test.each([
    [-3_600_000, "the database's clock is 60 min behind Warsaw's: set its time zone and its time"],
    [120_000, "the database's clock is 2 min ahead of Warsaw's: set its time zone and its time"],
  ])("a probe refuses a database whose clock is off by %i ms", async (aheadMs, line) => {
    const said: string[] = [];
    const open = async () => openWaproSql({ now: Date.now, serverClock: { aheadMs } });
    expect(await showProbe(await readBridgeConfig(env(content)), (text) => said.push(text), open)).toBe(1);
    expect(said.at(-1)).toBe(line);
  });

  test("a named instance that is not found is told with the service that knows its port", async () => {
    const { lines, say } = said();
    const config = await readBridgeConfig(env(content));
    const open = () => Promise.reject(new Error("Failed to connect"));
    await expect(showProbe(config, say, open)).rejects.toThrow("Failed to connect");
    expect(lines).toEqual([
      expect.stringMatching(/^the port of the instance WAPRO is asked of the SQL Server Browser on UDP 1434/),
    ]);
  });

  test("a clock that goes wrong later ends it within an hour, with one line", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const said: string[] = [];
    const clock = { aheadMs: 0 };
    const config = { ...(await readBridgeConfig(env(content))), listen: { host: "127.0.0.1", port: 0 } };
    const open = async () => openWaproSql({ now: Date.now, serverClock: clock });
    const running = runBridge(config, (line) => said.push(line), new Promise(() => undefined), open);
    await vi.waitFor(() => expect(said.some((line) => line.startsWith("listening on"))).toBe(true));
    clock.aheadMs = 7_200_000;
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(await running).toBe(1);
    expect(said.slice(-2)).toEqual([
      "the database's clock is 120 min ahead of Warsaw's: set its time zone and its time",
      "stopped",
    ]);
  });

  test("a dry run shows what would be written, and says when WAPRO did not let go of it", async () => {
    const config = await readBridgeConfig(env(content));
    const { lines, say } = said();
    const model = await openModel();
    expect(await dryRunOrder(config, order, say, async () => model)).toBe(0);
    expect(lines.slice(-2)).toEqual([
      'dry run: {"outcome":"created","erp":{"erpId":"1","number":"ZO 000001/26"}}',
      "rolled back, nothing is left",
    ]);
    model.arm("rollback-ignored");
    expect(await dryRunOrder(config, order, say, async () => model)).toBe(1);
    expect(lines.at(-1)).toMatch(/^CAREFUL/);
    expect(await dryRunOrder(config, { order: "x" }, say, async () => model)).toBe(1);
    expect(lines.at(-1)).toMatch(/does not follow the contract: keys/);
  });

  test("serves until it is stopped, and its clean-up takes no order of a person", async () => {
    const config = { ...(await readBridgeConfig(env(content))), listen: { host: "127.0.0.1", port: 0 } };
    const { lines, say } = said();
    const model = await openModel();
    model.addOrphan(settings.user, Date.now() - 3_600_000, "order-0");
    model.addOrphan(7, Date.now() - 3_600_000);
    const stop = Promise.withResolvers<void>();
    const running = runBridge(config, say, stop.promise, async () => model);
    await expect.poll(() => lines.some((line) => line.startsWith("listening"))).toBe(true);
    const baseUrl =
      lines
        .find((line) => line.startsWith("listening"))
        ?.split(" ")
        .at(-1) ?? "";
    const erp = bridgeErp({ name: "wapro", baseUrl, secrets: SECRETS, http, now: Date.now, unique: () => "q1" });
    expect(await erp.submit(order, Date.now() + 48_000)).toMatchObject({ outcome: "created" });
    stop.resolve();
    expect(await running).toBe(0);
    expect(model.orphans().map((row) => row.user)).toEqual([7]);
    await expect(erp.find({ order: "order-1", keys: [], since: 0 })).rejects.toThrow("no answer");
  });

  test("an address that is taken ends it, and nothing of it stays alive", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    onTestFinished(() => void taken.close());
    const address = taken.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const config = { ...(await readBridgeConfig(env(content))), listen: { host: "127.0.0.1", port } };
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const running = runBridge(
      config,
      () => undefined,
      Promise.withResolvers<void>().promise,
      () => openModel(),
    );
    await expect(running).rejects.toThrow("EADDRINUSE");
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ["is not there", undefined, /^\/nowhere\/order\.json cannot be read: there is no such file\n$/],
    ["is broken", "{", /order\.json is not JSON\b.*\n$/],
  ])("a dry run of a file that %s ends it with one clear line", (_, text, line) => {
    const file = text === undefined ? "/nowhere/order.json" : fileOf(text, "order.json");
    const { status, stderr } = spawnSync(process.execPath, ["bridge/main.ts", "--dry-run", file], {
      env: env(content),
    });
    expect(status).toBe(1);
    expect(String(stderr)).toMatch(line);
    expect(String(stderr)).not.toMatch(/Error|ENOENT/);
  });

  test("prints its contract without a database and without secrets", () => {
    const { status, stdout } = spawnSync(process.execPath, ["bridge/main.ts", "--openapi"], { env: {} });
    expect({ status, openapi: JSON.parse(String(stdout)).openapi }).toEqual({ status: 0, openapi: "3.1.0" });
  });

  test("a database that is not there ends it with one line, without the password", () => {
    const unreachable = {
      ...content,
      database: { ...content.database, instance: undefined, server: "127.0.0.1", port: 9 },
    };
    const { status, stderr } = spawnSync(process.execPath, ["bridge/main.ts", "--probe"], {
      env: env(unreachable),
    });
    expect(status).toBe(1);
    expect(String(stderr)).toMatch(/^ConnectionError: Failed to connect to 127\.0\.0\.1:9 .*\n$/);
    expect(String(stderr)).not.toContain("made-up");
  });

  test("without a configuration it ends with one clear line", () => {
    const { status, stderr } = spawnSync(process.execPath, ["bridge/main.ts"], { env: {} });
    expect(status).toBe(1);
    expect(String(stderr)).toMatch(/^configuration of the bridge: KOJARZ_BRIDGE_SQL_PASSWORD: .*\n$/);
  });
});
