/** The claims in DynamoDB: one item a key, one item an order, one transaction a decision. */
import { setTimeout as wait } from "node:timers/promises";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { Audit } from "../core/audit.ts";
import { DISMISSED, type Parked } from "../core/held.ts";
import { KeyKind, keyId, Rank } from "../core/keys.ts";
import { Instant, Order } from "../core/order.ts";
import type { Claims, Committed, DueLane, KeyName, Write } from "../core/ports/claims.ts";
import { anyBoolean, anyText, optionalText } from "../core/schemas.ts";
import { bytesOf, checkOnce, laneOf, MAX_ORDER_BYTES, MOST_PARTITIONS, mayMove, present } from "../core/writes.ts";
import { CLOSES, closing, heldClosing, heldPk, heldUpdate } from "./case-items.ts";
import { AUDITS, auditPk, ERP_NUMBERS, type Table, table } from "./table.ts";

/** How the values of the index's partition key begin. */
const LANES = { work: "orders", ends: "ends" } as const satisfies Record<DueLane, string>;

/** What a person dismissed opens again where it says something new. */
const NOT_DISMISSED = "attribute_not_exists(resolved) OR resolved.how <> :dismissed";

const UNLIKE_HELD = "attribute_not_exists(pk) OR NOT body IN (:body, :former) OR detail <> :detail";

/** Before a body was named by its case as well, it was named by its bytes alone. */
function formerName({ id, body = "" }: Parked): string {
  return body.replace(`/${id}-`, "/");
}

const KeyItem = z.lazy(() =>
  z.object({
    kind: z.union([KeyKind, z.literal(["erp-order", "cart"])]),
    issuer: anyText,
    value: anyText,
    rank: Rank,
    order: anyText,
    expiresAt: Instant,
    memoryUntil: Instant,
    shared: anyBoolean,
  }),
);

const DueItem = z.lazy(() => z.object({ pk: anyText, dueAt: Instant }));

const OrderItem = z.object({ body: anyText });

