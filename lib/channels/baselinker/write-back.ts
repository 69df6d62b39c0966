/**
 * Writes the ERP's number into a BaseLinker order and moves it to the status that says so. The order is read first: what
 * the seller wrote into it stays, and an order that has it already is left alone, wherever it has been moved since.
 */
import * as z from "zod/mini";
import type { PullIo, WriteBack } from "../channel.ts";
import { Text } from "../shared/wire.ts";
import type { BaseLinkerAccount } from "./account.ts";
import { type Connector, connectorOf } from "./client.ts";
import { getOrders } from "./pull.ts";
import { positionOf } from "./wire.ts";

/** What BaseLinker keeps of `admin_comments`; a longer text would be cut somewhere in the seller's words. */
const COMMENTS_LENGTH = 200;
const BETWEEN = " | ";

const Known = z.lazy(() =>
  z.object({ order_status_id: Text, admin_comments: Text, extra_field_1: Text, extra_field_2: Text }),
);
type Known = z.infer<typeof Known>;

export function writeBack(account: BaseLinkerAccount, io: PullIo): WriteBack | undefined {
  const { erpNumberField: field, statusAfterErp } = account;
  if (field === undefined && statusAfterErp === undefined) return undefined;
  const connector = connectorOf(account, io);
  return async (sourceOrder, erpNumber, note) => {
    const order = await read(connector, sourceOrder);
    // Merged or deleted meanwhile: there is nothing to write into.
    if (!order) return;
    const written = field !== undefined && holdsNumber(order, field, erpNumber);
    if (written && note.seen === undefined) return;
    note.seen ??= order.order_status_id;
    const order_id = Number(sourceOrder);
    // The status comes last: a seller who sees it may move the order on, and no attempt may then move it back.
    const text = field && !written ? textFor(order, field, erpNumber) : undefined;
    if (field && text !== undefined) await connector("setOrderFields", { order_id, [field]: text });
    const isWhereItWas = order.order_status_id === note.seen;
    if (isWhereItWas && moves(order, account))
      await connector("setOrderStatus", { order_id, status_id: statusAfterErp });
  };
}

async function read(connector: Connector, sourceOrder: string): Promise<Known | undefined> {
  const raws = await getOrders(connector, { order_id: Number(sourceOrder), get_unconfirmed_orders: true });
  const raw = raws.find((order) => positionOf(order)?.id === sourceOrder);
  return raw === undefined ? undefined : Known.parse(raw);
}

type Field = NonNullable<BaseLinkerAccount["erpNumberField"]>;

function holdsNumber(order: Known, field: Field, erpNumber: string): boolean {
  if (field !== "admin_comments") return order[field] === erpNumber;
  return order.admin_comments.split(BETWEEN).includes(commentOf(erpNumber));
}

/** @returns undefined where there is no room beside what the seller wrote */
function textFor(order: Known, field: Field, erpNumber: string): string | undefined {
  if (field !== "admin_comments") return erpNumber;
  const text = [order.admin_comments, commentOf(erpNumber)].filter(Boolean).join(BETWEEN);
  return text.length <= COMMENTS_LENGTH ? text : undefined;
}

function commentOf(erpNumber: string): string {
  return `ERP ${erpNumber}`;
}

/** A cancelled order stays cancelled. */
function moves(order: Known, { statusAfterErp, cancelledStatuses }: BaseLinkerAccount): boolean {
  const isCancelled = cancelledStatuses.some((id) => String(id) === order.order_status_id);
  return statusAfterErp !== undefined && !isCancelled && order.order_status_id !== String(statusAfterErp);
}
