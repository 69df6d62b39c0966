/**
 * A week of shadow mode beside two other integrators that double one purchase in twenty, the report judged against that truth,
 * the switch, and a day live: by three seeds, with the stores in memory. `walk.test.ts` does it once over HTTP.
 */
import { expect, test } from "vitest";
import { SPAN } from "../../cli/report/compare.ts";
import { linesOf } from "../../cli/report/shadow.ts";
import { shadowReportOf } from "../../cli/report/shadow-report.ts";
import { retried } from "../../lib/core/actions.ts";
import { keyOf } from "../../lib/core/keys.ts";
import { DAY } from "../../lib/core/order.ts";
import { leaveShadow } from "../../lib/delivery/leave-shadow.ts";
import { seeded } from "../support/allegro.ts";
import { shadowWorld } from "../support/shadow-world.ts";
import { NOW, shopId, sighting } from "../support/sightings.ts";

const HOUR = DAY / 24;

const FATES = ["once", "twice", "never", "dearer", "late"] as const;
type Fate = (typeof FATES)[number];

/** One in twenty is doubled; one in fifty is forgotten, one is entered with another total, one is entered late. */
function fateOf(drawn: number): Fate {
  if (drawn < 0.05) return "twice";
  if (drawn < 0.07) return "never";
  if (drawn < 0.09) return "dearer";
  return drawn < 0.11 ? "late" : "once";
}

test.each([1, 2, 3])(
  "a week in shadow mode, the report, the switch and a day live: seed %i",
  async (seed) => {
    using world = shadowWorld("shadow");
    const random = seeded(seed);
    const truth = new Map<number, Fate>();
    const due: Array<{ at: number; write: () => unknown }> = [];
    const shop = (n: number) => sighting({ sourceOrder: `${n}`, keys: [shopId(`${n}`)], placedAt: world.now() });
    const relay = (n: number) =>
      sighting({
        account: "baselinker:acme",
        sourceOrder: `80${n}`,
        keys: [shopId(`${n}`), ...keyOf("internet-id", "baselinker:acme", `80${n}`, 2)],
        placedAt: world.now(),
      });

    async function hour(bought: number, others: boolean): Promise<void> {
      for (let each = 0; each < bought; each += 1) {
        const n = 10_001 + truth.size;
        const fate = others ? fateOf(random()) : "once";
        truth.set(n, fate);
        for (const report of random() < 0.5 ? [shop(n), relay(n)] : [relay(n), shop(n)]) await world.report(report);
        if (others) plan(n, fate);
      }
      for (let index = due.length - 1; index >= 0; index -= 1)
        if ((due[index]?.at ?? 0) <= world.now()) due.splice(index, 1)[0]?.write();
      await world.watch(world.now() - 2 * DAY);
      await world.forward();
      world.pass(HOUR);
    }

    /** One of the other integrators writes it within the hour; or both do. */
    function plan(n: number, fate: Fate): void {
      const numbers = [{ customerNumber: `WC_${n}` }, { customerNumber: `B_80${n}` }];
      const by = random() < 0.5 ? numbers : [...numbers].reverse();
      const [first = {}, second = {}] = by;
      const at = world.now() + (fate === "late" ? 5 * HOUR : 0);
      if (fate !== "never")
        due.push({ at, write: () => world.byOthers({ ...first, ...(fate === "dearer" && { total: 9900 }) }) });
      if (fate === "twice") due.push({ at: at + HOUR, write: () => world.byOthers(second) });
    }

    for (let hours = 0; hours < 7 * 24; hours += 1) await hour(1, true);
    for (let hours = 0; hours < 6; hours += 1) await hour(0, true);
    expect(world.written).toEqual([]);

    const liveFrom = world.now();
    const { purchases, erpOrders } = await world.compared(NOW - DAY);
    const report = shadowReportOf(purchases, erpOrders, { ...SPAN, now: world.now(), from: NOW, liveFrom });
    const numbersOf = (wanted: Fate) => [...truth].flatMap(([n, fate]) => (fate === wanted ? [`${n}`] : [])).sort();
    const named = (part: "doubled" | "missing" | "differing" | "late") =>
      report[part].map((one) => one.purchase.find((name) => name.startsWith("woocommerce"))?.split(" ")[1]).sort();
    expect(named("doubled")).toEqual(numbersOf("twice"));
    expect(named("missing")).toEqual(numbersOf("never"));
    expect(named("differing")).toEqual(numbersOf("dearer"));
    expect(named("late")).toEqual(numbersOf("late"));
    expect(report.unexplained).toEqual([]);
    const printed = linesOf(report).join("\n");
    expect(printed).toMatch(new RegExp(`purchases entered twice +${numbersOf("twice").length}`));
    if (process.env.KOJARZ_SHOW) process.stdout.write(`${printed}\n`);

    // The backfill, the switch, and a day of which Kojarz alone writes.
    await world.watch();
    world.become({ liveFrom });
    await leaveShadow({ ...world.deps, modes: { liveFrom } });
    const before = new Set(truth.keys());
    for (let hours = 0; hours < 24; hours += 1) await hour(2, false);
    for (let hours = 0; hours < 12; hours += 1) await hour(0, false);
    const since = [...truth.keys()].filter((n) => !before.has(n));
    const orderOf = (n: number) =>
      [...world.claims.orders.values()].find((order) =>
        order.sources.some(({ account, sourceOrder }) => account === "woocommerce:main" && sourceOrder === `${n}`),
      );
    const byKojarz = new Map([...Map.groupBy(world.erp.rows(), (row) => row.kojarzOrder)].filter(([id]) => id));
    expect(since.map((n) => byKojarz.get(orderOf(n)?.id)?.length)).toEqual(since.map(() => 1));
    expect(byKojarz.size).toBe(since.length);

    // What nobody had written is a case, each; a person sends it, and it is there once.
    const left = [...truth].filter(([, fate]) => fate === "never").flatMap(([n]) => orderOf(n) ?? []);
    expect(left.map(({ state, reason }) => `${state}:${reason}`)).toEqual(left.map(() => "held:taken-in-shadow"));
    for (const order of left) {
      const ruling = retried(order, { now: world.now(), stamp: "by-hand" });
      if (ruling.is === "writes") await world.claims.commit({ order: ruling.order, keys: [] }, world.now());
    }
    await world.forward();
    expect(left.map(({ id }) => world.order(id).state)).toEqual(left.map(() => "delivered"));
    expect(world.written).toHaveLength(since.length + left.length);
  },
  120_000,
);
