/** The story of one order: look at what its keys point to, decide, write, explain. */
import type { Connection } from "../channels/channel.ts";
import { decide } from "../core/decide.ts";
import { type Decision, held } from "../core/decision.ts";
import { type Held, heldId, heldMessage, namesOf, type Parked, SETTINGS } from "../core/held.ts";
import type { HeldReason } from "../core/held-reasons.ts";
import { contradiction } from "../core/money.ts";
import { DAY, type Instant, type Order, type Sighting } from "../core/order.ts";
import { paymentDetail } from "../core/payment-detail.ts";
import type { Bodies } from "../core/ports/bodies.ts";
import type { Claims, Committed, Found, Write } from "../core/ports/claims.ts";
import type { Explain } from "../core/ports/explain.ts";
import type { FeedStore } from "../core/ports/feeds.ts";
import type { Modes, Rules } from "../core/rules.ts";
import { liveFromOf, namesToLookUp, withinLimits } from "../core/sighting.ts";
import { orderApart } from "../core/sources.ts";
import { type Jitter, leavesRoom, present, retryRaces } from "../core/writes.ts";
import { keepRaw } from "./hold.ts";

export type IntakeDeps = Jitter & {
  claims: Claims;
  explain: Explain;
  now: () => Instant;
  unique: () => string;
  rules: Pick<
    Rules,
    "windowMs" | "memoryMs" | "waitingMs" | "acceptFrom" | "liveFrom" | "holdBefore" | "askedAt" | "released"
  >;
  /** Keeps the raw message of a sighting that has to be held; returns where it lies. */
  keepRaw?: (caseId: string) => Promise<string>;
  /** Has the order read from its source; absent where that cannot be asked. */
  recheck?: ((sourceOrder: string) => Promise<void>) | undefined;
  /** Nobody reported it just now: it was looked up, and may be as it was the last time. */
  polled?: boolean;
};

/** The parts of the process that the intake works with. */
export type IntakeParts = Pick<IntakeDeps, "claims" | "explain" | "now" | "random" | "wait" | "unique"> & {
  bodies: Bodies;
  feeds: Pick<FeedStore, "requestRefresh">;
  config: { windowDays: number; memoryDays: number; waitingDays: number; mode: Modes };
};

/** What the intake needs for one message of one account. */
export function intakeDeps(parts: IntakeParts, { name, channel, account }: Connection, raw: Buffer): IntakeDeps {
  const { claims, feeds, explain, now, random, wait, unique, config } = parts;
  const isAsked = channel.readsOrders && account.pollSeconds !== undefined;
  return {
    claims,
    explain,
    now,
    random,
    wait,
    unique,
    rules: {
      windowMs: config.windowDays * DAY,
      memoryMs: config.memoryDays * DAY,
      waitingMs: config.waitingDays * DAY,
      acceptFrom: account.acceptFrom,
      liveFrom: liveFromOf(config.mode, name),
    },
    recheck: isAsked ? (sourceOrder) => feeds.requestRefresh(name, sourceOrder, now()) : undefined,
    keepRaw: (caseId) => keepRaw(parts, name, caseId, raw),
  };
}

export type Outcome = Pick<Decision, "verdict" | "reason" | "order">;

/**
 * Takes in one report of a purchase. When it returns, the report is durable: claimed, linked or held.
 * @throws when the store cannot be reached or the races do not end; the sender then repeats, or the next poll finds it
 */
export async function intake(told: Sighting, deps: IntakeDeps): Promise<Outcome> {
  const sighting = withinLimits(told);
  if (sighting === "too-many-lines") return settle(held(sighting), told, deps);
  const rereads = deps.recheck !== undefined;
  const rules: Rules = { ...deps.rules, rereads, orderId: deps.unique(), stamp: deps.unique() };
  let last: Decision | undefined;

  const outcome = await retryRaces(async (tried) => {
    const looked = await deps.claims.look(namesToLookUp(sighting), tried === 0 ? "at-once" : undefined);
    const found = await withApart(looked, sighting, deps);
    // The answer to our own write may have been lost: what it wrote says whose it is.
    if (last && isOurs(found.orders.values(), rules)) return settle(last, sighting, deps);

    const now = deps.now();
    const decision = decide(sighting, found, now, rules);
    if (found.atOnce && !holdsAtOnce(decision, found)) return "raced";
    const committed = decision.write ? await commit(await withWord(decision, sighting, deps), now, deps) : "done";
    last = decision;
    if (committed === "raced") return committed;
    return settle(committed === "too-large" ? held(committed) : decision, sighting, deps);
  }, deps);
  if (outcome === "raced") throw new Error(`${sighting.account}: the races for one order did not end`);
  return outcome;
}

/**
 * Keys and order of one read may be of two moments. A write checks the order's version, so that both were as they are now;
 * what changes nothing and asks for nothing was true when the order was read. Anything else is looked at one after the other.
 */
function holdsAtOnce({ verdict, write, recheck }: Decision, { orders }: Found): boolean {
  if (write) return write.order?.before !== undefined && orders.has(write.order.before.id) && orders.size === 1;
  return (verdict === "duplicate" || verdict === "late") && !recheck;
}

