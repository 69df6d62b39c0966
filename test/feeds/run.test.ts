import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Connection } from "../../lib/channels/channel.ts";
import { Blocked, type Page, type Pull, type Pulled, type Read } from "../../lib/channels/channel.ts";
import { DAY, type Sighting } from "../../lib/core/order.ts";
import { type FeedLag, runFeed } from "../../lib/feeds/run.ts";
import type { Table } from "../../lib/store/table.ts";
import { connectionTo, type FeedApp, feedApp } from "../support/feed-app.ts";
import { type Changes, shopId, sighting } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

let table: Table;
let app: FeedApp;
beforeAll(async () => {
  table = await freshTable();
});
beforeEach(() => {
  app = feedApp(table);
});

let ids = 0;
const fresh = (changes: Changes = {}): Sighting => {
  ids += 1;
  return sighting({
    account: "platform:x",
    sourceOrder: `o${ids}`,
    keys: [shopId(`o${ids}`, "platform:x")],
    ...changes,
  });
};
const seen = (one: Sighting): Pulled => ({ kind: "sighting", sighting: one });
const page = (orders: Pulled[], cursor: string, more = false): Page => ({ orders, cursor, more });

/** A listing that tells from which cursors it was asked. */
function listing(answer: (cursor: string | undefined) => Page | Promise<Page>, everySeconds = 0) {
  const asked: Array<string | undefined> = [];
  const pull: Pull = {
    listings: [
      {
        name: "all",
        everySeconds,
        async page(cursor) {
          asked.push(cursor);
          return answer(cursor);
        },
      },
    ],
  };
  return { asked, pull };
}

const stateOf = async (one: Sighting) => [...(await app.claims.look(one.keys)).orders.values()].map((o) => o.state);

describe("a listing", () => {
  it("is read page by page, and the next run goes on where this one ended", async () => {
    const [a, b] = [fresh(), fresh()];
    const { asked, pull } = listing((cursor) =>
      cursor === "1" ? page([seen(b)], "2") : page([seen(a)], "1", cursor === undefined),
    );
    const connection = connectionTo(() => pull);
    expect(await runFeed(app, connection)).toMatchObject({ ran: true, listed: 2 });
    await runFeed(app, connection);
    expect(asked).toEqual([undefined, "1", "2"]);
    expect([await stateOf(a), await stateOf(b)]).toEqual([["pending"], ["pending"]]);
  });

  it("never lets the cursor pass an order that did not land", async () => {
    const a = fresh();
    const { asked, pull } = listing(() => page([seen(a)], "after"));
    const connection = connectionTo(() => pull);
    const { look } = app.claims;
    app.claims.look = () => Promise.reject(new Error("the store is away"));
    await expect(runFeed(app, connection)).rejects.toThrow("the store is away");
    app.claims.look = look;
    await runFeed(app, connection);
    expect(asked).toEqual([undefined, undefined]);
    expect(await stateOf(a)).toEqual(["pending"]);
  });

  it("lets an unusable order pass: it is held with its raw body", async () => {
    const { pull } = listing(() =>
      page([{ kind: "unusable", id: "7", reason: "unmapped-source", raw: '{"x":1}' }], "after"),
    );
    await runFeed(
      app,
      connectionTo(() => pull),
    );
    expect(app.explained).toMatchObject([{ verdict: "held", reason: "unmapped-source", sourceOrder: "7" }]);
    expect([...app.kept.values()].map(String)).toEqual(['{"x":1}']);
  });

  it("is listed no more often than it says", async () => {
    const { asked, pull } = listing(() => page([], "c"), 3600);
    const connection = connectionTo(() => pull);
    await runFeed(app, connection);
    app.clock += 3_599_999;
    await runFeed(app, connection);
    expect(asked).toHaveLength(1);
    app.clock += 1;
    await runFeed(app, connection);
    expect(asked).toHaveLength(2);
  });

  it("that fails does not keep the others and the reads from running", async () => {
    const a = fresh();
    const ok = listing(() => page([seen(a)], "c"));
    const bad = listing(() => Promise.reject(new Error("500")));
    const connection = connectionTo(() => ({
      listings: [...bad.pull.listings, { ...ok.pull.listings[0], name: "second" } as never],
    }));
    await expect(runFeed(app, connection)).rejects.toThrow("500");
    expect(await stateOf(a)).toEqual(["pending"]);
  });

  it("that fails is not forgotten because the platform then asks for a pause", async () => {
    const bad = listing(() => Promise.reject(new Error("500")));
    const busy = listing(() => Promise.reject(new Blocked("429", app.clock + 60_000)));
    const connection = connectionTo(() => ({
      listings: [...bad.pull.listings, { ...busy.pull.listings[0], name: "second" } as never],
    }));
    await expect(runFeed(app, connection)).rejects.toThrow("500");
    expect(await runFeed(app, connection)).toMatchObject({ ran: false, blockedUntil: app.clock + 60_000 });
  });
});

