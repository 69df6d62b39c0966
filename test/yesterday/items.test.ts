import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { paginateScan } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectHeldAsRecorded, lastSent, openYesterday, pkOf, recorded, type Yesterday } from "./data.ts";
import { HOUR, RECORDED } from "./platforms.ts";

type Plain = Record<string, unknown>;

/** Every item as JavaScript has it, without a store between. */
async function scanned({ table: { documents, name: TableName } }: Yesterday): Promise<Plain[]> {
  const items: Plain[] = [];
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName })) items.push(...Items);
  return items.sort((a, b) => (String(a.pk) < String(b.pk) ? -1 : 1));
}

/** Every item that a request to the table named by its key. */
function watchReads({ table }: Yesterday): ReadonlySet<string> {
  const named = new Set<string>();
  const add = (key: unknown) => {
    const { pk } = key as { pk?: string | { S: string } };
    if (pk !== undefined) named.add(typeof pk === "string" ? pk : pk.S);
  };
  table.documents.middlewareStack.add(
    (next) => async (args) => {
      const { Key, RequestItems } = args.input as {
        Key?: object;
        RequestItems?: Record<string, { Keys?: object[] }>;
      };
      if (Key) add(Key);
      for (const { Keys = [] } of Object.values(RequestItems ?? {})) Keys.forEach(add);
      return next(args);
    },
    { step: "initialize", name: "watchReads" },
  );
  return named;
}

/** A rate was a text then. */
function withVat(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("taxRate" in value)) return value;
  const { taxRate, ...line } = value;
  return { ...line, vat: { kind: "rate", rate: taxRate } };
}

