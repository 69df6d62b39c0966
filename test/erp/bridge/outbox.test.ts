import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { pollOnce, startWorkPoller } from "../../../bridge/work-poller.ts";
import type { Outbox } from "../../../lib/core/ports/outbox.ts";
import { operations } from "../../../lib/erp/bridge/contract.ts";
import { CONTRACT } from "../../../lib/erp/bridge/contract-version.ts";
import { outboxErp, pullHandlers } from "../../../lib/erp/bridge/outbox.ts";
import { http } from "../../../lib/runtime/http.ts";
import { dynamoOutbox } from "../../../lib/store/dynamo-outbox.ts";
import { OTHER_SECRETS } from "../../bridge/bridge-world.ts";
import { openWapro } from "../../bridge/wapro-world.ts";
import { openWorld } from "../../support/erp-world.ts";
import { memoryOutbox } from "../../support/memory-outbox.ts";
import { NOW, sighting } from "../../support/sightings.ts";
import { freshTable } from "../../support/table.ts";
import { erpContract } from "../erp-contract.ts";
import { type WatchUnderTest, watchContract } from "../watch-contract.ts";
import { outboxContract } from "./outbox-contract.ts";
import { openPull } from "./pull-world.ts";

outboxContract("memory", async () => memoryOutbox());

let table: ReturnType<typeof freshTable> | undefined;
let bridges = 0;
outboxContract("DynamoDB", async () => {
  table ??= freshTable();
  return dynamoOutbox(await table, `bridge-${++bridges}`);
});

test("a bridge sees no other's work", async () => {
  table ??= freshTable();
  const now = Date.now();
  await dynamoOutbox(await table, "one").put({ id: "a", operation: "find", request: {} }, now + 1_000);
  expect(await dynamoOutbox(await table, "two").handOut(10, now, () => "t")).toEqual([]);
});

const FAULT = {
  busy: "locked",
  refused: "article-missing",
  "timeout-before": "lost-before-commit",
  "timeout-after-commit": "lost-after-commit",
  "late-commit": "late-commit",
  "find-fails": "question-fails",
  "cancel-refused": "shipped",
} as const;

async function waproBehindAPull(): Promise<WatchUnderTest> {
  const { sql, erp, clock } = await openWapro();
  const now = () => clock.now;
  const { outbox, unique, pull, stop } = await openPull(erp, now);
  const pulling = startWorkPoller(pull, (_, signal) => wait(2, undefined, { signal }), 1_000);
  return {
    erp: outboxErp({ name: "wapro", outbox, now, unique, wait: () => wait(2) }),
    pass: (ms) => {
      clock.now += ms;
    },
    failNext: (fault) => sql.arm(FAULT[fault]),
    foreign: async ({ currency: _, ...order }) => sql.foreign(order),
    count: async () => sql.rows().length,
    async close() {
      await pulling.stop();
      await stop();
    },
  };
}

erpContract("a bridge that pulls, with WAPRO's procedures behind it", waproBehindAPull);
watchContract("a bridge that pulls, with WAPRO's procedures behind it", waproBehindAPull);

/** No ack gets through. */
const withoutAcks: typeof http = async (url, request) => {
  if (url.endsWith("/ack")) throw new Error("cut");
  return http(url, request);
};