it("a run that dies after its first page keeps the one of the next minute from nothing", async () => {
  const { pull } = listing(async () => {
    app.clock += 10_000;
    return page([], "c");
  });
  const connection = connectionTo(() => pull);
  const { release } = app.feeds;
  const startedAt = app.clock;
  app.feeds.release = async () => {};
  await runFeed(app, connection);
  app.feeds.release = release;
  app.clock = startedAt + 60_000;
  expect(await runFeed(app, connection)).toMatchObject({ ran: true });
});

describe("what can wait", () => {
  const kept = (takesMs: number) => {
    const begunAt: number[] = [];
    const upkeep = { isDue: () => true, afterMs: 20_000, run: async () => void begunAt.push(app.clock) };
    const { pull } = listing(async () => {
      app.clock += takesMs;
      return page([], "c");
    });
    return { begunAt, connection: connectionTo(() => ({ ...pull, upkeep })) };
  };

  it("begins a while after the run did, once its orders are done", async () => {
    const { begunAt, connection } = kept(3_000);
    const startedAt = app.clock;
    await runFeed(app, connection);
    expect(begunAt).toEqual([startedAt + 20_000]);
  });

  it("is left to the next run by a long one", async () => {
    const { begunAt, connection } = kept(10_001);
    await runFeed(app, connection);
    expect(begunAt).toEqual([]);
  });
});

