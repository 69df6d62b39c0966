/** Intake, sweep and watch over one memory and one played ERP, whose writes are counted; the mode may change. */

import { Settings } from "../../lib/app/config.ts";
import { guardedParts } from "../../lib/app/shadow.ts";
import type { Order, Sighting } from "../../lib/core/order.ts";
import type { Erp } from "../../lib/core/ports/erp.ts";
import type { Modes } from "../../lib/core/rules.ts";
import { liveFromOf } from "../../lib/core/sighting.ts";
import { present } from "../../lib/core/writes.ts";
import { deliver } from "../../lib/delivery/deliver.ts";
import { type SweepDeps, sweep } from "../../lib/delivery/sweep.ts";
import { type Comparing, compare, type ErpShown } from "../../lib/erp/comparing.ts";
import { noteErpOrder } from "../../lib/erp/other-writers.ts";
import { Writer } from "../../lib/erp/writers.ts";
import { intake } from "../../lib/intake/intake.ts";
import { openWorld } from "./erp-world.ts";
import { memoryDesk } from "./memory-desk.ts";
import { rules } from "./sightings.ts";

const WRITERS = [
  Writer.parse({
    column: "customerNumber",
    template: "B_{id}",
    id: "digits",
    issuer: "baselinker:acme",
    kind: "internet-id",
    rank: 2,
  }),
  Writer.parse({ column: "internetId", id: "uuid", issuer: "allegro", kind: "internet-id", rank: 1 }),
  Writer.parse({
    column: "customerNumber",
    template: "WC_{id}",
    id: "digits",
    issuer: "woocommerce:main",
    kind: "internet-id",
    rank: 2,
  }),
];

export function shadowWorld(first: Modes = "shadow") {
  const world = openWorld();
  const { claims, now } = world;
  const state = { mode: first };
  const written: string[] = [];
  const counted: Erp = {
    ...world.erp,
    submit: (order, deadline) => {
      written.push(`submit ${order.order}`);
      return world.erp.submit(order, deadline);
    },
    cancel: (ref, order) => {
      written.push(`cancel ${order}`);
      return world.erp.cancel(ref, order);
    },
  };
  const deps = (): SweepDeps => {
    const config = { ...Settings.parse({ mode: state.mode }), accounts: [] };
    const { erp } = guardedParts({ erp: counted, claims, config, now });
    return { ...world.deps, erp, modes: config.mode };
  };

  return {
    ...world,
    /** The played ERP, whose writes are in `written`. */
    counted,
    written,
    become(mode: Modes): void {
      state.mode = mode;
    },
    async report(sighting: Sighting): Promise<Order> {
      const { random, wait, unique } = world.deps;
      const given = { ...rules, liveFrom: liveFromOf(state.mode, sighting.account) };
      const explain = () => undefined;
      const { order = "" } = await intake(sighting, { claims, explain, now, random, wait, unique, rules: given });
      return world.order(order);
    },
    forward: () => sweep(deps(), 500),
    deliver: (id: string) => deliver(id, deps()),
    /** Another integrator writes it into the ERP. */
    byOthers: (order: Partial<Parameters<typeof world.erp.foreign>[0]>) =>
      world.erp.foreign({ writer: "another integrator", currency: "PLN", total: 5899, ...order }),
    async watch(since = 0): Promise<void> {
      const { random, wait, unique } = world.deps;
      const explain = () => undefined;
      const given = { claims, erp: world.erp.name, writers: WRITERS, explain, now, random, wait, unique, rules };
      let cursor: string | undefined;
      do {
        const page = await world.erp.list(since, cursor);
        for (const listed of page.orders) await noteErpOrder(listed, false, given);
        cursor = page.cursor;
      } while (cursor !== undefined);
    },
    /** All pages of what a report compares. */
    async compared(since: number) {
      const config = { erpWriters: WRITERS, mode: state.mode };
      const parts = { desk: memoryDesk(claims), watch: world.erp, now, config };
      const { purchases } = await compare(parts, { compare: "purchases", since });
      const erpOrders: ErpShown[] = [];
      let cursor: string | undefined;
      do {
        const asked = present<Comparing>({ compare: "erp-orders", since, cursor });
        const page = await compare(parts, asked);
        erpOrders.push(...page.erpOrders);
        cursor = page.cursor;
      } while (cursor !== undefined);
      return { purchases, erpOrders };
    },
    cases: () => [...claims.held.values()].filter(({ resolved }) => !resolved).map(({ reason }) => reason),
    [Symbol.dispose]: () => world.erp.close(),
  };
}
