/** Runs each `sh run` sample against the functions of Kojarz, with the configuration of its page. */
import "../../local/quiet.ts";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { provideApp } from "../../lib/app/app.ts";
import { type Host, startHost } from "../../local/apigw-host.ts";
import { parseConfig } from "../../local/config-file.ts";
import { routes } from "../../local/routes.ts";
import { webhookFloor } from "../support/webhook-floor.ts";
import { type Fence, type Page, pages, ROOT } from "./pages.ts";

const TOOLS = ["bash", "curl", "openssl", "base64", "od", "sed"];
const hasTools = TOOLS.every((tool) => spawnSync(tool, ["--version"]).error === undefined);

type Sample = { fence: Fence; answer: Fence };

/** Each sample with the answer that stands below it. */
function runsOf({ path, fences }: Page): Sample[] {
  return fences.flatMap((fence, index) => {
    if (fence.language !== "sh" || fence.kind !== "run") return [];
    const answer = fences[index + 1];
    if (answer?.kind !== "answer") throw new Error(`${path}:${fence.line} does not say what is answered`);
    return [{ fence, answer }];
  });
}

const withRuns = pages.map((page) => ({ ...page, runs: runsOf(page) })).filter(({ runs }) => runs.length > 0);

describe.skipIf(!hasTools).each(withRuns)("$path", ({ fences, runs }) => {
  let host: Host;

  beforeAll(async () => {
    const config = parseConfig(fences.find(({ kind }) => kind === "config")?.text ?? "");
    const { app } = webhookFloor(config, 0);
    provideApp(() => ({ ...app, now: Date.now }));
    host = await startHost({ port: 0, routes, now: Date.now });
  });
  afterAll(() => host.stop());

  test.each(runs)("line $fence.line is answered as it says", async ({ fence, answer }) => {
    const printed = await run(fence.text.replaceAll("http://127.0.0.1:8787", host.url));
    if (answer.language !== "json") return expect(printed).toBe(answer.text.trim());
    const expected: unknown = JSON.parse(answer.text);
    if (Array.isArray(expected)) expect(JSON.parse(printed)).toEqual(expected);
    else expect(JSON.parse(printed)).toMatchObject(expected as object);
  });
});

/** The host is in this process, so nothing here may wait for the child without letting it answer. */
async function run(script: string): Promise<string> {
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  expect(code).toBe(0);
  return printed.trim();
}
