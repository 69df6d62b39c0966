/** The product's ports over a world, each call of them handed to whoever decides when it happens, and how. */
import type { Held } from "../../lib/core/held.ts";
import { keyId } from "../../lib/core/keys.ts";
import type { Instant, Order } from "../../lib/core/order.ts";
import type { Cases } from "../../lib/core/ports/cases.ts";
import type { Claims, KeyRecord } from "../../lib/core/ports/claims.ts";
import { type Erp, ErpUnavailable, type ErpWatch } from "../../lib/core/ports/erp.ts";
import type { FeedStore } from "../../lib/core/ports/feeds.ts";
import type { Outbox } from "../../lib/core/ports/outbox.ts";
import { memoryCases } from "../support/memory-cases.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { memoryFeeds } from "../support/memory-feeds.ts";
import { memoryOutbox } from "../support/memory-outbox.ts";
import * as model from "./erp.ts";
import type { World } from "./world.ts";

/** One way in which a call may go. `fault` names the budget that it takes from. */
export type Variant = {
  name: string;
  fault?: "erp" | "store";
  /** Changes the world that it is given. A promise is settled without anything else happening in between. */
  run(world: World): unknown;
  /** What the caller hears instead of what it came to. */
  heard?: { value: unknown } | { error: Error };
};

export type Call = {
  label: string;
  variants: Variant[];
  /** Not before this; without it, whenever. */
  isEnabled?: (world: World) => boolean;
};

/** Whoever decides; the promise is what the caller hears. */
type Decide = (call: Call) => Promise<unknown>;

export type Io = {
  call: Decide;
  now: () => Instant;
  unique: () => string;
  /**
   * Each item of a batch is read by itself: others may write in between. `at-once`: the store may remember to which order
   * the keys point, and that one is read before them.
   */
  isTorn: boolean | "at-once";
  /** A submit that is in doubt is so between Kojarz and the bridge, not between the bridge and its database. */
  isAtOnce?: boolean;
  /** By how much the ERP breaks its promise to commit nothing after the deadline. */
  overdueMs?: number | undefined;
};

const NO_ANSWER = new Error("the store gave no answer");

/** A write that is done, and whoever asked hears nothing, or hears that somebody was faster. */
function write(label: string, run: Variant["run"], lost: Variant["heard"][] = [{ error: NO_ANSWER }]): Call {
  return {
    label,
    variants: [
      { name: "", run },
      ...lost.flatMap((heard): Variant[] => (heard ? [{ name: " (answer lost)", fault: "store", run, heard }] : [])),
      { name: " (not done)", fault: "store", run: () => undefined, heard: { error: NO_ANSWER } },
    ],
  };
}

function read(label: string, run: Variant["run"]): Call {
  return { label, variants: [{ name: "", run }] };
}

export function claimsOver({ call, isTorn }: Io): Claims {
  /** The order to which the first of the keys points already, where the process remembers it. */
  const readEarly = async (ids: readonly string[]) => {
    const pointed = ({ claims }: World) => claims.orders.get(claims.keys.get(ids[0] ?? "")?.order ?? "");
    const variants = [
      { name: " (nothing remembered)", run: () => undefined },
      { name: "", run: pointed },
    ];
    return (await call({ label: "claims.look early", variants })) as Order | undefined;
  };
  const once = (method: keyof Claims, args: unknown[]) => (world: World) =>
    (memoryClaims("declared", world.claims)[method] as (...all: unknown[]) => unknown)(...args);
  return {
    async look(names, how) {
      const ids = [...new Set(names.map(keyId))];
      if (!isTorn) return (await call(read("claims.look", once("look", [names])))) as never;
      const early = isTorn === "at-once" && how === "at-once" ? await readEarly(ids) : undefined;
      const keys = new Map<string, KeyRecord>();
      for (const id of ids) {
        const record = (await call(read(`claims.look ${id}`, ({ claims }) => claims.keys.get(id)))) as
          | KeyRecord
          | undefined;
        if (record) keys.set(id, record);
      }
      const wanted = new Set([...keys.values()].map(({ order }) => order));
      if (early && wanted.size === 1 && wanted.has(early.id))
        return { keys, orders: new Map([[early.id, early]]), atOnce: true };
      const orders = new Map<string, Order>();
      for (const id of wanted) {
        const order = (await call(read(`claims.look order ${id}`, ({ claims }) => claims.orders.get(id)))) as
          | Order
          | undefined;
        if (order) orders.set(id, order);
      }
      return { keys, orders };
    },
    read: (...args) => call(read(`claims.read ${args[0]}`, once("read", args))) as never,
    commit: (...args) =>
      call(write("claims.commit", once("commit", args), [{ value: "raced" }, { error: NO_ANSWER }])) as never,
    hold: (...args) => call(write(`claims.hold ${args[0].reason}`, once("hold", args))) as never,
    unhold: (...args) => call(write("claims.unhold", once("unhold", args))) as never,
    due: (...args) => call(read("claims.due", once("due", args))) as never,
  };
}

