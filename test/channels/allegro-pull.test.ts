import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { AllegroAccount } from "../../lib/channels/allegro/account.ts";
import { allegroClient } from "../../lib/channels/allegro/client.ts";
import { AllegroUnauthorised, AllegroUnavailable } from "../../lib/channels/allegro/errors.ts";
import { journalListing } from "../../lib/channels/allegro/journal.ts";
import { pullAllegro } from "../../lib/channels/allegro/pull.ts";
import { recheckAt } from "../../lib/channels/allegro/read.ts";
import { allegroTokens } from "../../lib/channels/allegro/tokens.ts";
import { Blocked, type Listing, type Pull, type Pulled, type Read } from "../../lib/channels/channel.ts";
import { DAY } from "../../lib/core/order.ts";
import type { AllegroFault, AllegroOptions, Purchase } from "../../local/simulators/allegro.ts";
import { allegroFloor, allegroFloorForTest, START } from "../support/allegro.ts";

const MUG: Purchase = { lines: [{ name: "Kubek", sku: "KUB-1", quantity: 2, price: "19.99" }] };

type Floor = Awaited<ReturnType<typeof allegroFloor>>;

async function floor(options: Partial<AllegroOptions> = {}, settings: Partial<AllegroAccount> = {}) {
  const ground = await allegroFloorForTest(options, settings);
  return { ...ground, pull: pullAllegro(ground.account, ground.io) };
}

function listing(pull: Pull, name: string): Listing {
  const found = pull.listings.find((one) => one.name === name);
  if (!found) throw new Error(`no listing ${name}`);
  return found;
}

async function read({ read: readOne }: Pull, id: string): Promise<Read> {
  if (!readOne) throw new Error("nothing is read singly");
  return readOne(id);
}

/** Reads on to the end, as a feed does: the orders first, then the cursor. */
async function drained(from: Listing, cursor?: string): Promise<{ orders: Pulled[]; cursor: string; pages: number }> {
  const orders: Pulled[] = [];
  let page = await from.page(cursor);
  let pages = 1;
  orders.push(...page.orders);
  while (page.more) {
    page = await from.page(page.cursor);
    pages += 1;
    orders.push(...page.orders);
  }
  return { orders, cursor: page.cursor, pages };
}

function hinted(orders: readonly Pulled[]): string[] {
  return orders.flatMap((one) => (one.kind === "refresh" ? [one.id] : []));
}

function journalOf({ account, io }: Pick<Floor, "account" | "io">, limit?: number): Listing {
  const client = allegroClient(account, allegroTokens(account, io), io);
  return journalListing(account, client, io.now, limit);
}

