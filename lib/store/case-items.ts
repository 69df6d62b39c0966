/** A case as an item: how it is opened, said again and closed, by whichever store writes it. */
import type { Closed, Parked, Resolution } from "../core/held.ts";
import { DAY, type Instant } from "../core/order.ts";
import { present } from "../core/writes.ts";
import { table } from "./table.ts";

/** Lanes of the index of what is due: what a person has to look at, and what is over and to be erased. */
export const CASES = "cases";
export const CLOSED_CASES = "closed-cases";

/** In the index of what is looked for. */
export const OPEN_CASES = "open-cases";

/** The sweep erases a closed case at its end; the store deletes whatever it should have missed. */
const GRACE_MS = DAY;

/** What an open case has and a closed one has not, and the other way round. */
const LEAVES_OPEN = "REMOVE findBy, findAt, toldAt, warnedAt";

/** Closes an open case with the values of `closing`. */
export const CLOSES = {
  UpdateExpression: `SET resolved = :resolved, #ttl = :ttl, lane = :closed, dueAt = :until ${LEAVES_OPEN}`,
  ExpressionAttributeNames: { "#ttl": table.ttl },
} as const;

/** The values of `CLOSES`. @param until the sweep erases what it holds then */
export function closing(resolution: Resolution, until: Instant): Record<string, unknown> {
  return {
    ":resolved": present({ ...resolution }),
    ":ttl": seconds(until + GRACE_MS),
    ":closed": CLOSED_CASES,
    ":until": until,
  };
}

/** A repeat adds one to the count, and brings the latest body and detail; what was closed is open again. */
export function heldUpdate(held: Parked, now: Instant) {
  return {
    Key: { pk: heldPk(held.id) },
    UpdateExpression:
      "SET id = :id, account = :account, sourceOrder = :source, reason = :reason, body = :body, " +
      "detail = :detail, changes = :changes, lastAt = :now, firstAt = if_not_exists(firstAt, :now), " +
      "findBy = :open, findAt = if_not_exists(firstAt, :now), " +
      `lane = :cases, dueAt = :now${held.order === undefined ? "" : ", #order = :order"} ` +
      "REMOVE resolved, erasedAt, #ttl ADD #count :one",
    ExpressionAttributeNames: present<Record<string, string>>({
      "#count": "count",
      "#ttl": table.ttl,
      "#order": held.order === undefined ? undefined : "order",
    }),
    ExpressionAttributeValues: present<Record<string, unknown>>({
      ":cases": CASES,
      ":open": OPEN_CASES,
      ":order": held.order,
      ":id": held.id,
      ":account": held.account,
      ":source": held.sourceOrder,
      ":reason": held.reason,
      ":body": held.body ?? "",
      ":detail": held.detail ?? "",
      ":changes": held.changes ?? [],
      ":now": now,
      ":one": 1,
    }),
  };
}

/**
 * Without a condition, which would refuse the whole write where somebody closed the message already: whatever is missing
 * is filled in, so that one that the store has forgotten comes back as closed.
 */
export function heldClosing({ id, account, sourceOrder, reason, resolved, until }: Closed, now: Instant) {
  return {
    Key: { pk: heldPk(id) },
    UpdateExpression:
      "SET id = :id, account = :account, sourceOrder = :source, reason = :reason, " +
      "body = if_not_exists(body, :none), detail = if_not_exists(detail, :none), " +
      "changes = if_not_exists(changes, :nothing), firstAt = if_not_exists(firstAt, :now), " +
      "lastAt = if_not_exists(lastAt, :now), #count = if_not_exists(#count, :zero), " +
      "resolved = if_not_exists(resolved, :resolved), " +
      `#ttl = :ttl, lane = :closed, dueAt = :until ${LEAVES_OPEN}`,
    ExpressionAttributeNames: { "#count": "count", "#ttl": table.ttl },
    ExpressionAttributeValues: {
      ...closing(resolved, until),
      ":id": id,
      ":account": account,
      ":source": sourceOrder,
      ":reason": reason,
      ":none": "",
      ":nothing": [],
      ":zero": 0,
      ":now": now,
    },
  };
}

export function heldPk(id: string): string {
  return `${table.prefixes.held}${id}`;
}

function seconds(instant: Instant): number {
  return Math.ceil(instant / 1000);
}
