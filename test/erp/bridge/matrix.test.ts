/** Every call, every way in which its line can fail: each order ends up in the ERP once. */
import { describe, expect, test } from "vitest";
import { ErpUnavailable } from "../../../lib/core/ports/erp.ts";
import type { ErpOverBridge } from "../../../lib/erp/bridge/client.ts";
import { LINE_FAULTS, type LineFault } from "../../../local/simulators/bridge-line.ts";
import { openBridge } from "../../bridge/bridge-world.ts";
import { openWapro } from "../../bridge/wapro-world.ts";
import { LATER, openWorld, type World } from "../../support/erp-world.ts";
import { NOW, sighting } from "../../support/sightings.ts";
import { openPulled } from "./pull-world.ts";

type Behind = { erp: ErpOverBridge; rows: () => Array<{ order: string | undefined; cancelled: boolean }> };

const BEHIND: Record<string, (world: World) => Promise<Behind>> = {
  "the stand-in": async ({ erp }) => ({
    erp: { ...erp, read: async () => [] },
    rows: () => erp.rows().map((row) => ({ order: row.kojarzOrder, cancelled: row.cancelled })),
  }),
  "WAPRO's procedures": async (world) => {
    const { erp, sql } = await openWapro({ clock: clockOf(world) });
    const rows = () =>
      sql.rows().map((row) => ({
        order: Object.values(row.free).join().replace("kojarz:", ""),
        cancelled: row.status === "A",
      }));
    return { erp, rows };
  },
};

/** How the bridge is reached, and what goes wrong on the way when a call is made for the next time. */
type Way = {
  erp: ErpOverBridge;
  strike(call: string): void;
  struck(): number;
  close(): Promise<void>;
};

async function called(erp: ErpOverBridge, { now }: World, fault: LineFault): Promise<Way> {
  const bridge = await openBridge(erp, now);
  return {
    erp: bridge.erp,
    strike: (call) => (fault === "refused" ? bridge.refuse(call) : bridge.line.arm(call, fault)),
    struck: () => (fault === "refused" ? bridge.refusals() : bridge.line.fired[fault]),
    close: bridge.close,
  };
}

const fetching =
  (door: "claim" | "ack") =>
  async (erp: ErpOverBridge, world: World, fault: LineFault): Promise<Way> => {
    const bridge = await openPulled(erp, world);
    const strike = () => (fault === "refused" ? bridge.refuse(door) : bridge.line.arm(door, fault));
    return {
      erp: bridge.erp,
      strike: (call) => bridge.once(call, strike),
      struck: () => (fault === "refused" ? bridge.refusals() : bridge.line.fired[fault]),
      close: bridge.stop,
    };
  };

const WAYS = { called, "fetching, at the claim": fetching("claim"), "fetching, at the ack": fetching("ack") };
const WAY_NAMES = Object.keys(WAYS) as Array<keyof typeof WAYS>;

const CASES = Object.keys(BEHIND).flatMap((behind) =>
  WAY_NAMES.flatMap((way) =>
    (["find", "submit", "cancel"] as const).flatMap((call) =>
      LINE_FAULTS.map((fault) => [behind, way, call, fault] as const),
    ),
  ),
);

describe("one purchase and one fault of the line", () => {
  test.concurrent.each(CASES)("%s, %s: %s, %s", async (name, way, call, fault) => {
    using world = openWorld();
    const behind = await (BEHIND[name] ?? Promise.reject)(world);
    const bridge = await WAYS[way](behind.erp, world, fault);
    try {
      const over = { erp: bridge.erp };
      if (call !== "cancel") bridge.strike(call);
      const id = await world.report(sighting());
      await world.deliver(id, over);
      await settle(world, over);
      expect(behind.rows()).toEqual([{ order: id, cancelled: false }]);
      expect(world.order(id).state).toBe("delivered");

      if (call === "cancel") bridge.strike(call);
      await world.report(sighting({ readiness: "cancelled", status: "cancelled", version: NOW }));
      await settle(world, over);
      expect(behind.rows()).toEqual([{ order: id, cancelled: true }]);
      expect(world.order(id).state).toBe("cancelled");
      expect(bridge.struck()).toBe(1);
    } finally {
      await bridge.close();
    }
  });
});

const QUESTIONS = {
  list: async ({ list }: ErpOverBridge) => (await list(0)).orders,
  read: ({ read }: ErpOverBridge) => read(["1"]),
};
const QUESTION_CASES = WAY_NAMES.flatMap((way) =>
  (["list", "read"] as const).flatMap((call) => LINE_FAULTS.map((fault) => [way, call, fault] as const)),
);

describe("one question about what was written, and one fault of the line", () => {
  test.concurrent.each(QUESTION_CASES)("%s: %s, %s", async (way, call, fault) => {
    using world = openWorld();
    const { erp, sql } = await openWapro({ clock: clockOf(world) });
    const bridge = await WAYS[way](erp, world, fault);
    try {
      const truth = [sql.foreign({ customerNumber: "1001", total: 5899 })];
      bridge.strike(call);
      const first = await QUESTIONS[call](bridge.erp).catch((error: unknown) => error);
      if (!(first instanceof ErpUnavailable)) expect(first).toMatchObject(truth);
      expect(await QUESTIONS[call](bridge.erp)).toMatchObject(truth);
      expect(bridge.struck()).toBe(1);
    } finally {
      await bridge.close();
    }
  });
});

function clockOf({ now }: World) {
  return {
    get now() {
      return now();
    },
  };
}

async function settle({ pass, sweep }: World, over: { erp: ErpOverBridge }): Promise<void> {
  for (let round = 0; round < 3; round++) {
    pass(LATER);
    await sweep(over);
  }
}