/** @param partitions over how many values of the index orders are spread; those under any other value are found as well */
export function dynamoClaims({ documents, name }: Table, partitions = 1): Claims {
  const TableName = name;
  const remembered = new Remembered();

  async function dueIn(lane: string, now: Instant, limit: number): Promise<Array<z.infer<typeof DueItem>>> {
    const { Items = [] } = await documents.send(
      new QueryCommand({
        TableName,
        IndexName: table.dueIndex.name,
        KeyConditionExpression: "lane = :lane AND dueAt <= :now",
        ExpressionAttributeValues: { ":lane": lane, ":now": now },
        Limit: limit,
      }),
    );
    return Items.map((item) => DueItem.parse(item));
  }

  return {
    async look(names, how) {
      const ids = [...new Set(names.map(keyId))];
      const likely = how === "at-once" ? remembered.orderOf(ids) : undefined;
      const asked = [...ids.map(keyPk), ...(likely === undefined ? [] : [orderPk(likely)])];
      const items = await batchGet({ documents, name }, asked);
      const records = items.filter(({ body }) => body === undefined).map((item) => KeyItem.parse(item));
      const [early] = items.filter(({ body }) => body !== undefined).map(orderFrom);
      remembered.note(records);
      const keys = new Map(records.map((record) => [keyId(record), record]));
      const wanted = [...new Set(records.map((record) => record.order))];
      if (early && wanted.length === 1 && wanted[0] === early.id)
        return { keys, orders: new Map([[early.id, early]]), atOnce: true };
      const orders = (await batchGet({ documents, name }, wanted.map(orderPk))).map(orderFrom);
      return { keys, orders: new Map(orders.map((order) => [order.id, order])) };
    },

    async read(id) {
      const { Item } = await documents.send(
        new GetCommand({ TableName, Key: { pk: orderPk(id) }, ConsistentRead: true }),
      );
      return Item && orderFrom(Item);
    },

    async commit(write, now) {
      checkOnce(write);
      if (write.order && bytesOf(write.order.after) > MAX_ORDER_BYTES) return "too-large";
      const orders = [...(write.order ? [write.order] : []), ...(write.also ?? [])];
      const puts = [
        ...orders.map((order) => orderPut(order, partitions)),
        ...write.keys.map((key) => keyPut(key, write, now)),
      ];
      const items = [
        ...puts.map((put) => ({ Put: { ...put, TableName } })),
        ...(write.park ?? []).map((held) => ({ Update: { ...heldUpdate(held, now), TableName } })),
        ...(write.settle ?? []).map((closed) => ({ Update: { ...heldClosing(closed, now), TableName } })),
        ...(write.resolve ?? []).map((one) => ({ Update: { ...caseClosing(one), TableName } })),
        ...(write.audit ?? []).map((audit) => ({ Put: { ...auditPut(audit), TableName } })),
      ];
      const [only, ...more] = items;
      if (!only) return "done";
      remembered.note(write.keys.map(({ after }) => after));
      return unlessRaced(
        "Put" in only && more.length === 0
          ? documents.send(new PutCommand(only.Put))
          : documents.send(new TransactWriteCommand({ TransactItems: items })),
      );
    },

    async hold(held, now, shownAgain = "counted") {
      const { ExpressionAttributeValues, ...update } = heldUpdate(held, now);
      const isCounted = shownAgain === "counted";
      try {
        await documents.send(
          new UpdateCommand({
            TableName,
            ...update,
            ConditionExpression: isCounted ? `${NOT_DISMISSED} OR ${UNLIKE_HELD}` : UNLIKE_HELD,
            ExpressionAttributeValues: {
              ...ExpressionAttributeValues,
              ":former": formerName(held),
              ...(isCounted && { ":dismissed": DISMISSED }),
            },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async unhold(id, resolution, until) {
      try {
        await documents.send(
          new UpdateCommand({
            TableName,
            Key: { pk: heldPk(id) },
            ...CLOSES,
            ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(resolved)",
            ExpressionAttributeValues: closing(resolution, until),
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async due(now, limit, lane) {
      const all = Array.from({ length: MOST_PARTITIONS }, (_, partition) => partitionName(lane, partition));
      const found = await Promise.all(all.map((each) => dueIn(each, now, limit)));
      return found
        .flat()
        .sort((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit)
        .map(({ pk }) => pk.slice(table.prefixes.order.length));
    },
  };
}

/** So many keys take about a megabyte. */
const MAX_REMEMBERED = 4_000;

/**
 * To which order keys pointed when this process last heard of them, the latest last. A guess at what to read, and never
 * more: whoever repeats a report within minutes is mostly answered by the same process.
 */
class Remembered {
  readonly #orders = new Map<string, string>();

  note(records: ReadonlyArray<KeyName & { order: string }>): void {
    for (const record of records) {
      const id = keyId(record);
      this.#orders.delete(id);
      this.#orders.set(id, record.order);
    }
    for (const oldest of this.#orders.keys()) {
      if (this.#orders.size <= MAX_REMEMBERED) break;
      this.#orders.delete(oldest);
    }
  }

  /** The one order that all of them pointed to. */
  orderOf(ids: readonly string[]): string | undefined {
    const orders = new Set(ids.map((id) => this.#orders.get(id)));
    return orders.size === 1 && ids.length < BATCH ? [...orders][0] : undefined;
  }
}

const BATCH = 100;
/** More only feeds the throttling; whoever asked tries again later. */
const MAX_ROUNDS = 4;

/**
 * Reads items by `pk`, strongly consistent, in one request for up to 100. What the service left unprocessed is read
 * again: a key that was not read is not a key that is free.
 * @throws when after several rounds the service still leaves some unread
 */
export async function batchGet(
  { documents, name }: Table,
  pks: readonly string[],
): Promise<Array<Record<string, unknown>>> {
  const items: Array<Record<string, unknown>> = [];
  let left = [...pks];
  for (let round = 0; left.length > 0; round += 1) {
    if (round === MAX_ROUNDS + Math.ceil(pks.length / BATCH)) throw new Error(`${left.length} items could not be read`);
    if (round > 0) await wait(Math.random() * 20 * 2 ** Math.min(round, 6));
    const asked = left.slice(0, BATCH);
    const { Responses, UnprocessedKeys } = await documents.send(
      new BatchGetCommand({ RequestItems: { [name]: { Keys: asked.map((pk) => ({ pk })), ConsistentRead: true } } }),
    );
    items.push(...(Responses?.[name] ?? []));
    const unread = (UnprocessedKeys?.[name]?.Keys ?? []).map((key) => String(key.pk));
    left = [...unread, ...left.slice(BATCH)];
  }
  return items;
}

/** By a person, who saw it as it was read. */
function caseClosing({ held, resolution, until }: NonNullable<Write["resolve"]>[number]) {
  return {
    Key: { pk: heldPk(held.id) },
    UpdateExpression: CLOSES.UpdateExpression,
    ExpressionAttributeNames: { ...CLOSES.ExpressionAttributeNames, "#count": "count" },
    ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(resolved) AND #count = :count",
    ExpressionAttributeValues: { ...closing(resolution, until), ":count": held.count },
  };
}

function auditPut(audit: Audit): Put {
  const findBy = `${AUDITS}${audit.order ?? audit.case ?? ""}`;
  return {
    Item: { pk: auditPk(audit), ...audit, findBy, findAt: audit.at, ttl: seconds(audit.until) },
    ConditionExpression: "attribute_not_exists(pk)",
  };
}

type Put = Omit<NonNullable<NonNullable<TransactWriteCommandInput["TransactItems"]>[number]["Put"]>, "TableName">;

/** The order as an item: what conditions, the index and the stream's filter look at beside the whole of it. */
function orderPut({ before, after }: NonNullable<Write["order"]>, partitions: number): Put {
  return {
    Item: {
      pk: orderPk(after.id),
      version: after.version,
      state: after.state,
      cancelRequested: after.cancelRequested !== undefined,
      ...(after.dueAt !== undefined && { lane: laneFor(after, partitions), dueAt: after.dueAt }),
      ...(after.erp && { findBy: `${ERP_NUMBERS}${after.erp.number}`, findAt: after.acceptedAt }),
      ttl: seconds(after.memoryUntil),
      body: JSON.stringify(after),
    },
    ...(before
      ? { ConditionExpression: "version = :version", ExpressionAttributeValues: { ":version": before.version } }
      : { ConditionExpression: "attribute_not_exists(pk)" }),
  };
}

function keyPut(key: Write["keys"][number], write: Write, now: Instant): Put {
  const { before, after } = key;
  const Item = { pk: keyPk(keyId(after)), ...after, ttl: seconds(after.memoryUntil) };
  if (!before) {
    return {
      Item,
      ConditionExpression: "attribute_not_exists(pk) OR memoryUntil <= :now",
      ExpressionAttributeValues: { ":now": now },
    };
  }
  const taken = mayMove(key, write, Number.NEGATIVE_INFINITY) ? "" : " AND expiresAt <= :now";
  return {
    Item,
    ConditionExpression: `#order = :order AND expiresAt = :expires AND #shared = :shared AND #rank = :rank${taken}`,
    ExpressionAttributeNames: { "#order": "order", "#shared": "shared", "#rank": "rank" },
    ExpressionAttributeValues: present({
      ":order": before.order,
      ":expires": before.expiresAt,
      ":shared": before.shared,
      ":rank": before.rank,
      ":now": taken ? now : undefined,
    }),
  };
}

const RACED = new Set([
  "ConditionalCheckFailedException",
  "TransactionConflictException",
  "TransactionInProgressException",
]);

const RACED_REASONS = new Set(["ConditionalCheckFailed", "TransactionConflict"]);

/**
 * Judged by names and codes, never by texts. A conflict wrote nothing, so it is a race like any other: the caller reads
 * again and decides anew. The SDK itself retries neither a conflict nor a cancelled transaction. Throttling is no race:
 * it is thrown, since every further write would only feed it.
 */
async function unlessRaced(sent: Promise<unknown>): Promise<Committed> {
  try {
    await sent;
    return "done";
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (RACED.has(error.name)) return "raced";
    if (error.name === "TransactionCanceledException" && "CancellationReasons" in error) {
      const reasons = z.array(z.object({ Code: optionalText })).parse(error.CancellationReasons);
      if (reasons.some(({ Code }) => Code !== undefined && RACED_REASONS.has(Code))) return "raced";
    }
    throw error;
  }
}

/** @param item of the table. @throws where it is no order: stored by a later version, or by hand */
export function orderFrom(item: Record<string, unknown>): Order {
  return Order.parse(JSON.parse(OrderItem.parse(item).body));
}

function laneFor(order: Order, partitions: number): string {
  return partitionName(laneOf(order), hashOf(order.id) % partitions);
}

/** The first has no number: it is all that there was before there were several. */
function partitionName(lane: DueLane, partition: number): string {
  return partition === 0 ? LANES[lane] : `${LANES[lane]}#${partition}`;
}

function hashOf(id: string): number {
  let hash = 0;
  for (let at = 0; at < id.length; at += 1) hash = (hash * 31 + id.charCodeAt(at)) >>> 0;
  return hash;
}

function orderPk(id: string): string {
  return `${table.prefixes.order}${id}`;
}

function keyPk(id: string): string {
  return `${table.prefixes.key}${id}`;
}

function seconds(instant: Instant): number {
  return Math.ceil(instant / 1000);
}
