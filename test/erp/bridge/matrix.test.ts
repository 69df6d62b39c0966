/** Every call, every way in which its line can fail: each order ends up in the ERP once. */
import { describe, expect, test } from "vitest";
import type { ErpOverBridge } from "../../../lib/erp/bridge/client.ts";
import { LINE_FAULTS } from "../../../lib/local/simulators/bridge-line.ts";
import { NOW, sighting } from "../../support/sightings.ts";
import { LATER, openWorld, type World } from "../world.ts";
import { openBridge } from "./bridge-world.ts";
import { openWapro } from "./wapro-world.ts";

type Behind = { erp: ErpOverBridge; rows: () => Array<{ order: string | undefined; cancelled: boolean }> };

const BEHIND: Record<string, (world: World) => Promise<Behind>> = {
  "the stand-in": async ({ erp }) => ({
    erp: { ...erp, read: async () => [] },
    rows: () => erp.rows().map((row) => ({ order: row.kojarzOrder, cancelled: row.cancelled })),
  }),
  "WAPRO's procedures": async ({ now }) => {
    const clock = {
      get now() {
        return now();
      },
    };
    const { erp, sql } = await openWapro({ clock });
    const rows = () =>
      sql.rows().map((row) => ({
        order: Object.values(row.free).join().replace("kojarz:", ""),
        cancelled: row.status === "A",
      }));
    return { erp, rows };
  },
};

const CALLS = ["find", "submit", "cancel"] as const;
const CASES = Object.keys(BEHIND).flatMap((behind) =>
  CALLS.flatMap((call) => LINE_FAULTS.map((fault) => [behind, call, fault] as const)),
);

describe("one purchase and one fault of the line", () => {
  test.concurrent.each(CASES)("%s: %s, %s", async (name, call, fault) => {
    using world = openWorld();
    const behind = await (BEHIND[name] ?? Promise.reject)(world);
    const bridge = await openBridge(behind.erp, world.now);
    try {
      const over = { erp: bridge.erp };
      const strike = () => (fault === "refused" ? bridge.refuse(call) : bridge.line.arm(call, fault));
      if (call !== "cancel") strike();
      const id = await world.report(sighting());
      await world.deliver(id, over);
      await settle(world, over);
      expect(behind.rows()).toEqual([{ order: id, cancelled: false }]);
      expect(world.order(id).state).toBe("delivered");

      if (call === "cancel") strike();
      await world.report(sighting({ readiness: "cancelled", status: "cancelled", version: NOW }));
      await settle(world, over);
      expect(behind.rows()).toEqual([{ order: id, cancelled: true }]);
      expect(world.order(id).state).toBe("cancelled");
      expect(fault === "refused" ? bridge.refusals() : bridge.line.fired[fault]).toBe(1);
    } finally {
      await bridge.close();
    }
  });
});

async function settle({ pass, sweep }: World, over: { erp: ErpOverBridge }): Promise<void> {
  for (let round = 0; round < 3; round++) {
    pass(LATER);
    await sweep(over);
  }
}
