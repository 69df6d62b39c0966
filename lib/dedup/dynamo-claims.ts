/** The claims in DynamoDB: one item a key, one item an order, one transaction a decision. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { Instant, Order } from "../order.ts";
import { batchGet } from "../runtime/batch-get.ts";
import { type Table, table } from "../runtime/table.ts";
import { anyBoolean, anyText, optionalText } from "../shapes.ts";
import { bytesOf, type Claims, type Committed, checkOnce, MAX_ORDER_BYTES, type Write } from "./claims.ts";
import { KeyKind, keyId, Rank } from "./keys.ts";

const LANE = "orders";

const UNLIKE_HELD = "attribute_not_exists(pk) OR body <> :body OR detail <> :detail";

const KeyItem = z.object({
  kind: z.union([KeyKind, z.literal("erp-order")]),
  issuer: anyText,
  value: anyText,
  rank: Rank,
  order: anyText,
  expiresAt: Instant,
  memoryUntil: Instant,
  shared: anyBoolean,
});

const OrderItem = z.object({ body: anyText });

export function dynamoClaims({ documents, name }: Table): Claims {
  const TableName = name;

  async function readOrders(ids: readonly string[]): Promise<Map<string, Order>> {
    const items = await batchGet({ documents, name }, ids.map(orderPk));
    return new Map(items.map(orderFrom).map((order) => [order.id, order]));
  }

  return {
    async look(names) {
      const ids = [...new Set(names.map(keyId))];
      const records = (await batchGet({ documents, name }, ids.map(keyPk))).map((item) => KeyItem.parse(item));
      const orders = await readOrders([...new Set(records.map((record) => record.order))]);
      return { keys: new Map(records.map((record) => [keyId(record), record])), orders };
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
      const puts = [...(write.order ? [orderPut(write.order)] : []), ...write.keys.map((key) => keyPut(key, now))];
      const [only, ...more] = puts.map((put) => ({ ...put, TableName }));
      if (!only) return "done";
      return unlessRaced(
        more.length === 0
          ? documents.send(new PutCommand(only))
          : documents.send(new TransactWriteCommand({ TransactItems: [only, ...more].map((Put) => ({ Put })) })),
      );
    },

    async hold(held, now, shownAgain = "counted") {
      const isNews = shownAgain === "counted" ? {} : { ConditionExpression: UNLIKE_HELD };
      try {
        await documents.send(
          new UpdateCommand({
            TableName,
            Key: { pk: `H#${held.id}` },
            UpdateExpression:
              "SET id = :id, account = :account, sourceOrder = :source, reason = :reason, body = :body, " +
              "detail = :detail, lastAt = :now, firstAt = if_not_exists(firstAt, :now) ADD #count :one",
            ExpressionAttributeNames: { "#count": "count" },
            ExpressionAttributeValues: {
              ":id": held.id,
              ":account": held.account,
              ":source": held.sourceOrder,
              ":reason": held.reason,
              ":body": held.body ?? "",
              ":detail": held.detail ?? "",
              ":now": now,
              ":one": 1,
            },
            ...isNews,
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async unhold(id) {
      await documents.send(new DeleteCommand({ TableName, Key: { pk: `H#${id}` } }));
    },

    async due(now, limit) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: table.dueIndex.name,
          KeyConditionExpression: "lane = :lane AND dueAt <= :now",
          ExpressionAttributeValues: { ":lane": LANE, ":now": now },
          Limit: limit,
        }),
      );
      return Items.map((item) => String(item.pk).slice(table.orderPrefix.length));
    },
  };
}

type Put = Omit<NonNullable<NonNullable<TransactWriteCommandInput["TransactItems"]>[number]["Put"]>, "TableName">;

/** The order as an item: what conditions, the index and the stream's filter look at beside the whole of it. */
function orderPut({ before, after }: NonNullable<Write["order"]>): Put {
  return {
    Item: {
      pk: orderPk(after.id),
      version: after.version,
      state: after.state,
      cancelRequested: after.cancelRequested !== undefined,
      ...(after.dueAt !== undefined && { lane: LANE, dueAt: after.dueAt }),
      ttl: seconds(after.memoryUntil),
      body: JSON.stringify(after),
    },
    ...(before
      ? { ConditionExpression: "version = :version", ExpressionAttributeValues: { ":version": before.version } }
      : { ConditionExpression: "attribute_not_exists(pk)" }),
  };
}

function keyPut({ before, after }: Write["keys"][number], now: Instant): Put {
  const Item = { pk: keyPk(keyId(after)), ...after, ttl: seconds(after.memoryUntil) };
  if (!before) {
    return {
      Item,
      ConditionExpression: "attribute_not_exists(pk) OR memoryUntil <= :now",
      ExpressionAttributeValues: { ":now": now },
    };
  }
  // A guess may be taken over at any time: that it still is one is part of the condition.
  const isGuess = before.rank === 4 && after.rank < 4;
  const taken = after.order === before.order || isGuess ? "" : " AND expiresAt <= :now";
  return {
    Item,
    ConditionExpression: `#order = :order AND expiresAt = :expires AND #shared = :shared AND #rank = :rank${taken}`,
    ExpressionAttributeNames: { "#order": "order", "#shared": "shared", "#rank": "rank" },
    ExpressionAttributeValues: {
      ":order": before.order,
      ":expires": before.expiresAt,
      ":shared": before.shared,
      ":rank": before.rank,
      ...(taken && { ":now": now }),
    },
  };
}

const RACED = new Set([
  "ConditionalCheckFailedException",
  "TransactionConflictException",
  "TransactionInProgressException",
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
]);

const RACED_REASONS = new Set([
  "ConditionalCheckFailed",
  "TransactionConflict",
  "ProvisionedThroughputExceeded",
  "ThrottlingError",
]);

/**
 * Judged by names and codes, never by texts. A conflict or throttling wrote nothing, so it is a race like any other:
 * the caller reads again and decides anew. The SDK itself retries neither a conflict nor a cancelled transaction.
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

function orderFrom(item: Record<string, unknown>): Order {
  return Order.parse(JSON.parse(OrderItem.parse(item).body));
}

function orderPk(id: string): string {
  return `${table.orderPrefix}${id}`;
}

function keyPk(id: string): string {
  return `K#${id}`;
}

function seconds(instant: Instant): number {
  return Math.ceil(instant / 1000);
}
