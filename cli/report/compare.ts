/**
 * What Kojarz would have written beside what the others really wrote. Pure.
 *
 * An ERP order belongs to the purchase whose id it carries; by a mere order number, only with an equal total.
 */
import { agrees, type Share } from "../../lib/core/money.ts";
import { DAY } from "../../lib/core/order.ts";
import type { ErpShown, Purchase } from "../../lib/erp/comparing.ts";
import { grossByVat, isTaxedAlike } from "./taxed.ts";

export type Matched = { purchase: Purchase; erp: ErpShown[] };

export type Comparison = {
  /** Purchases that are ready, or were cancelled. */
  purchases: number;
  /** Standing ERP orders of the period. */
  erpOrders: number;
  /** In the ERP more than once, the oldest ERP order first: the others are too many. */
  doubled: Matched[];
  /** Ready, and in the ERP under no id that is known. */
  missing: Purchase[];
  /** In the ERP once, with another total. */
  differing: Array<Matched & { by: number }>;
  /** In the ERP once, with this total, of which another part is under some VAT: as its source says it, and as the ERP has it. */
  taxed: Array<Matched & { said: readonly Share[]; inErp: readonly Share[] }>;
  /** In the ERP once, with this total, of which one side does not tell the VAT. */
  vatUnknown: number;
  /** Written later than they should have been. */
  late: Array<Matched & { afterMs: number }>;
  /** Cancelled by its source, and still standing in the ERP. */
  standing: Matched[];
  /** ERP orders that no purchase explains: by hand, or of a shop that is not connected. */
  unexplained: ErpShown[];
};

export type Span = {
  now: number;
  /** A purchase younger than this may still be written. */
  graceMs: number;
  /** Written after more than this, it is late. */
  lateMs: number;
};

export const SPAN: Omit<Span, "now"> = { graceMs: DAY / 12, lateMs: DAY / 12 };

export function comparisonOf(purchases: readonly Purchase[], orders: readonly ErpShown[], span: Span): Comparison {
  const known = purchases.filter(({ readiness }) => readiness !== "waiting");
  const standing = orders.filter(({ cancelled }) => !cancelled);
  const owner = ownersOf(purchases, standing);
  const erpOf = Map.groupBy(standing, ({ erpId }) => owner.get(erpId)?.order);
  const matched = known.map(
    (purchase): Matched => ({
      purchase,
      erp: [...(erpOf.get(purchase.order) ?? [])].sort((a, b) => a.createdAt - b.createdAt || byText(a.erpId, b.erpId)),
    }),
  );
  const ready = matched.filter(({ purchase }) => purchase.readiness === "ready");
  const equal = ready.flatMap(ofEqualTotal);
  return {
    purchases: known.length,
    erpOrders: standing.length,
    doubled: matched.filter(({ erp }) => erp.length > 1),
    missing: ready.flatMap(({ purchase, erp }) =>
      erp.length === 0 && purchase.acceptedAt + span.graceMs <= span.now ? [purchase] : [],
    ),
    differing: ready.flatMap(differing),
    taxed: equal.flatMap(taxed),
    vatUnknown: equal.filter(({ purchase, only }) => !tellsVat(purchase) || !only.shares).length,
    late: ready.flatMap((one) => late(one, span.lateMs)),
    standing: matched.filter(({ purchase, erp }) => purchase.readiness === "cancelled" && erp.length > 0),
    unexplained: standing.filter(({ erpId, kojarzOrder }) => !owner.has(erpId) && kojarzOrder === undefined),
  };
}

/** The purchase of each ERP order, by its id: as Kojarz linked it, else by its best key. */
function ownersOf(purchases: readonly Purchase[], orders: readonly ErpShown[]): ReadonlyMap<string, Purchase> {
  const byOrder = new Map(purchases.map((purchase) => [purchase.order, purchase]));
  const byErpId = new Map(purchases.flatMap((one) => (one.erpId === undefined ? [] : [[one.erpId, one] as const])));
  const byKey = Map.groupBy(
    purchases.flatMap((purchase) => purchase.keys.map(({ id }) => ({ id, purchase }))),
    ({ id }) => id,
  );
  const ownerOf = (erp: ErpShown): Purchase | undefined => {
    const own = byOrder.get(erp.kojarzOrder ?? "") ?? byErpId.get(erp.erpId);
    if (own) return own;
    for (const key of erp.keys.toSorted((a, b) => a.rank - b.rank)) {
      const found = byKey.get(key.id)?.map(({ purchase }) => purchase) ?? [];
      const fitting = key.rank < 3 ? found : found.filter((purchase) => isOfTotal(purchase, erp));
      if (fitting[0] && fitting.length === 1) return fitting[0];
    }
    return undefined;
  };
  return new Map(
    orders.flatMap((erp) => {
      const owner = ownerOf(erp);
      return owner ? [[erp.erpId, owner] as const] : [];
    }),
  );
}

function isOfTotal({ currency, total, lines }: Purchase, erp: ErpShown): boolean {
  if (currency === undefined || total === undefined) return false;
  return agrees({ currency, minor: total }, { currency: erp.currency, minor: erp.total }, lines);
}

function differing({ purchase, erp }: Matched): Comparison["differing"] {
  const [only, more] = erp;
  if (!only || more || purchase.total === undefined || isOfTotal(purchase, only)) return [];
  return [{ purchase, erp, by: only.total - purchase.total }];
}

function ofEqualTotal({ purchase, erp }: Matched): Array<Matched & { only: ErpShown }> {
  const [only, more] = erp;
  return only && !more && isOfTotal(purchase, only) ? [{ purchase, erp, only }] : [];
}

function tellsVat({ shares = [] }: Purchase): boolean {
  return shares.some(({ vat }) => vat !== undefined);
}

function taxed({ purchase, erp, only }: Matched & { only: ErpShown }): Comparison["taxed"] {
  const { shares: said, lines } = purchase;
  const { shares: inErp, total } = only;
  if (!said || !inErp || !tellsVat(purchase) || isTaxedAlike(said, inErp, { lines, total })) return [];
  return [{ purchase, erp, said: grossByVat(said), inErp: grossByVat(inErp) }];
}

function late({ purchase, erp }: Matched, lateMs: number): Comparison["late"] {
  const [first] = erp;
  const afterMs = first ? first.createdAt - (purchase.placedAt ?? purchase.acceptedAt) : 0;
  return afterMs > lateMs ? [{ purchase, erp, afterMs }] : [];
}

export type Leaving = { linked: number; forwarded: Purchase[]; asked: Purchase[] };

/** What becomes of the purchases of shadow mode once it is left at this instant. */
export function leavingOf(purchases: readonly Purchase[], orders: readonly ErpShown[], liveFrom: number): Leaving {
  const owners = ownersOf(
    purchases,
    orders.filter(({ cancelled }) => !cancelled),
  );
  const inErp = new Set([...owners.values()].map(({ order }) => order));
  const shadowed = purchases.filter(({ shadowed, readiness }) => shadowed && readiness === "ready");
  const left = shadowed.filter(({ order }) => !inErp.has(order));
  const isSince = ({ placedAt, acceptedAt }: Purchase) => (placedAt ?? acceptedAt) >= liveFrom;
  return {
    linked: shadowed.length - left.length,
    forwarded: left.filter(isSince),
    asked: left.filter((purchase) => !isSince(purchase)),
  };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : 1;
}
