/** How a state ends once nothing fails any more, and whether that is right. The truth is the scenario's, never the index's. */
import type { ErpListed } from "../../lib/core/ports/erp.ts";
import { passTo } from "./erp.ts";
import type { Call } from "./ports.ts";
import type { Purchase, Scenario } from "./scenario.ts";
import { type Task, tell } from "./stories.ts";
import { copyOf, type World } from "./world.ts";

export type Verdict = {
  lost: number;
  doubled: number;
  /** What differs from what stands at its source, and nobody was told. */
  untold: number;
  complaints: string[];
  told: string[];
};

/** Longer than a lease, an in-doubt and the longest backoff. */
const LATER = 20 * 60_000;
const ROUNDS = 5;

/** The sweep, the poll and the watch run as they always do, and everything answers. */
export async function closed(from: World, { setting }: Scenario): Promise<World> {
  const world = copyOf(from);
  let names = 0;
  const call = async ({ variants }: Call) => variants[0]?.run(world);
  const io = { call, now: () => world.now, unique: () => `end-${++names}`, isTorn: false };
  const run = async (task: Task): Promise<void> => {
    await tell(task, setting, io, () => run({ story: "bridge" }));
  };
  const tasks: Task[] = [
    ...(setting.polled === undefined ? [] : [{ story: "poll" } as const]),
    { story: "sweep" },
    ...(setting.writers.length === 0 ? [] : [{ story: "watch" } as const]),
  ];
  for (let round = 0; round < ROUNDS; round += 1) {
    passTo(world, world.now + LATER);
    for (const task of tasks) await run(task);
  }
  return world;
}

export function judge(world: World, scenario: Scenario): Verdict {
  const verdict: Verdict = { lost: 0, doubled: 0, untold: 0, complaints: [], told: [] };
  const open = [...world.claims.held.values()];
  verdict.told = [...new Set(open.map(({ reason }) => reason))];
  for (const purchase of scenario.purchases) judgeOne(purchase, world, scenario, verdict);
  for (const row of world.erp.rows.filter(({ cancelled }) => !cancelled)) {
    if (scenario.purchases.filter((purchase) => isOf(row, purchase, world)).length < 2) continue;
    verdict.lost += 1;
    verdict.complaints.push(`ERP order ${row.erpId} stands for two purchases`);
  }
  const unfinished = [...world.claims.orders.values()].filter(
    ({ state, cancelRequested }) =>
      state === "pending" || state === "submitting" || (cancelRequested !== undefined && state !== "held"),
  );
  for (const { id, state } of unfinished) {
    verdict.lost += 1;
    verdict.complaints.push(`order ${id} is ${state} for ever`);
  }
  return verdict;
}

function judgeOne(purchase: Purchase, world: World, { isUnknowable }: Scenario, verdict: Verdict): void {
  const name = `purchase ${purchase.ids[0]}`;
  const rows = world.erp.rows.filter((row) => isOf(row, purchase, world));
  const standing = rows.filter(({ cancelled }) => !cancelled);
  const isTold = toldOf(purchase, rows, world);
  if (standing.length > 1) {
    if (isUnknowable === undefined || !isTold) {
      verdict.doubled += 1;
      verdict.complaints.push(`${name} is in the ERP ${standing.length} times`);
    }
    return;
  }
  if (purchase.ends === "in-erp" && standing.length === 0 && !isTold) {
    verdict.lost += 1;
    verdict.complaints.push(`${name} is not in the ERP, and nobody was told`);
  }
  if (purchase.ends === "not-in-erp" && standing.length > 0 && !isTold) {
    verdict.untold += 1;
    verdict.complaints.push(`${name} is in the ERP, and nobody was told that it is no order`);
  }
  const [row] = standing;
  if (row && purchase.total !== undefined && row.total !== purchase.total && !isTold) {
    verdict.untold += 1;
    verdict.complaints.push(`${name} is in the ERP with ${row.total}, stands at its source with ${purchase.total}`);
  }
}

function isOf({ internetId, customerNumber, kojarzOrder }: ErpListed, { ids }: Purchase, { claims }: World): boolean {
  const order = kojarzOrder === undefined ? undefined : claims.orders.get(kojarzOrder);
  // What the index says counts only where the columns can say nothing: two shops may give one number.
  if (order) return order.sources.some(({ sourceOrder }) => ids.includes(sourceOrder));
  return [internetId, customerNumber].some((value) => value !== undefined && ids.includes(value));
}

/** That reports contradict each other is no word on where the purchase is. */
const SAYS_TOO_LITTLE: ReadonlySet<string> = new Set(["stale-and-differs"]);

function toldOf({ ids }: Purchase, rows: readonly ErpListed[], { claims }: World): boolean {
  const erpIds = rows.map(({ erpId }) => erpId);
  return [...claims.held.values()].some(
    ({ account, sourceOrder, reason, resolved }) =>
      !resolved &&
      !SAYS_TOO_LITTLE.has(reason) &&
      (ids.includes(sourceOrder) || (account.startsWith("erp:") && erpIds.includes(sourceOrder))),
  );
}
