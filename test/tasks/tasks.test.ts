/** What operators are called for, from end to end against a running `npm start`: at the terminal, and at the dashboard. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { type StartedRun, startRun } from "../support/started.ts";
import { atTheDashboard, atTheTerminal, type Operator, posted, typed } from "./operators.ts";

let run: StartedRun;
beforeAll(async () => {
  run = await startRun(["--no-demo", "--quiet"]);
});
afterAll(() => run.stop());

type Followed = { id: number; steps: Array<{ sourceOrder: string; account: string; told: Array<{ order: string }> }> };
type ErpOrder = { number: string; internetId: string | null; customerNumber: string | null; cancelled: boolean };

const faults = (chances: object) => posted(run, "/console/erp-faults", chances);
const erpOrders = async () => (await (await fetch(`${run.url}/erp/orders`)).json()) as ErpOrder[];
const held = async () =>
  (await (await fetch(`${run.url}/held`)).json()) as Array<{ reason: string; sourceOrder: string }>;
const states = async () =>
  (await (await fetch(`${run.url}/orders`)).json()) as Array<{
    order: string;
    state: string;
    erpNumber?: string;
    sources: Array<{ sourceOrder: string }>;
  }>;

/** A purchase in the shop, and in so many more sources. @returns the shop's number of it */
async function bought(sources = 1): Promise<{ number: string; baselinker: string }> {
  let followed = (await posted(run, "/console/story", { order: ["shop", "baselinker", "allegro"] })) as Followed;
  for (let step = 0; step < sources; step += 1)
    followed = (await posted(run, "/console/story/step", { id: followed.id })) as Followed;
  const [shop, baselinker] = followed.steps;
  return { number: shop?.sourceOrder ?? "", baselinker: baselinker?.sourceOrder ?? "" };
}

const orderOf = async (number: string) => {
  const order = (await states()).find(({ sources }) => sources.some(({ sourceOrder }) => sourceOrder === number));
  if (!order) throw new Error(`no order ${number}`);
  return order;
};
const becomes = (number: string, state: string) =>
  eventually(async () => {
    const order = await orderOf(number);
    expect(order.state).toBe(state);
    return order;
  });

/** One that the ERP refused, with the cause repaired since. */
async function refused(): Promise<string> {
  await faults({ refused: 1 });
  const { number } = await bought();
  await becomes(number, "held");
  await faults({});
  return number;
}

const WAYS: ReadonlyArray<readonly [name: string, operator: (of: StartedRun) => Operator]> = [
  ["the terminal", atTheTerminal],
  ["the dashboard", atTheDashboard],
];

describe.each(WAYS)("at %s", (_, operatorOf) => {
  const operator = (): Operator => operatorOf(run);

  test("why is an order missing: its source never reported it, or the ERP refused it", async () => {
    expect(await operator().trace("99999999999")).toMatch(/source has(, it was)? not reported|was not reported/);
    const number = await refused();
    const told = await operator().trace(number);
    expect(told).toContain("erp-refused");
    expect(told).toContain("woocommerce:main");
    await operator().dismiss(number);
  });

  test("an order that the ERP refused is repaired and sent again", async () => {
    const number = await refused();
    expect(await operator().retry(number)).toContain("pending");
    const { erpNumber } = await becomes(number, "delivered");
    expect((await erpOrders()).filter((one) => one.number === erpNumber)).toHaveLength(1);
    await eventually(async () => expect((await held()).filter((one) => one.sourceOrder === number)).toEqual([]));
  });

  test("one that is held is released", async () => {
    const number = await refused();
    await operator().release(number);
    await becomes(number, "delivered");
  });

  test("one that was entered by hand is closed under its number, and never sent", async () => {
    const number = await refused();
    const before = await erpOrders();
    const erpNumber = `ZO ${number}/R`;
    expect(await operator().done(number, erpNumber)).toContain("delivered");
    expect(await orderOf(number)).toMatchObject({ state: "delivered", erpNumber });
    expect(await erpOrders()).toHaveLength(before.length);
    expect(await operator().trace(erpNumber)).toContain(number);
  });

  test("two orders that are one become one", async () => {
    const [keep, drop] = [await bought(), await bought()];
    for (const { number } of [keep, drop]) await becomes(number, "delivered");
    await operator().merge(keep.number, drop.number);
    expect(await operator().trace(drop.number)).toContain(keep.number);
  });

  test("a wrong link is undone: both are in the ERP, and stay apart", async () => {
    const { number, baselinker } = await bought(2);
    await becomes(number, "delivered");
    const before = await erpOrders();
    await operator().unlink(number, "baselinker:acme", baselinker);
    await eventually(async () => expect(await erpOrders()).toHaveLength(before.length + 1));
    expect((await orderOf(number)).order).not.toBe((await orderOf(baselinker)).order);
  });

  test("the ERP is down, and comes back: what waited is sent at once", async () => {
    await faults({ "timeout-before": 1, "find-fails": 1 });
    const { number } = await bought();
    expect((await orderOf(number)).state).not.toBe("delivered");
    await faults({});
    await operator().tryNow();
    await becomes(number, "delivered");
  });

  test("an order that fails again and again is dismissed, and the others go on", async () => {
    const number = await refused();
    await operator().dismiss(number);
    expect((await held()).filter((one) => one.sourceOrder === number)).toEqual([]);
    const other = await bought();
    await becomes(other.number, "delivered");
  });

  test("a purchase that the ERP cannot cancel is held, with the word that says so", async () => {
    const { number } = await bought();
    await becomes(number, "delivered");
    await faults({ "cancel-refused": 1 });
    await operator().cancel(number);
    await eventually(async () => expect(await operator().trace(number)).toContain("erp-cannot-cancel"));
    await faults({});
    await operator().dismiss(number);
  });

  test("a person's data are erased, and the proof is shown", async () => {
    const { number } = await bought();
    await becomes(number, "delivered");
    expect(await operator().forget(number)).toMatch(/erased|Erased/);
    expect(await operator().trace(number)).toContain(number);
  });

  test("is all well?", async () => {
    expect(await operator().status()).toMatch(/all is well|All is well|needs a look|Needs a look|down/);
  });
});

test("the command ends with 0, 1 or 2, as it says, and prints one JSON document where it is asked to", async () => {
  const status = await typed(run, "status", "--json");
  const answer = JSON.parse(status.out) as { answer: string; light: string };
  expect([answer.answer, status.code]).toEqual(["status", answer.light === "well" ? 0 : 1]);
  expect(await typed(run, "trace", "nobody")).toMatchObject({ code: 1 });
  expect(await typed(run, "retry")).toMatchObject({ code: 2, out: "" });
  expect(await typed(run, "cases", "--limit", "many")).toMatchObject({ code: 2, out: "" });
  expect(await typed(run, "case", "no-such-case")).toMatchObject({ code: 1, out: "" });
});