describe("every item of yesterday's table is read by today's stores", () => {
  let yesterday: Yesterday;
  let read: ReadonlySet<string>;
  let items: Plain[];
  /** `B#wapro/…` is of the kind `B#`. */
  const ofKind = (kind: string) => items.filter(({ pk }) => String(pk).startsWith(kind));
  beforeAll(async () => {
    yesterday = await openYesterday();
    items = await scanned(yesterday);
    read = watchReads(yesterday);
  });
  afterAll(() => yesterday.close());

  test("a key points to the order that it pointed to, as long as it did", async () => {
    const keys = ofKind("K#");
    const found = await yesterday.app.claims.look(keys as never);
    const shown = [...found.keys.values()].map(({ kind, issuer, value, ...rest }) => [kind, issuer, value, rest]);
    for (const { kind, issuer, value, rank, order, expiresAt, memoryUntil, shared } of keys)
      expect(shown).toContainEqual([kind, issuer, value, { rank, order, expiresAt, memoryUntil, shared }]);
    expect(keys.filter(({ order }) => !found.orders.has(String(order)))).toEqual([]);
  });

  test("an order is as it was, with all that it remembers of its reports", async () => {
    const orders = ofKind("O#").map(({ body }) => JSON.parse(String(body), withVat) as Plain);
    expect(orders.length).toBeGreaterThan(50);
    for (const order of orders) expect(await yesterday.app.claims.read(String(order.id))).toMatchObject(order);
  });

  test("a person is shown the same orders, and the same messages that wait for a decision", async () => {
    const orders = await yesterday.page("/orders");
    expect(orders).toHaveLength(recorded.orders.length);
    for (const order of recorded.orders) expect(orders).toContainEqual(expect.objectContaining(order));
    await expectHeldAsRecorded(yesterday);
  });

  test("a held message is known: said again by a poll it is no news", async () => {
    for (const { id, account, sourceOrder, reason, body, detail } of ofKind("H#")) {
      const again = { id, account, sourceOrder, reason, body, detail } as never;
      expect(await yesterday.app.claims.hold(again, RECORDED, "uncounted")).toBe(false);
    }
  });

  test("the raw body of a held message lies where the message says", () => {
    const names = ofKind("H#").flatMap(({ body }) => String(body) || []);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(existsSync(join(yesterday.bodies, name))).toBe(true);
    const unreadable = recorded.held.find(({ reason }) => reason === "unreadable-order");
    const { body } = ofKind("H#").find(({ id }) => id === unreadable?.id) ?? {};
    expect(readFileSync(join(yesterday.bodies, String(body)), "utf8")).toBe(lastSent("unreadable").body);
  });

  test("a feed begins with its cursors, its calls and what failed; one whose lease stands is left to its owner", async () => {
    for (const feed of ofKind("F#")) {
      const account = String(feed.pk).slice(2);
      const state = await yesterday.app.feeds.take(account, "today", RECORDED, RECORDED + HOUR);
      if (account === "prestashop:main") expect(state).toBeUndefined();
      else {
        const { startedAt, cursors, failing, calls = [], blockedUntil } = feed;
        expect(state).toMatchObject({ startedAt, cursors, failing, calls, ...(blockedUntil ? { blockedUntil } : {}) });
      }
    }
  });

  test("what has to be read, and what has to be told, is due; what cools is not, even if it is asked for again", async () => {
    const work = ofKind("W#");
    const { feeds } = yesterday.app;
    const accounts = [...new Set(work.map(({ pk }) => String(pk).slice(2).split("/")[0] ?? ""))];
    expect(accounts).toEqual(["back:baselinker:acme", "baselinker:acme", "magento:main"]);
    const later = RECORDED + 5 * 60_000;
    for (const { pk } of work.filter(({ coolUntil }) => coolUntil !== undefined))
      await feeds.requestRefresh("baselinker:acme", String(pk).split("/")[1] ?? "", RECORDED);
    const due = (
      await Promise.all(accounts.map((account) => feeds.dueRefreshes(account, later, 100, "oldest")))
    ).flat();
    const expected = work.filter(({ lane }) => lane !== undefined);
    expect(due).toHaveLength(expected.length);
    for (const { id, token, attempts = 0, dueAt, note } of expected)
      expect(due).toContainEqual({ id, token, attempts, dueAt, ...(note !== undefined && { note }) });
  });

  test("a rotating secret opens with the same key", async () => {
    const { vault } = yesterday.app;
    expect(await vault.read("allegro:acme")).toMatchObject({ access: expect.any(String), refresh: expect.any(String) });
    expect(await vault.read("shoper:main")).toMatchObject({ token: expect.any(String) });
    expect(await vault.read("allegro:druga")).toMatchObject({ begunAt: RECORDED - 15_000 });
    expect(await vault.lock("allegro:druga", "today", RECORDED + HOUR), "its lock still stands").toBe(false);
  });

  test("an order keeps its number, and the next one gets the next", async () => {
    const { numbers } = yesterday.app;
    expect(await numbers.mint("baselinker:acme", "800000106")).toBe(1_100_000_001);
    expect(await numbers.mint("baselinker:acme", "800000107")).toBe(1_100_000_002);
  });

  test("what a bridge said of its work is known, and what was taken back stays so", async () => {
    const { outbox } = yesterday;
    const { work } = recorded;
    const said = await Promise.all(Object.values(work).map((id) => outbox.outcome(id)));
    expect(Object.keys(work).filter((_, index) => said[index])).toEqual(["acked", "taken-back-after-ack"]);
    expect(await outbox.takeBack(work.acked)).toEqual({
      fetched: true,
      outcome: { status: 200, body: { hits: [] } },
    });
    expect(await outbox.takeBack(work.fetched)).toEqual({ fetched: true });
    expect(await outbox.takeBack(work["taken-back"])).toEqual({ fetched: false });
  });

  test("none of them is left unread", () => {
    expect(items).toHaveLength(recorded.table.length);
    expect(new Set(recorded.table.map((item) => pkOf(item).slice(0, 2)))).toEqual(
      new Set(["B#", "C#", "F#", "H#", "K#", "O#", "V#", "W#"]),
    );
    expect(recorded.table.map(pkOf).filter((pk) => !read.has(pk))).toEqual([]);
  });
});
