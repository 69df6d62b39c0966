/** Ties: the index remembers which ERP order of another writer belongs to which order, so that no second one links to it. */
import type { Claims, KeyName, KeyRecord, Write } from "../dedup/claims.ts";
import { keyId } from "../dedup/keys.ts";
import type { Instant, Order } from "../order.ts";
import type { ErpHit } from "./erp.ts";

/** By `keyId` of the tie. */
export type Ties = ReadonlyMap<string, KeyRecord>;

export function tieName(erp: string, erpId: string): KeyName {
  return { kind: "erp-order", issuer: erp, value: erpId };
}

/** Reads the ties of the ERP orders that another writer made; no request where there are none. */
export async function lookForTies(
  claims: Pick<Claims, "look">,
  erp: string,
  hits: readonly ErpHit[],
  now: Instant,
): Promise<Ties> {
  const erpIds = new Set(hits.filter((hit) => !hit.kojarzOrder).map((hit) => hit.erpId));
  if (erpIds.size === 0) return new Map();
  const { keys } = await claims.look([...erpIds].map((erpId) => tieName(erp, erpId)));
  return new Map([...keys].filter(([, tie]) => tie.memoryUntil > now));
}

export function tiedOrder(ties: Ties, erp: string, erpId: string): string | undefined {
  return ties.get(keyId(tieName(erp, erpId)))?.order;
}

/** The tie as one item of the transaction that marks the order delivered. */
export function tieTo(order: Order, ties: Ties, erp: string, erpId: string): Write["keys"][number] {
  const name = tieName(erp, erpId);
  const { id, expiresAt, memoryUntil } = order;
  return {
    before: ties.get(keyId(name)),
    after: { ...name, rank: 1, order: id, expiresAt, memoryUntil, shared: false },
  };
}