describe("the journal, where it begins", () => {
  test("the very first run looks back one day and not to the oldest event", async () => {
    const { simulator, clock, pull } = await floor();
    clock.now = START - 20 * DAY;
    simulator.buy(MUG);
    clock.now = START - DAY / 2;
    const recent = simulator.buy(MUG);
    clock.now = START;
    expect(hinted((await drained(listing(pull, "journal"))).orders)).toEqual([recent]);
  });

  test("also where the statistics name no event although there are some", async () => {
    const { simulator, clock, account, io } = await floor();
    clock.now = START - 20 * DAY;
    simulator.buy(MUG);
    clock.now = START - DAY / 2;
    const recent = simulator.buy(MUG);
    clock.now = START;
    const pull = pullAllegro(account, {
      ...io,
      async http(url, request) {
        const answer = await io.http(url, request);
        return url.includes("event-stats") ? { ...answer, text: '{"latestEvent":null}' } : answer;
      },
    });
    expect(hinted((await drained(listing(pull, "journal"))).orders)).toEqual([recent]);
  });

  test("acceptFrom says where to begin instead", async () => {
    const { simulator, clock, pull } = await floor({}, { acceptFrom: START - 30 * DAY });
    clock.now = START - 40 * DAY;
    simulator.buy(MUG);
    clock.now = START - 20 * DAY;
    const wanted = simulator.buy(MUG);
    clock.now = START;
    expect(hinted((await drained(listing(pull, "journal"))).orders)).toEqual([wanted]);
  });

  test("an empty journal is begun at its first event, even by a clock that is fast", async () => {
    const { simulator, clock, pull } = await floor();
    clock.now = START + 3 * DAY;
    const { cursor } = await drained(listing(pull, "journal"));
    clock.now = START;
    const id = simulator.buy(MUG);
    expect(hinted((await drained(listing(pull, "journal"), cursor)).orders)).toEqual([id]);
  });

  test.each([true, false])(
    "where ids only count events, those that are there already are read (statistics: %s)",
    async (statistics) => {
      const { simulator, clock, pull } = await floor({ countedIds: true, statistics });
      const before = simulator.buy(MUG);
      clock.now += 1000;
      const first = await drained(listing(pull, "journal"));
      const after = simulator.buy(MUG);
      const second = await drained(listing(pull, "journal"), first.cursor);
      expect([hinted(first.orders), hinted(second.orders)]).toEqual([[before], [after]]);
    },
  );

  test.each([true, false])(
    "without statistics it begins at the same place (first event there: %s)",
    async (isThere) => {
      const { simulator, clock, pull } = await floor({ statistics: false });
      clock.now = START - 20 * DAY;
      if (isThere) simulator.buy(MUG);
      clock.now = START;
      const { orders, cursor } = await drained(listing(pull, "journal"));
      clock.now += 1000;
      const id = simulator.buy(MUG);
      expect([hinted(orders), hinted((await drained(listing(pull, "journal"), cursor)).orders)]).toEqual([[], [id]]);
    },
  );

  test("a clock that is fast never puts the cursor behind the newest event", async () => {
    const { simulator, clock, pull } = await floor();
    simulator.buy(MUG);
    clock.now = START + 3 * DAY;
    const { cursor } = await drained(listing(pull, "journal"));
    clock.now = START + 1000;
    const id = simulator.buy(MUG);
    expect(hinted((await drained(listing(pull, "journal"), cursor)).orders)).toContain(id);
  });
});

