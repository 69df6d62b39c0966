/** One purchase that three sources report in an order of a person's choice, followed step by step. */
import { setTimeout as wait } from "node:timers/promises";
import { accountOf, formId, idAt, type Purchase, report, SOURCES, type SourceName } from "../demo/purchases.ts";
import type { World } from "../demo/world.ts";
import type { Row } from "../fake-erp-database.ts";
import type { Message } from "./messages.ts";

type Told = Pick<Message, "at" | "verdict" | "reason" | "order" | "status">;

type Followed = {
  id: number;
  steps: Array<{ source: SourceName; account: string; sourceOrder: string; told: Told[]; isDone: boolean }>;
  /** What the ERP holds of it. */
  erp: Array<{ number: string; internetId: string | null; customerNumber: string | null }>;
};

export type Stories = {
  /** Begins one; nobody has reported it yet. */
  begin(order: readonly SourceName[]): Followed;
  /** Lets the next source report it, and waits for the verdict. @returns undefined where there is no such story */
  step(id: number): Promise<Followed | undefined>;
  look(id: number): Followed | undefined;
};

type Floor = { messages: () => readonly Message[]; erpRows: () => Row[] };

type Story = { purchase: Purchase; order: readonly SourceName[]; next: number };

/** The numbers below are those of the demo's own purchases. */
const FIRST = 18;
const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 50;

export function storiesOf(world: World, floor: Floor): Stories {
  const stories: Story[] = [];

  function begin(order: readonly SourceName[]): Followed {
    const index = FIRST + stories.length;
    stories.push({
      purchase: {
        number: index + 1,
        order,
        platform: "woocommerce",
        origin: "field",
        route: "callback",
        allegroId: formId(world.epoch, index),
        baselinkerId: world.epoch * 100 + index,
      },
      order,
      next: 0,
    });
    return seen(stories.length - 1) as Followed;
  }

  function toldBy({ purchase }: Story, source: SourceName): Told[] {
    const [account, sourceOrder] = [accountOf(purchase, source), idAt(purchase, source)];
    const said = floor.messages().filter((each) => each.account === account && each.sourceOrder === sourceOrder);
    return said.map(({ at, verdict, reason, order, status }) => ({ at, verdict, reason, order, status }));
  }

  function seen(id: number): Followed | undefined {
    const story = stories[id];
    if (!story) return undefined;
    const { purchase, order, next } = story;
    const ids = new Set(SOURCES.map((source) => idAt(purchase, source)).filter((each) => each !== ""));
    const rows = floor.erpRows().filter((row) => ids.has(row.internetId ?? "") || ids.has(row.customerNumber ?? ""));
    return {
      id,
      steps: order.map((source, index) => ({
        source,
        account: accountOf(purchase, source),
        sourceOrder: idAt(purchase, source),
        told: index < next ? toldBy(story, source) : [],
        isDone: index < next,
      })),
      erp: rows.map(({ number, internetId, customerNumber }) => ({ number, internetId, customerNumber })),
    };
  }

  return {
    begin,
    look: seen,
    async step(id) {
      const story = stories[id];
      const source = story?.order[story.next];
      if (!story || !source) return seen(id);
      story.next += 1;
      if (!world.shop.webhook.active) await world.shop.activate();
      await report(story.purchase, source, world);
      const end = performance.now() + PATIENCE_MS;
      while (toldBy(story, source).length === 0 && performance.now() < end) await wait(LOOK_EVERY_MS);
      return seen(id);
    },
  };
}
