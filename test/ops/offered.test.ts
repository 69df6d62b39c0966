/** What a case offers can be done: each action of each reason is tried, however the case and its order stand. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { heldMessage } from "../../lib/core/held.ts";
import { declaredReason, HELD_REASONS } from "../../lib/core/held-reasons.ts";
import type { Order } from "../../lib/core/order.ts";
import { erpAccount } from "../../lib/core/ports/erp.ts";
import { change } from "../../lib/core/states.ts";
import type { PossibleAction } from "../../lib/ops/answers.ts";
import type { CaseAnswer, TraceAnswer } from "../../lib/ops/questions.ts";
import { type OperatorWorld, operatorWorld } from "../support/operator-world.ts";
import { shopId, sighting } from "../support/sightings.ts";

const MAIN = "woocommerce:main";
/** Its platform can be asked for one order, and what it kept cannot be read without it. */
const ASKED = "baselinker:acme";
const by = "Ala";

let world: OperatorWorld;
beforeEach(() => {
  world = operatorWorld();
});
afterEach(() => world.close());

type Facts = Parameters<typeof heldMessage>[3];

const reportOf = (sourceOrder: string, account = MAIN) =>
  sighting({ account, sourceOrder, keys: [shopId(sourceOrder, account)] });

/** @returns undefined where no case of this reason is without what is missing here */
async function hold(reason: string, sourceOrder: string, account = MAIN, facts: Facts = {}) {
  const carried = { detail: "1", ...facts };
  const message = heldMessage(account, sourceOrder, reason, carried);
  const needed = declaredReason(reason)?.facts ?? [];
  if (needed.some((fact) => message[fact] === undefined)) return undefined;
  await world.parts.claims.hold(message, world.now());
  return message.id;
}

/** What its platform sent: kept of a message that nobody could use, and of no other. */
function raw(reason: string, text: string): Facts {
  return declaredReason(reason)?.by === "channels" ? { body: kept(text) } : {};
}

function kept(text: string): string {
  const name = `kept/${world.parts.unique()}`;
  world.bodies.set(name, Buffer.from(text));
  return name;
}
const keptReport = (sourceOrder: string, account = MAIN) => kept(JSON.stringify(reportOf(sourceOrder, account)));

/** An order that stands so, without anybody's doing. */
async function standing(sourceOrder: string, changes: Partial<Order>): Promise<string> {
  const { order: id = "" } = await world.report(reportOf(sourceOrder));
  const before = await world.parts.claims.read(id);
  if (!before) throw new Error("no order");
  const after = change(before, world.parts.unique(), changes);
  await world.parts.claims.commit({ order: { before, after }, keys: [] }, world.now());
  return id;
}

const inErp = (number: string) => ({ number, erpId: number, how: "created" as const });
const operator = { account: "operator", version: 0 };

/** How a case may stand. Each gives a case of the reason, about an order of its own. @param n numbers it */
const STANDINGS: Record<string, (reason: string, n: string) => Promise<string | undefined>> = {
  "of no order, with its report": (reason, n) => hold(reason, n, MAIN, { body: keptReport(n) }),
  "of no order, with nothing kept": (reason, n) => hold(reason, n),
  "of no order, where the platform can be asked": (reason, n) => hold(reason, n, ASKED),
  "of no order, with what a list answered": (reason, n) => hold(reason, n, ASKED, raw(reason, '{"order_id":1}')),
  "of an account that is configured no more": (reason, n) =>
    hold(reason, n, "woocommerce:gone", { body: keptReport(n, "woocommerce:gone") }),
  "of an order of the ERP": (reason, n) => hold(reason, n, erpAccount("wapro"), { detail: "ZO 1/26" }),
  "of an account as a whole": (reason) => hold(reason, "settings"),
  "of a status": async (reason, n) => hold(reason, `status:${n}`, MAIN, { order: await standing(n, {}) }),
  "of a value": async (reason, n) => hold(reason, `id:${n}`, MAIN, { order: await standing(n, {}) }),
  "of another shop": (reason, n) => hold(reason, `shop:${n}`, MAIN, raw(reason, '{"source":"kopia.example"}')),
  "of a gap in a journal": (reason, n) =>
    hold(reason, `journal-2026-11-24T12:00:0${n.length}.000Z`, ASKED, raw(reason, "{}")),
  "of an order without an id": (reason, n) => hold(reason, `unread-${n}`, ASKED, raw(reason, "{}")),
  "of a message that names no order": (reason, n) => hold(reason, `body:${n}`, MAIN, { body: keptReport(n) }),
  "of an order that is held for it": async (reason, n) =>
    hold(reason, n, MAIN, { order: await standing(n, { state: "held", reason }) }),
  "of a held order without a total": async (reason, n) => {
    const { order = "" } = await world.report(
      sighting({ sourceOrder: n, keys: [shopId(n)], total: undefined, currency: undefined, readiness: "waiting" }),
    );
    const before = await world.parts.claims.read(order);
    if (!before) throw new Error("no order");
    const after = change(before, world.parts.unique(), { state: "held", reason });
    await world.parts.claims.commit({ order: { before, after }, keys: [] }, world.now());
    return hold(reason, n, MAIN, { order });
  },
  "of a held order whose data were erased": async (reason, n) => {
    const order = await standing(n, { state: "held", reason, forgottenAt: 1 });
    const before = await world.parts.claims.read(order);
    if (!before) throw new Error("no order");
    const sources = before.sources.map(({ report: _, given: __, ...source }) => source);
    const after = change(before, world.parts.unique(), { sources });
    await world.parts.claims.commit({ order: { before, after }, keys: [] }, world.now());
    const id = await hold(reason, n, MAIN, { order });
    const [held] = await world.parts.cases.read(id ? [id] : []);
    if (held) await world.parts.cases.erase(held, world.now());
    return id;
  },
  "of a held order that the ERP would not cancel": async (reason, n) =>
    hold(reason, n, MAIN, {
      order: await standing(n, { state: "held", reason, erp: inErp(n), cancelRequested: operator }),
    }),
  "of a held order that the ERP has": async (reason, n) =>
    hold(reason, n, MAIN, { order: await standing(n, { state: "held", reason, erp: inErp(n) }) }),
  "of a held order that was called off": async (reason, n) =>
    hold(reason, n, MAIN, { order: await standing(n, { state: "held", reason, cancelRequested: operator }) }),
  "of an order that the ERP has": async (reason, n) =>
    hold(reason, n, MAIN, {
      order: await standing(n, { state: "delivered", erp: inErp(n) }),
      body: keptReport(n),
    }),
  "of an order that is forwarded just now": async (reason, n) =>
    hold(reason, n, MAIN, {
      order: await standing(n, { state: "submitting", lease: { token: "t", until: world.now() + 60_000 } }),
    }),
  "of an order that was cancelled": async (reason, n) =>
    hold(reason, n, MAIN, { order: await standing(n, { state: "cancelled", cancelledBy: operator }) }),
  "beside another order": async (reason, n) =>
    hold(reason, `${n}-b`, MAIN, {
      order: await standing(n, { state: "delivered", erp: inErp(n) }),
      body: keptReport(`${n}-b`),
    }),
  "of two orders": async (reason, n) => {
    const first = await standing(n, { state: "delivered", erp: inErp(n) });
    const second = await standing(`${n}-b`, { state: "delivered", erp: inErp(`${n}-b`) });
    return hold(reason, n, MAIN, { order: first, detail: `orders ${first} (ERP order ${n}) and ${second}` });
  },
};

