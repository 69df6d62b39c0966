/** `kojarz --stage`: the command in a process of its own, the two functions behind Lambda's API, the caller's own rights. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handler as watch } from "../../functions/erp-watch.ts";
import { handler as act } from "../../functions/operator-act.ts";
import { handler as read } from "../../functions/operator-read.ts";
import { provideApp } from "../../lib/app/app.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import { heldMessage } from "../../lib/core/held.ts";
import { bookFrom } from "../../lib/ops/book.ts";
import { openFakeErp } from "../../local/fake-erp.ts";
import { type FeedApp, feedApp } from "../support/feed-app.ts";
import { type LambdaEndpoint, lambdaEndpoint } from "../support/lambda-endpoint.ts";
import { type ListenersEndpoint, listenersEndpoint } from "../support/listeners-endpoint.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { NOW, sighting } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

const CLI = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const READ = "kojarz-trial-OperatorRead";
const ACT = "kojarz-trial-OperatorAct";
const WATCH = "kojarz-trial-ErpWatch";
const NOT_DEPLOYED = "kojarz-nowhere-OperatorRead";

let app: FeedApp;
let aws: LambdaEndpoint;
let listeners: ListenersEndpoint;
let isBroken = false;

beforeAll(async () => {
  app = feedApp(await freshTable());
  const connections = connectionsOf(app.config);
  app.operators = { book: bookFrom(connections, "wapro"), connect: async () => connections[0] };
  provideApp(() => app);
  const functions = {
    [READ]: async (...call: Parameters<typeof read>) => {
      if (isBroken) throw new Error("the table is not there");
      return read(...call);
    },
    [ACT]: act,
    [WATCH]: watch,
  };
  const rights = { OWNER: [READ, ACT, WATCH, NOT_DEPLOYED], LOOKER: [READ], STRANGER: [] };
  aws = await lambdaEndpoint(functions as never, rights);
  listeners = await listenersEndpoint();
});
afterAll(() => {
  aws.stop();
  listeners.stop();
});

type Typed = { code: number; out: string; err: string };

/** @param key the access key of whoever types; none where nobody is signed in */
function typed(key: string | undefined, ...args: string[]): Promise<Typed> {
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL_LAMBDA: aws.url,
    AWS_ENDPOINT_URL_STS: aws.url,
    ...listeners.environment,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    ...(key !== undefined && { AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: "of-the-test" }),
  };
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data) => (out += String(data)));
    child.stderr.on("data", (data) => (err += String(data)));
    child.on("close", (code) => resolve({ code: code ?? -1, out, err }));
  });
}

const stage = ["--stage", "trial"];

test("whoever may only look sees all, and may not act", async () => {
  await app.claims.hold(heldMessage("woocommerce:main", "187", "no-total", {}), NOW);
  const cases = await typed("LOOKER", "cases", ...stage);
  expect(cases).toMatchObject({ code: 0, err: "" });
  expect(cases.out).toContain("no-total");
  expect(JSON.parse((await typed("LOOKER", "trace", "187", "--json", ...stage)).out)).toMatchObject({
    answer: "trace",
  });
  const id = JSON.parse((await typed("LOOKER", "cases", "--json", ...stage)).out).cases[0].id;
  const before = aws.invoked.length;
  const refused = await typed("LOOKER", "dismiss", id, ...stage);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toBe(`kojarz: these credentials may not invoke ${ACT}: it wants lambda:InvokeFunction\n`);
  expect(aws.invoked).toHaveLength(before);
});

test("what is done is done as the caller whose credentials proved it, beside the name that was typed", async () => {
  const { order } = await shopFloor(app.claims).report(sighting());
  const done = await typed("OWNER", "cancel", String(order), "--yes", "--note", "the buyer called", "--json", ...stage);
  expect(done).toMatchObject({ code: 0, err: "" });
  expect(JSON.parse(done.out)).toMatchObject({ answer: "done", do: "cancel", already: false });
  expect(await app.desk.audits(String(order))).toMatchObject([
    { do: "cancel", byProven: "arn:aws:iam::123456789012:user/OWNER", note: "the buyer called" },
  ]);
});

