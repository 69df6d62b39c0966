/**
 * An ERP order of another writer that was cancelled in the ERP. While nobody has reported its purchase, the next ready
 * report makes another one; once somebody has, a person decides, since the purchase may stand.
 */

import { heldMessage } from "../core/held.ts";
import { keyId } from "../core/keys.ts";
import type { Order } from "../core/order.ts";
import { type ErpListed, erpAccount } from "../core/ports/erp.ts";
import { withdrawn } from "../core/states.ts";
import { withEvent } from "../core/writes.ts";
import { erpLinkName, erpLinksIn, isOnlyWatched } from "../delivery/erp-links.ts";
import type { Noted, OtherWritersDeps } from "./noted.ts";

/** @param told a person was told of it before */
export async function noteCancelled(
  listed: ErpListed,
  told: boolean,
  deps: OtherWritersDeps,
): Promise<Noted | "raced"> {
  const { claims, erp } = deps;
  const name = erpLinkName(erp, listed.erpId);
  const tied = erpLinksIn(await claims.look([name]), erp, deps.now()).get(keyId(name))?.order;
  const taker = tied?.erpTakenBy === undefined ? undefined : await claims.read(tied.erpTakenBy);
  const standing = [tied, taker].flatMap((order) => (order && standsOn(order, listed) ? [order] : []));

  const unreported = standing.find((order) => isOnlyWatched(order, erp));
  if (unreported && (await withdraw(listed, unreported, deps)) === "raced") return "raced";
  const reported = standing.find((order) => order !== unreported);
  if (!reported) return "nothing";
  if (!told) await raise(listed, reported, deps);
  return "doubtful";
}

/** What a source cancelled, or is just cancelling, is no news to it. */
function standsOn({ state, erp, cancelRequested }: Order, { erpId }: ErpListed): boolean {
  return state === "delivered" && erp?.erpId === erpId && cancelRequested === undefined;
}

async function withdraw(
  { erpId }: ErpListed,
  order: Order,
  { claims, erp, explain, now, rules, unique }: OtherWritersDeps,
): Promise<"done" | "raced"> {
  const next = withdrawn(order, unique(), order.acceptedAt + rules.waitingMs);
  const after = withEvent(next, { at: now(), what: "waiting", why: "cancelled-in-erp" });
  if ((await claims.commit({ order: { before: order, after }, keys: [] }, now())) !== "done") return "raced";
  const account = erpAccount(erp);
  explain({ verdict: "waiting", reason: "cancelled-in-erp", account, sourceOrder: erpId, order: order.id });
  return "done";
}

async function raise(
  { erpId, number }: ErpListed,
  order: Order,
  { claims, erp, explain, now }: OtherWritersDeps,
): Promise<void> {
  const account = erpAccount(erp);
  const reason = "cancelled-in-erp";
  const detail = `ERP order ${number}`;
  await claims.hold(heldMessage(account, erpId, reason, { detail }), now());
  explain({ verdict: "held", reason, account, sourceOrder: erpId, note: detail, order: order.id });
}
