/** Orders, cases and a played ERP, with an operator in front: claims in memory unless others are given. */
import type { Read } from "../../lib/channels/channel.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import type { Order, Sighting } from "../../lib/core/order.ts";
import type { Cases } from "../../lib/core/ports/cases.ts";
import type { Claims } from "../../lib/core/ports/claims.ts";
import type { Desk } from "../../lib/core/ports/desk.ts";
import type { Erp } from "../../lib/core/ports/erp.ts";
import type { FeedStore } from "../../lib/core/ports/feeds.ts";
import type { Letter } from "../../lib/core/ports/queues.ts";
import { deliver } from "../../lib/delivery/deliver.ts";
import { type SweepDeps, sweep } from "../../lib/delivery/sweep.ts";
import { watchErp } from "../../lib/erp/watch.ts";
import { Writer } from "../../lib/erp/writers.ts";
import { runFeed } from "../../lib/feeds/run.ts";
import { keepRaw } from "../../lib/intake/hold.ts";
import type { Outcome } from "../../lib/intake/intake.ts";
import { type ActParts, act } from "../../lib/ops/act.ts";
import type { Acted } from "../../lib/ops/actions.ts";
import { bookFrom } from "../../lib/ops/book.ts";
import { look } from "../../lib/ops/look.ts";
import type { Answer } from "../../lib/ops/questions.ts";
import { settleCases } from "../../lib/ops/settle-cases.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { openFakeErp } from "../../local/fake-erp.ts";
import { memoryCases } from "./memory-cases.ts";
import { memoryClaims } from "./memory-claims.ts";
import { memoryDesk } from "./memory-desk.ts";
import { emptyFeeds, memoryFeeds } from "./memory-feeds.ts";
import { shopFloor } from "./shop-floor.ts";
import { rules } from "./sightings.ts";

/** `feeds`: in memory where it is absent. */
export type Stores = { claims: Claims; cases: Cases; desk: Desk; feeds?: FeedStore };

export type OperatorWorld = ReturnType<typeof operatorWorld>;

export function memoryStores(): Stores & { claims: ReturnType<typeof memoryClaims> } {
  const claims = memoryClaims();
  return { claims, cases: memoryCases(claims), desk: memoryDesk(claims) };
}

const LATER = 20 * 60_000;

const config = ConfigFile.parse({
  accounts: [
    { channel: "woocommerce", account: "main", baseUrl: "https://sklep.example", secrets: ["sekret-testowy-0001"] },
    { channel: "woocommerce", account: "other", baseUrl: "https://inny.example", secrets: ["sekret-testowy-0002"] },
    { channel: "baselinker", account: "acme", token: "t", callbackToken: "callback-token-of-acme" },
  ],
});

const connections = connectionsOf(config);

/** What another integrator's number column means: an order of Allegro. */
const erpWriters = [
  Writer.parse({ column: "internetId", id: "uuid", issuer: "allegro", kind: "internet-id", rank: 1 }),
];

const never = () => {
  throw new Error("nothing is asked for here");
};
const noVault = { read: never, lock: never, save: never, unlock: never };

let worlds = 0;