test.each([
  ["nobody is signed in", undefined, "trial", "no AWS credentials were found: sign in first, or set AWS_PROFILE"],
  [
    "the caller has no right at all",
    "STRANGER",
    "trial",
    `these credentials may not invoke ${READ}: it wants lambda:InvokeFunction`,
  ],
  [
    "there is no such stage",
    "OWNER",
    "nowhere",
    `there is no ${NOT_DEPLOYED} in eu-central-1: is the stage deployed there?`,
  ],
])("%s: one line says so, and nothing was asked", async (_, key, name, told) => {
  const before = aws.invoked.length;
  expect(await typed(key, "status", "--stage", name)).toEqual({ code: 1, out: "", err: `kojarz: ${told}\n` });
  expect(aws.invoked).toHaveLength(before);
});

test("a function that fails is told with its reason", async () => {
  isBroken = true;
  const failed = await typed("OWNER", "status", ...stage);
  isBroken = false;
  expect(failed).toEqual({ code: 1, out: "", err: `kojarz: ${READ} failed: the table is not there\n` });
});

describe("what asks several functions, at a stage", () => {
  const fakeErp = openFakeErp({ file: ":memory:", now: () => app.clock, random: () => 0.5 });
  beforeAll(() => {
    Object.assign(app, { erp: fakeErp, watch: fakeErp });
  });
  afterAll(() => fakeErp.close());

  test("migrate: the whole table is looked through, and nothing is to be done", async () => {
    const plan = await typed("OWNER", "migrate", "--plan", ...stage);
    expect(plan).toMatchObject({ code: 0, err: "" });
    expect(plan.out).toMatch(/^\d+ items: .*\nNo item is of an older shape\.\nNothing is to be done\.\n$/);
    expect((await typed("LOOKER", "migrate", "--plan", ...stage)).err).toContain(`may not invoke ${ACT}`);
  });

  test("report compares what OperatorAct knows with what ErpWatch lists", async () => {
    const live = await typed("OWNER", "report", "--days", "14", ...stage);
    expect(live).toMatchObject({ code: 1, out: "" });
    expect(live.err).toContain("no account is in shadow mode");
    app.config = { ...app.config, mode: "shadow" };
    const before = aws.invoked.length;
    const report = await typed("OWNER", "report", "--days", "14", "--json", ...stage);
    expect(report).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(report.out)).toBeTypeOf("object");
    expect(new Set(aws.invoked.slice(before).map(({ name }) => name))).toEqual(new Set([ACT, WATCH]));
    app.config = { ...app.config, mode: "live" };
  });

  test("check --go-live asks the deployment, point by point, and ends with 1 where one is not so", async () => {
    const config = join(mkdtempSync(join(tmpdir(), "kojarz-stage-")), "kojarz.json");
    const secrets = [`whsec_${Buffer.from("a secret of a shop that pushes").toString("base64")}`];
    writeFileSync(config, JSON.stringify({ accounts: [{ channel: "standard", account: "sklep", secrets }] }));
    const topic = "arn:aws:sns:eu-central-1:123456789012:alerts";
    listeners.alarms["kojarz-trial-FunctionErrors"] = [topic];
    listeners.subscriptions[topic] = [`${topic}:1`];
    const checked = await typed("OWNER", "check", "--go-live", "--config", config, "--json", ...stage);
    expect(checked).toMatchObject({ code: 1, err: "" });
    const all = JSON.parse(checked.out) as { checked: Array<{ name: string; findings: Array<{ check: string }> }> };
    const findings = all.checked.find(({ name }) => name === "go live")?.findings ?? [];
    expect(findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(["webhooks", "backfill", "sweep", "writers", "cases", "reports"]),
    );
    expect(findings).toContainEqual({ check: "alarms", state: "ok", says: "confirmed subscriptions: 1" });
    rmSync(config);
  });
});