export function casesOver({ call }: Io): Cases {
  const over = (world: World) => {
    const cases = memoryCases(world.claims, world.casesDue, world.claims.heldUntil);
    return cases as unknown as Record<string, (...all: unknown[]) => unknown>;
  };
  const once = (method: keyof Cases, args: unknown[]) => (world: World) => over(world)[method]?.(...args);
  return {
    due: (...args) => call(read("cases.due", once("due", args))) as Promise<Held[]>,
    lookAgain: (...args) => call(write("cases.lookAgain", once("lookAgain", args))) as never,
    resolve: (...args) => call(write("cases.resolve", once("resolve", args))) as never,
    read: (...args) => call(read("cases.read", once("read", args))) as never,
    open: (...args) => call(read("cases.open", once("open", args))) as never,
    markTold: (...args) => call(write("cases.markTold", once("markTold", args))) as never,
    erase: (...args) => call(write("cases.erase", once("erase", args))) as never,
    over: (...args) => call(read("cases.over", once("over", args))) as never,
    forget: (...args) => call(write("cases.forget", once("forget", args))) as never,
  };
}

export function feedsOver(io: Io): FeedStore {
  const methods = [
    "take",
    "saveCursor",
    "saveFailing",
    "saveCalls",
    "release",
    "countTry",
    "forgetTry",
    "requestRefresh",
    "requestRecheck",
    "wake",
    "settle",
    "postpone",
    "cool",
  ] as const;
  const once = (method: keyof FeedStore, args: unknown[]) => {
    const name = io.unique();
    return (world: World) => {
      const store = memoryFeeds(world.feeds, () => name) as unknown as Record<string, (...all: unknown[]) => unknown>;
      return store[method]?.(...args);
    };
  };
  const writes = methods.map((method) => [
    method,
    (...args: unknown[]) => io.call(write(`feeds.${method}`, once(method, args))),
  ]);
  return {
    ...Object.fromEntries(writes),
    dueRefreshes: (...args: unknown[]) => io.call(read("feeds.dueRefreshes", once("dueRefreshes", args))),
  } as FeedStore;
}

export function outboxOver({ call }: Io): Outbox {
  const once = (method: keyof Outbox, args: unknown[]) => (world: World) =>
    (memoryOutbox(world.outbox)[method] as (...all: unknown[]) => unknown)(...args);
  return {
    put: (...args) => call(write("outbox.put", once("put", args))) as never,
    handOut: (...args) => call(write("outbox.handOut", once("handOut", args))) as never,
    ack: (...args) => call(write("outbox.ack", once("ack", args))) as never,
    outcome: (...args) => call(read("outbox.outcome", once("outcome", args))) as never,
    takeBack: (...args) => call(write("outbox.takeBack", once("takeBack", args))) as never,
  };
}

const unavailable = { error: new ErpUnavailable("the ERP does not answer") };
const DOUBT = { outcome: "in-doubt" } as const;

export function erpOver({ call, isAtOnce = false, overdueMs = 0 }: Io): Erp & ErpWatch {
  return {
    name: model.NAME,
    find: (query) =>
      call({
        label: "erp.find",
        variants: [
          { name: "", run: ({ erp }) => model.find(erp, query) },
          { name: " (no answer)", fault: "erp", run: () => undefined, heard: unavailable },
        ],
      }) as never,
    submit: (order, deadline) => {
      const done = ({ erp, now }: World) => model.submit(erp, order, deadline, now);
      const later = ({ erp, now }: World) => {
        if (now < deadline) erp.late = [...erp.late, { entry: model.entryOf(order), deadline: deadline + overdueMs }];
      };
      if (isAtOnce) return call(read("erp.submit", done)) as never;
      return call({
        label: "erp.submit",
        variants: [
          { name: "", run: done },
          { name: " (busy)", fault: "erp", run: () => ({ outcome: "rejected", reason: "erp-busy", retry: true }) },
          { name: " (in doubt, done)", fault: "erp", run: done, heard: { value: DOUBT } },
          { name: " (in doubt, never)", fault: "erp", run: () => DOUBT },
          { name: " (in doubt, later)", fault: "erp", run: later, heard: { value: DOUBT } },
        ],
      }) as never;
    },
    cancel: (ref) => {
      const run = ({ erp }: World) => model.cancel(erp, ref.erpId);
      return call({
        label: "erp.cancel",
        variants: [
          { name: "", run },
          { name: " (no answer)", fault: "erp", run, heard: unavailable },
          { name: " (refused)", fault: "erp", run: () => ({ outcome: "refused", reason: "erp-order-shipped" }) },
        ],
      }) as never;
    },
    list: (since) =>
      call(read("erp.list", ({ erp }) => ({ orders: erp.rows.filter((row) => row.createdAt >= since) }))) as never,
  };
}
