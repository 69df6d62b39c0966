/**
 * The world of the other tests, made worse: every call waits for a scheduler that lets any other go first, the store
 * loses answers, the ERP has faults, and no two processes agree on the time.
 */
import fc from "fast-check";
import type { Instant, Sighting } from "../../../lib/core/order.ts";
import type { Claims } from "../../../lib/core/ports/claims.ts";
import type { Erp } from "../../../lib/core/ports/erp.ts";
import type { Forwarded } from "../../../lib/delivery/lease.ts";
import type { Swept } from "../../../lib/delivery/sweep.ts";
import type { Faults } from "../../../local/fake-erp.ts";
import { LATER, mortal, openWorld } from "../../support/erp-world.ts";
import { shopFloor } from "../../support/shop-floor.ts";
import type { Death } from "./acts.ts";

const LOST_ANSWERS = 0.1;
const SKEW_MS = 5000;

/** More than the longest chain of turns, each of which may have to wait for the end of a lease. */
const SWEEPS_TO_THE_END = 6;

/** Any of those that a healthy ERP gets over by itself. */
export const faults = fc.record({
  busy: fc.constantFrom(0, 0.3),
  orphan: fc.constantFrom(0, 0.3),
  "timeout-before": fc.constantFrom(0, 0.3),
  "timeout-after-commit": fc.constantFrom(0, 0.4),
  "late-commit": fc.constantFrom(0, 0.4),
  "find-fails": fc.constantFrom(0, 0.3),
}) satisfies fc.Arbitrary<Faults>;

/** From 0 to 1, evenly. */
export const chances = fc.infiniteStream(fc.noBias(fc.nat(999)).map((n) => n / 1000));

export type RoughWorld = ReturnType<typeof openRoughWorld>;

export function openRoughWorld(scheduler: fc.Scheduler, chosen: Faults, random: () => number) {
  const now: Faults = { ...chosen };
  const world = openWorld(now, random);
  const turn = (call: string) => scheduler.schedule(Promise.resolve(), call);
  const wait = async (): Promise<void> => void (await turn("wait"));
  const claims = lossy(scheduledClaims(world.claims, turn), () => random() < LOST_ANSWERS);
  const erp = scheduledErp(world.erp, turn);

  /** The clock of one process, so much before or behind the others. */
  const clock = (): (() => Instant) => {
    const skew = Math.floor((random() * 2 - 1) * SKEW_MS);
    return () => world.now() + skew;
  };

  return {
    orders: world.claims.orders,
    rows: world.erp.rows,
    now: world.now,
    report: (sighting: Sighting) => shopFloor(claims, { now: clock(), wait }).report(sighting),
    deliver: (id: string, death?: Death): Promise<Forwarded> => {
      const io = death
        ? mortal({ claims: { ...world.deps.claims, ...claims }, erp }, death.at, death.when).io
        : { claims, erp };
      return world.deliver(id, { ...io, now: clock(), wait });
    },
    sweep: (): Promise<Swept> => world.sweep({ claims, erp, now: clock(), wait }),
    /** Time goes on at its turn among the others. */
    async passAmongOthers(ms: number): Promise<void> {
      await turn(`pass ${ms} ms`);
      world.pass(ms);
    },
    pass: world.pass,
    /** Nothing fails any more, and the sweep runs as it always does. */
    async settle(): Promise<void> {
      for (const fault of Object.keys(chosen)) delete now[fault as keyof Faults];
      for (let run = 0; run < SWEEPS_TO_THE_END; run++) {
        world.pass(LATER);
        const { failures } = await world.sweep();
        if (failures[0]) throw failures[0].cause;
      }
    },
    [Symbol.dispose]: () => world[Symbol.dispose](),
  };
}

type TakeTurn = (call: string) => Promise<unknown>;

function scheduledClaims(claims: Claims, turn: TakeTurn): Claims {
  return {
    ...claims,
    look: (keys) => turn("claims.look").then(() => claims.look(keys)),
    read: (order) => turn("claims.read").then(() => claims.read(order)),
    commit: (write, now) => turn("claims.commit").then(() => claims.commit(write, now)),
    due: (...asked) => turn("claims.due").then(() => claims.due(...asked)),
  };
}

function scheduledErp(erp: Erp, turn: TakeTurn): Erp {
  return {
    name: erp.name,
    find: (query) => turn("erp.find").then(() => erp.find(query)),
    submit: (order, deadline) => turn("erp.submit").then(() => erp.submit(order, deadline)),
    cancel: (ref, order) => turn("erp.cancel").then(() => erp.cancel(ref, order)),
  };
}

/** The write is there, and who wrote it hears that somebody was faster. */
function lossy(claims: Claims, lost: () => boolean): Claims {
  return {
    ...claims,
    async commit(write, now) {
      const committed = await claims.commit(write, now);
      return committed === "done" && lost() ? "raced" : committed;
    },
  };
}