describe("the journal, read on", () => {
  test("several events of one form are one hint", async () => {
    const { simulator, pull } = await floor();
    const id = simulator.buy(MUG);
    simulator.fillIn(id);
    simulator.ready(id);
    expect(hinted((await drained(listing(pull, "journal"))).orders)).toEqual([id]);
  });

  test("reading the overlap again hints at nothing twice", async () => {
    const { simulator, clock, pull } = await floor();
    const first = simulator.buy(MUG);
    const before = await drained(listing(pull, "journal"));
    clock.now += 1000;
    const second = simulator.buy(MUG);
    const after = await drained(listing(pull, "journal"), before.cursor);
    expect([hinted(before.orders), hinted(after.orders)]).toEqual([[first], [second]]);
  });

  test("an event that becomes visible behind the newest one is still found", async () => {
    const faults: Partial<Record<AllegroFault, number>> = { "event-reordered": 1 };
    const { simulator, clock, pull } = await floor({ faults, reorderMs: 60_000 });
    const hidden = simulator.buy(MUG);
    faults["event-reordered"] = 0;
    clock.now += 1;
    simulator.buy(MUG);
    const before = await drained(listing(pull, "journal"));
    expect(hinted(before.orders)).not.toContain(hidden);
    clock.now += 60_000;
    const after = await drained(listing(pull, "journal"), before.cursor);
    expect(hinted(after.orders)).toEqual([hidden]);
  });

  test("a page that was read and not stored comes again", async () => {
    const { simulator, pull } = await floor();
    const id = simulator.buy(MUG);
    await listing(pull, "journal").page(undefined);
    expect(hinted((await listing(pull, "journal").page(undefined)).orders)).toEqual([id]);
  });

  test("a surcharge weeks later is a new hint at the same form", async () => {
    const { simulator, clock, pull } = await floor();
    const id = simulator.buy(MUG);
    simulator.ready(id);
    const before = await drained(listing(pull, "journal"));
    clock.now += 40 * DAY;
    simulator.surcharge(id);
    expect(hinted((await drained(listing(pull, "journal"), before.cursor)).orders)).toEqual([id]);
  });

  test("after a pause longer than the journal's memory a person hears of it once, and all that is left is read", async () => {
    const { simulator, clock, pull } = await floor();
    simulator.buy(MUG);
    const { cursor } = await drained(listing(pull, "journal"));
    const stopped = new Date(clock.now).toISOString();
    clock.now += 30 * DAY;
    const left = simulator.buy(MUG);
    clock.now += 29 * DAY;
    const inTime = await drained(listing(pull, "journal"), cursor);
    clock.now += 1;
    const late = await drained(listing(pull, "journal"), cursor);
    const afterwards = await drained(listing(pull, "journal"), late.cursor);
    expect(inTime.orders).toEqual([{ kind: "refresh", id: left }]);
    expect(late.orders).toEqual([
      { kind: "unusable", id: `journal-${stopped}`, reason: "journal-gap", raw: expect.stringContaining(stopped) },
      { kind: "refresh", id: left },
    ]);
    expect(afterwards.orders).toEqual([]);
  });

  test("a gap is told once, however many pages are left behind it", async () => {
    const ground = await floor();
    const { cursor } = await drained(journalOf(ground, 5));
    ground.clock.now += 70 * DAY;
    for (let n = 0; n < 12; n += 1) ground.simulator.buy(MUG);
    const { orders, pages } = await drained(journalOf(ground, 5), cursor);
    expect(pages).toBeGreaterThan(2);
    expect(orders.filter(({ kind }) => kind === "unusable")).toHaveLength(1);
  });

  test("a seller without an order for months is not an outage", async () => {
    const { simulator, clock, pull } = await floor();
    simulator.buy(MUG);
    let { cursor } = await drained(listing(pull, "journal"));
    for (let month = 0; month < 4; month += 1) {
      clock.now += 30 * DAY;
      cursor = (await drained(listing(pull, "journal"), cursor)).cursor;
    }
    const id = simulator.buy(MUG);
    expect(hinted((await drained(listing(pull, "journal"), cursor)).orders)).toEqual([id]);
  });

  test("more events at one instant than a page holds do not stop the reading", async () => {
    const ground = await floor();
    const ids = Array.from({ length: 12 }, () => ground.simulator.buy(MUG));
    const { orders } = await drained(journalOf(ground, 5));
    expect(new Set(hinted(orders))).toEqual(new Set(ids));
  });
});

type Step = { act: "buy" | "fillIn" | "ready" | "cancel" | "wait" | "poll" | "lose"; pick: number };

const steps = fc.array(
  fc.record({
    act: fc.constantFrom<Step["act"]>("buy", "buy", "fillIn", "ready", "cancel", "wait", "poll", "poll", "lose"),
    pick: fc.nat({ max: 4000 }),
  }),
  { maxLength: 60, size: "max" },
);

/** Plays the steps; `owed` are the forms that changed and that no hint has named since. */
async function played(ground: Floor, limit: number, script: readonly Step[]): Promise<{ owed: Set<string> }> {
  const { simulator, clock } = ground;
  const journal = journalOf(ground, limit);
  const ids: string[] = [];
  const owed = new Set<string>();
  let { cursor } = await journal.page(undefined);

  async function poll(): Promise<void> {
    const read = await drained(journal, cursor);
    for (const id of hinted(read.orders)) owed.delete(id);
    cursor = read.cursor;
  }

  for (const { act, pick } of script) {
    const id = ids[pick % Math.max(1, ids.length)];
    if (act === "wait") clock.now += pick;
    else if (act === "poll") await poll();
    else if (act === "lose") await journal.page(cursor);
    else if (act === "buy") {
      const bought = simulator.buy(MUG);
      ids.push(bought);
      owed.add(bought);
    } else if (id !== undefined) {
      simulator[act](id);
      owed.add(id);
    }
  }
  clock.now += 60_000;
  await poll();
  return { owed };
}

