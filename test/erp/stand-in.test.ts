import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Key } from "../../lib/dedup/keys.ts";
import type { ErpOrder } from "../../lib/erp/erp.ts";
import { type Fault, type Faults, openStandIn } from "../../lib/local/stand-in.ts";
import { allegroId, NOW, number, report, shopId, UUID } from "../support/sightings.ts";
import { erpContract } from "./erp-contract.ts";
import { type WatchUnderTest, watchContract } from "./watch-contract.ts";

async function openUnderTest(): Promise<WatchUnderTest> {
  let now = NOW;
  const faults: Faults = {};
  const erp = openStandIn({ file: ":memory:", now: () => now, random: () => 0.5, faults });
  const once = <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) => {
    return async (...args: Args) => {
      try {
        return await call(...args);
      } finally {
        for (const fault of Object.keys(faults) as Fault[]) delete faults[fault];
      }
    };
  };
  return {
    erp: {
      name: erp.name,
      find: once(erp.find),
      submit: once(erp.submit),
      cancel: once(erp.cancel),
      list: once(erp.list),
    },
    pass: (ms) => {
      now += ms;
    },
    failNext: (fault) => {
      faults[fault] = 1;
    },
    foreign: async (order) => erp.foreign({ writer: "another integrator", ...order }),
    count: async () => erp.rows().length,
    close: async () => erp.close(),
  };
}

erpContract("the WAPRO stand-in", openUnderTest);
watchContract("the WAPRO stand-in", openUnderTest);

const DEADLINE = NOW + 48_000;
const order = (changes: Partial<ErpOrder> = {}): ErpOrder => ({
  order: "order-1",
  keys: [allegroId(), number("1001")],
  currency: "PLN",
  total: 5899,
  report,
  ...changes,
});

function memory(faults: Faults = {}) {
  const erp = openStandIn({ file: ":memory:", now: () => NOW, random: () => 0.5, faults });
  onTestFinished(() => erp.close());
  return erp;
}

function find(erp: ReturnType<typeof memory>, keys: Key[]) {
  return erp.find({ order: "order-1", keys, since: 0 });
}

describe("the WAPRO stand-in", () => {
  test("an order lies in it as a person would see it", async () => {
    const erp = memory();
    await erp.submit(order({ report: { ...report, number: "#1001" } }), DEADLINE);
    expect(erp.rows()).toEqual([
      {
        id: "1",
        number: "ZO 0001/26",
        internetId: UUID,
        customerNumber: "#1001",
        kojarzOrder: "order-1",
        currency: "PLN",
        total: "58.99",
        cancelled: false,
        writer: "kojarz",
      },
    ]);
  });

  test("the same order submitted twice is there twice: it has no unique key", async () => {
    const erp = memory();
    await erp.submit(order(), DEADLINE);
    await erp.submit(order(), DEADLINE);
    expect(erp.rows().map((row) => row.number)).toEqual(["ZO 0001/26", "ZO 0002/26"]);
  });

  test("a value that does not fit its column is an error, never cut", () => {
    const erp = memory();
    const foreign = { writer: "another integrator", currency: "PLN", total: 1 };
    expect(() => erp.foreign({ ...foreign, customerNumber: "x".repeat(31) })).toThrow(/CHECK/);
    expect(() => erp.foreign({ ...foreign, internetId: "x".repeat(51) })).toThrow(/CHECK/);
    erp.foreign({ ...foreign, customerNumber: "x".repeat(30), internetId: "x".repeat(50) });
    expect(erp.rows()).toHaveLength(1);
  });

  test("without a number the marketplace's id becomes a prefix and a hash that fit", async () => {
    const erp = memory();
    const { number: _, ...unnumbered } = report;
    await erp.submit(order({ keys: [allegroId()], report: unnumbered }), DEADLINE);
    expect(erp.rows()).toMatchObject([
      { internetId: UUID, customerNumber: expect.stringMatching(/^0cc20000~[0-9a-f]{21}$/) },
    ]);
  });

  const baselinker = shopId("800000101", "baselinker:acme");
  test.each([
    ["B_{id}", "B_800000101", baselinker],
    ["BL/{id}", "BL/800000101", baselinker],
    ["BL-{id}", "bl-800000101", baselinker],
    ["ALLEGRO-{id} cut to 30 characters", `ALLEGRO-${UUID}`.slice(0, 30), allegroId()],
    ["a bare id cut to 30 characters", UUID.slice(0, 30), allegroId()],
  ])("another integrator's number is found: %s", async (_format, customerNumber, key) => {
    const erp = memory();
    erp.foreign({ writer: "another integrator", customerNumber, currency: "PLN", total: 1 });
    expect(await find(erp, [key])).toMatchObject([{ matched: "customer-number", key }]);
  });

  test("a format belongs to its issuer: BaseLinker's B_1001 is not the shop's order 1001", async () => {
    const erp = memory();
    erp.foreign({ writer: "another integrator", customerNumber: "B_1001", currency: "PLN", total: 5899 });
    expect(await find(erp, [shopId("1001"), number("1001")])).toEqual([]);
  });

  test("an orphan carries no key, is no order, and goes when it is old", async () => {
    const faults: Faults = { orphan: 1 };
    const erp = memory(faults);
    expect(await erp.submit(order(), DEADLINE)).toEqual({ outcome: "in-doubt" });
    expect(await find(erp, order().keys.slice())).toEqual([]);
    expect({ rows: erp.rows(), orphans: erp.orphans() }).toEqual({ rows: [], orphans: 1 });
    expect(erp.cleanOrphans(NOW)).toBe(0);
    expect(erp.cleanOrphans(NOW + 1)).toBe(1);
  });

  test("every fault that happened is counted", async () => {
    const faults: Faults = { busy: 1 };
    const erp = memory(faults);
    await erp.submit(order(), DEADLINE);
    await erp.submit(order(), DEADLINE);
    expect(erp.fired).toMatchObject({ busy: 2, "late-commit": 0 });
  });

  test("orders, faults counted, and commits still to come outlive the process", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kojarz-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "wapro.db");
    let now = NOW;
    const open = (faults: Faults = {}) => openStandIn({ file, now: () => now, random: () => 0.5, faults });

    const first = open({ "late-commit": 1 });
    await first.submit(order(), DEADLINE);
    // Not closed: a killed process closes nothing.
    const second = open();
    onTestFinished(() => second.close());
    onTestFinished(() => first.close());
    expect(second.rows()).toEqual([]);
    now = DEADLINE;
    expect(second.rows()).toHaveLength(1);
    expect(first.rows()).toHaveLength(1);
    expect(second.fired).toMatchObject({ "late-commit": 1 });
  });
});
