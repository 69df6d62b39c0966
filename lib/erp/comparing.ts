/**
 * What a report needs to compare what Kojarz would have written with what the others wrote: purchases as the index has them,
 * and the ERP's orders as its side shows them for it. Page by page, of both ids, times, totals and VAT, and nothing of a person.
 */
import * as z from "zod/mini";
import { type Key, keyId, normalise } from "../core/keys.ts";
import { Share, sharesOf } from "../core/money.ts";
import { DAY, Instant, type Order, type Report, type Source } from "../core/order.ts";
import type { Desk } from "../core/ports/desk.ts";
import { type ErpTaxed, type ErpWatch, isErpAccount, SHADOW_OFF } from "../core/ports/erp.ts";
import type { Modes } from "../core/rules.ts";
import { anyBoolean, anyInt, anyText, optionalInt, optionalText } from "../core/schemas.ts";
import { reportToForward } from "../core/sources.ts";
import { present } from "../core/writes.ts";
import { keysOfListed, type Writer } from "./writers.ts";

const optionalInstant = z.optional(Instant);

export const Comparing = z.lazy(() =>
  z.strictObject({
    compare: z.enum(["purchases", "erp-orders"]),
    /** Purchases accepted, and ERP orders created, at this instant or later. */
    since: Instant,
    /** Of the page before. */
    cursor: optionalText,
  }),
);
export type Comparing = z.infer<typeof Comparing>;

const KeyShown = z.object({ id: anyText, rank: anyInt });
const optionalShares = z.lazy(() => z.optional(z.array(Share)));

/** A purchase that a platform reported. Amounts are minor units. */
export const Purchase = z.lazy(() =>
  z.object({
    order: anyText,
    sources: z.array(z.object({ account: anyText, sourceOrder: anyText })),
    acceptedAt: Instant,
    placedAt: optionalInstant,
    readiness: z.enum(["ready", "waiting", "cancelled"]),
    currency: optionalText,
    total: optionalInt,
    /** How many lines: each may round by a minor unit. */
    lines: anyInt,
    /** What of it is taxed how, as far as its source says it; absent where it was erased with the window. */
    shares: optionalShares,
    keys: z.array(KeyShown),
    /** It was not forwarded, because it was taken in in shadow mode. */
    shadowed: anyBoolean,
    /** The ERP order that Kojarz knows as its own. */
    erpId: optionalText,
  }),
);
export type Purchase = z.infer<typeof Purchase>;

/** An ERP order, with the keys that its columns stand for. */
export const ErpShown = z.lazy(() =>
  z.object({
    erpId: anyText,
    number: anyText,
    createdAt: Instant,
    currency: anyText,
    total: anyInt,
    cancelled: anyBoolean,
    /** The Kojarz order whose id it carries. */
    kojarzOrder: optionalText,
    internetId: optionalText,
    customerNumber: optionalText,
    /** As the ERP's lines say; absent where its side does not tell. */
    shares: optionalShares,
    keys: z.array(KeyShown),
  }),
);
export type ErpShown = z.infer<typeof ErpShown>;

export const Compared = z.lazy(() =>
  z.object({
    at: Instant,
    purchases: z.array(Purchase),
    erpOrders: z.array(ErpShown),
    /** Absent on the last page. */
    cursor: optionalText,
    /** Why there is nothing to compare. */
    refused: optionalText,
  }),
);
export type Compared = z.infer<typeof Compared>;

export type ComparingParts = {
  desk: Pick<Desk, "scan">;
  watch?: ErpWatch;
  now: () => Instant;
  config: { erpWriters: readonly Writer[]; mode: Modes };
};

const ITEMS_PER_PAGE = 300;

/** The longest that a report may look back: a question for all that an ERP ever held is no report. */
const MOST_DAYS = 92;

/** @throws `ErpUnavailable`, or what our own store threw */
export async function compare(parts: ComparingParts, { compare: what, since, cursor }: Comparing): Promise<Compared> {
  const at = parts.now();
  if (parts.config.mode === "live")
    return { at, purchases: [], erpOrders: [], refused: "no account is in shadow mode" };
  const from = Math.max(since, at - MOST_DAYS * DAY);
  if (what === "purchases") {
    const { orders, cursor: next } = await parts.desk.scan(cursor, ITEMS_PER_PAGE);
    const purchases = orders.filter(({ acceptedAt }) => acceptedAt >= from).flatMap(purchaseOf);
    return present<Compared>({ at, purchases, erpOrders: [], cursor: next });
  }
  const page = await parts.watch?.shadow?.(from, cursor);
  if (page?.outcome !== "listed") return { at, purchases: [], erpOrders: [], refused: refusalOf(page?.reason) };
  const erpOrders = page.orders.map((listed) => shownOf(listed, parts.config.erpWriters));
  return present<Compared>({ at, purchases: [], erpOrders, cursor: page.cursor });
}

/** For whoever asked, with what to do. */
function refusalOf(reason: string | undefined): string {
  if (reason === undefined) return "the ERP cannot be listed";
  return reason === SHADOW_OFF
    ? 'the bridge does not answer reports: set "shadow": true in its bridge.json, and start it again'
    : `the bridge refuses: ${reason}`;
}

/** What the ERP alone knows of is no purchase of a platform; what was merged is in the other one. */
function purchaseOf(order: Order): Purchase[] {
  const sources = order.sources.filter(({ account }) => !isErpAccount(account));
  const lead = reportToForward({ ...order, sources });
  if (!lead || order.mergedInto !== undefined) return [];
  return [
    present<Purchase>({
      order: order.id,
      sources: sources.map(({ account, sourceOrder }) => ({ account, sourceOrder })),
      acceptedAt: order.acceptedAt,
      placedAt: order.placedAt,
      readiness: order.state === "cancelled" ? "cancelled" : lead.readiness,
      currency: lead.money?.currency,
      total: lead.money?.minor,
      lines: lead.report?.lines.length ?? 1,
      shares: lead.report && taxedIn(lead.report),
      keys: order.keys.filter((key) => isSure(key, sources)).map((key) => ({ id: keyId(key), rank: key.rank })),
      shadowed: order.shadowed === true,
      erpId: order.erp?.erpId || undefined,
    }),
  ];
}

/** What a source says of another's order may be mistaken; its own id is not, whatever its rank. */
function isSure({ rank, issuer, value }: Key, sources: readonly Source[]): boolean {
  return rank < 4 || sources.some((one) => one.account === issuer && normalise(one.sourceOrder) === value);
}

/** Where the VAT of a part is not said, the ERP takes that of its article. */
function taxedIn({ lines, shipping, fees = [] }: Report): Share[] {
  const all: Share[] = [
    ...lines,
    ...sharesOf(shipping),
    ...fees.map(({ kind, gross, vat }) => ({ gross, vat: vat ?? (kind === "deposit" ? OUTSIDE_VAT : undefined) })),
  ];
  return all.flatMap(({ gross, vat }) => (gross === 0 ? [] : [present<Share>({ gross, vat })]));
}

const OUTSIDE_VAT = { kind: "exempt", code: "np" } as const;

function shownOf(listed: ErpTaxed, writers: readonly Writer[]): ErpShown {
  const { erpId, number, createdAt, currency, total, cancelled, kojarzOrder, internetId, customerNumber } = listed;
  const keys = keysOfListed(listed, writers).map((key) => ({ id: keyId(key), rank: key.rank }));
  const said = { kojarzOrder, internetId, customerNumber, shares: listed.shares };
  return present<ErpShown>({ erpId, number, createdAt, currency, total, cancelled, ...said, keys });
}