/** @param turn waits for its turn before each call, where a test explores races */
export function operatorWorld(
  stores: Stores = memoryStores(),
  wrap: { claims?: (claims: Claims) => Claims; erp?: (erp: Erp) => Erp; feeds?: (feeds: FeedStore) => FeedStore } = {},
) {
  worlds += 1;
  const prefix = `w${worlds}`;
  const { cases, desk } = stores;
  const claims = wrap.claims?.(stores.claims) ?? stores.claims;
  const bodies = new Map<string, Buffer>();
  let counter = 0;
  const unique = () => `${prefix}-${++counter}`;
  const kept = {
    put: async (name: string, body: Buffer) => {
      bodies.set(name, body);
      return name;
    },
    read: async (name: string) => bodies.get(name),
    remove: async (name: string) => void bodies.delete(name),
  };
  let told: Sighting | undefined;
  const floor = shopFloor(claims, {
    keepRaw: (caseId) => keepRaw({ bodies: kept }, told?.account ?? "", caseId, Buffer.from(JSON.stringify(told))),
  });
  const now = () => floor.now;
  const real = openFakeErp({ file: ":memory:", now, random: () => 0.5, faults: {} });
  let refuses: string | undefined;
  let cancels = true;
  const played: Erp = {
    name: real.name,
    find: (query) => real.find(query),
    submit: async (order, deadline) =>
      refuses ? { outcome: "rejected", reason: refuses, retry: false } : real.submit(order, deadline),
    cancel: async (ref, order) => (cancels ? real.cancel(ref, order) : { outcome: "refused", reason: "shipped" }),
  };
  const erp = wrap.erp?.(played) ?? played;
  const io = { random: () => 0, wait: async () => undefined, unique };
  const realFeeds = stores.feeds ?? memoryFeeds(emptyFeeds(), unique);
  const feeds = wrap.feeds?.(realFeeds) ?? realFeeds;
  const platform = new Map<string, Sighting>();
  const letters = new Set<Letter>();
  const deps: SweepDeps = { claims, erp, now, ...io, leaseMs: 60_000, ...rules };
  const parts: ActParts = {
    ...io,
    claims,
    cases,
    desk,
    erp,
    now,
    bodies: kept,
    explain: () => undefined,
    feeds,
    queues: {
      receive: async () => [...letters],
      remove: async (letter) => void letters.delete(letter),
    },
    config,
    book: bookFrom(connections, erp.name),
    connect: async (name) => connections.find((one) => one.name === name),
  };
  const order = async (id: string): Promise<Order> => {
    const found = await stores.claims.read(id);
    if (!found) throw new Error(`no order ${id}`);
    return found;
  };
  const latest = new Map<string, Order>();
  const remember = async () => {
    for (const id of latest.keys()) latest.set(id, await order(id));
  };

  const world = {
    parts,
    bodies,
    now,
    close: () => real.close(),
    pass(ms: number) {
      floor.now += ms;
    },
    erpRefuses(reason: string) {
      refuses = reason;
    },
    erpTakes() {
      refuses = undefined;
    },
    erpWouldNotCancel() {
      cancels = false;
    },
    async report(sighting: Sighting): Promise<Outcome> {
      told = sighting;
      const outcome = await floor.report(sighting);
      if (outcome.order !== undefined) latest.set(outcome.order, await order(outcome.order));
      await remember();
      return outcome;
    },
    /** Reported, and brought to the ERP. @returns the order */
    async forwarded(sighting: Sighting): Promise<string> {
      const { order: id } = await world.report(sighting);
      if (id === undefined) throw new Error("the report made no order");
      await deliver(id, deps);
      await remember();
      return id;
    },
    deliver: (id: string) => deliver(id, deps),
    letters,
    /** What the platform of an account answers when it is asked for this order. */
    atItsPlatform(sighting: Sighting) {
      platform.set(`${sighting.account}/${sighting.sourceOrder}`, sighting);
    },
    /** One run of an account's feed: it reads what was asked for. */
    async poll(name: string): Promise<void> {
      const connection = connections.find((one) => one.name === name);
      if (!connection) throw new Error(`no account ${name}`);
      const read = async (id: string): Promise<Read> => {
        const sighting = platform.get(`${name}/${id}`);
        return sighting ? { kind: "sighting", sighting } : { kind: "absent", reason: "not-found" };
      };
      const channel = { ...connection.channel, pull: () => ({ listings: [], read }) };
      const heard = new Set<string>();
      const explain = ({ order: id }: { order?: string }) => void (id === undefined || heard.add(id));
      await runFeed({ ...parts, explain, http: never, vault: noVault, config }, { ...connection, channel });
      for (const id of heard) latest.set(id, await order(id));
      await remember();
    },
    /** One run of the watch over what others wrote into the ERP. */
    watch: () => watchErp({ ...parts, feeds, watch: real, config: { ...config, erpWriters } }),
    /** Another integrator writes the same purchase of Allegro. */
    foreign: (internetId: string) =>
      real.foreign({ writer: "another integrator", internetId, currency: "PLN", total: 5899 }),
    sweepOnce: () => sweep(deps, 500),
    /** As the schedule runs it for a while: orders, then cases. */
    async sweep() {
      for (let run = 0; run < 4; run += 1) {
        floor.now += LATER;
        const { failures } = await sweep(deps, 500);
        if (failures[0]) throw failures[0].cause;
        await settleCases({ cases, claims, now, windowMs: rules.windowMs }, 500);
      }
      await remember();
    },
    async act(asked: object): Promise<Acted> {
      const acted = await act(parts, JSON.parse(JSON.stringify(asked)));
      if (acted.answer === "done")
        for (const { order: id } of acted.moved) if (id !== undefined) latest.set(id, await order(id));
      await remember();
      return acted;
    },
    look: (asked: object): Promise<Answer> => look({ ...parts, feeds: { dueRefreshes: async () => [] } }, asked),
    async openCases() {
      const page = await cases.open({ first: "oldest", limit: 500 });
      return cases.read(page.cases.map(({ id }) => id));
    },
    /** Every order that was ever named, as it is stored now. */
    async allOrders(): Promise<Order[]> {
      await remember();
      return [...latest.values()];
    },
    order(id: string): Order {
      const found = latest.get(id);
      if (!found) throw new Error(`no order ${id}`);
      return found;
    },
    standing: () => real.rows().filter(({ cancelled }) => !cancelled),
  };
  return world;
}
