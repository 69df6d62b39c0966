import { describe, expect, test } from "vitest";
import { DAY } from "../../lib/core/order.ts";
import type { ErpWatch } from "../../lib/core/ports/erp.ts";
import { backfill } from "../../local/backfill-window.ts";
import { openWatching } from "../erp/watching.ts";
import { allegroId, fromAllegro, NOW, UUID } from "../support/sightings.ts";

const idOf = (n: number) => `${String(n).padStart(8, "0")}-3b6d-11f0-9c4d-8b1f2a6d7e90`;

/** Orders of other writers over the last days, one an hour; the oldest lie before the window. */
async function filled(orders: number) {
  const world = await openWatching();
  const { erp } = world;
  for (let n = orders; n > 0; n--) {
    const createdAt = NOW - n * 3_600_000;
    erp.foreign({ writer: "another integrator", currency: "PLN", total: 5899, internetId: idOf(n), createdAt });
  }
  const lines: string[] = [];
  const say = (line: string) => {
    lines.push(line);
  };
  return { world, lines, say };
}

describe("the backfill", () => {
  test("registers what the ERP holds of the window, not what is older, and shows each page", async () => {
    const { world, lines, say } = await filled(400);
    using _ = world;
    expect(await backfill(world.app, false, say)).toBe("done");
    expect(world.claims.orders.size).toBe(14 * 24);
    const rest = "0 in the ERP twice, 0 to be looked at";
    expect(lines).toEqual([
      `until 2026-11-14T15:00:00.000Z: 100 ERP orders read, 100 registered, ${rest}`,
      `until 2026-11-18T19:00:00.000Z: 200 ERP orders read, 200 registered, ${rest}`,
      `until 2026-11-22T23:00:00.000Z: 300 ERP orders read, 300 registered, ${rest}`,
      `until 2026-11-24T11:00:00.000Z: 336 ERP orders read, 336 registered, ${rest}`,
    ]);
  });

  test("after it, a report of one of those purchases links without asking the ERP", async () => {
    const { world, say } = await filled(30);
    using _ = world;
    await backfill(world.app, false, say);
    const id = await world.report(fromAllegro({ sourceOrder: idOf(7), keys: [allegroId(idOf(7))] }));
    expect(world.order(id)).toMatchObject({ state: "delivered", erp: { how: "linked" } });
    expect(world.claims.orders.size).toBe(30);
  });

  test("that fails on the way goes on where it stopped", async () => {
    const { world, lines, say } = await filled(250);
    using _ = world;
    let pages = 0;
    const list: ErpWatch["list"] = async (...args) => {
      pages += 1;
      if (pages === 2) throw new Error("the line broke");
      return world.erp.list(...args);
    };
    await expect(backfill({ ...world.app, watch: { list } }, false, say)).rejects.toThrow("the line broke");
    expect(await backfill(world.app, false, say)).toBe("done");
    expect(lines.map((line) => / (\d+) ERP orders read/.exec(line)?.[1])).toEqual(["100", "100", "150"]);
    expect(world.claims.orders.size).toBe(250);
  });

  test("done again from the start registers nothing twice; done again without, it reads only the overlap", async () => {
    const { world, lines, say } = await filled(150);
    using _ = world;
    await backfill(world.app, false, say);
    await backfill(world.app, false, say);
    await backfill(world.app, true, say);
    expect(lines.slice(2).map((line) => line.replace(/^until \S+ /, ""))).toEqual([
      "1 ERP orders read, 0 registered, 0 in the ERP twice, 0 to be looked at",
      "100 ERP orders read, 0 registered, 0 in the ERP twice, 0 to be looked at",
      "150 ERP orders read, 0 registered, 0 in the ERP twice, 0 to be looked at",
    ]);
    expect(world.claims.orders.size).toBe(150);
  });

  test("leaves its cursor to the watch, which goes on from there", async () => {
    const { world, say } = await filled(150);
    using _ = world;
    await backfill(world.app, false, say);
    world.pass(DAY);
    world.foreign({ internetId: UUID });
    expect(await world.watch()).toMatchObject({ listed: 2, registered: 1 });
  });

  test("stops when another run is at work, and says so when no value would mean anything", async () => {
    const { world, say } = await filled(1);
    using _ = world;
    await world.app.feeds.take("erp:wapro-stand-in", "somebody", NOW, NOW + 60_000);
    expect(await backfill(world.app, false, say)).toBe("busy");
    expect(await backfill({ ...world.app, config: { ...world.app.config, erpWriters: [] } }, false, say)).toBe("blind");
  });
});
