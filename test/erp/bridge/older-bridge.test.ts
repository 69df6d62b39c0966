/** Bridges of other versions than Kojarz: the one before is served, an older one is told so, and no order is lost. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { handlersOf, startBridge } from "../../../bridge/server.ts";
import { pollOnce } from "../../../bridge/work-poller.ts";
import type { Report } from "../../../lib/core/order.ts";
import type { ErpOrder } from "../../../lib/core/ports/erp.ts";
import { bridgeErp } from "../../../lib/erp/bridge/client.ts";
import { operations } from "../../../lib/erp/bridge/contract.ts";
import { CONTRACT, tooOldForBridge } from "../../../lib/erp/bridge/contract-version.ts";
import { exchange, perform } from "../../../lib/erp/bridge/exchange.ts";
import { outboxErp } from "../../../lib/erp/bridge/outbox.ts";
import { answerId, sign } from "../../../lib/erp/bridge/signing.ts";
import { type Http, http } from "../../../lib/runtime/http.ts";
import { SECRETS } from "../../bridge/bridge-world.ts";
import { openWapro } from "../../bridge/wapro-world.ts";
import { LATER, openWorld } from "../../support/erp-world.ts";
import { NOW, number, report, sighting } from "../../support/sightings.ts";
import { openPull } from "./pull-world.ts";

const DEADLINE = NOW + 48_000;
const plain: ErpOrder = { order: "order-1", keys: [number("1001")], currency: "PLN", total: 5899, report };
const [first] = report.lines;
const exempt: Report = {
  ...report,
  lines: [{ name: "", quantity: "1", gross: 0, ...first, vat: { kind: "untaxed" } }],
};
const query = { order: "order-1", keys: [], since: 0 };

/** What such a bridge says of itself, in a body that is signed anew: nothing in version 1. */
function saying(contract: number | undefined, text: string): string {
  const { contract: _, ...body } = JSON.parse(text) as { contract: number };
  return JSON.stringify(contract === undefined ? body : { contract, ...body });
}