test("whatever is repeated, late or out of order and however small the pages, each change is hinted at afterwards", async () => {
  const chance = fc.constantFrom(0, 0.3, 0.8);
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        steps,
        limit: fc.integer({ min: 4, max: 9 }),
        seed: fc.nat(),
        repeat: chance,
        late: chance,
        order: chance,
      }),
      async ({ steps: script, limit, seed, repeat, late, order }) => {
        const faults = { "event-duplicate": repeat, "event-late": late, "event-reordered": order };
        const ground = await allegroFloor({ faults, eventDelayMs: 500, reorderMs: 2000 }, { overlapSeconds: 3 }, seed);
        try {
          expect((await played(ground, limit, script)).owed).toEqual(new Set());
        } finally {
          await ground.close();
        }
      },
    ),
    { numRuns: 150 },
  );
});

test("an event of another shape keeps no other unread, and is named alike whenever it is read", async () => {
  const { simulator, account, io, clock } = await allegroFloorForTest({}, { acceptFrom: START - 1000 });
  const odd = [
    { id: "x-1", type: "NEW" },
    { id: String(START * 1000 + 1), order: { checkoutForm: "none" } },
  ];
  const http: typeof io.http = async (url, request) => {
    const answer = await io.http(url, request);
    if (!url.includes("/order/events?")) return answer;
    const { events } = JSON.parse(answer.text);
    return { ...answer, text: JSON.stringify({ events: [...odd, ...events] }) };
  };
  const journal = journalOf({ account, io: { ...io, http } });
  const id = simulator.buy(MUG);
  clock.now += 60_000;
  const first = await drained(journal);
  expect(hinted(first.orders)).toEqual([id]);
  const unusable = first.orders.filter((one) => one.kind === "unusable");
  expect(unusable.map(({ reason, raw }) => [reason, JSON.parse(raw)])).toEqual(
    odd.map((one) => ["unreadable-event", one]),
  );
  expect((await drained(journal, first.cursor)).orders).toEqual(unusable.slice(0, 1));
});

