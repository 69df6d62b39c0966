/** ERP links: the index remembers which ERP order of another writer belongs to which order, so that no second one links to it. */

import { type Key, keyId } from "../core/keys.ts";
import type { Instant, Order } from "../core/order.ts";
import type { Claims, Found, KeyName, KeyRecord, Write } from "../core/ports/claims.ts";
import { type ErpHit, erpAccount } from "../core/ports/erp.ts";
import { change } from "../core/states.ts";

type ErpLink = {
  record: KeyRecord;
  /** The order that the record names, unless the store has forgotten it. */
  order: Order | undefined;
  /** Only the watch linked it: no report has claimed the ERP order yet, so one purchase still may. */
  unclaimed: boolean;
};

/** By `keyId` of the link. */
export type ErpLinks = ReadonlyMap<string, ErpLink>;

export function erpLinkName(erp: string, erpId: string): KeyName {
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
 * Reads the links of the ERP orders that another writer made, and which of the numbers that found them two orders share:
 * such a number says nothing here either. No request where there are none.
 */
export async function lookForErpLinks(
  claims: Pick<Claims, "look" | "read">,
  erp: string,
  found: readonly ErpHit[],
  now: Instant,
): Promise<{ erpLinks: ErpLinks; telling: readonly ErpHit[] }> {
  const hits = await withoutLostIds(found, claims);
  const foreign = hits.filter((hit) => !hit.kojarzOrder);
  if (foreign.length === 0) return { erpLinks: new Map(), telling: hits };
  const names = foreign.map((hit) => erpLinkName(erp, hit.erpId));
  const numbers = foreign.flatMap(({ key }) => (key?.kind === "customer-number" ? key : []));
  const known = await claims.look([...names, ...numbers]);
  const isShared = ({ key }: ErpHit) => key !== undefined && known.keys.get(keyId(key))?.shared === true;
  return { erpLinks: erpLinksIn(known, erp, now), telling: hits.filter((hit) => !isShared(hit)) };
}

async function withoutLostIds(hits: readonly ErpHit[], claims: Pick<Claims, "read">): Promise<ErpHit[]> {
  const ours = new Set<string>();
  for (const id of new Set(hits.flatMap(({ kojarzOrder }) => kojarzOrder ?? [])))
    if (await isOurs(id, claims)) ours.add(id);
  return hits.map(({ kojarzOrder, ...hit }) =>
    kojarzOrder !== undefined && ours.has(kojarzOrder) ? { ...hit, kojarzOrder } : hit,
  );
}

/** The links among what a look found. */
export function erpLinksIn({ keys, orders }: Found, erp: string, now: Instant): ErpLinks {
  const erpLinks = [...keys].filter(([, { kind, memoryUntil }]) => kind === "erp-order" && memoryUntil > now);
  return new Map(
    erpLinks.map(([id, record]) => {
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
export function erpLinkedOrder(
  erpLinks: ErpLinks,
  erp: string,
  { erpId, key }: Pick<ErpHit, "erpId" | "key">,
): string | undefined {
  const link = erpLinks.get(keyId(erpLinkName(erp, erpId)));
  if (!link?.unclaimed) return link?.order?.erpTakenBy ?? link?.record.order;
  return key && isOfAnother(key, link.order?.keys ?? []) ? link.record.order : undefined;
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
  erpLinks: ErpLinks,
  erp: string,
  erpId: string,
  by: Order,
  stamp: string,
): NonNullable<Write["order"]> | undefined {
  const { unclaimed, order: before } = erpLinks.get(keyId(erpLinkName(erp, erpId))) ?? {};
  if (!unclaimed || !before || before.erpTakenBy === by.id) return undefined;
  return { before, after: change(before, stamp, { erpTakenBy: by.id }) };
}

/**
 * The link as one item of the transaction that marks the order delivered. Where the watch linked the ERP order before, the
 * link stays and is marked: the next purchase finds it taken.
 */
export function erpLinkTo(order: Order, erpLinks: ErpLinks, erp: string, erpId: string): Write["keys"][number] {
  const name = erpLinkName(erp, erpId);
  const link = erpLinks.get(keyId(name));
  if (link?.unclaimed) return { before: link.record, after: { ...link.record, shared: true } };
  const { id, expiresAt, memoryUntil } = order;
  return {
    before: link?.record,
    after: { ...name, rank: 1, order: id, expiresAt, memoryUntil, shared: false },
  };
}
