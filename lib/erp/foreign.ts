/**
 * One ERP order of another writer: registered, so that a later report links to it without asking the ERP; or raised,
 * when its purchase is in the ERP already. The core decides whether it is the same purchase.
 */
import type { Claims, Found, Write } from "../dedup/claims.ts";
import { type Decision, decide, type Rules } from "../dedup/decide.ts";
import { type Key, keyId } from "../dedup/keys.ts";
import { heldMessage } from "../held.ts";
import type { HeldReason } from "../held-reasons.ts";
import { Money } from "../money.ts";
import type { Explain } from "../ops/explain.ts";
import type { Instant, Order, Report, Sighting } from "../order.ts";
import { delivered } from "../states.ts";
import { type ErpListed, erpAccount } from "./erp.ts";
import { isOurs, tieName, tiesIn, tieTo } from "./ties.ts";
import { LOOKS } from "./turn.ts";
import { noteCancelled } from "./withdrawn.ts";
import { keysOfListed, type Writer } from "./writers.ts";

export type ForeignDeps = {
  claims: Pick<Claims, "look" | "read" | "commit" | "hold">;
  /** The adapter's name. */
  erp: string;
  writers: readonly Writer[];
  explain: Explain;
  now: () => Instant;
  unique: () => string;
  rules: Pick<Rules, "windowMs" | "memoryMs" | "waitingMs">;
};

/** What an ERP order turned out to be. */
export type Noted =
  /** Ours, known already, without a value that means anything, or cancelled before anybody reported its purchase. */
  | "nothing"
  | "registered"
  /** Its purchase is in the ERP as another order. */
  | "duplicated"
  /** It may be such a purchase, or it was cancelled in the ERP alone: a person decides. */
  | "doubtful"
  /** Its purchase is on its way into the ERP just now: look again later. */
  | "in-flight";

/**
 * @param told a person was told of this ERP order before, should it be doubtful again
 * @throws when the store cannot be reached or the races do not end
 */
export async function noteErpOrder(listed: ErpListed, told: boolean, deps: ForeignDeps): Promise<Noted> {
  if (!listed.cancelled && (await isOurs(listed.kojarzOrder, deps.claims))) return "nothing";
  const note = listed.cancelled ? noteCancelled : noteStanding;
  for (let look = 0; look < LOOKS; look++) {
    const noted = await note(listed, told, deps);
    if (noted !== "raced") return noted;
  }
  throw new Error(`${erpAccount(deps.erp)}: the races for one order did not end`);
}

/** @returns undefined where no writer's format explains its values, or its currency is none */
function sightingOf(listed: ErpListed, { erp, writers }: ForeignDeps): Sighting | undefined {
  const { erpId, customerNumber, currency, total, createdAt } = listed;
  const keys = keysOfListed(listed, writers);
  if (keys.length === 0 || !Money.safeParse({ currency, minor: total }).success) return undefined;
  return {
    account: erpAccount(erp),
    sourceOrder: erpId,
    version: createdAt,
    placedAt: createdAt,
    readiness: "ready",
    status: "in-erp",
    keys,
    currency,
    total,
    report: { ...BARE, ...(customerNumber !== undefined && { number: customerNumber }) },
  };
}

/** A list of ERP orders says nothing of goods and buyers, and nobody sends such a report anywhere. */
const BARE: Report = {
  lines: [],
  shipping: { method: "", gross: 0 },
  buyer: {},
  payment: { method: "", cashOnDelivery: false, paid: false },
};

async function noteStanding(listed: ErpListed, told: boolean, deps: ForeignDeps): Promise<Noted | "raced"> {
  const { claims, erp, rules, unique } = deps;
  const sighting = sightingOf(listed, deps);
  if (!sighting) return "nothing";
  const now = deps.now();
  const found = await claims.look([...sighting.keys, tieName(erp, listed.erpId)]);
  if (tiesIn(found, erp, now).has(keyId(tieName(erp, listed.erpId)))) return "nothing";
  const decision = decide(sighting, found, now, { ...rules, orderId: unique(), stamp: unique() });
  const { write } = decision;
  if (write?.order && !write.order.before) return register(listed, decision, write.order.after, write.keys, deps);

  const pointedTo = decision.joins ?? [found.orders.get(decision.order ?? "")].flatMap((order) => order ?? []);
  if (pointedTo.some(({ state }) => state === "pending" || state === "submitting")) return "in-flight";
  const others = pointedTo.filter((order) => isInErp(order, listed.erpId));
  const [other] = others;
  if (!other) return "nothing";
  const reason = decision.verdict === "held" ? decision.reason : "duplicated-in-erp";
  if (!told) await raise(listed, reason, others, decision, deps);
  if (decision.verdict === "held") return "doubtful";
  return tie(listed, other, found, now, deps);
}

async function register(
  listed: ErpListed,
  { key }: Decision,
  order: Order,
  keys: Write["keys"],
  { claims, erp, explain, now, unique }: ForeignDeps,
): Promise<Noted | "raced"> {
  const { erpId, number } = listed;
  const after = delivered(order, unique(), { erpId, number, how: "linked" }, now());
  const write: Write = { order: { before: undefined, after }, keys: [...keys, tieTo(after, new Map(), erp, erpId)] };
  if ((await claims.commit(write, now())) === "raced") return "raced";
  const decidedBy: { key?: Key } = key ? { key } : {};
  explain({ verdict: "linked", reason: "registered-from-erp", ...nameOf(listed, erp), order: after.id, ...decidedBy });
  return "registered";
}

/** As an order of its own, which still stands. What the source cancelled is not there twice. */
function isInErp({ erp, state }: Order, otherThan: string): boolean {
  return erp !== undefined && erp.erpId !== otherThan && state !== "cancelled";
}

/** Before the tie: a crash between the two tells it again, never not at all. */
async function raise(
  listed: ErpListed,
  reason: HeldReason,
  others: readonly Order[],
  { key }: Decision,
  { claims, erp, explain, now }: ForeignDeps,
): Promise<void> {
  const numbers = others.flatMap((order) => order.erp?.number ?? []);
  const detail = `ERP orders ${[...numbers, listed.number].join(" and ")}`;
  const name = nameOf(listed, erp);
  await claims.hold(heldMessage(name.account, name.sourceOrder, reason, { detail }), now());
  const order = others[0]?.id;
  explain({ verdict: "held", reason, ...name, note: detail, ...(order && { order }), ...(key && { key }) });
}

/** From now on it is known, and no other purchase is linked to it. */
async function tie(
  { erpId }: ErpListed,
  order: Order,
  found: Found,
  now: Instant,
  { claims, erp }: ForeignDeps,
): Promise<Noted | "raced"> {
  const write: Write = { keys: [tieTo(order, tiesIn(found, erp, now), erp, erpId)] };
  return (await claims.commit(write, now)) === "raced" ? "raced" : "duplicated";
}

function nameOf({ erpId }: ErpListed, erp: string): { account: string; sourceOrder: string } {
  return { account: erpAccount(erp), sourceOrder: erpId };
}