/** With the order that the report is of, where a person told it apart from one that its keys point to. */
async function withApart(found: Found, sighting: Sighting, { claims }: IntakeDeps): Promise<Found> {
  const named = [...found.orders.values()].flatMap((order) => orderApart(order, sighting) ?? []);
  const missing = named.filter((id) => !found.orders.has(id));
  if (missing.length === 0) return found;
  const read = await Promise.all(missing.map((id) => claims.read(id)));
  return {
    ...found,
    orders: new Map([...found.orders, ...read.flatMap((order) => (order ? [[order.id, order] as const] : []))]),
  };
}

/** The write with what a person is told of it: of a decision that raced nobody hears. */
async function withWord(
  { write = { keys: [] }, tell, about, joins, named, changes, order }: Decision,
  sighting: Sighting,
  deps: IntakeDeps,
) {
  if (!tell) return write;
  const detail = joins ? namesOf(joins, named) : detailOf(tell, sighting, about?.sourceOrder);
  return { ...write, park: [await messageOf(tell, { ...sighting, ...about }, deps, { detail, changes, order })] };
}

function detailOf(tell: HeldReason, sighting: Sighting, about: string | undefined): string | undefined {
  if (tell === "refunded") return paymentDetail("refunded", sighting);
  if (tell === "id-in-every-order") return fieldToIgnore(sighting, about);
  return tell === "surcharge" ? paymentDetail("surcharged", sighting) : undefined;
}

/** @param about `id:` and the value that a plugin writes */
function fieldToIgnore({ account, traces = [] }: Sighting, about: string | undefined): string | undefined {
  const field = traces.find(({ value }) => `id:${value}` === about)?.field;
  if (!field) return about;
  return `it stands in the field "${field}": add "${field}" to ignoreFields of ${account}`;
}

async function commit(write: Write, now: Instant, { claims }: IntakeDeps): Promise<Committed> {
  if (write.order && !leavesRoom(write.order.after)) return "too-large";
  return claims.commit(write, now);
}

async function settle(decision: Decision, sighting: Sighting, deps: IntakeDeps): Promise<Outcome> {
  const { order, key, joins, named, tell, about, write, changes, recheck, reread = [], ...judged } = decision;
  const { account, sourceOrder } = sighting;
  const detail = joins && namesOf(joins, named);
  // What is written is parked with its write.
  const isParked = tell !== undefined;
  if (judged.verdict === "held" && !isParked) await park(judged.reason, sighting, deps, { detail, order });
  if (recheck) await askAgain(sighting, deps);
  for (const other of reread) await deps.recheck?.(other);
  if (sighting.lacks && judged.verdict !== "duplicate") await tellOfSetting(account, SETTINGS, sighting.lacks, deps);
  if (sighting.unconfigured && write?.order?.after.state === "waiting") await tellOfStatus(sighting, order, deps);
  const note = detail ?? contradictionOf(sighting);
  const told = judged.verdict === "held" ? undefined : tell;
  deps.explain(present({ ...judged, account, sourceOrder, order, key, told, note }));
  return present({ ...judged, order });
}

/** An unknown total contradicts nothing. */
function contradictionOf({ money, report }: Sighting): string | undefined {
  const text = money && contradiction(report, money.minor, money.currency);
  return text && `total-differs-from-lines: ${text}`;
}

/** The answer of its source settles it; without one a person looks. */
async function askAgain(sighting: Sighting, deps: IntakeDeps): Promise<void> {
  if (deps.recheck) return deps.recheck(sighting.sourceOrder);
  if (!deps.polled) await park("stale-and-differs", sighting, deps);
}

/** Once for the account and what it lacks, however many of its orders lack it. */
async function tellOfSetting(
  account: string,
  about: string,
  reason: HeldReason,
  { claims, explain, now }: IntakeDeps,
  more: Pick<Held, "detail" | "order"> = {},
): Promise<void> {
  if (await claims.hold(heldMessage(account, about, reason, more), now(), "uncounted"))
    explain({ verdict: "held", reason, account, sourceOrder: about });
}

/** Its orders may wait for ever: a person hears of the status once, with the line to add, and of no order in it. */
function tellOfStatus({ account, unconfigured }: Sighting, order: string | undefined, deps: IntakeDeps): Promise<void> {
  const { status = "", setting = "" } = unconfigured ?? {};
  const waits = setting.replace("forward", "waiting");
  const detail =
    `"${status}" stands in no setting of ${account}: add "${status}" to ${setting} if its orders are to go to the ERP, ` +
    `or to ${waits} if they are to wait`;
  return tellOfSetting(account, `status:${status}`, "status-not-configured", deps, present({ detail, order }));
}

/** Beside the reason: what a person needs to decide. */
type More = { [K in "detail" | "changes" | "order"]?: Held[K] | undefined };

async function park(reason: HeldReason, sighting: Sighting, deps: IntakeDeps, more: More = {}): Promise<void> {
  const shownAgain = deps.polled ? "uncounted" : "counted";
  await deps.claims.hold(await messageOf(reason, sighting, deps, more), deps.now(), shownAgain);
}

async function messageOf(
  reason: HeldReason,
  { account, sourceOrder }: Sighting,
  deps: IntakeDeps,
  { detail, changes, order }: More,
): Promise<Parked> {
  const body = await deps.keepRaw?.(heldId(account, sourceOrder, reason));
  return heldMessage(account, sourceOrder, reason, present({ body, detail, changes, order }));
}

function isOurs(orders: Iterable<Order>, rules: Rules): boolean {
  return [...orders].some((order) => order.id === rules.orderId || order.stamp === rules.stamp);
}