describe("an order that does not land", () => {
  /** A store that takes everything but one order. */
  function refusing(one: Sighting): { back: () => void } {
    const { commit } = app.claims;
    app.claims.commit = (write, now) =>
      write.order?.after.keys.some(({ value }) => value === one.sourceOrder)
        ? Promise.reject(new Error("refused"))
        : commit(write, now);
    return {
      back: () => {
        app.claims.commit = commit;
      },
    };
  }

  async function runs(connection: Connection, times: number): Promise<string[]> {
    const ends: string[] = [];
    for (let run = 0; run < times; run += 1)
      ends.push(
        await runFeed(app, connection).then(
          () => "well",
          (error: Error) => error.message,
        ),
      );
    return ends;
  }

  it("keeps none of its page from landing, and the lease until all have come to their end", async () => {
    const [bad, good] = [fresh(), fresh()];
    refusing(bad);
    const ends: string[] = [];
    const { commit } = app.claims;
    app.claims.commit = async (write, now) => {
      const committed = await commit(write, now);
      ends.push("landed");
      return committed;
    };
    const { release } = app.feeds;
    app.feeds.release = (...args) => {
      ends.push("released");
      return release(...args);
    };
    const { pull } = listing(() => page([seen(bad), seen(good)], "after"));
    await expect(
      runFeed(
        app,
        connectionTo(() => pull),
      ),
    ).rejects.toThrow("refused");
    expect(ends).toEqual(["landed", "released"]);
  });

  it("is given to a person after ten runs, once, and later orders wait no longer", async () => {
    const [bad, good, later] = [fresh(), fresh(), fresh()];
    refusing(bad);
    const { asked, pull } = listing((cursor) =>
      cursor === undefined ? page([seen(bad), seen(good)], "1", true) : page([seen(bad), seen(later)], "2"),
    );
    const connection = connectionTo(() => pull);
    expect(await runs(connection, 9)).toEqual(Array.from({ length: 9 }, () => "refused"));
    expect([await stateOf(good), await stateOf(later), app.kept.size]).toEqual([["pending"], [], 0]);

    expect(await runs(connection, 12)).toEqual(Array.from({ length: 12 }, () => "well"));
    expect(await stateOf(later)).toEqual(["pending"]);
    expect(asked.slice(9, 12)).toEqual([undefined, "1", "2"]);
    const held = app.explained.filter(({ verdict }) => verdict === "held");
    expect(held).toMatchObject([{ reason: "cannot-be-taken-in", sourceOrder: bad.sourceOrder }]);
    expect([...app.kept.values()].map(String)).toEqual([expect.stringContaining(bad.sourceOrder)]);
  });

  it("is tried again whenever it is listed, also after that", async () => {
    const bad = fresh();
    const { back } = refusing(bad);
    const { pull } = listing(() => page([seen(bad)], "1"));
    const connection = connectionTo(() => pull);
    await runs(connection, 12);
    back();
    await runs(connection, 1);
    expect(await stateOf(bad)).toEqual(["pending"]);
  });

  it.each([
    ["", false],
    [", while another does not", true],
  ])("is no person's matter when it lands before the tenth run%s", async (_, beside) => {
    const [bad, other] = [fresh(), fresh()];
    const { back } = refusing(bad);
    const listed = [seen(bad)];
    const { pull } = listing(() => page(listed, "1"));
    const connection = connectionTo(() => pull);
    await runs(connection, 9);
    back();
    refusing(other);
    if (beside) listed.push(seen(other));
    await runs(connection, 1);
    refusing(bad);
    const edited = seen({ ...bad, version: bad.version + 1, money: { currency: "PLN", minor: 7000 } });
    const again = connectionTo(() => listing(() => page([edited], "1")).pull);
    await runs({ ...again, name: connection.name }, 9);
    expect(app.explained.filter(({ verdict }) => verdict === "held")).toEqual([]);
  });
});

describe("the lease", () => {
  it("lets one run work at a time, and ends by itself when its owner dies", async () => {
    let inside = 0;
    let most = 0;
    const { pull } = listing(async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      return page([], "c");
    });
    const connection = connectionTo(() => pull);
    const reports = await Promise.all(Array.from({ length: 8 }, () => runFeed(app, connection)));
    expect(most).toBe(1);
    expect(reports.filter((r) => r.ran).length).toBeGreaterThan(0);

    await app.feeds.take(connection.name, "dead", app.clock, app.clock + 60_000);
    expect((await runFeed(app, connection)).ran).toBe(false);
    app.clock += 60_000;
    expect((await runFeed(app, connection)).ran).toBe(true);
  });

  it("lost in the middle of a run moves no cursor", async () => {
    const { asked, pull } = listing(async () => {
      if (asked.length === 1) {
        app.clock += 61_000;
        await app.feeds.take(connection.name, "thief", app.clock, app.clock + 1);
      }
      return page([], `c${asked.length}`);
    });
    const connection = connectionTo(() => pull);
    await runFeed(app, connection);
    app.clock += 2;
    await runFeed(app, connection);
    expect(asked).toEqual([undefined, undefined]);
  });
});

