/**
 * The story that the demo plays: the same purchases, reported by the shop, by BaseLinker and by Allegro in every order
 * of arrival and at the same instant. Each must be in the ERP once.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Explanation } from "../../lib/core/ports/explain.ts";
import type { Row } from "../fake-erp-database.ts";
import { accountOf, idAt, type Purchase, plan, report, SOURCES, type SourceName } from "./purchases.ts";
import { type Scene, summary, type Totals } from "./summary.ts";
import type { World } from "./world.ts";

export type Floor = {
  /** Every verdict of Kojarz since it started, the newest last. */
  explained: readonly Explanation[];
  erpRows(): Row[];
};

const PATIENCE_MS = 180_000;
const LOOK_EVERY_MS = 50;

const TURNS = ["first", "second", "third"];

/**
 * Plays it to the end; what has not come after three minutes is counted as lost.
 * @param say told of each step, one line each
 */
export async function playStory(
  world: World,
  floor: Floor,
  say: (line: string) => void,
): Promise<{ scenes: Scene[]; totals: Totals }> {
  await world.shop.activate();
  const purchases = plan(world.epoch);
  const inTurn = purchases.filter((purchase) => purchase.order !== "at once");
  for (const [turn, name] of TURNS.entries()) {
    say(`${turn + 1} of 5: ${inTurn.length} purchases are reported by their ${name} source`);
    await Promise.all(inTurn.map((purchase) => step(purchase, turn, world, floor)));
  }

  const atOnce = purchases.filter((purchase) => purchase.order === "at once");
  say(`4 of 5: ${atOnce.length} purchases are reported by all three at the same instant`);
  await Promise.all(atOnce.flatMap((purchase) => SOURCES.map((source) => report(purchase, source, world))));
  await Promise.all(atOnce.flatMap((purchase) => SOURCES.map((source) => heard(purchase, source, floor))));

  say(`5 of 5: ${purchases.length} purchases enter the ERP`);
  await until(() => summary(scenesOf(purchases, floor)).totals.lost === 0);
  return summary(scenesOf(purchases, floor));
}

async function step(purchase: Purchase, turn: number, world: World, floor: Floor): Promise<void> {
  const source = purchase.order === "at once" ? undefined : purchase.order[turn];
  if (!source) return;
  await report(purchase, source, world);
  await heard(purchase, source, floor);
}

function heard(purchase: Purchase, source: SourceName, floor: Floor): Promise<void> {
  return until(() => verdictsOf(purchase, source, floor).length > 0);
}

function verdictsOf(purchase: Purchase, source: SourceName, floor: Floor): Explanation[] {
  const id = idAt(purchase, source);
  return floor.explained.filter((e) => e.account === accountOf(purchase, source) && e.sourceOrder === id);
}

function scenesOf(purchases: readonly Purchase[], floor: Floor): Scene[] {
  const rows = floor.erpRows();
  return purchases.map((purchase) => {
    const ids = new Set(SOURCES.map((source) => idAt(purchase, source)));
    const told = floor.explained.flatMap(({ account, sourceOrder, verdict, reason }) => {
      const source = SOURCES.find((name) => accountOf(purchase, name) === account);
      return source && sourceOrder === idAt(purchase, source) ? [{ source, verdict, reason }] : [];
    });
    const erp = rows.filter((row) => ids.has(row.internetId ?? "") || ids.has(row.customerNumber ?? ""));
    return { purchase, told, erpNumbers: erp.map((row) => row.number) };
  });
}

async function until(done: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!done() && performance.now() < end) await wait(LOOK_EVERY_MS);
}
