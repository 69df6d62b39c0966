/** The product's own stories, over ports whose every call is decided elsewhere. */
import { handlersOf } from "../../bridge/server.ts";
import type { Channel, Connection, Pull } from "../../lib/channels/channel.ts";
import type { Instant, Sighting } from "../../lib/core/order.ts";
import type { Erp, ErpWatch } from "../../lib/core/ports/erp.ts";
import { deliver } from "../../lib/delivery/deliver.ts";
import { sweep } from "../../lib/delivery/sweep.ts";
import { operations } from "../../lib/erp/bridge/contract.ts";
import { CONTRACT } from "../../lib/erp/bridge/contract-version.ts";
import { perform } from "../../lib/erp/bridge/exchange.ts";
import { outboxErp, pullHandlers } from "../../lib/erp/bridge/outbox.ts";
import { watchErp } from "../../lib/erp/watch.ts";
import { keysOfListed, type Writer } from "../../lib/erp/writers.ts";
import { runFeed } from "../../lib/feeds/run.ts";
import { intake } from "../../lib/intake/intake.ts";
import { settleCases } from "../../lib/ops/settle-cases.ts";
import { rules } from "../support/sightings.ts";
import * as model from "./erp.ts";
import { casesOver, claimsOver, erpOver, feedsOver, type Io, outboxOver } from "./ports.ts";
import type { World } from "./world.ts";

export type Setting = {
  /** `fetch`: the bridge is not called, it fetches its work. */
  bridge: "call" | "fetch";
  writers: readonly Writer[];
  /** An account whose platform is listed, and read order by order; webhooks of it may leave work for it. */
  polled?: string;
  /** By how much the ERP breaks its promise to commit nothing after the deadline: only to see that it is noticed. */
  overdueMs?: number;
};

export type Task =
  | { story: "webhook"; sighting: Sighting }
  /** Word that an order may have changed. */
  | { story: "hint"; id: string }
  | { story: "deliver"; order: string }
  | { story: "sweep" }
  | { story: "poll" }
  | { story: "watch" }
  | { story: "bridge" };

const LEASE_MS = 60_000;
const TIMEOUTS = { readMs: 20_000, writeMs: 45_000 };

const explain = () => undefined;
const random = () => 0;
const wait = async () => undefined;
const DAYS = { windowDays: 14, memoryDays: 90, waitingDays: 31, leaseSeconds: LEASE_MS / 1000 };

/** @param byHand where nothing else runs: what a waiting connector does instead of waiting */
export async function tell(task: Task, setting: Setting, plain: Io, byHand?: () => Promise<void>): Promise<unknown> {
  const io = { ...plain, overdueMs: setting.overdueMs };
  const claims = claimsOver(io);
  const { now, unique } = io;
  const common = { claims, explain, now, random, wait, unique };
  const erp = erpFor(setting, io, byHand);
  const meaningOf = (columns: Parameters<typeof keysOfListed>[0]) => keysOfListed(columns, setting.writers);
  const delivery = { ...common, erp, leaseMs: LEASE_MS, ...rules, meaningOf, pace: { atOnce: 1, perSecond: 1e9 } };
  const parts = {
    ...common,
    config: { ...DAYS, erpWriters: setting.writers, mode: "live" as const },
    feeds: feedsOver(io),
  };
  switch (task.story) {
    case "webhook": {
      const { polled } = setting;
      const isPolled = task.sighting.account === polled;
      const recheck = isPolled ? (id: string) => parts.feeds.requestRefresh(polled, id, now()) : undefined;
      return intake(task.sighting, { ...common, rules, recheck });
    }
    case "hint":
      return parts.feeds.requestRefresh(setting.polled ?? "", task.id, now());
    case "deliver":
      return deliver(task.order, delivery);
    case "sweep": {
      const { failures } = await sweep(delivery, 100);
      if (failures[0]) throw failures[0].cause;
      return settleCases({ cases: casesOver(io), claims, now, windowMs: rules.windowMs }, 100);
    }
    case "poll":
      return runFeed(
        { ...parts, vault: noVault, http: refuse, bodies: { put: async (name) => name, read: refuse, remove: refuse } },
        connectionTo(setting.polled ?? "", io),
      );
    case "watch":
      return watchErp({ ...parts, erp, watch: erp });
    case "bridge":
      return fetchOnce(io);
  }
}

