import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import type { AllegroAccount } from "../../lib/channels/allegro/account.ts";
import { AllegroUnavailable } from "../../lib/channels/allegro/errors.ts";
import { allegro } from "../../lib/channels/allegro/index.ts";
import type { Channel, Connection } from "../../lib/channels/channel.ts";
import { keyId, keyOf } from "../../lib/core/keys.ts";
import type { Order } from "../../lib/core/order.ts";
import { delivered } from "../../lib/core/states.ts";
import { runFeed } from "../../lib/feeds/run.ts";
import { http } from "../../lib/runtime/http.ts";
import { dynamoVault } from "../../lib/store/dynamo-vault.ts";
import {
  type AllegroFault,
  type AllegroOptions,
  createAllegro,
  type Purchase,
} from "../../local/simulators/allegro.ts";
import { allegroAccount, seeded } from "../support/allegro.ts";
import { feedApp } from "../support/feed-app.ts";
import { freshTable } from "../support/table.ts";

const MUG: Purchase = { lines: [{ name: "Kubek", quantity: 1, price: "19.99" }] };

async function floor(faults: Partial<Record<AllegroFault, number>>, seed: number, more: Partial<AllegroOptions> = {}) {
  const table = await freshTable();
  const app = feedApp(table);
  const random = seeded(seed);
  const settings = allegroAccount({ reconcileSeconds: 120, recheckSeconds: 60 });
  const { clientId, clientSecret, refreshToken } = settings;
  const simulator = await createAllegro({
    ...{ clientId, clientSecret, refreshToken, now: app.now, random, faults },
    eventDelayMs: 15_000,
    lateMs: 60_000,
    reorderMs: 60_000,
    accessTokenMs: 640_000,
    ...more,
  });
  onTestFinished(simulator.close);
  Object.assign(app, { http, vault: dynamoVault(table, [randomBytes(32)], app.now) });
  const account: AllegroAccount = { ...settings, baseUrl: simulator.url, authUrl: simulator.url };
  const connection: Connection = { name: "allegro:acme", account, channel: allegro as unknown as Channel };

  /** One scheduled run about every minute; an outage ends a run and nothing else. */
  async function run(): Promise<void> {
    app.clock += 55_000;
    try {
      await runFeed(app, connection);
    } catch (error) {
      for (const one of error instanceof AggregateError ? error.errors : [error])
        if (!(one instanceof AllegroUnavailable)) throw one;
    }
  }

  async function orderOf(id: string): Promise<Order | undefined> {
    const keys = keyOf("internet-id", "allegro", id, 1);
    const found = await app.claims.look(keys);
    const record = keys.map((key) => found.keys.get(keyId(key))).at(0);
    return record && found.orders.get(record.order);
  }

  async function stateOf(id: string): Promise<string | undefined> {
    return (await orderOf(id))?.state;
  }

  return { simulator, app, random, run, orderOf, stateOf, connection };
}

test("whatever Allegro does wrong, each paid form becomes one order and each cancelled one none to deliver", async () => {
  const { simulator, random, run, stateOf } = await floor(
    {
      "event-duplicate": 0.3,
      "event-late": 0.3,
      "event-missing": 0.2,
      "event-reordered": 0.3,
      "rate-limited": 0.03,
      "http-5xx": 0.1,
      "token-lost-answer": 0.15,
    },
    7,
  );
  for (let round = 0; round < 20; round += 1) {
    const [a, b, c] = [simulator.buy(MUG), simulator.buy(MUG), simulator.buy({ ...MUG, cashOnDelivery: true })];
    await run();
    const payable = round % 4 === 0 ? [simulator.merge([a, b])] : [a, b];
    for (const id of payable) simulator.fillIn(id);
    if (random() < 0.5) await run();
    for (const id of payable) if (random() < 0.8) simulator.ready(id);
    if (random() < 0.3) simulator.cancel(c, random() < 0.5 ? "seller" : "buyer");
  }
  for (let minute = 0; minute < 40; minute += 1) await run();

  const settled = simulator.forms().filter(({ status }) => status !== "FILLED_IN");
  const expected = settled.map(({ id, status, fulfillment }) => {
    return [id, status === "CANCELLED" || fulfillment.status === "CANCELLED" ? "cancelled" : "pending"];
  });
  const states = await Promise.all(settled.map(async ({ id }) => [id, await stateOf(id)]));
  expect(Object.fromEntries(states)).toEqual(Object.fromEntries(expected));
  for (const [fault, times] of Object.entries(simulator.fired)) expect(times, fault).toBeGreaterThan(0);
});