/** A bridge that is called. `heard`: what it was sent. */
async function openCalled(contract: number | undefined) {
  const { erp, sql } = await openWapro();
  const heard: Array<{ operation: string; body: { contract: number; order?: object } }> = [];
  const end = {
    secrets: SECRETS,
    operations,
    handlers: handlersOf(erp, () => NOW),
    failed: () => undefined,
    tooOld: () => undefined,
  };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const path = request.url ?? "";
    heard.push({ operation: path.replace("/v1/", ""), body: JSON.parse(body) });
    const { status, body: answer } = await exchange({ path, headers, body }, end);
    const text = saying(contract, answer);
    response.writeHead(status, { ...sign(SECRETS, answerId(headers["webhook-id"] ?? ""), text) }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  let counter = 0;
  const client = bridgeErp({
    name: "wapro",
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets: SECRETS,
    http,
    now: () => NOW,
    unique: () => `q${++counter}`,
  });
  return { erp: client, sql, heard };
}

/** A bridge that fetches its work. */
async function openFetching(contract: number | undefined) {
  const { erp: wapro, sql } = await openWapro();
  const { outbox, unique, pull, stop } = await openPull(wapro, () => NOW);
  onTestFinished(stop);
  const told: string[] = [];
  const older: Http = (url, request) => {
    const body = saying(contract, request?.body ?? "{}");
    const headers = { ...request?.headers, ...sign(SECRETS, request?.headers?.["webhook-id"] ?? "", body) };
    return http(url, { ...request, headers, body });
  };
  const options = { ...pull, http: older, failed: (_: string, cause: unknown) => told.push(String(cause)) };
  const heard: Array<{ order?: object; contract?: number }> = [];
  const handlers = {
    ...pull.handlers,
    submit: (request: Parameters<typeof pull.handlers.submit>[0]) => {
      heard.push(request);
      return pull.handlers.submit(request, CONTRACT);
    },
  };
  let now = NOW;
  const erp = outboxErp({
    name: "wapro",
    outbox,
    now: () => now,
    unique,
    wait: async (ms) => {
      await pollOnce({ ...options, handlers });
      now += ms;
    },
    timeouts: { readMs: 2_000, writeMs: 20_000 },
  });
  return { erp, sql, told, heard };
}

const WAYS = { called: openCalled, fetching: openFetching };
const EACH = Object.entries(WAYS);

describe.each(EACH)("a bridge of the version before, %s", (_, open) => {
  test("is given an order in the shape that it knows, and writes it", async () => {
    const { erp, sql } = await open(CONTRACT === 2 ? undefined : CONTRACT - 1);
    await erp.find(query);
    expect(await erp.submit(plain, DEADLINE)).toMatchObject({ outcome: "created" });
    expect(sql.rows()).toMatchObject([{ total: 5899 }]);
  });

  test("is not given what its version cannot carry: a person hears which field", async () => {
    const { erp, sql } = await open(CONTRACT === 2 ? undefined : CONTRACT - 1);
    await erp.find(query);
    expect(await erp.submit({ ...plain, report: exempt }, DEADLINE)).toEqual({
      outcome: "rejected",
      reason: "bridge-too-old",
      retry: false,
      detail: "the bridge speaks contract 1, which cannot carry report.lines.0.vat",
    });
    expect(sql.rows()).toEqual([]);
  });

  test("holds such an order as `bridge-too-old`, and nothing else of it is lost", async () => {
    using world = openWorld();
    const { erp, sql } = await open(CONTRACT === 2 ? undefined : CONTRACT - 1);
    const id = await world.report(sighting({ report: exempt }));
    expect(await world.deliver(id, { erp })).toMatchObject({ outcome: "held", reason: "bridge-too-old" });
    expect(world.order(id)).toMatchObject({ state: "held", reason: "bridge-too-old" });
    expect(sql.rows()).toEqual([]);
  });
});

test.each(EACH)(
  "a bridge of version 1, %s, is asked for a report by its list, which tells no VAT",
  async (way, open) => {
    const { erp, sql, ...rest } = await open(undefined);
    sql.foreign({ customerNumber: "B_1", total: 100, lines: [{ vat: "23", gross: 100 }] });
    const page = await erp.shadow?.(0);
    expect(page).toMatchObject({ outcome: "listed", orders: [{ customerNumber: "B_1", total: 100 }] });
    expect(page?.outcome === "listed" && page.orders[0]).not.toHaveProperty("shares");
    if (way === "called") expect(operationsIn(rest.heard)).toEqual(["read", "list"]);
  },
);

test("an order for a bridge of version 1 says so, and has the rate where that one looks for it", async () => {
  const { erp, heard } = await openCalled(undefined);
  await erp.submit({ ...plain, report: { ...report, lines: [withRate("23")] } }, DEADLINE);
  expect(heard.map(({ operation, body }) => [operation, body.contract])).toEqual([
    ["read", CONTRACT],
    ["submit", 1],
  ]);
  expect(heard[1]?.body.order).toMatchObject({ report: { lines: [{ taxRate: "23" }] } });
  expect(JSON.stringify(heard[1])).not.toContain('"vat"');
});

describe("a bridge of the same version", () => {
  test("is asked nothing more than before: the find that comes first says what it speaks", async () => {
    const { erp, heard } = await openCalled(CONTRACT);
    await erp.find(query);
    await erp.submit({ ...plain, report: exempt }, DEADLINE);
    expect(heard.map(({ operation }) => operation)).toEqual(["find", "submit"]);
    expect(heard[1]?.body.order).toMatchObject({ report: { lines: [{ vat: { kind: "untaxed" } }] } });
  });
});

const LINE = new RegExp(
  `the bridge speaks contract ${CONTRACT - 2}, and Kojarz speaks ${CONTRACT} and serves ${CONTRACT - 1}: install a newer kojarz-bridge`,
);

describe("a bridge that is two versions older", () => {
  test("called: each answer says so in one line, and nothing is sent", async () => {
    const { erp, sql, heard } = await openCalled(CONTRACT - 2);
    await expect(erp.find(query)).rejects.toThrow(LINE);
    expect(await erp.submit(plain, DEADLINE)).toMatchObject({
      outcome: "rejected",
      reason: "bridge-too-old",
      retry: true,
    });
    expect(heard.map(({ operation }) => operation)).toEqual(["find"]);
    expect(sql.rows()).toEqual([]);
  });

  test("fetching: gets no work, and its own log says why", async () => {
    const { erp, sql, told } = await openFetching(CONTRACT - 2);
    expect(await erp.submit(plain, DEADLINE)).toEqual({ outcome: "rejected", reason: "erp-unreachable", retry: true });
    expect(told[0]).toMatch(/^NotFetched: no work was fetched: Kojarz answered 426: /);
    expect(told[0]).toMatch(LINE);
    expect(sql.rows()).toEqual([]);
  });

  test("its orders wait, and go once it is newer", async () => {
    using world = openWorld();
    const old = await openCalled(CONTRACT - 2);
    const id = await world.report(sighting());
    expect(await world.deliver(id, { erp: old.erp })).toMatchObject({ outcome: "postponed" });
    const updated = await openCalled(CONTRACT);
    world.pass(LATER);
    expect(await world.sweep({ erp: updated.erp })).toMatchObject({ counts: { delivered: 1 } });
    expect(updated.sql.rows()).toHaveLength(1);
  });
});

describe("the bridge itself", () => {
  test.each([
    ["find", CONTRACT + 1, false],
    ["find", CONTRACT + 2, true],
    ["submit", CONTRACT, false],
    ["submit", CONTRACT + 1, true],
    ["submit", 1, false],
  ])("asked to %s in version %i: too old is %s", (operation, question, isTooOld) => {
    expect(tooOldForBridge(operation, question) !== undefined).toBe(isTooOld);
  });

  test("refuses a shape that it does not know, and says so at both ends", async () => {
    const { erp, sql } = await openWapro();
    const told: string[] = [];
    const failed = (_: string, cause: unknown) => told.push(String(cause));
    const server = await startBridge({ erp, secrets: SECRETS, host: "127.0.0.1", port: 0, now: () => NOW, failed });
    onTestFinished(server.stop);
    const body = JSON.stringify({ contract: CONTRACT + 1, order: plain, deadline: DEADLINE, sentAt: NOW });
    const headers = { ...sign(SECRETS, "submit_1", body) };
    const answer = await fetch(`${server.url}/v1/submit`, { method: "POST", headers, body });
    const line = `the bridge speaks contract ${CONTRACT}, and Kojarz speaks ${CONTRACT + 1} and serves ${CONTRACT}: install a newer kojarz-bridge`;
    expect(answer.status).toBe(426);
    expect(await answer.json()).toEqual({ contract: CONTRACT, error: "bridge-too-old", detail: line });
    expect(told).toEqual([`BridgeTooOld: ${line}`]);
    expect(sql.rows()).toEqual([]);
  });

  test("takes an order of an older Kojarz, which says no version", async () => {
    const { erp, sql } = await openWapro();
    const order = { ...plain, report: { ...report, lines: [{ ...withRate("8"), vat: undefined, taxRate: "8" }] } };
    const request = { order, deadline: DEADLINE, sentAt: NOW };
    const outcome = await perform(
      "submit",
      request,
      operations,
      handlersOf(erp, () => NOW),
      () => undefined,
    );
    expect(outcome).toMatchObject({ status: 200, body: { outcome: "created" } });
    expect(sql.rows()[0]?.lines[0]).toMatchObject({ vat: "8" });
  });
});

function withRate(rate: string) {
  return { name: "", quantity: "1", gross: 0, ...first, vat: { kind: "rate" as const, rate } };
}

function operationsIn(heard: ReadonlyArray<object>): unknown[] {
  return heard.map((one) => "operation" in one && one.operation);
}