const refuse = async (): Promise<never> => {
  throw new Error("nobody asks for this");
};
const noVault = { read: refuse, lock: refuse, save: refuse, unlock: refuse };

function erpFor({ bridge }: Setting, io: Io, byHand: (() => Promise<void>) | undefined): Erp & ErpWatch {
  if (bridge === "call") return erpOver(io);
  const { now, call } = io;
  const mine: string[] = [];
  const named = () => {
    const id = io.unique();
    mine.push(id);
    return id;
  };
  const isOver = ({ outbox, now: at }: World) =>
    mine.every((id) => outbox.get(id)?.outcome !== undefined || (outbox.get(id)?.until ?? 0) <= at);
  return outboxErp({
    name: model.NAME,
    outbox: outboxOver(io),
    now,
    unique: named,
    timeouts: TIMEOUTS,
    wait: async () => {
      if (byHand) await byHand();
      await call({ label: "waits for the bridge", variants: [{ name: "", run: () => undefined }], isEnabled: isOver });
    },
  });
}

/** One fetch of the bridge with all that it brings. */
async function fetchOnce(io: Io): Promise<void> {
  const { now, unique } = io;
  const erp = erpOver({ ...io, isAtOnce: true });
  const handlers = handlersOf({ ...erp, read: async () => [] }, now);
  const end = pullHandlers(outboxOver(io), now, unique);
  const { work } = await end.claim({ max: 2 }, CONTRACT);
  for (const { id, token, operation, request } of work) {
    const outcome = await perform(operation, request, operations, handlers, explain);
    await end.ack({ id, token, outcome }, CONTRACT);
  }
}

/** A platform that lists what changed since a version, and shows single orders. */
function connectionTo(account: string, { call }: Io): Connection {
  const [channel = "", name = ""] = account.split(":");
  const latest = (shown: readonly Sighting[]) => [
    ...new Map(shown.map((sighting) => [sighting.sourceOrder, sighting])).values(),
  ];
  const ask = <T>(label: string, run: (world: World) => T) =>
    call({ label, variants: [{ name: "", run }] }) as Promise<T>;
  const pull: Pull = {
    listings: [
      {
        name: "orders",
        everySeconds: 0,
        page: async (cursor = "0") => {
          const shown = await ask("platform.list", (world) => world.shown);
          const orders = latest(shown).filter((one) => one.version > Number(cursor));
          const newest = Math.max(Number(cursor), ...orders.map(({ version }) => version));
          return {
            orders: orders.map((sighting) => ({ kind: "sighting" as const, sighting })),
            cursor: String(newest),
            more: false,
          };
        },
      },
    ],
    read: async (id) => {
      const shown = await ask(`platform.read ${id}`, (world) => world.shown);
      const sighting = latest(shown).find(({ sourceOrder }) => sourceOrder === id);
      return sighting ? { kind: "sighting", sighting } : { kind: "absent", reason: "not-found" };
    },
  };
  const kind: Channel = { name: channel, account: undefined as never, pull: () => pull, readsOrders: true };
  return { name: account, account: { channel, account: name, pollSeconds: 60 }, channel: kind };
}

/** Instants at which something ends or begins: the clock goes from one to the next. */
export function instantsOf({ claims, feeds, outbox, erp }: World): Instant[] {
  const orders = [...claims.orders.values()].flatMap(({ lease, inDoubtUntil, dueAt }) => [
    lease?.until,
    inDoubtUntil,
    dueAt,
  ]);
  const leases = [...feeds.feeds.values()].map(({ lease }) => lease?.until);
  const work = [...outbox.values()].map(({ until }) => until);
  const late = erp.late.map(({ deadline }) => deadline);
  return [...orders, ...leases, ...work, ...late].flatMap((at) => at ?? []);
}