const offeredOf = async (id: string | undefined): Promise<PossibleAction[]> => {
  const answer = await world.look({ ask: "case", case: id });
  if (answer.answer !== "case") throw new Error(JSON.stringify(answer));
  return (answer as CaseAnswer).actions;
};

const filled = ({ action, fields }: PossibleAction) => ({
  ...action,
  by,
  ...(fields.includes("erpNumber") && { erpNumber: `ZO ${world.parts.unique()}` }),
});

test.each(HELD_REASONS)("%s: whatever it offers is done, and it can always be closed", async (reason) => {
  let n = 0;
  let tried = 0;
  for (const [name, make] of Object.entries(STANDINGS)) {
    const first = await make(reason, `${100_000 + ++n}`);
    if (first === undefined) continue;
    tried += 1;
    const offered = await offeredOf(first);
    expect(
      offered.map(({ action }) => action.do),
      name,
    ).toContain("dismiss");
    for (const [index, offer] of offered.entries()) {
      const id = index === 0 ? first : await make(reason, `${100_000 + ++n}`);
      const same = index === 0 ? offer : (await offeredOf(id))[index];
      // An account has one case of a kind: what was closed before is not offered again.
      if (!same) continue;
      const acted = await world.act(filled(same));
      expect({ name, do: same.action.do, ...acted }).toMatchObject({ answer: "done", already: false });
    }
  }
  expect(tried).toBeGreaterThan(4);
});

test("whatever is offered of an order is done", async () => {
  const states: Array<Partial<Order>> = [
    { state: "pending" },
    { state: "pending", attempts: 3, dueAt: world.now() + 60_000 },
    { state: "waiting" },
    { state: "held", reason: "erp-refused" },
    { state: "held", reason: "erp-cannot-cancel", erp: inErp("1"), cancelRequested: operator },
    { state: "delivered", erp: inErp("2") },
    { state: "delivered", erp: inErp("3"), cancelRequested: operator },
    { state: "cancelled", cancelledBy: operator },
    { state: "submitting", lease: { token: "t", until: world.now() + 60_000 } },
  ];
  const sourcesOf = async (n: string, changes: Partial<Order>) => {
    const order = await standing(n, changes);
    await world.report(reportOf(`${n}-copy`, "woocommerce:other"));
    return order;
  };
  let n = 0;
  for (const changes of states) {
    const count = (await actionsOf(await sourcesOf(`${200_000 + ++n}`, changes))).length;
    for (let index = 0; index < count; index += 1) {
      const [offer] = (await actionsOf(await sourcesOf(`${200_000 + ++n}`, changes))).slice(index);
      const acted = offer && (await world.act(filled(offer)));
      expect({ changes, do: offer?.action.do, ...acted }).toMatchObject({ answer: "done", already: false });
    }
  }
});

async function actionsOf(order: string): Promise<PossibleAction[]> {
  const answer = (await world.look({ ask: "trace", of: order })) as TraceAnswer;
  return answer.orders.find((one) => one.order.order === order)?.actions ?? [];
}
