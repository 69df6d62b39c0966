/** What happens on the platforms: buyers buy and cancel, integrators copy. */
import { setTimeout as wait } from "node:timers/promises";
import { formId, type Purchase, permutations, report, SOURCES } from "../../local/demo/purchases.ts";
import type { World } from "../../local/demo/world.ts";
import { pick } from "./random.ts";

export type Sold = Purchase & {
  /** The buyer cancels it once it is paid and everywhere. */
  cancels: boolean;
};

const AT_ONCE = 64;
/** A long run would take hours, were no more of them on their way. */
const SHARE_AT_ONCE = 0.02;
const ORDERS = [...permutations(SOURCES), "at once" as const];

/** Share of purchases that are paid together with another one, which Allegro then merges into a new form. */
const MERGED = 0.1;
const CANCELLED = 20;

export async function play(
  world: World,
  count: number,
  random: () => number,
  log: (line: string) => void,
): Promise<Sold[]> {
  await activated(world);
  const sold = Array.from({ length: count }, (_, index) => purchase(world, index, random));
  const together = sold.filter((one) => one.order === "at once");
  const inTurn = sold.filter((one) => one.order !== "at once");

  const tick = setInterval(() => void lookAfterShop(world), 300);
  try {
    const next = inTurn[Symbol.iterator]();
    const worker = async () => {
      for (const one of next) await reportInTurn(one, world, random);
    };
    const barrier = Promise.withResolvers<void>();
    const released = together.flatMap((one) =>
      SOURCES.map((source) => barrier.promise.then(() => report(one, source, world))),
    );
    const workers = Array.from({ length: Math.max(AT_ONCE, count * SHARE_AT_ONCE) }, worker);
    await wait(500);
    log(`${together.length} purchases released at the same instant`);
    barrier.resolve();
    await Promise.all([...released, ...workers]);
    log(`${sold.length} purchases are on all three platforms`);
    for (const one of sold) if (one.cancels) world.allegro.cancel(one.allegroId);
  } finally {
    clearInterval(tick);
  }
  return sold;
}

function purchase(world: World, index: number, random: () => number): Sold {
  return {
    number: index + 1,
    order: ORDERS[index % ORDERS.length] ?? "at once",
    platform: pick(["woocommerce", "magento"] as const, random),
    route: pick(["callback", "exchange"] as const, random),
    origin: pick(["field", "trace"] as const, random),
    allegroId: random() < MERGED ? mergedForm(world, index) : formId(world.epoch, index),
    baselinkerId: 800_000_000 + index,
    cancels: index % CANCELLED === 7,
  };
}

/** Two purchases that the buyer pays together: their forms answer 404 from now on, their events stay. */
function mergedForm(world: World, index: number): string {
  const line = { name: "Kubek testowy", sku: "KUB-1", quantity: 1, price: (21 + index).toFixed(2) };
  const parts = [1, 2].map(() =>
    world.allegro.buy({ lines: [line], delivery: { method: "Paczkomat", price: "8.99" } }),
  );
  return world.allegro.merge(parts);
}

async function reportInTurn(one: Sold, world: World, random: () => number): Promise<void> {
  for (const source of one.order === "at once" ? SOURCES : one.order) {
    await report(one, source, world);
    await wait(random() * 5_000);
  }
}

/** A merchant notices a webhook that is off and switches it on again; queued deliveries go out with the next cron. */
async function lookAfterShop(world: World): Promise<void> {
  if (!world.shop.webhook.active) await world.shop.activate();
  await world.shop.runQueue();
}

/** Kojarz is started at the same time; the shop is connected when it answers. */
async function activated(world: World): Promise<void> {
  while ((await world.shop.activate()) !== 200) await wait(100);
}