describe("being blocked", () => {
  it("ends the run, and nothing of this account is called before it is over", async () => {
    const until = app.clock + 600_000;
    let calls = 0;
    const { pull } = listing(() => {
      calls += 1;
      throw new Blocked("429", until);
    });
    const connection = connectionTo(() => pull);
    expect(await runFeed(app, connection)).toMatchObject({ blockedUntil: until });
    app.clock = until - 1;
    expect(await runFeed(app, connection)).toMatchObject({ ran: false, blockedUntil: until });
    expect(calls).toBe(1);
    app.clock = until;
    await runFeed(app, connection);
    expect(calls).toBe(2);
  });

  it("comes from our own budget when a minute of calls is used up, over all runs", async () => {
    let calls = 0;
    const spending = (count: number) =>
      connectionTo(
        (io) =>
          listing(async () => {
            for (let i = 0; i < count; i += 1) {
              await io.budget.spend(1);
              calls += 1;
            }
            return page([], "c");
          }).pull,
        { callsPerMinute: 10 },
      );
    const connection = spending(6);
    await runFeed(app, connection);
    expect(await runFeed(app, connection)).toMatchObject({ blockedUntil: app.clock + 60_000 });
    expect(calls).toBe(10);
    app.clock += 60_000;
    await runFeed(app, connection);
    expect(calls).toBe(16);
  });
});

