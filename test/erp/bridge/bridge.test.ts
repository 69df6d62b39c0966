import { describe, expect, onTestFinished, test } from "vitest";
import { openApi } from "../../../bridge/openapi.ts";
import { type ErpOrder, ErpUnavailable } from "../../../lib/core/ports/erp.ts";
import type { ErpOverBridge } from "../../../lib/erp/bridge/client.ts";
import { CONTRACT } from "../../../lib/erp/bridge/contract-version.ts";
import { answerId, sign, signedId } from "../../../lib/erp/bridge/signing.ts";
import { type Fault, type Faults, openFakeErp } from "../../../local/fake-erp.ts";
import { LINE_FAULTS, type LineFault } from "../../../local/simulators/bridge-line.ts";
import { OTHER_SECRETS, openBridge, SECRETS } from "../../bridge/bridge-world.ts";
import { NOW, number, report, shopId } from "../../support/sightings.ts";
import { erpContract } from "../erp-contract.ts";
import { watchContract } from "../watch-contract.ts";

/** Forgets a fault once a call could suffer it. */
function once<Args extends unknown[], T>(faults: Faults, call: (...args: Args) => Promise<T>) {
  return async (...args: Args) => {
    try {
      return await call(...args);
    } finally {
      for (const fault of Object.keys(faults) as Fault[]) delete faults[fault];
    }
  };
}

async function fakeErpBehindABridge() {
  let now = NOW;
  const faults: Faults = {};
  const fakeErp = openFakeErp({ file: ":memory:", now: () => now, random: () => 0.5, faults });
  const behind: ErpOverBridge = {
    name: fakeErp.name,
    find: once(faults, fakeErp.find),
    submit: once(faults, fakeErp.submit),
    cancel: once(faults, fakeErp.cancel),
    list: once(faults, fakeErp.list),
    shadow: fakeErp.shadow,
    read: async () => [],
  };
  const bridge = await openBridge(behind, () => now);
  return {
    bridge,
    fakeErp,
    erp: bridge.erp,
    pass: (ms: number) => {
      now += ms;
    },
    failNext: (fault: Fault) => {
      faults[fault] = 1;
    },
    foreign: async (
      order: Parameters<typeof fakeErp.foreign>[0] | Omit<Parameters<typeof fakeErp.foreign>[0], "writer">,
    ) => fakeErp.foreign({ writer: "another integrator", ...order }),
    count: async () => fakeErp.rows().length,
    async close() {
      await bridge.close();
      fakeErp.close();
    },
  };
}

erpContract("a bridge with the stand-in behind it", fakeErpBehindABridge);
watchContract("a bridge with the stand-in behind it", fakeErpBehindABridge);

const DEADLINE = NOW + 48_000;
const order: ErpOrder = {
  order: "order-1",
  keys: [shopId("271"), number("1001")],
  currency: "PLN",
  total: 5899,
  report,
};
const query = { order: "order-1", keys: order.keys, since: 0 };

async function open(over: Parameters<typeof openBridge>[2] = {}) {
  const fakeErp = openFakeErp({ file: ":memory:", now: () => NOW, random: () => 0.5 });
  const bridge = await openBridge({ ...fakeErp, read: async () => [] }, () => NOW, over);
  onTestFinished(async () => {
    await bridge.close();
    fakeErp.close();
  });
  return { ...bridge, fakeErp };
}

const outcomeOf = {
  "timeout-before": 0,
  "timeout-after": 1,
  "5xx-before": 0,
  "5xx-after": 1,
  "garbage-before": 0,
  "garbage-after": 1,
  cut: 1,
  "stale-answer": 1,
  tampered: 1,
} as const satisfies Partial<Record<LineFault, number>>;

describe("what a submit over the line comes to", () => {
  test("a refused connection: nothing was sent, try again", async () => {
    const { erp, refuse, fakeErp } = await open();
    refuse("submit");
    expect(await erp.submit(order, DEADLINE)).toEqual({ outcome: "rejected", reason: "erp-unreachable", retry: true });
    expect(fakeErp.rows()).toEqual([]);
  });

  test.each(Object.entries(outcomeOf))("%s: in doubt, and %i rows", async (fault, rows) => {
    const { erp, line, fakeErp } = await open();
    await erp.find(query);
    line.arm("submit", fault as LineFault);
    expect(await erp.submit(order, DEADLINE)).toEqual({ outcome: "in-doubt" });
    expect({ rows: fakeErp.rows().length, fired: line.fired[fault as LineFault] }).toEqual({ rows, fired: 1 });
  });

  test("a bridge that says that it failed: in doubt, since it may have written before", async () => {
    const fakeErp = openFakeErp({ file: ":memory:", now: () => NOW, random: () => 0.5 });
    const submit: typeof fakeErp.submit = async (...asked) => {
      await fakeErp.submit(...asked);
      throw new Error("the database went away");
    };
    const bridge = await openBridge({ ...fakeErp, submit, read: async () => [] }, () => NOW);
    onTestFinished(async () => {
      await bridge.close();
      fakeErp.close();
    });
    expect(await bridge.erp.submit(order, DEADLINE)).toEqual({ outcome: "in-doubt" });
    expect(fakeErp.rows()).toHaveLength(1);
  });

  test("at its deadline nothing is sent any more", async () => {
    const { erp, line, fakeErp } = await open();
    line.arm("submit", "5xx-before");
    expect(await erp.submit(order, NOW)).toEqual({ outcome: "rejected", reason: "erp-too-late", retry: true });
    expect(fakeErp.rows()).toEqual([]);
  });

  test("a bridge that has another secret is not asked to write: nothing was sent, try again", async () => {
    const { erp, fakeErp } = await open({ secrets: OTHER_SECRETS });
    expect(await erp.submit(order, DEADLINE)).toEqual({ outcome: "rejected", reason: "erp-unreachable", retry: true });
    expect(fakeErp.rows()).toEqual([]);
  });

  test("a bridge that does not understand the order says so: for a person", async () => {
    const { erp, fakeErp } = await open();
    const answer = await erp.submit({ ...order, order: "x".repeat(91) }, DEADLINE);
    expect(answer).toEqual({ outcome: "rejected", reason: "erp-bridge-refused-request", retry: false });
    expect(fakeErp.rows()).toEqual([]);
  });

  test("a bridge whose clock runs late does not take longer than was left", async () => {
    const deadlines: number[] = [];
    const fakeErp = openFakeErp({ file: ":memory:", now: () => NOW, random: () => 0.5 });
    const submit: ErpOverBridge["submit"] = async (_, deadline) => {
      deadlines.push(deadline);
      return { outcome: "in-doubt" };
    };
    const late = NOW - 3_600_000;
    const bridge = await openBridge({ ...fakeErp, submit, read: async () => [] }, () => late, { now: () => NOW });
    onTestFinished(bridge.close);
    await bridge.erp.submit(order, DEADLINE);
    expect(deadlines).toEqual([late + 48_000]);
  });
});

