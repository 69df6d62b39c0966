/**
 * An edit in Magento's admin makes a new order (`000000123-1`, `-2`, …) and cancels the one it was made from.
 *
 * It is still one purchase. So the edit is reported as its root: under the root's id as the source order, which makes
 * it a newer report of the same order and no second one, and with the ids of all that it replaces as keys. What was
 * replaced reports nothing any more: its cancellation must not cancel the purchase. Pure.
 */
import type { MagentoOrder } from "./body.ts";

export type Lineage = {
  /** The entity id under which every edition of this purchase is reported. */
  root: string;
  /** Its own entity id first, then those of the orders that it replaces. */
  ids: string[];
  /** The order numbers of the same, as far as they are known. */
  numbers: string[];
};

/** An edit in Magento's panel cancels the order and places a new one, its child. */
export function isReplaced(order: MagentoOrder): boolean {
  return order.state === "canceled" && order.relation_child_id !== undefined;
}

/** An order names only the one that it was made from: where that was an edit too, the root has to be looked up. */
export function isEditOfEdit(order: MagentoOrder): boolean {
  return order.relation_parent_id !== undefined && order.relation_parent_real_id !== order.original_increment_id;
}

/** @param ancestors the entity ids of the orders that it replaces, the nearest first, as far as they were looked up */
export function lineageOf(order: MagentoOrder, ancestors: readonly string[]): Lineage {
  const parent = order.relation_parent_id;
  const before = ancestors.length > 0 ? ancestors : parent === undefined ? [] : [parent];
  const replaced = before.length > 0 ? [order.relation_parent_real_id, order.original_increment_id] : [];
  const { entity_id: own } = order;
  return { root: before.at(-1) ?? own, ids: [own, ...before], numbers: [order.increment_id, ...replaced] };
}