describe("hinted orders", () => {
  const reading = (read: (id: string) => Read | Promise<Read>, more: Partial<Pull> = {}) => {
    const reads: string[] = [];
    const pull: Pull = {
      listings: [],
      ...more,
      async read(id) {
        reads.push(id);
        return read(id);
      },
    };
    return { reads, pull };
  };
  const hint = (connection: Connection, ...hinted: string[]) =>
    Promise.all(hinted.map((id) => app.feeds.requestRefresh(connection.name, id, app.clock)));

  it("are read once, however often they are hinted at", async () => {
    const a = fresh();
    const { reads, pull } = reading(() => ({ kind: "sighting", sighting: a }));
    const connection = connectionTo(() => pull);
    await hint(connection, "1", "1", "1");
    await runFeed(app, connection);
    await runFeed(app, connection);
    expect(reads).toEqual(["1"]);
    expect(await stateOf(a)).toEqual(["pending"]);
  });

  it("are read again when they were hinted at during the read", async () => {
    const a = fresh();
    const { reads, pull } = reading(async (id) => {
      if (reads.length === 1) await hint(connection, id);
      return { kind: "sighting", sighting: a };
    });
    const connection = connectionTo(() => pull);
    await hint(connection, "1");
    await runFeed(app, connection);
    await runFeed(app, connection);
    await runFeed(app, connection);
    expect(reads).toEqual(["1", "1"]);
  });

  it("that are no orders yet are looked at again in time, or at once when hinted at anew", async () => {
    const waiting = fresh({ readiness: "waiting" });
    const againAt = app.clock + 3_600_000;
    const { reads, pull } = reading(() => ({ kind: "sighting", sighting: waiting, againAt }));
    const connection = connectionTo(() => pull);
    await hint(connection, "1");
    await runFeed(app, connection);
    await runFeed(app, connection);
    expect(reads).toHaveLength(1);
    app.clock += 1000;
    await hint(connection, "1");
    await runFeed(app, connection);
    expect(reads).toHaveLength(2);
    app.clock = againAt;
    await runFeed(app, connection);
    expect(reads).toHaveLength(3);
  });

  it("of a time long before the account was first polled are held, not sent: the ERP may have them from others", async () => {
    const begun = app.clock;
    const [old, recent, paidLate] = [
      fresh({ placedAt: begun - 14 * DAY - 1 }),
      fresh({ placedAt: begun - 14 * DAY }),
      fresh({ placedAt: begun - 30 * DAY, orderedAt: begun - DAY }),
    ];
    const known = new Map([old, recent, paidLate].map((one) => [one.sourceOrder, one]));
    const { pull } = reading((id) => ({ kind: "sighting", sighting: known.get(id) ?? old }));
    const connection = connectionTo(() => pull);
    await runFeed(app, connection);
    app.clock += 5 * DAY;
    await hint(connection, ...known.keys());
    await runFeed(app, connection);
    expect([await stateOf(old), await stateOf(recent), await stateOf(paidLate)]).toEqual([
      [],
      ["pending"],
      ["pending"],
    ]);
    expect(app.explained.filter(({ verdict }) => verdict === "held")).toMatchObject([
      { reason: "older-than-start", sourceOrder: old.sourceOrder },
    ]);

    connection.account.acceptFrom = begun - 20 * DAY;
    await hint(connection, old.sourceOrder);
    await runFeed(app, connection);
    expect(await stateOf(old)).toEqual(["pending"]);
  });

  it("that the platform does not know cost one read in ten minutes, however often they are forged", async () => {
    const { reads, pull } = reading(() => ({ kind: "absent", reason: "unknown" }));
    const connection = connectionTo(() => pull);
    for (let second = 0; second < 600; second += 60) {
      await hint(connection, "666");
      await runFeed(app, connection);
      app.clock += 60_000;
    }
    expect(reads).toHaveLength(1);
    await hint(connection, "666");
    await runFeed(app, connection);
    expect(reads).toHaveLength(2);
  });

  it("that a listing of the run covered are not read singly", async () => {
    const a = fresh();
    const { reads, pull } = reading(() => ({ kind: "absent", reason: "unknown" }), {
      listings: listing(() => page([seen(a)], "c")).pull.listings,
    });
    const connection = connectionTo(() => pull);
    await hint(connection, a.sourceOrder);
    app.clock += 1;
    await runFeed(app, connection);
    await runFeed(app, connection);
    expect(reads).toEqual([]);
  });

  it("that a listing shows and that did not land are read all the same", async () => {
    const a = fresh();
    const { reads, pull } = reading(() => ({ kind: "absent", reason: "unknown", againAt: app.clock + 1 }), {
      listings: listing(() => page([seen(a)], "c")).pull.listings,
    });
    const connection = connectionTo(() => pull);
    await hint(connection, a.sourceOrder);
    app.clock += 1;
    app.claims.look = () => Promise.reject(new Error("the store is away"));
    await expect(runFeed(app, connection)).rejects.toThrow("the store is away");
    expect(reads).toEqual([a.sourceOrder]);
  });

  it("that came while the listing was asked, or after that, are read: it may show them as they were before", async () => {
    const a = fresh();
    let connection: Connection;
    let when: "before" | "after" = "before";
    const { reads, pull } = reading(() => ({ kind: "absent", reason: "unknown", againAt: app.clock + 1 }), {
      listings: listing(async () => {
        if (when === "after") app.clock += 1;
        await hint(connection, a.sourceOrder);
        return page([seen(a)], "c");
      }).pull.listings,
    });
    connection = connectionTo(() => pull);
    await runFeed(app, connection);
    expect(reads).toHaveLength(1);
    when = "after";
    app.clock += 1;
    await runFeed(app, connection);
    expect(reads).toHaveLength(2);
  });

  it("that are real are not starved by a flood of forged ones, whether it comes before or after them", async () => {
    const [before, after] = [fresh(), fresh()];
    const known = new Map([
      ["real-before", before],
      ["real-after", after],
    ]);
    const { reads, pull } = reading(
      (id) => {
        const sighting = known.get(id);
        return sighting ? { kind: "sighting", sighting } : { kind: "absent", reason: "unknown" };
      },
      { readsPerRun: 10 },
    );
    const connection = connectionTo(() => pull);
    await hint(connection, "real-before");
    app.clock += 1;
    await hint(connection, ...Array.from({ length: 300 }, (_, n) => `forged-${n}`));
    app.clock += 1;
    await hint(connection, "real-after");
    await runFeed(app, connection);
    expect(reads).toHaveLength(10);
    expect([await stateOf(before), await stateOf(after)]).toEqual([["pending"], ["pending"]]);
  });

  it("never use more than their share of a minute: the listings keep the rest", async () => {
    let single = 0;
    const connection = connectionTo(
      (io) => ({
        listings: [],
        async read() {
          await io.budget.spend(1);
          single += 1;
          return { kind: "absent", reason: "unknown" };
        },
      }),
      { callsPerMinute: 40 },
    );
    await hint(connection, ...Array.from({ length: 100 }, (_, n) => `forged-${n}`));
    await runFeed(app, connection);
    await runFeed(app, connection);
    expect(single).toBe(20);
  });

  it("that cannot be read now are put off, and the others go on", async () => {
    const a = fresh();
    const { reads, pull } = reading((id) => {
      if (id === "1") throw new Error("502");
      return { kind: "sighting", sighting: a };
    });
    const connection = connectionTo(() => pull);
    await hint(connection, "1", "2");
    await expect(runFeed(app, connection)).rejects.toThrow("502");
    expect(await stateOf(a)).toEqual(["pending"]);
    await runFeed(app, connection);
    expect(reads.filter((id) => id === "1")).toHaveLength(1);
    app.clock += 30_000;
    await expect(runFeed(app, connection)).rejects.toThrow("502");
  });
});

