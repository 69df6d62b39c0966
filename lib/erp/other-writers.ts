/**
 * One ERP order of another writer: registered, so that a later report links to it without asking the ERP; or raised,
 * when its purchase is in the ERP already. The core decides whether it is the same purchase.
 */

import { decide } from "../core/decide.ts";
import type { Decision } from "../core/decision.ts";
import { heldMessage } from "../core/held.ts";
import type { HeldReason } from "../core/held-reasons.ts";
import { type Key, keyId } from "../core/keys.ts";
import { Money } from "../core/money.ts";
import { type Instant, isShadowed, type Order, type Report, type Sighting } from "../core/order.ts";
import type { Found, Write } from "../core/ports/claims.ts";
import { type ErpListed, erpAccount } from "../core/ports/erp.ts";
import { newSighting } from "../core/sighting.ts";
import { delivered } from "../core/states.ts";
import { present, retryRaces, withEvent } from "../core/writes.ts";
import { erpLinkName, erpLinksIn, erpLinkTo, isOurs } from "../delivery/erp-links.ts";
import type { Noted, OtherWritersDeps } from "./noted.ts";
import { noteCancelled } from "./withdrawn.ts";
import { keysOfListed } from "./writers.ts";

/**
 * @param told a person was told of this ERP order before, should it be doubtful again
 * @throws when the store cannot be reached or the races do not end
 */
export async function noteErpOrder(listed: ErpListed, told: boolean, deps: OtherWritersDeps): Promise<Noted> {
  if (!listed.cancelled && (await isOurs(listed.kojarzOrder, deps.claims))) return "nothing";
  const note = listed.cancelled ? noteCancelled : noteStanding;
  const noted = await retryRaces(() => note(listed, told, deps), deps);
  if (noted === "raced") throw new Error(`${erpAccount(deps.erp)}: the races for one order did not end`);
  return noted;
}

/** @returns undefined where no writer's format explains its values, or its currency is none */
function sightingOf(listed: ErpListed, { erp, writers }: OtherWritersDeps): Sighting | undefined {
  const { erpId, customerNumber, currency, total, createdAt } = listed;
  const keys = keysOfListed(listed, writers);
  if (keys.length === 0 || !Money.safeParse({ currency, minor: total }).success) return undefined;
  return newSighting({
    account: erpAccount(erp),
    sourceOrder: erpId,
    version: createdAt,
    placedAt: createdAt,
    readiness: "ready",
    status: "in-erp",
    keys,
    currency,
    total,
    report: present({ ...BARE, number: customerNumber }),
  });
}

/** A list of ERP orders says nothing of goods and buyers, and nobody sends such a report anywhere. */
const BARE: Report = {
  lines: [],
  shipping: { method: "", gross: 0 },
  buyer: {},
  payment: { method: "", cashOnDelivery: false, paid: false },
};

async function noteStanding(listed: ErpListed, told: boolean, deps: OtherWritersDeps): Promise<Noted | "raced"> {
  const { claims, erp, rules, unique } = deps;
  const sighting = sightingOf(listed, deps);
  if (!sighting) return "nothing";
  const now = deps.now();
  const found = await claims.look([...sighting.keys, erpLinkName(erp, listed.erpId)]);
  if (erpLinksIn(found, erp, now).has(keyId(erpLinkName(erp, listed.erpId)))) return "nothing";
  const decision = decide(sighting, found, now, { ...rules, orderId: unique(), stamp: unique() });
  const { write } = decision;
  if (write?.order && !write.order.before) return register(listed, decision, write.order.after, write.keys, deps);

  const pointedTo = decision.joins ?? [found.orders.get(decision.order ?? "")].flatMap((order) => order ?? []);
  if (pointedTo.some(({ state }) => state === "pending" || state === "submitting")) return "in-flight";
  const [shadowed, more] = pointedTo.filter(isShadowed);
  if (shadowed && !more && decision.verdict !== "held") return linkShadowed(listed, shadowed, found, deps);
  const others = pointedTo.filter((order) => isInErp(order, listed));
  const [other] = others;
  if (!other) return "nothing";
  const reason = decision.verdict === "held" ? decision.reason : "duplicated-in-erp";
  if (!told) await raise(listed, reason, others, decision, deps);
  if (decision.verdict === "held") return "doubtful";
  return link(listed, other, found, now, deps);
}

async function register(
  listed: ErpListed,
  { key }: Decision,
  order: Order,
  keys: Write["keys"],
  { claims, erp, explain, now, unique }: OtherWritersDeps,
): Promise<Noted | "raced"> {
  const { erpId, number } = listed;
  const next = delivered(order, unique(), { erpId, number, how: "linked" }, now());
  const after = withEvent(next, { at: now(), what: "delivered", why: "registered-from-erp" });
  const write: Write = {
    order: { before: undefined, after },
    keys: [...keys, erpLinkTo(after, new Map(), erp, erpId)],
  };
  if ((await claims.commit(write, now())) === "raced") return "raced";
  const decidedBy: { key?: Key } = key ? { key } : {};
  explain({ verdict: "linked", reason: "registered-from-erp", ...nameOf(listed, erp), order: after.id, ...decidedBy });
  return "registered";
}

/** In shadow mode others write: what they made of a purchase becomes its ERP order. */
async function linkShadowed(
  listed: ErpListed,
  before: Order,
  found: Found,
  { claims, erp, explain, now, unique }: OtherWritersDeps,
): Promise<Noted | "raced"> {
  const { erpId, number } = listed;
  const next = delivered(before, unique(), { erpId, number, how: "linked" }, now());
  const after = withEvent(next, { at: now(), what: "delivered", why: "linked" });
  const keys = [erpLinkTo(after, erpLinksIn(found, erp, now()), erp, erpId)];
  if ((await claims.commit({ order: { before, after }, keys }, now())) === "raced") return "raced";
  explain({ verdict: "linked", reason: "linked-in-shadow", ...nameOf(listed, erp), order: after.id });
  return "registered";
}

/** As an order of its own, which still stands. What the source cancelled is not there twice. */
function isInErp({ erp, state }: Order, otherThan: ErpListed): boolean {
  const isIt = erp?.erpId === otherThan.erpId || (erp?.erpId === "" && erp.number === otherThan.number);
  return erp !== undefined && !isIt && state !== "cancelled";
}

/** Before the link: a crash between the two tells it again, never not at all. */
async function raise(
  listed: ErpListed,
  reason: HeldReason,
  others: readonly Order[],
  { key }: Decision,
  { claims, erp, explain, now }: OtherWritersDeps,
): Promise<void> {
  const numbers = others.flatMap((order) => order.erp?.number ?? []);
  const detail = `ERP orders ${[...numbers, listed.number].join(" and ")}`;
  const name = nameOf(listed, erp);
  const order = others[0]?.id;
  await claims.hold(heldMessage(name.account, name.sourceOrder, reason, present({ detail, order })), now());
  explain(present({ verdict: "held", reason, ...name, note: detail, order, key }));
}

/** From now on it is known, and no other purchase is linked to it. */
async function link(
  { erpId }: ErpListed,
  order: Order,
  found: Found,
  now: Instant,
  { claims, erp }: OtherWritersDeps,
): Promise<Noted | "raced"> {
  const write: Write = { keys: [erpLinkTo(order, erpLinksIn(found, erp, now), erp, erpId)] };
  return (await claims.commit(write, now)) === "raced" ? "raced" : "duplicated";
}

function nameOf({ erpId }: ErpListed, erp: string): { account: string; sourceOrder: string } {
  return { account: erpAccount(erp), sourceOrder: erpId };
}
