/** How long a webhook may wait for its table, and what it may cost, when the table throttles, refuses or says nothing. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { intake } from "../../lib/intake/intake.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { openTable } from "../../lib/store/table.ts";
import { NOW, sighting } from "../support/sightings.ts";

type Answer = { status: number; type: string } | "silence" | "empty";

const stops: Array<() => void> = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** An engine that answers as the test says; it counts what it is asked for. */
async function engine(answerTo: (operation: string) => Answer) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
    asked.push(operation);
    for await (const _ of request);
    const answer = answerTo(operation);
    if (answer === "silence") return;
    const { status, type } = answer === "empty" ? { status: 200, type: undefined } : answer;
    const body = type === undefined ? { Responses: {} } : { __type: `com.amazonaws.dynamodb.v20120810#${type}` };
    response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const table = openTable("orders", {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  stops.push(() => {
    table.documents.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { asked, claims: dynamoClaims(table) };
}

const DAY = 86_400_000;
const rules = { windowMs: 14 * DAY, memoryMs: 90 * DAY, waitingMs: 31 * DAY };

async function report(claims: ReturnType<typeof dynamoClaims>) {
  let counter = 0;
  const deps = { claims, explain: () => undefined, now: () => NOW, random: Math.random, wait, rules };
  const began = process.hrtime.bigint();
  const error = await intake(sighting(), { ...deps, unique: () => `u${++counter}` }).catch((caught: unknown) => caught);
  return { error, tookMs: Number(process.hrtime.bigint() - began) / 1e6 };
}

const isWrite = (operation: string) => /^(Transact|Put|Update)/.test(operation);
const THROTTLED: Answer = { status: 400, type: "ThrottlingException" };

test("a table that throttles its writes gets at most four of them, and the sender an answer", async () => {
  const { asked, claims } = await engine((operation) => (isWrite(operation) ? THROTTLED : "empty"));
  expect((await report(claims)).error).toMatchObject({ name: "ThrottlingException" });
  expect(asked.filter(isWrite).length).toBeLessThanOrEqual(4);
});

test("a table that throttles all is read twice and written never", async () => {
  const { asked, claims } = await engine(() => THROTTLED);
  expect((await report(claims)).error).toMatchObject({ name: "ThrottlingException" });
  expect(asked).toEqual(["BatchGetItem", "BatchGetItem"]);
});

test("a table that refuses is asked once", async () => {
  const { asked, claims } = await engine(() => ({ status: 400, type: "AccessDeniedException" }));
  expect((await report(claims)).error).toMatchObject({ name: "AccessDeniedException" });
  expect(asked).toEqual(["BatchGetItem"]);
});

test("a table that says nothing is given up after two tries", async () => {
  const { asked, claims } = await engine(() => "silence");
  expect((await report(claims)).error).toMatchObject({ name: "TimeoutError" });
  expect(asked).toEqual(["BatchGetItem", "BatchGetItem"]);
});
