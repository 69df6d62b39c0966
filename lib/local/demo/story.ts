/**
 * The story that the demo plays: the same purchases, reported by the shop, by BaseLinker and by Allegro in every order
 * of arrival and at the same instant. Each must be in the ERP once.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Explanation } from "../../ops/explain.ts";
import type { Row } from "../stand-in-database.ts";
import { idAt, type Purchase, plan, report, SOURCES, type SourceName } from "./purchases.ts";
import { type Scene, summary, type Totals } from "./summary.ts";
import type { World } from "./world.ts";

export type Floor = {
  /** Every verdict of Kojarz since it started, the newest last. */
  explained: readonly Explanation[];
  erpRows(): Row[];
};

function accountOf(purchase: Purchase, source: SourceName): string {
  return { shop: `${purchase.platform}:main`, baselinker: "baselinker:acme", allegro: "allegro:acme" }[source];
}

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** Plays it to the end; what has not come after a minute is counted as lost. */
export async function playStory(world: World, floor: Floor): Promise<{ scenes: Scene[]; totals: Totals }> {
  await world.shop.activate();
  const purchases = plan(world.epoch);
  const inTurn = purchases.filter((purchase) => purchase.order !== "at once");
  for (const turn of [0, 1, 2]) await Promise.all(inTurn.map((purchase) => step(purchase, turn, world, floor)));

  const atOnce = purchases.filter((purchase) => purchase.order === "at once");
  await Promise.all(atOnce.flatMap((purchase) => SOURCES.map((source) => report(purchase, source, world))));
  await Promise.all(atOnce.flatMap((purchase) => SOURCES.map((source) => heard(purchase, source, floor))));

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