describe("an order for a bridge that pulls", () => {
  async function open(over: (outbox: Outbox) => Partial<Outbox> = () => ({})) {
    const world = openWorld();
    const clock = {
      get now() {
        return world.now();
      },
    };
    const { sql, erp } = await openWapro({ clock });
    const outbox = memoryOutbox();
    const pulled = await openPull(erp, world.now, { ...outbox, ...over(outbox) });
    onTestFinished(pulled.stop);
    /** What happens at the other end, while the caller waits for a moment. */
    let meanwhile: () => Promise<unknown> = async () => undefined;
    const through = outboxErp({
      name: "wapro",
      outbox: pulled.outbox,
      now: world.now,
      unique: pulled.unique,
      wait: async (ms) => {
        await meanwhile();
        world.pass(ms);
      },
      timeouts: { readMs: 2_000, writeMs: 20_000 },
    });
    const during = (work: () => Promise<unknown>) => {
      meanwhile = work;
    };
    return { world, sql, ...pulled, erp: through, during };
  }

  test("that nobody fetches is taken back: nothing was sent, and it is tried again", async () => {
    const { world, sql, erp, pull, during, outbox } = await open();
    using _ = world;
    const id = await world.report(sighting());
    expect(await world.deliver(id, { erp })).toMatchObject({ outcome: "postponed", reason: "erp-unavailable" });
    expect(await outbox.handOut(10, world.now(), () => "t")).toEqual([]);
    during(() => pollOnce(pull));
    world.pass(60_000);
    expect(await world.sweep({ erp })).toMatchObject({ counts: { delivered: 1 } });
    expect(sql.rows()).toHaveLength(1);
  });

  test("whose ack gets lost for good is in doubt, and the next find tells that it is there", async () => {
    const { world, sql, erp, pull, during, line, failures } = await open();
    using _ = world;
    const id = await world.report(sighting());
    let fetches = 0;
    during(async () => {
      fetches += 1;
      await pollOnce(fetches === 1 ? pull : { ...pull, http: withoutAcks });
    });
    expect(await world.deliver(id, { erp })).toMatchObject({ outcome: "in-doubt" });
    expect(failures).toContain("ack");
    expect(sql.rows()).toHaveLength(1);
    during(() => pollOnce(pull));
    world.pass(120_000);
    expect(await world.sweep({ erp })).toMatchObject({ counts: { delivered: 1 } });
    expect(sql.rows()).toHaveLength(1);
    expect(line.fired.refused).toBe(0);
  });

  test("that is taken back twice, because an answer got lost, is in doubt and not taken for unsent", async () => {
    const { world, sql, erp, pull, during } = await open((outbox) => ({
      async takeBack(id) {
        await outbox.takeBack(id);
        return outbox.takeBack(id);
      },
    }));
    using _ = world;
    const id = await world.report(sighting());
    let fetches = 0;
    during(async () => {
      fetches += 1;
      await pollOnce(fetches === 1 ? pull : { ...pull, http: withoutAcks });
    });
    expect(await world.deliver(id, { erp })).toMatchObject({ outcome: "in-doubt" });
    expect(sql.rows()).toHaveLength(1);
    expect(world.order(id).state).toBe("submitting");
  });

  test("whose outcome is known is delivered, though its work could not be tidied away", async () => {
    const { world, sql, erp, pull, during } = await open(() => ({
      takeBack: () => Promise.reject(new Error("the store is away")),
    }));
    using _ = world;
    const id = await world.report(sighting());
    during(() => pollOnce(pull));
    expect(await world.deliver(id, { erp })).toMatchObject({ outcome: "delivered" });
    expect(sql.rows()).toHaveLength(1);
  });

  test.each(["timeout-after", "5xx-after", "5xx-before", "garbage-after", "cut"] as const)(
    "an ack that meets %s is sent again",
    async (fault) => {
      const { world, sql, erp, pull, during, line } = await open();
      using _ = world;
      const id = await world.report(sighting());
      line.arm("ack", fault);
      during(() => pollOnce(pull));
      expect(await world.deliver(id, { erp })).toMatchObject({ outcome: "delivered" });
      expect({ rows: sql.rows().length, fired: line.fired[fault] }).toEqual({ rows: 1, fired: 1 });
    },
  );

  test("a claim whose answer got lost: the order is in doubt or put off, and written once in the end", async () => {
    const { world, sql, erp, pull, during, line } = await open();
    using _ = world;
    const id = await world.report(sighting());
    for (const fault of ["timeout-after", "garbage-after"] as const) {
      line.arm("claim", fault);
      during(() => pollOnce(pull));
      await world.deliver(id, { erp });
      world.pass(120_000);
    }
    await world.sweep({ erp });
    expect(sql.rows()).toHaveLength(1);
    expect(world.order(id).state).toBe("delivered");
  });

  test("a bridge that gets no answer is told so once, until it gets one again", async () => {
    const { world, line, pull, failures } = await open();
    using _ = world;
    let looks = 0;
    const enough = Promise.withResolvers<void>();
    const faults = ["garbage-after", "5xx-before", undefined, "garbage-after", undefined] as const;
    const pulling = startWorkPoller(
      pull,
      async (ms, signal) => {
        const fault = faults[looks++];
        if (fault) line.arm("claim", fault);
        if (looks <= faults.length) return;
        enough.resolve();
        await wait(ms, undefined, { signal });
      },
      60_000,
    );
    await enough.promise;
    await pulling.stop();
    expect(failures).toEqual(["claim", "claim"]);
  });

  test("a bridge that cannot even ask says so, and goes on asking", async () => {
    const { world, outbox, pull } = await open();
    using _ = world;
    const told: string[] = [];
    const failed = (operation: string, cause: unknown) => told.push(`${operation}: ${cause}`);
    const unsigned = { ...pull, failed, secrets: ["whsec_=="] as const };
    expect(await pollOnce(unsigned)).toBeUndefined();
    expect(told).toEqual([expect.stringMatching(/^claim: NotFetched: no work was fetched: /)]);

    await outbox.put({ id: "a", operation: "find", request: {} }, world.now() + 1_000);
    const done = Promise.withResolvers<void>();
    let asked = 0;
    const unique = () => {
      asked += 1;
      if (asked === 1) throw new Error("out of ids");
      return pull.unique();
    };
    const waits = async (_ms: number, signal: AbortSignal) => {
      if (asked === 1) return;
      done.resolve();
      await wait(60_000, undefined, { signal });
    };
    const pulling = startWorkPoller({ ...pull, failed, unique }, waits, 60_000);
    await done.promise;
    await pulling.stop();
    expect(told.at(1)).toBe("pull: Error: out of ids");
    expect(await outbox.outcome("a")).toMatchObject({ status: 400 });
  });

  test("a bridge with another secret gets no work", async () => {
    const { world, outbox, pull } = await open();
    using _ = world;
    await outbox.put({ id: "a", operation: "find", request: {} }, world.now() + 1_000);
    expect(await pollOnce({ ...pull, secrets: OTHER_SECRETS })).toBeUndefined();
    expect(await outbox.handOut(10, world.now(), () => "t")).toHaveLength(1);
  });

  test("the time that a submit has left is counted from when it is handed out", async () => {
    const outbox = memoryOutbox();
    const request = {
      order: { order: "o", keys: [], currency: "PLN", total: 1, report: REPORT },
      deadline: NOW + 9_000,
      sentAt: NOW,
    };
    await outbox.put({ id: "a", operation: "submit", request }, NOW + 9_000);
    const { work } = await pullHandlers(
      outbox,
      () => NOW + 8_000,
      () => "t",
    ).claim({ max: 1 }, CONTRACT);
    expect(operations.submit.request.parse(work[0]?.request)).toMatchObject({
      deadline: NOW + 9_000,
      sentAt: NOW + 8_000,
    });
  });
});

const REPORT = sighting().report;