describe("the lists", () => {
  test("an order that the journal never told of is found by comparing", async () => {
    const { simulator, clock, pull } = await floor({ faults: { "event-missing": 1 } });
    const id = simulator.buy(MUG);
    simulator.ready(id);
    clock.now += 1000;
    expect(hinted((await drained(listing(pull, "journal"))).orders)).not.toContain(id);
    const { orders } = await drained(listing(pull, "forms"));
    expect(orders).toMatchObject([
      { kind: "sighting", sighting: { sourceOrder: id, readiness: "ready", money: { minor: 3998 } } },
    ]);
  });

  test("a cancel that the journal never told of is found too", async () => {
    const { simulator, pull } = await floor();
    simulator.cancel(simulator.buy(MUG), "allegro");
    const { orders } = await drained(listing(pull, "cancelled-forms"));
    expect(orders).toMatchObject([{ kind: "sighting", sighting: { readiness: "cancelled" } }]);
  });

  test("an auction that was paid or given up after weeks is found once a day", async () => {
    const { simulator, clock, pull } = await floor({ faults: { "event-missing": 1 } }, { acceptFrom: START });
    const [late, unpaid] = [simulator.buy(MUG), simulator.buy(MUG)];
    clock.now += 30 * DAY;
    simulator.ready(late);
    simulator.cancel(unpaid, "allegro");
    const found = async (name: string) => (await drained(listing(pull, name))).orders;
    expect(await Promise.all(["forms", "cancelled-forms"].map(found))).toEqual([[], []]);
    expect(await found("older-forms")).toMatchObject([{ sighting: { sourceOrder: late, readiness: "ready" } }]);
    expect(await found("older-cancelled-forms")).toMatchObject([{ sighting: { sourceOrder: unpaid } }]);
    expect(listing(pull, "older-forms").everySeconds).toBe(86_400);
  });

  test("what cannot be there yet is not asked for", async () => {
    const { simulator, pull } = await floor();
    await drained(listing(pull, "older-forms"));
    expect(simulator.calls()).toEqual({});
  });

  test("every page is read, whether orders have times of their own or all the same", async () => {
    const { simulator, clock, pull } = await floor();
    const ids: string[] = [];
    for (let n = 0; n < 260; n += 1) {
      if (n % 3 === 0 || n > 200) clock.now += n > 110 ? 1000 : 0;
      const id = simulator.buy(MUG);
      simulator.ready(id);
      ids.push(id);
    }
    const { orders, pages } = await drained(listing(pull, "forms"));
    const seen = new Set(orders.flatMap((one) => (one.kind === "sighting" ? [one.sighting.sourceOrder] : [])));
    expect(seen).toEqual(new Set(ids));
    // Orders of one time are read there and back.
    expect(pages).toBeLessThanOrEqual(5);
  });

  test("a walk that an earlier version of Kojarz stored goes on, and is shown in full", async () => {
    const { simulator, clock, pull } = await floor();
    const ids = Array.from({ length: 150 }, () => simulator.buy(MUG));
    for (const id of ids) simulator.ready(id);
    const { orders, cursor } = await drained(listing(pull, "forms"), `${START - DAY}/${clock.now}/100`);
    expect(orders).toHaveLength(150);
    expect((await drained(listing(pull, "forms"), `${START - DAY}/`)).cursor).toBe(cursor);
  });

  test("an order that leaves the list between two pages takes no other with it", async () => {
    const { simulator, clock, pull } = await floor();
    const ids = Array.from({ length: 150 }, () => {
      clock.now += 1000;
      const id = simulator.buy(MUG);
      simulator.ready(id);
      return id;
    });
    const first = await listing(pull, "forms").page(undefined);
    for (const id of ids.slice(0, 40)) simulator.cancel(id);
    const rest = await drained(listing(pull, "forms"), first.cursor);
    const seen = [...first.orders, ...rest.orders].flatMap((o) =>
      o.kind === "sighting" ? [o.sighting.sourceOrder] : [],
    );
    expect(new Set(seen)).toEqual(new Set(ids));
  });

  test("orders of before the account was connected stay out, also in later comparisons", async () => {
    const { simulator, clock, pull } = await floor();
    clock.now = START - 5 * DAY;
    simulator.ready(simulator.buy(MUG));
    clock.now = START;
    const first = await drained(listing(pull, "forms"));
    clock.now = START + DAY;
    const later = simulator.buy(MUG);
    simulator.ready(later);
    const second = await drained(listing(pull, "forms"), first.cursor);
    expect(first.orders).toEqual([]);
    expect(second.orders).toMatchObject([{ sighting: { sourceOrder: later } }]);
  });
});

