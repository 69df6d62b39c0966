/** The feed store in memory: the same rules as the table's, for exploring and for simulating. */
import type { Instant } from "../../lib/core/order.ts";
import type { FeedState, FeedStore, RefreshTask } from "../../lib/core/ports/feeds.ts";
import { present } from "../../lib/core/writes.ts";

type Lease = { token: string; until: Instant };
type Feed = FeedState & { lease?: Lease | undefined };
type NewFeed = Omit<FeedState, "startedAt">;
/** Without `dueAt` it is not waiting: it cools. */
type Task = Omit<RefreshTask, "dueAt"> & { account: string; dueAt?: Instant; coolUntil?: Instant; ttl?: Instant };

/** Every record is replaced, never changed: a copy of the maps is a copy of the store. */
export type FeedsState = { feeds: Map<string, Feed>; tasks: Map<string, Task>; tries: Map<string, number> };

const NEW: NewFeed = { cursors: {}, failing: {}, calls: [], unended: 0 };

export function emptyFeeds(): FeedsState {
  return { feeds: new Map(), tasks: new Map(), tries: new Map() };
}

/** An item that cools is remembered so long after that. */
const COOLED_MS = 86_400_000;

/** @param unique names each task: what an earlier one was told must not pass for what a later one is told */
export function memoryFeeds({ feeds, tasks, tries }: FeedsState, unique: () => string): FeedStore {
  const keyOf = (account: string, id: string) => `${account}/${id}`;

  /** False when the lease was lost, and then nothing is saved. */
  function save(account: string, token: string, change: (feed: Feed) => Partial<Feed>): boolean {
    const feed = feeds.get(account);
    if (feed?.lease?.token !== token) return false;
    feeds.set(account, { ...feed, ...change(feed) });
    return true;
  }

  function ownTask(account: string, task: RefreshTask): Task | undefined {
    const known = tasks.get(keyOf(account, task.id));
    return known?.token === task.token ? known : undefined;
  }

  return {
    async take(account, token, now, until) {
      const known = feeds.get(account);
      if (known?.lease && known.lease.until > now && known.lease.token !== token) return undefined;
      const feed = known ?? { startedAt: now, ...NEW };
      feeds.set(account, { ...feed, unended: feed.unended + 1, lease: { token, until } });
      const { lease: _, blockedUntil, ...state } = feed;
      return present<FeedState>({ ...state, blockedUntil });
    },
    async saveCursor(account, token, listing, cursor, listedAt, until) {
      return save(account, token, ({ cursors }) => ({
        cursors: { ...cursors, [listing]: { cursor, listedAt } },
        lease: { token, until },
      }));
    },
    async saveFailing(account, token, listing, failing) {
      return save(account, token, (feed) => ({ failing: { ...feed.failing, [listing]: failing } }));
    },
    async saveCalls(account, token, calls, blockedUntil) {
      return save(account, token, () => ({ calls, blockedUntil }));
    },
    async release(account, token, asUnended = false, listed = {}) {
      save(account, token, ({ unended, cursors }) => ({
        cursors: { ...cursors, ...listed },
        lease: undefined,
        unended: asUnended ? unended : 0,
      }));
    },
    async countTry(account, message) {
      const count = (tries.get(keyOf(account, message)) ?? 0) + 1;
      tries.set(keyOf(account, message), count);
      return count;
    },
    async forgetTry(account, message) {
      tries.delete(keyOf(account, message));
    },

    async requestRefresh(account, id, now, note) {
      const known = tasks.get(keyOf(account, id));
      const token = unique();
      const { coolUntil, ttl: _, ...rest }: Partial<Task> = known ?? {};
      const dueAt = coolUntil !== undefined && coolUntil > now ? coolUntil : now;
      const told = { account, id, attempts: 0, ...rest, coolUntil, token, dueAt, note: note ?? rest.note };
      tasks.set(keyOf(account, id), present<Task>(told));
    },
    async wake(account, now, limit) {
      const { blockedUntil: __, ...feed } = feeds.get(account) ?? { startedAt: now, ...NEW };
      if (feeds.has(account)) feeds.set(account, feed);
      const asleep = [...tasks]
        .filter(([, task]) => task.account === account && (task.dueAt ?? 0) > now)
        .slice(0, limit);
      for (const [key, { coolUntil: _, ...task }] of asleep)
        tasks.set(key, { ...task, dueAt: now, attempts: 0, token: unique() });
      return asleep.length;
    },
    async requestRecheck(account, id, reason, dueAt) {
      const known = tasks.get(keyOf(account, id));
      if (known?.dueAt !== undefined) return;
      const attempts = known?.attempts ?? 0;
      tasks.set(keyOf(account, id), { account, id, attempts, token: unique(), dueAt, note: reason });
    },
    async dueRefreshes(account, now, limit, first) {
      const sign = first === "oldest" ? 1 : -1;
      return [...tasks.values()]
        .flatMap(({ account: of, dueAt, coolUntil: _, ttl: __, ...task }) =>
          of === account && dueAt !== undefined && dueAt <= now ? [{ ...task, dueAt }] : [],
        )
        .sort((a, b) => sign * (a.dueAt - b.dueAt))
        .slice(0, limit);
    },
    async settle(account, task) {
      if (ownTask(account, task)) tasks.delete(keyOf(account, task.id));
    },
    async postpone(account, task, dueAt, attempts, note = task.note) {
      const known = ownTask(account, task);
      if (known)
        tasks.set(keyOf(account, task.id), present<Task>({ ...known, dueAt, attempts, token: unique(), note }));
    },
    async cool(account, task, until) {
      const known = ownTask(account, task);
      if (!known) return;
      const { dueAt: _, ...rest } = known;
      tasks.set(keyOf(account, task.id), { ...rest, coolUntil: until, attempts: 0, ttl: until + COOLED_MS });
    },
  };
}