test("a surcharge on an order that is on its way is told to a person, once", async () => {
  const { simulator, app, run } = await floor({}, 1);
  const id = simulator.buy(MUG);
  simulator.ready(id);
  await run();
  await run();
  simulator.surcharge(id);
  for (let minute = 0; minute < 5; minute += 1) await run();
  expect(app.explained.filter(({ told }) => told)).toMatchObject([{ told: "surcharge", sourceOrder: id }]);
});

test("a form that is gone is no matter while it is unpaid, is not sent when it was ready, and is told when the ERP has it", async () => {
  const { simulator, app, run, orderOf } = await floor({}, 1);
  const [unpaid, ready, sent] = [simulator.buy(MUG), simulator.buy(MUG), simulator.buy(MUG)];
  for (const id of [ready, sent]) simulator.ready(id);
  await run();
  await run();
  const before = await orderOf(sent);
  if (!before) throw new Error("it was not taken in");
  const after = delivered(before, "delivered", { erpId: "1", number: "ZO 1/26", how: "created" }, app.clock);
  await app.claims.commit({ order: { before, after }, keys: [] }, app.clock);

  for (const id of [unpaid, ready, sent]) {
    simulator.merge([id]);
    await app.feeds.requestRefresh("allegro:acme", id, app.clock);
  }
  await run();
  const states = await Promise.all([unpaid, ready, sent].map(async (id) => (await orderOf(id))?.state));
  expect(states).toEqual(["waiting", "held", "delivered"]);
  const held = app.explained.filter(({ verdict }) => verdict === "held");
  expect(held.map(({ reason }) => reason)).toEqual(["gone-at-source", "gone-at-source"]);
  expect(new Set(held.map(({ sourceOrder }) => sourceOrder))).toEqual(new Set([ready, sent]));
});

test("a process that dies between Allegro's new token and its vault is healed by the next run, a minute after its start", async () => {
  const { simulator, app, run, orderOf, connection } = await floor({}, 1, { accessTokenMs: 43_200_000 });
  await run();
  app.clock += 43_200_000 - 400_000;
  const id = simulator.buy({ ...MUG, cashOnDelivery: true });
  app.clock += 60_000;
  const startedAt = app.clock;
  const { vault, feeds } = app;
  const save: typeof vault.save = (name, token, pair) =>
    pair.begunAt === undefined ? Promise.reject(new Error("killed")) : vault.save(name, token, pair);
  Object.assign(app, {
    vault: { ...vault, save, unlock: async () => {} },
    feeds: { ...feeds, release: async () => {} },
  });
  await expect(runFeed(app, connection)).rejects.toThrow("killed");
  expect((await orderOf(id))?.state).toBe("pending");

  Object.assign(app, { vault, feeds });
  app.clock = startedAt + 60_000 + 10_000;
  expect(await runFeed(app, connection)).toMatchObject({ ran: true });
  expect(simulator.calls()).toMatchObject({ token: 3 });
  expect(simulator.calls()["token-refused"]).toBeUndefined();
});

test("a run that finds nothing new reads one page of the journal and no form", async () => {
  const { simulator, run } = await floor({}, 1);
  for (let n = 0; n < 10; n += 1) simulator.ready(simulator.buy(MUG));
  await run();
  await run();
  const before = { ...simulator.calls() };
  await run();
  const after = simulator.calls();
  expect(after["/order/checkout-forms/{id}"]).toBe(before["/order/checkout-forms/{id}"]);
  expect(after["/order/events"]).toBe((before["/order/events"] ?? 0) + 1);
});

test("a purchase that was under way when Kojarz began, bought before and paid after, becomes an order", async () => {
  const { simulator, app, run, stateOf, connection } = await floor({}, 3);
  connection.account.acceptFrom = app.clock;
  app.clock -= 3_600_000;
  const id = simulator.buy(MUG);
  const before = simulator.buy(MUG);
  simulator.ready(before);
  app.clock += 7_200_000;
  simulator.ready(id);
  for (let minute = 0; minute < 5; minute += 1) await run();
  expect([await stateOf(id), await stateOf(before)]).toEqual(["pending", undefined]);
});
