/** The store of the simulation: the same model as the explorer's, with an index of what is due, and a memory that ends late. */
import type { Held } from "../../lib/core/held.ts";
import { DAY, type Instant, isUnfinished, type Order } from "../../lib/core/order.ts";
import type { Cases } from "../../lib/core/ports/cases.ts";
import type { Claims } from "../../lib/core/ports/claims.ts";
import type { Desk } from "../../lib/core/ports/desk.ts";
import type { FeedStore } from "../../lib/core/ports/feeds.ts";
import { laneOf } from "../../lib/core/writes.ts";
import { memoryCases } from "../support/memory-cases.ts";
import { emptyClaims, memoryClaims } from "../support/memory-claims.ts";
import { memoryDesk } from "../support/memory-desk.ts";
import { emptyFeeds, memoryFeeds } from "../support/memory-feeds.ts";

export type Store = {
  claims: Claims;
  cases: Cases;
  feeds: FeedStore;
  desk: Desk;
  orders: ReadonlyMap<string, Order>;
  held: ReadonlyMap<string, Held>;
  /** Sources of every order that ever was: `account/sourceOrder`. What the store forgets, the judge remembers. */
  sourcesOf(order: string): ReadonlySet<string>;
  /** Reasons for which a person was told of anything of this source order, ever. */
  told(account: string, sourceOrder: string): ReadonlySet<string>;
  /** The store deletes what is over its time: up to two days late, as DynamoDB says. */
  forget(now: Instant, random: () => number): number;
  /** Orders that hold personal data for longer than is said. */
  keptTooLong(now: Instant): Order[];
};

const LATEST_MS = 2 * DAY;
/** Buckets of the index of due orders. */
const BUCKET_MS = 15 * 60_000;

export function createStore(unique: () => string): Store {
  const state = emptyClaims();
  const feeds = emptyFeeds();
  const claims = memoryClaims("any", state);
  const buckets = new Map<number, Set<string>>();
  const archive = new Map<string, Set<string>>();
  const told = new Map<string, Set<string>>();

  function index(order: Order): void {
    const sources = archive.get(order.id) ?? new Set();
    for (const { account, sourceOrder } of order.sources) sources.add(`${account}/${sourceOrder}`);
    archive.set(order.id, sources);
    if (order.dueAt === undefined) return;
    const bucket = Math.floor(order.dueAt / BUCKET_MS);
    buckets.set(bucket, (buckets.get(bucket) ?? new Set()).add(order.id));
  }

  function remember({ account, sourceOrder, reason }: Pick<Held, "account" | "sourceOrder" | "reason">): void {
    const key = `${account}/${sourceOrder}`;
    told.set(key, (told.get(key) ?? new Set()).add(reason));
  }

  const indexed: Claims = {
    ...claims,
    async commit(write, now) {
      const committed = await claims.commit(write, now);
      if (committed !== "done") return committed;
      if (write.order) index(write.order.after);
      for (const { after } of write.also ?? []) index(after);
      for (const message of write.park ?? []) remember(message);
      return committed;
    },
    async hold(message, now, shownAgain) {
      remember(message);
      return claims.hold(message, now, shownAgain);
    },
    async due(now, limit, lane) {
      const found: Order[] = [];
      for (const [bucket, ids] of buckets) {
        if (bucket * BUCKET_MS > now) continue;
        for (const id of ids) {
          const order = state.orders.get(id);
          const isHere = order?.dueAt !== undefined && Math.floor(order.dueAt / BUCKET_MS) === bucket;
          if (!isHere) ids.delete(id);
          else if ((order.dueAt ?? 0) <= now && laneOf(order) === lane) found.push(order);
        }
        if (ids.size === 0) buckets.delete(bucket);
      }
      return found
        .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
        .slice(0, limit)
        .map(({ id }) => id);
    },
  };
  const dueCases = new Map<string, number>();
  return {
    claims: indexed,
    cases: memoryCases(state, dueCases, state.heldUntil),
    feeds: memoryFeeds(feeds, unique),
    desk: memoryDesk(claims),
    orders: state.orders,
    held: state.held,
    sourcesOf: (order) => archive.get(order) ?? new Set(),
    told: (account, sourceOrder) => told.get(`${account}/${sourceOrder}`) ?? new Set(),
    forget(now, random) {
      let gone = 0;
      const isOver = (until: Instant | undefined) => until !== undefined && until < now - random() * LATEST_MS;
      for (const [id, { memoryUntil }] of state.keys) if (isOver(memoryUntil)) gone += Number(state.keys.delete(id));
      for (const [id, order] of state.orders) if (isOver(order.memoryUntil)) gone += Number(state.orders.delete(id));
      for (const [id, until] of state.heldUntil) {
        if (!isOver(until)) continue;
        state.held.delete(id);
        state.heldUntil.delete(id);
        dueCases.delete(id);
        gone += 1;
      }
      for (const [id, { ttl }] of feeds.tasks) if (isOver(ttl)) gone += Number(feeds.tasks.delete(id));
      return gone;
    },
    keptTooLong(now) {
      const hasData = ({ sources }: Order) => sources.some(({ report, given }) => report ?? given);
      return [...state.orders.values()].filter(
        (order) => !isUnfinished(order) && order.expiresAt + DAY < now && hasData(order),
      );
    },
  };
}
