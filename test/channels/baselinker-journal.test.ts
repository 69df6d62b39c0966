/** BaseLinker's journal, where it is switched on: what no listing shows and no callback tells. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { journalListing } from "../../lib/channels/baselinker/journal.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import type { FeedStore } from "../../lib/core/ports/feeds.ts";
import { type FeedReport, runFeed } from "../../lib/feeds/run.ts";
import { ConfigFile } from "../../local/config-file.ts";
import type { BaseLinker } from "../../local/simulators/baselinker.ts";
import type { FeedApp } from "../support/feed-app.ts";
import type { MemoryClaims } from "../support/memory-claims.ts";
import { openSeller, selling } from "../support/seller.ts";
import { OTHER_UUID, UUID } from "../support/sightings.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CANCELLED = 9099;

let app: FeedApp;
let claims: MemoryClaims;
let seller: BaseLinker;

beforeEach(async () => {
  ({ app, claims } = await selling());
  await open(true);
});
afterEach(() => seller.close());

function accountAt(baseUrl: string) {
  return {
    channel: "baselinker",
    account: "acme",
    baseUrl,
    token: "t",
    callbackToken: "token-zwrotny-0001",
    cancelledStatuses: [CANCELLED],
    sources: { "allegro/7001": "allegro:acme" },
  };
}

async function open(journal: boolean): Promise<void> {
  seller = await openSeller(app, journal);
  app.config = ConfigFile.parse({ accounts: [accountAt(seller.url)] });
}

async function withoutJournal(): Promise<void> {
  await seller.close();
  await open(false);
}

async function poll(parts = app): Promise<FeedReport> {
  const [connection] = connectionsOf(app.config);
  if (!connection) throw new Error("no account");
  return runFeed(parts, connection);
}

/** As on a real machine, where nothing that comes later comes in the same millisecond. */
function ticking(): FeedApp {
  const now = () => {
    app.clock += 1;
    return app.clock;
  };
  return { ...app, now };
}

const place = (more: object = {}) => seller.place({ order_source: "personal", order_source_id: 0, ...more });
const orderOf = (id: number) =>
  [...claims.orders.values()].find(({ sources }) => sources.some((s) => s.sourceOrder === String(id)));
const noteOf = (id: number) => orderOf(id)?.sources[0]?.report?.note;

/** Others are sold meanwhile, so that the listing goes on. */
async function goOn(ms: number): Promise<void> {
  for (const until = app.clock + ms; app.clock < until; app.clock += 10 * MINUTE) {
    place();
    await poll();
  }
}

/** The seller edits a field, and the status stays where it is. */
function edit(id: number, user_comments: string): void {
  const { date_in_status = 0 } = seller.orders().find(({ order_id }) => order_id === id) ?? {};
  seller.edit(id, { user_comments, date_in_status });
}

test("an edit without a moved status comes in at the next poll, hours after the confirmation", async () => {
  const id = place();
  await goOn(3 * HOUR);
  edit(id, "pilne");
  await poll();
  expect(noteOf(id)).toBe("pilne");
});

test("a cancel comes in at the next poll; a status that says nothing to us costs no reading", async () => {
  const id = place();
  await goOn(3 * HOUR + 20 * MINUTE);
  seller.edit(id, { order_status_id: 9005 });
  expect(await poll()).toMatchObject({ read: 0 });
  seller.edit(id, { order_status_id: CANCELLED });
  expect(await poll()).toMatchObject({ read: 1 });
  expect(orderOf(id)?.state).toBe("cancelled");
});

test.each([
  ["merged into another", (left: number, gone: number) => seller.merge(left, gone)],
  ["removed", (_: number, gone: number) => seller.remove(gone)],
])("an order that was %s is not sent, and a person hears of it", async (_, end) => {
  const [left, gone] = [UUID, OTHER_UUID].map((external_order_id) => seller.place({ external_order_id }));
  if (left === undefined || gone === undefined) throw new Error("not placed");
  await goOn(HOUR);
  end(left, gone);
  await poll();
  expect([orderOf(left)?.state, orderOf(gone)?.reason]).toEqual(["pending", "gone-at-source"]);
  expect([...claims.held.values()]).toMatchObject([{ reason: "gone-at-source", sourceOrder: String(gone) }]);
});

const threeCups = { products: [{ name: "Kubek testowy", sku: "KUB-1", price_brutto: 25, quantity: 3 }] };

test("a part that was split off long after the confirmation is known as one, and a person hears that it is not sent", async () => {
  const id = seller.place({ external_order_id: UUID, ...threeCups });
  await goOn(HOUR + 20 * MINUTE);
  const part = seller.split(id);
  await poll();
  expect(orderOf(id)?.sources.map(({ sourceOrder, role, money }) => [sourceOrder, role, money?.minor])).toEqual([
    [String(id), "report", 5000],
    [String(part), "part", 2500],
  ]);
  expect([...claims.held.values()].map(({ reason }) => reason)).toContain("part-not-covered");
});

test("a copy that was made long after the confirmation is held", async () => {
  const id = seller.place({ external_order_id: UUID, ...threeCups });
  await goOn(HOUR + 20 * MINUTE);
  const copy = seller.copy(id);
  await poll();
  expect([...claims.held.values()]).toMatchObject([{ reason: "copy-or-split", sourceOrder: String(copy) }]);
});

const told = () => [...claims.held.values()].map(({ reason, sourceOrder }) => `${reason} ${sourceOrder}`);