describe("how far behind an account is", () => {
  const observed = async (connection: Connection): Promise<FeedLag[]> => {
    const lags: FeedLag[] = [];
    await runFeed(app, connection, (lag) => lags.push(lag)).catch(() => undefined);
    return lags;
  };

  it("is told of a listing against its own plan, also when the run fails", async () => {
    const begun = app.clock;
    const { pull } = listing(() => (app.clock > begun ? Promise.reject(new Error("500")) : page([], "c")), 60);
    const connection = connectionTo(() => pull);
    expect(await observed(connection)).toEqual([{ cursorMs: 0 }]);
    app.clock += 100_000;
    expect(await observed(connection)).toEqual([{ cursorMs: 40_000 }]);
  });

  it("is not told while a listing has never come to its end: silence is what the alarm hears", async () => {
    let pages = 0;
    const { pull } = listing(() => {
      pages += 1;
      if (pages > 1) throw new Error("502");
      return page([], "1", true);
    });
    expect(await observed(connectionTo(() => pull))).toEqual([{}]);
  });

  it("is told of the order that waits longest to be read", async () => {
    const connection = connectionTo(() => ({
      listings: [],
      read: async () => ({ kind: "absent", reason: "unknown" }),
    }));
    await app.feeds.requestRefresh(connection.name, "1", app.clock);
    app.clock += 30_000;
    await app.feeds.requestRefresh(connection.name, "2", app.clock);
    expect(await observed(connection)).toEqual([{ unreadMs: 30_000 }]);
  });

  it("is told of an order that can never be read by how long it was tried, not since the last try", async () => {
    const broken = async () => Promise.reject(new Error("500"));
    const connection = connectionTo(() => ({ listings: [], read: broken }));
    const begun = app.clock;
    await app.feeds.requestRefresh(connection.name, "1", begun);
    let worst = 0;
    for (; app.clock <= begun + 20 * 60_000; app.clock += 60_000)
      for (const { unreadMs = 0 } of await observed(connection)) worst = Math.max(worst, unreadMs);
    expect(worst).toBeGreaterThanOrEqual(15 * 60_000);
  });

  it("is told of an order that is read and not ready yet since it was to be read again", async () => {
    const waiting = async () => ({ kind: "absent", reason: "not-yet", againAt: app.clock + 60_000 }) as const;
    const connection = connectionTo(() => ({ listings: [], read: waiting }));
    await app.feeds.requestRefresh(connection.name, "1", app.clock);
    for (let run = 0; run < 30; run += 1, app.clock += 60_000)
      expect(await observed(connection)).toEqual([{ unreadMs: 0 }]);
  });
});