describe("what a question over the line comes to", () => {
  test.each(LINE_FAULTS.filter((fault) => fault !== "refused"))("%s: unknown, never nothing", async (fault) => {
    const { erp, line } = await open();
    await erp.submit(order, DEADLINE);
    line.arm("find", fault);
    await expect(erp.find(query)).rejects.toBeInstanceOf(ErpUnavailable);
    expect(await erp.find(query)).toMatchObject([{ matched: "own" }]);
  });

  test("an ERP that the bridge cannot reach is named as that", async () => {
    const fakeErp = openFakeErp({ file: ":memory:", now: () => NOW, random: () => 0.5, faults: { "find-fails": 1 } });
    const bridge = await openBridge({ ...fakeErp, read: async () => [] }, () => NOW);
    onTestFinished(bridge.close);
    await expect(bridge.erp.find(query)).rejects.toThrow("the bridge answered 503 erp-unavailable");
    expect(bridge.failures).toEqual(["find"]);
  });
});

describe("what the bridge's server takes", () => {
  const body = JSON.stringify(query);
  const ask = async (url: string, operation: string, headers: Record<string, string>, text = body) => {
    const answer = await fetch(`${url}/v1/${operation}`, { method: "POST", headers, body: text });
    return { status: answer.status, body: await answer.text(), headers: Object.fromEntries(answer.headers) };
  };

  test("a signed question gets an answer that is signed for this very question", async () => {
    const { server } = await open();
    const answer = await ask(server.url, "find", { ...sign(SECRETS, "find_1", body) });
    expect(answer).toMatchObject({ status: 200, body: `{"contract":${CONTRACT},"hits":[]}` });
    expect(signedId(SECRETS, answer.headers, answer.body)).toBe(answerId("find_1"));
  });

  test.each<[string, () => Record<string, string>, string?]>([
    ["no signature", () => ({})],
    ["another secret", () => ({ ...sign(OTHER_SECRETS, "find_1", body) })],
    ["another body", () => ({ ...sign(SECRETS, "find_1", body) }), `${body} `],
    ["another operation's signature", () => ({ ...sign(SECRETS, "cancel_1", body) })],
    [
      "a time that was changed",
      () => ({ ...sign(SECRETS, "find_1", body), "webhook-timestamp": String(Math.floor(Date.now() / 1000) - 60) }),
    ],
  ])("%s: 401, and nobody is asked", async (_, headers, text) => {
    const { server } = await open();
    expect(await ask(server.url, "find", headers(), text)).toMatchObject({ status: 401, body: '{"error":"unsigned"}' });
  });

  test("a secret that is being replaced: both are taken", () => {
    const signed = { ...sign(OTHER_SECRETS, "find_1", body) };
    expect(signedId([SECRETS[0], OTHER_SECRETS[0]], signed, body)).toBe("find_1");
  });

  test("what it does not know is 404, what is not JSON 400, what is too long 413", async () => {
    const { server } = await open();
    expect((await ask(server.url, "drop", { ...sign(SECRETS, "drop_1", body) })).status).toBe(404);
    expect((await ask(server.url, "find", { ...sign(SECRETS, "find_1", "{") }, "{")).status).toBe(400);
    const long = "x".repeat(4 * 1024 * 1024 + 1);
    expect((await ask(server.url, "find", { ...sign(SECRETS, "find_1", "") }, long)).status).toBe(413);
  });
});

describe("the contract as OpenAPI", () => {
  test("has every operation, with what it takes and gives", () => {
    const document = openApi();
    expect(document.openapi).toBe("3.1.0");
    expect(document.info.version).toBe(String(CONTRACT));
    expect(Object.keys(document.paths)).toEqual([
      "/v1/find",
      "/v1/submit",
      "/v1/cancel",
      "/v1/read",
      "/v1/list",
      "/v1/shadow",
      "/v1/claim",
      "/v1/ack",
    ]);
    for (const [path, { post }] of Object.entries(document.paths)) {
      const { requestBody, responses } = post;
      for (const { content } of [requestBody, ...Object.values(responses)])
        expect(JSON.stringify(content), path).toContain('"properties":{"contract":{"type":"integer"');
    }
    const text = JSON.stringify(document);
    expect(text).toContain('"in-doubt"');
    expect(text).not.toContain("undefined");
  });
});