describe("reading one form", () => {
  test("a paid form is ready, whatever its events said", async () => {
    const { simulator, pull } = await floor();
    const id = simulator.buy({ ...MUG, taxId: "1111111111", message: "Proszę o fakturę" });
    simulator.ready(id);
    const result = await read(pull, id);
    expect(result).toMatchObject({
      kind: "sighting",
      sighting: { readiness: "ready", money: { minor: 3998, currency: "PLN" } },
    });
    expect(result).not.toHaveProperty("againAt");
    expect(result).toMatchObject({
      sighting: { report: { buyer: { taxId: "1111111111" }, note: "Proszę o fakturę" } },
    });
  });

  test("cash on delivery is ready at once and not paid", async () => {
    const { simulator, pull } = await floor();
    const result = await read(pull, simulator.buy({ ...MUG, cashOnDelivery: true }));
    expect(result).toMatchObject({
      sighting: { readiness: "ready", report: { payment: { cashOnDelivery: true, paid: false } } },
    });
  });

  test("an unpaid form is a waiting sighting that is read again", async () => {
    const { simulator, pull } = await floor();
    const id = simulator.buy(MUG);
    expect(await read(pull, id)).toMatchObject({ sighting: { readiness: "waiting" }, againAt: START + 60_000 });
    simulator.fillIn(id);
    expect(await read(pull, id)).toMatchObject({ sighting: { status: "FILLED_IN" }, againAt: START + 60_000 });
  });

  test("the gaps grow with the form's age, up to six hours and for 31 days", async () => {
    const { account } = await floor({}, { recheckSeconds: 60 });
    const again = (age: number) => recheckAt(START - age, account, START);
    expect(again(0)).toBe(START + 60_000);
    expect(again(60_000)).toBe(START + 60_000);
    expect(again(3_600_000)).toBe(START + 360_000);
    expect(again(DAY)).toBe(START + DAY / 10);
    expect(again(10 * DAY)).toBe(START + DAY / 4);
    expect(again(31 * DAY)).toBe(START + DAY / 4);
    expect(again(31 * DAY + 1)).toBeUndefined();
  });

  test.each(["buyer", "allegro", "seller"] as const)("a cancel by the %s is seen", async (by) => {
    const { simulator, pull } = await floor();
    const id = simulator.buy(MUG);
    simulator.ready(id);
    simulator.cancel(id, by);
    expect(await read(pull, id)).toMatchObject({ sighting: { readiness: "cancelled" } });
  });

  test("forms that were merged are gone, the new one has all their lines", async () => {
    const { simulator, pull } = await floor();
    const old = [simulator.buy(MUG), simulator.buy(MUG)];
    const merged = simulator.merge(old);
    simulator.ready(merged);
    for (const id of old) expect(await read(pull, id)).toMatchObject({ kind: "absent", reason: "merged" });
    expect(await read(pull, merged)).toMatchObject({ sighting: { readiness: "ready", money: { minor: 7996 } } });
    expect(simulator.fired["form-404-merged"]).toBe(2);
  });

  test("an id that is none of Allegro's is forgotten", async () => {
    const { pull } = await floor();
    expect(await read(pull, "../events")).toEqual({ kind: "absent", reason: "malformed-id" });
  });

  test("what Allegro itself ships is kept out of the ERP, by the lists too", async () => {
    const { simulator, pull } = await floor();
    const id = simulator.buy({ ...MUG, oneFulfillment: true });
    simulator.ready(id);
    const excluded = { sourceOrder: id, readiness: "cancelled", excluded: true };
    expect(await read(pull, id)).toMatchObject({ kind: "sighting", sighting: excluded });
    expect((await drained(listing(pull, "forms"))).orders).toMatchObject([{ sighting: excluded }]);
  });
});

