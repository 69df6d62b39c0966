/** Operators' tasks that end with a setting and a new start: a token that its platform refuses, and a source that nobody mapped. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BaseLinker, createBaseLinker } from "../../local/simulators/baselinker.ts";
import { eventually } from "../support/eventually.ts";
import { type StartedRun, startRun } from "../support/started.ts";
import { atTheDashboard, atTheTerminal, type Operator, typed } from "./operators.ts";

const TOKEN = "right-token";
/** Every second, and never for want of calls. */
const POLLED = { pollSeconds: 1, callsPerMinute: 1000 };
const MAPPED = { "allegro/7001": "allegro:acme" };

let baselinker: BaseLinker;
let folder: string;
let run: StartedRun | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kojarz-settings-"));
  baselinker = await createBaseLinker({ token: TOKEN, now: Date.now, random: Math.random, callsPerMinute: 1000 });
});
afterAll(async () => {
  await run?.stop();
  await baselinker.close();
  await rm(folder, { recursive: true, force: true });
});

/** As after a deployment: the run ends, and the next one goes on from what it left. */
async function deployed(settings: object): Promise<StartedRun> {
  const account = { channel: "baselinker", account: "acme", callbackToken: "callback-token-of-acme", ...POLLED };
  const path = join(folder, "kojarz.json");
  await writeFile(path, JSON.stringify({ accounts: [{ ...account, baseUrl: baselinker.url, ...settings }] }));
  await run?.stop("kept");
  run = await startRun(["--quiet"], { KOJARZ_CONFIG: path }, join(folder, "state"));
  return run;
}

const orders = async ({ url }: StartedRun) =>
  (await (await fetch(`${url}/orders`)).json()) as Array<{ state: string; sources: Array<{ sourceOrder: string }> }>;

const held = async ({ url }: StartedRun) =>
  (await (await fetch(`${url}/held`)).json()) as Array<{ reason: string; sourceOrder: string }>;

const bought = (external: string) => String(baselinker.place({ external_order_id: external, order_source_id: 7001 }));

const WAYS: ReadonlyArray<readonly [name: string, operator: (of: StartedRun) => Operator, external: string]> = [
  ["the terminal", atTheTerminal, "0cc20000-3b6d-11f0-9c4d-8b1f2a6d7e90"],
  ["the dashboard", atTheDashboard, "0cc20001-3b6d-11f0-9c4d-8b1f2a6d7e90"],
];
const numbers = new Map<string, string>();

describe("a feed with a wrong token", () => {
  beforeAll(async () => {
    await deployed({ token: "wrong-token" });
  });

  test.each(WAYS)("is seen at %s: which account, since when, and in whose words", async (_, operatorOf) => {
    const operator = operatorOf(run as StartedRun);
    await eventually(async () => {
      const status = await operator.status();
      expect(status).toMatch(/needs a look/i);
      expect(status).toMatch(/never read|read last never/);
      expect(status).toContain("ERROR_BAD_TOKEN");
    });
    expect(await operator.status()).not.toContain("wrong-token");
  });
});

describe("once the token is repaired", () => {
  beforeAll(async () => {
    for (const [name, , external] of WAYS) numbers.set(name, bought(external));
    await deployed({ token: TOKEN });
  });

  test.each(WAYS)(
    "at %s: the account is read at once, and what it shows is of a source that nobody mapped",
    async (name, operatorOf) => {
      const operator = operatorOf(run as StartedRun);
      const number = numbers.get(name) ?? "";
      expect(await operator.readNow("baselinker:acme")).toContain("due now");
      await eventually(async () =>
        expect((await held(run as StartedRun)).map(({ sourceOrder }) => sourceOrder)).toContain(number),
      );
      expect(await operator.status()).not.toContain("ERROR_BAD_TOKEN");
      expect(await operator.trace(number)).toContain("unmapped-source");
    },
  );
});

describe("once the source is mapped", () => {
  beforeAll(async () => {
    await deployed({ token: TOKEN, sources: MAPPED });
  });

  test.each(WAYS)("at %s: what was held is decided anew, and is in the ERP once", async (name, operatorOf) => {
    const current = run as StartedRun;
    const number = numbers.get(name) ?? "";
    // By itself it is looked at again within minutes, too: on a slow machine before anybody acts.
    expect(await operatorOf(current).decideAnew(number)).toMatch(/to-be-read|closed already|Resolved: /);
    await eventually(async () => {
      const own = (await orders(current)).filter(({ sources }) => sources.some((one) => one.sourceOrder === number));
      expect(own.map(({ state }) => state)).toEqual(["delivered"]);
    });
    await eventually(async () =>
      expect((await held(current)).map(({ sourceOrder }) => sourceOrder)).not.toContain(number),
    );
  });

  test("all is well, and says so by its exit code", async () => {
    await eventually(async () => expect(await typed(run as StartedRun, "status")).toMatchObject({ code: 0 }));
  });
});
