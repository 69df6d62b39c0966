/** What each of those who are measured makes of traffic as it is: orders that are lost, doubled, or taken for another one. */
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { allegroId, number, shopId, sighting } from "../support/sightings.ts";
import type { Contender } from "./contenders.ts";
import { nextPurchase } from "./measure.ts";
import { formId, fromMarketplace, fromRelay, fromShop, type Told } from "./traffic.ts";

/** `lost`: no order, and nobody was told. `told`: a person was. */
export type Wrong = { purchases: number; lost: number; doubled: number; told: number };

/** Groups of reports: those of one group come at once, the groups one after the other. */
type Kind = { name: string; purchases: (id: string) => Told[][]; dies?: true };

export const kinds: readonly Kind[] = [
  { name: "the same report twice", purchases: (id) => [[fromShop(id)], [fromShop(id)]] },
  {
    name: "two sources at once, their keys the other way round",
    purchases: (id) => [[fromShop(id), fromShop(id, [allegroId(formId(id)), shopId(id)])].map(asItCame)],
  },
  {
    name: "three sources, of which each knows other keys",
    purchases: (id) => [[fromMarketplace(id)], [fromShop(id)], [fromRelay(id)]],
  },
  {
    name: "two sources that share no key, and then one that knows both",
    purchases: (id) => [[fromMarketplace(id)], [fromRelay(id)], [fromShop(id)]],
  },
  {
    name: "two purchases under one order number",
    purchases: (id) => [[numbered(id, "1", 5899)], [numbered(id, "2", 7250)]],
  },
  { name: "the process dies, and the sender repeats", purchases: (id) => [[fromShop(id)]], dies: true },
];

/** In the order in which its source gave them, which nobody has to know. */
function asItCame(told: Told, index: number): Told {
  const keys = index === 0 ? told.sighting.keys : [...told.sighting.keys].reverse();
  return { ...told, sighting: { ...told.sighting, keys, sourceOrder: `${told.sighting.sourceOrder}${index}` } };
}

function numbered(id: string, which: string, total: number): Told {
  const keys = [shopId(`${id}${which}`), number(id)];
  return { purchase: `${id}-${which}`, sighting: sighting({ sourceOrder: `${id}${which}`, keys, total }) };
}

const REPEATS = 3;
/** After how many requests a process dies, one report after the other. */
const LIVES = [0, 1, 2, 3];

/** How many requests the process of a report has left. */
const life = new AsyncLocalStorage<{ left: number }>();

/** From now on a report's process dies where it was told to. */
export function mortal({ client }: Contender): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const mine = life.getStore();
      if (mine && mine.left-- <= 0) throw new Error("the process is gone");
      return next(args);
    },
    { step: "initialize", name: "death", priority: "high", override: true },
  );
}

export async function wrongOf(contender: Contender, kind: Kind, count: number): Promise<Wrong> {
  const wrong: Wrong = { purchases: 0, lost: 0, doubled: 0, told: 0 };
  for (let nth = 0; nth < count; nth += 1) {
    const groups = kind.purchases(nextPurchase());
    const lives = kind.dies ? LIVES[nth % LIVES.length] : undefined;
    for (const group of groups) await Promise.all(group.map((told) => sent(contender, told, lives)));
    for (const purchase of new Set(groups.flat().map((told) => told.purchase))) add(contender, purchase, wrong);
  }
  return wrong;
}

function add({ orders, held }: Contender, purchase: string, wrong: Wrong): void {
  const made = orders.filter((one) => one === purchase).length;
  wrong.purchases += 1;
  if (held.has(purchase)) wrong.told += 1;
  else if (made === 0) wrong.lost += 1;
  if (made > 1) wrong.doubled += 1;
}

/** As a platform sends it: again where it was refused, a few times. */
async function sent({ report }: Contender, told: Told, lives: number | undefined): Promise<void> {
  for (let tried = 0; tried <= REPEATS; tried += 1) {
    try {
      const left = tried === 0 && lives !== undefined ? lives : Number.POSITIVE_INFINITY;
      return await life.run({ left }, () => report(told));
    } catch {
      await wait(20);
    }
  }
}