test("after a pause longer than the journal's memory a person hears of it once, and all that is left is read", async () => {
  place();
  await goOn(HOUR);
  const readUntil = app.clock - 10 * MINUTE;
  app.clock = readUntil + 70 * HOUR;
  await poll();
  expect(told()).toEqual([]);
  const left = place();
  app.clock += 72 * HOUR;
  await poll();
  await goOn(HOUR);
  expect(told()).toEqual([`journal-gap journal-${new Date(readUntil + 70 * HOUR).toISOString()}`]);
  expect(orderOf(left)).toBeDefined();
});

test("a journal that is off has no gap", async () => {
  await withoutJournal();
  await goOn(HOUR);
  app.clock += 30 * 24 * HOUR;
  await poll();
  expect(told()).toEqual([]);
});

test("what the listing shows in the same run is not read singly", async () => {
  await poll();
  for (let n = 0; n < 20; n += 1) place();
  app.clock += MINUTE;
  expect(await poll(ticking())).toMatchObject({ read: 0, listed: 40 });
  expect(claims.orders.size).toBe(20);
});

test("it begins with what is new at the first poll, however much it remembers", async () => {
  const old = place({ date_confirmed: app.clock / 1000 - 5 * 86_400 });
  for (let n = 0; n < 1500; n += 1) edit(old, `${n}`);
  app.clock += 10 * MINUTE;
  const now = place({ date_confirmed: app.clock / 1000 - 2 * 86_400 });
  for (let polls = 0; polls < 5; polls += 1) {
    await poll();
    app.clock += MINUTE;
  }
  expect([orderOf(old), orderOf(now)?.state]).toEqual([undefined, "pending"]);
});

describe("a run that dies loses no entry", () => {
  const dies = () => Promise.reject(new Error("died"));

  test.each([
    ["between two hints", ({ requestRefresh }: FeedStore) => ({ hint: once(requestRefresh) })],
    ["between the hints and the cursor", () => ({ saveCursor: dies })],
  ])("%s", async (_, failing) => {
    const ids = [place(), place()];
    await goOn(HOUR);
    for (const id of ids) edit(id, "pilne");
    const { feeds } = app;
    app.feeds = { ...feeds, ...failing(feeds), dueRefreshes: dies };
    await expect(poll()).rejects.toThrow();
    app.feeds = feeds;
    app.clock += MINUTE;
    await poll();
    expect(ids.map(noteOf)).toEqual(["pilne", "pilne"]);
  });

  function once(hint: FeedStore["requestRefresh"]): FeedStore["requestRefresh"] {
    let calls = 0;
    return (...given) => {
      calls += 1;
      return calls === 1 ? hint(...given) : dies();
    };
  }
});

describe("where it is off", () => {
  beforeEach(withoutJournal);

  test("it costs one call a poll, and nothing else changes", async () => {
    const id = place();
    await poll();
    app.clock += MINUTE;
    const before = seller.calls().length;
    await poll();
    expect([seller.calls().length - before, orderOf(id)?.state]).toEqual([2, "pending"]);
  });

  test("an edit is not seen, and a cancel or a copy within the hour", async () => {
    const [edited, cancelled, copied] = [place(), place(), place()];
    await goOn(3 * HOUR);
    edit(edited, "pilne");
    seller.edit(cancelled, { order_status_id: CANCELLED });
    const copy = seller.copy(copied);
    await goOn(HOUR + 10 * MINUTE);
    expect([noteOf(edited), orderOf(cancelled)?.state, orderOf(copy)?.state]).toEqual([
      undefined,
      "cancelled",
      "pending",
    ]);
  });

  test("once it is switched on it is read without anybody's doing", async () => {
    await poll();
    await seller.close();
    app.clock += 24 * HOUR;
    await open(true);
    const id = place();
    await goOn(HOUR);
    edit(id, "pilne");
    await poll();
    expect(noteOf(id)).toBe("pilne");
  });
});

describe("an answer of another shape", () => {
  const account = BaseLinkerAccount.parse(accountAt("https://api.example"));
  const date = 1_748_400_000;
  const entry = { id: 12, order_id: 800_000_101, log_type: 16, object_id: 0, date };
  const pageOf = (logs: unknown) =>
    journalListing(
      async () => ({ logs }),
      account,
      () => date * 1000,
    ).page(undefined);

  test.each([
    ["ids as text", { ...entry, id: "12", order_id: "800000101", log_type: "16" }],
    ["log_id", { ...entry, id: undefined, log_id: 12 }],
    ["no date", { ...entry, date: undefined }],
  ])("%s", async (_, one) => {
    const { orders, cursor } = await pageOf({ "1": one });
    expect(orders).toEqual([{ kind: "refresh", id: "800000101" }]);
    expect(JSON.parse(cursor)).toMatchObject({ last: 12 });
  });

  test("an entry that nobody can read is held, and keeps no other from being read", async () => {
    const odd = { ...entry, id: 13, order_id: { moved: true } };
    const { orders } = await pageOf([odd, entry]);
    expect(orders).toMatchObject([
      { kind: "refresh", id: "800000101" },
      { kind: "unusable", reason: "unreadable-event", raw: JSON.stringify(odd) },
    ]);
  });

  test("an entry without an order, or of a parcel, an invoice or a document, says nothing", async () => {
    const others = [{ ...entry, order_id: 0 }, ...[7, 9, 15, 22].map((log_type) => ({ ...entry, log_type }))];
    expect((await pageOf(others)).orders).toEqual([]);
  });

  test("no list at all is a failure and no empty journal", async () => {
    await expect(pageOf(undefined)).rejects.toThrow("without logs");
  });
});
