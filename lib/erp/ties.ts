/** Ties: the index remembers which ERP order of another writer belongs to which order, so that no second one links to it. */
import type { Claims, Found, KeyName, KeyRecord, Write } from "../dedup/claims.ts";
import { type Key, keyId } from "../dedup/keys.ts";
import type { Instant, Order } from "../order.ts";
import { change } from "../states.ts";
import { type ErpHit, erpAccount } from "./erp.ts";

type Tie = {
  record: KeyRecord;
  /** The order that the record names, unless the store has forgotten it. */
  order: Order | undefined;
  /** Only the watch tied it: no report has claimed the ERP order yet, so one purchase still may. */
  unclaimed: boolean;
};

/** By `keyId` of the tie. */
export type Ties = ReadonlyMap<string, Tie>;

export function tieName(erp: string, erpId: string): KeyName {
  return { kind: "erp-order", issuer: erp, value: erpId };
}

/**
 * Whether an ERP order belongs to a Kojarz order of this index. One with an id that the index does not know is another
 * writer's: the table was lost or restored, or another stage wrote it.
 */
export async function isOurs(kojarzOrder: string | undefined, claims: Pick<Claims, "read">): Promise<boolean> {
  return kojarzOrder !== undefined && (await claims.read(kojarzOrder)) !== undefined;
}

/**
 * Reads the ties of the ERP orders that another writer made, and which of the numbers that found them two orders share:
 * such a number says nothing here either. No request where there are none.
 */
export async function lookForTies(
  claims: Pick<Claims, "look" | "read">,
  erp: string,
  found: readonly ErpHit[],
  now: Instant,
): Promise<{ ties: Ties; telling: readonly ErpHit[] }> {
  const hits = await withoutLostIds(found, claims);
  const foreign = hits.filter((hit) => !hit.kojarzOrder);
  if (foreign.length === 0) return { ties: new Map(), telling: hits };
  const names = foreign.map((hit) => tieName(erp, hit.erpId));
  const numbers = foreign.flatMap(({ key }) => (key?.kind === "customer-number" ? key : []));
  const known = await claims.look([...names, ...numbers]);
  const isShared = ({ key }: ErpHit) => key !== undefined && known.keys.get(keyId(key))?.shared === true;
  return { ties: tiesIn(known, erp, now), telling: hits.filter((hit) => !isShared(hit)) };
}

async function withoutLostIds(hits: readonly ErpHit[], claims: Pick<Claims, "read">): Promise<ErpHit[]> {
  const ours = new Set<string>();
  for (const id of new Set(hits.flatMap(({ kojarzOrder }) => kojarzOrder ?? [])))
    if (await isOurs(id, claims)) ours.add(id);
  return hits.map(({ kojarzOrder, ...hit }) =>
    kojarzOrder !== undefined && ours.has(kojarzOrder) ? { ...hit, kojarzOrder } : hit,
  );
}

/** The ties among what a look found. */
export function tiesIn({ keys, orders }: Found, erp: string, now: Instant): Ties {
  const ties = [...keys].filter(([, { kind, memoryUntil }]) => kind === "erp-order" && memoryUntil > now);
  return new Map(
    ties.map(([id, record]) => {
      const order = orders.get(record.order);
      return [id, { record, order, unclaimed: order !== undefined && isOnlyWatched(order, erp) && !record.shared }];
    }),
  );
}

/** Known from the ERP alone: no report of the purchase has come yet. */
export function isOnlyWatched({ sources }: Order, erp: string): boolean {
  return sources.every(({ account }) => account === erpAccount(erp));
}

/** The order that the ERP order of a hit belongs to. One that nobody reported yet leaves it to whom its values fit. */
export function tiedOrder(ties: Ties, erp: string, { erpId, key }: Pick<ErpHit, "erpId" | "key">): string | undefined {
  const tie = ties.get(keyId(tieName(erp, erpId)));
  if (!tie?.unclaimed) return tie?.order?.erpTakenBy ?? tie?.record.order;
  return key && isOfAnother(key, tie.order?.keys ?? []) ? tie.record.order : undefined;
}

/** Numbers repeat over shops: the value that was found is known as the id of another issuer. */
function isOfAnother({ issuer, value }: Key, known: readonly Key[]): boolean {
  const issuers = known.filter((key) => key.value === value).map((key) => key.issuer);
  return issuers.length > 0 && !issuers.includes(issuer);
}

/**
 * That another order takes the ERP order of one that nobody has reported yet. Written before the link: whoever reports it
 * from now on is told that two purchases may share one ERP order, and whoever did in the meantime makes this a race.
 * @returns undefined where there is nothing to write
 */
export function takingOver(
  ties: Ties,
  erp: string,
  erpId: string,
  by: Order,
  stamp: string,
): NonNullable<Write["order"]> | undefined {
  const { unclaimed, order: before } = ties.get(keyId(tieName(erp, erpId))) ?? {};
  if (!unclaimed || !before || before.erpTakenBy === by.id) return undefined;
  return { before, after: change(before, stamp, { erpTakenBy: by.id }) };
}

/**
 * The tie as one item of the transaction that marks the order delivered. Where the watch tied the ERP order before, the
 * tie stays and is marked: the next purchase finds it taken.
 */
export function tieTo(order: Order, ties: Ties, erp: string, erpId: string): Write["keys"][number] {
  const name = tieName(erp, erpId);
  const tie = ties.get(keyId(name));
  if (tie?.unclaimed) return { before: tie.record, after: { ...tie.record, shared: true } };
  const { id, expiresAt, memoryUntil } = order;
  return {
    before: tie?.record,
    after: { ...name, rank: 1, order: id, expiresAt, memoryUntil, shared: false },
  };
}
