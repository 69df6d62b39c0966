/** A person entered the purchase in the ERP: from now on its order is that one's. */
import { type Doing, enteredByHand } from "../core/actions.ts";
import { type Held, isOfAccount, namesAnOrder } from "../core/held.ts";
import { keyOf } from "../core/keys.ts";
import { DAY, type Order } from "../core/order.ts";
import type { Write } from "../core/ports/claims.ts";
import type { ErpHit } from "../core/ports/erp.ts";
import { keysToFind, numbersOf } from "../core/sources.ts";
import { present, withEvent } from "../core/writes.ts";
import { erpLinkedOrder, erpLinkTo, lookForErpLinks } from "../delivery/erp-links.ts";
import { type ActParts, type Asked, actOnce, told } from "./acting.ts";
import type { Acted } from "./actions.ts";
import { issuersOf } from "./settle-cases.ts";

const NEXT = {
  pl: "Zamówienie liczy się jako przekazane do ERP. O późniejszych zmianach w źródle powie nowa sprawa.",
  en: "The order counts as delivered to the ERP. A new case tells of what its source changes later.",
};

type AskedDone = Asked & { do: "done" };

export async function done(asked: AskedDone, parts: ActParts): Promise<Acted> {
  const made = parts.unique();
  const written = await actOnce(
    asked,
    asked,
    async ({ order, held }, doing) => {
      if (!order && held && isOfAccount(held)) return "names-no-order";
      if (!order) return held ? aboutReport(asked, held, made, doing, parts) : "unknown-order";
      const erp = await erpOrderOf(order, asked, parts);
      if (erp === "of-another") return "erp-order-of-another";
      return { ruling: enteredByHand(order, erp, erp.tie, doing), ends: "done" };
    },
    parts,
  );
  return told(asked, written, NEXT, parts);
}

type Entered = { number: string; erpId: string; tie: Write["keys"] };

/** As the ERP shows it, where it can be asked and the order carries what the purchase is known by; else its number alone. */
async function erpOrderOf(order: Order, asked: AskedDone, parts: ActParts): Promise<Entered | "of-another"> {
  const { claims, erp, now, config } = parts;
  const number = asked.erpNumber.trim();
  const since = Math.max(0, order.acceptedAt - config.windowDays * DAY);
  const query = { order: order.id, keys: keysToFind(order), numbers: numbersOf(order), since };
  // An ERP that is down, or that this function does not reach, must not keep a person from closing a case.
  const hits = await erp.find(query).catch((): ErpHit[] => []);
  const hit = hits.find((one) => one.number === number);
  if (!hit) return { number, erpId: asked.erpId ?? "", tie: [] };
  const { erpLinks } = await lookForErpLinks(claims, erp.name, [hit], now());
  const linked = erpLinkedOrder(erpLinks, erp.name, hit) ?? hit.kojarzOrder;
  if (linked !== undefined && linked !== order.id) return "of-another";
  const tie = hit.kojarzOrder === order.id ? [] : [erpLinkTo(order, erpLinks, erp.name, hit.erpId)];
  return { number, erpId: hit.erpId, tie };
}

/** The report made no order: one is claimed under the id that its source gives it, so that it comes in no second time. */
async function aboutReport(
  asked: AskedDone,
  held: Held,
  id: string,
  { now, stamp }: Doing,
  { claims, config }: ActParts,
) {
  const { account, sourceOrder } = held;
  const keys = issuersOf(account).flatMap((issuer) => keyOf("internet-id", issuer, sourceOrder, 2));
  const { keys: known } = await claims.look(keys);
  const isId = namesAnOrder(held) && !sourceOrder.includes(":") && keys.length > 0;
  if (!isId || known.size > 0) return { ruling: { is: "already" as const }, ends: "done" };
  const expiresAt = now + config.windowDays * DAY;
  const memoryUntil = now + config.memoryDays * DAY;
  const made = present<Order>({
    id,
    version: 1,
    stamp,
    state: "delivered",
    acceptedAt: now,
    expiresAt,
    memoryUntil,
    keys,
    sources: [],
    totals: [],
    attempts: 0,
    dueAt: expiresAt,
    erp: { number: asked.erpNumber.trim(), erpId: asked.erpId ?? "", how: "by-hand" },
  });
  const order = withEvent(made, { at: now, what: "action", why: "done", account, sourceOrder });
  const records = keys.map((key) => ({
    before: undefined,
    after: { ...key, order: id, expiresAt, memoryUntil, shared: false },
  }));
  return { ruling: { is: "writes" as const, order: { before: undefined, after: order }, keys: records }, ends: "done" };
}