describe("a platform in trouble", () => {
  async function answering(status: number, body: string, headers: Record<string, string> = {}) {
    const server = createServer((_, response) => response.writeHead(status, headers).end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const { account, io } = await floor();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return pullAllegro({ ...account, baseUrl: url }, io);
  }

  test("a 429 stops all calls for at least a minute", async () => {
    const { simulator, pull, clock } = await floor({ faults: { "rate-limited": 1 } });
    clock.now += 5;
    await expect(listing(pull, "journal").page(undefined)).rejects.toMatchObject({ until: START + 60_005 });
    expect(simulator.calls().blocked).toBe(1);
  });

  test("a longer Retry-After is honoured, in seconds and as a date; a shorter one is not", async () => {
    const until = async (value: string) => {
      const pull = await answering(429, "", { "Retry-After": value });
      const error: unknown = await read(pull, "x").catch((caught: unknown) => caught);
      return error instanceof Blocked ? error.until : undefined;
    };
    expect(await until("600")).toBe(START + 600_000);
    expect(await until(new Date(START + 120_000).toUTCString())).toBe(START + 120_000);
    expect(await until("1")).toBe(START + 60_000);
    expect(await until("soon")).toBe(START + 60_000);
    expect(await until("Sat, 24 Nov 2035 12:00:00 GMT")).toBe(START + 3_600_000);
    expect(await until("999999")).toBe(START + 3_600_000);
  });

  test("a gateway's page is an outage, not an empty list", async () => {
    const { pull } = await floor({ faults: { "http-5xx": 0 } });
    await drained(listing(pull, "journal"));
    const down = await answering(503, "<html></html>", { "trace-id": "abc-1" });
    await expect(listing(down, "journal").page(undefined)).rejects.toThrow(/event-stats: 503 \(trace-id abc-1\)/);
    const odd = await answering(200, "<html></html>");
    await expect(listing(odd, "journal").page(undefined)).rejects.toThrow(AllegroUnavailable);
  });

  test("no answer keeps its cause", async () => {
    const { account, io, simulator } = await floor();
    const pull = pullAllegro({ ...account, baseUrl: "http://127.0.0.1:1" }, io);
    const error: unknown = await read(pull, "x").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(AllegroUnavailable);
    expect(error).toHaveProperty("cause.cause");
    expect(simulator.calls().token).toBe(1);
  });

  test("a form that cannot be read is handed on with its raw body", async () => {
    const raw = JSON.stringify({ id: "29738e61-7f6a-11e8-ac45-09db60ede9d6", status: "BOUGHT", lineItems: "none" });
    const pull = await answering(200, raw);
    expect(await read(pull, "29738e61-7f6a-11e8-ac45-09db60ede9d6")).toEqual({
      kind: "unusable",
      reason: "unreadable-form",
      detail: "cannot be read: lineItems",
      raw,
    });
  });

  test("one unreadable form of a list does not hide the others", async () => {
    const pull = await answering(200, JSON.stringify({ checkoutForms: [{ id: "a", odd: true }, null] }));
    const { orders } = await listing(pull, "forms").page(undefined);
    expect(orders.map((o) => (o.kind === "unusable" ? [o.id, o.reason] : []))).toEqual([
      ["a", "unreadable-form"],
      [expect.stringMatching(/^unread-/), "unreadable-form"],
    ]);
  });

  test("a token withdrawn before its time is renewed once and the call repeated", async () => {
    const { account, io, simulator, pull } = await floor();
    const id = simulator.buy(MUG);
    await read(pull, id);
    const thief = allegroTokens(account, { ...io, vault: { ...io.vault, save: async () => true } });
    await thief.access((await io.vault.read("allegro:acme"))?.access as string);
    expect(await read(pull, id)).toMatchObject({ kind: "sighting" });
    expect(simulator.calls().unauthorized).toBe(1);
  });

  test("a token that is refused when it is new is a matter for the operator", async () => {
    const pull = await answering(401, JSON.stringify({ error: "invalid_token" }));
    await expect(read(pull, "x")).rejects.toThrow(AllegroUnauthorised);
  });

  test("a token without the right to read orders is a matter for the operator", async () => {
    const pull = await answering(403, "{}");
    await expect(read(pull, "x")).rejects.toMatchObject({ name: "AllegroUnauthorised", reason: "forbidden" });
  });

  test("every call names the application and goes through the budget", async () => {
    const ground = await floor();
    let spent = 0;
    const budget = {
      spend: async (calls: number) => {
        spent += calls;
      },
    };
    const pull = pullAllegro(ground.account, { ...ground.io, budget });
    const id = ground.simulator.buy(MUG);
    await drained(listing(pull, "journal"));
    await read(pull, id);
    const calls = ground.simulator.calls();
    expect(calls["user-agent-refused"]).toBeUndefined();
    expect(spent).toBe(Object.values(calls).reduce((sum, n) => sum + n, 0));
  });
});
