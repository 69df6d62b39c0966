/** A case and an audit entry as an operator sees them, and what they are read from. */
import type { Audit } from "../core/audit.ts";
import { type Held, namesAnOrder } from "../core/held.ts";
import { present } from "../core/writes.ts";
import type { ActParts } from "./acting.ts";
import type { AuditEntry, CaseLine } from "./answers.ts";
import { type Book, panelOf } from "./book.ts";
import { meaningOf } from "./held-meanings.ts";
import type { PanelOf } from "./order-view.ts";

/** The parts of the process that an answer is read from. */
export type LookParts = Pick<ActParts, "book" | "cases" | "claims" | "desk" | "now"> & {
  erp: Pick<ActParts["erp"], "name">;
  feeds: Pick<ActParts["feeds"], "dueRefreshes">;
};

export function panelsOf({ book }: { book: Book }): PanelOf {
  return (account, sourceOrder) => panelOf(book, account, sourceOrder);
}

export function caseLine(held: Held, parts: Pick<LookParts, "book" | "now">): CaseLine {
  const { id, reason, account, sourceOrder, order, count, firstAt, lastAt, toldAt, resolved } = held;
  const ageMs = Math.max(0, parts.now() - firstAt);
  const todo = meaningOf(reason);
  const panel = namesAnOrder(held) ? panelOf(parts.book, account, sourceOrder) : undefined;
  return present<CaseLine>({
    id,
    reason,
    account,
    sourceOrder,
    order,
    count,
    firstAt,
    lastAt,
    ageMs,
    todo,
    panel,
    toldAt,
    resolved,
  });
}

export function auditEntry(audit: Audit): AuditEntry {
  const { request, index, at, do: action, case: about, order, before, after, by, byProven, note } = audit;
  const id = `${request}/${index}`;
  return present<AuditEntry>({ id, at, do: action, case: about, order, before, after, by, byProven, note });
}
