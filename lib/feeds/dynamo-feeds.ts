/** The feed store in DynamoDB: one item a feed, one item an order that has to be read. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, QueryCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { DAY, Instant } from "../order.ts";
import { batchGet } from "../runtime/batch-get.ts";
import { type Table, table } from "../runtime/table.ts";
import type { FeedStore } from "./feed-store.ts";

/** An id that nobody could read for this long is forgotten. */
const HINT_MEMORY_MS = 40 * DAY;

const FeedItem = z.object({
  cursors: z.record(z.string(), z.object({ cursor: z.string(), listedAt: Instant })).default({}),
  calls: z.array(Instant).default([]),
  blockedUntil: Instant.optional(),
});

const HintItem = z.object({
  id: z.string(),
  seq: z.int(),
  attempts: z.int().default(0),
  firstAt: Instant,
  dueAt: Instant,
});

export function dynamoFeeds({ documents, name }: Table): FeedStore {
  const TableName = name;

  async function update(input: Omit<UpdateCommandInput, "TableName">): Promise<Record<string, unknown> | undefined> {
    try {
      const { Attributes = {} } = await documents.send(
        new UpdateCommand({ TableName, ReturnValues: "ALL_NEW", ...input }),
      );
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  return {
    async take(account, token, now, until) {
      const item = await update({
        Key: { pk: feedPk(account) },
        UpdateExpression: "SET #lease = :lease, #until = :until, cursors = if_not_exists(cursors, :none)",
        ConditionExpression: "attribute_not_exists(#until) OR #until <= :now",
        ExpressionAttributeNames: { "#lease": "lease", "#until": "until" },
        ExpressionAttributeValues: { ":lease": token, ":until": until, ":now": now, ":none": {} },
      });
      if (!item) return undefined;
      const { blockedUntil, ...state } = FeedItem.parse(item);
      return { ...state, ...(blockedUntil !== undefined && { blockedUntil }) };
    },

    async saveCursor(account, token, listing, cursor, listedAt, until) {
      const saved = await update({
        Key: { pk: feedPk(account) },
        UpdateExpression: "SET cursors.#listing = :cursor, #until = :until",
        ConditionExpression: "#lease = :lease",
        ExpressionAttributeNames: { "#lease": "lease", "#until": "until", "#listing": listing },
        ExpressionAttributeValues: { ":lease": token, ":until": until, ":cursor": { cursor, listedAt } },
      });
      return saved !== undefined;
    },

    async saveCalls(account, token, calls, blockedUntil) {
      const saved = await update({
        Key: { pk: feedPk(account) },
        UpdateExpression: "SET calls = :calls, blockedUntil = :blocked",
        ConditionExpression: "#lease = :lease",
        ExpressionAttributeNames: { "#lease": "lease" },
        ExpressionAttributeValues: { ":lease": token, ":calls": calls, ":blocked": blockedUntil },
      });
      return saved !== undefined;
    },

    async release(account, token) {
      await update({
        Key: { pk: feedPk(account) },
        UpdateExpression: "REMOVE #lease, #until",
        ConditionExpression: "#lease = :lease",
        ExpressionAttributeNames: { "#lease": "lease", "#until": "until" },
        ExpressionAttributeValues: { ":lease": token },
      });
    },

    async hint(account, id, now) {
      const Key = { pk: hintPk(account, id) };
      const fresh = await update({
        Key,
        UpdateExpression:
          "SET id = :id, lane = :lane, dueAt = :now, firstAt = if_not_exists(firstAt, :now), #ttl = :ttl ADD #seq :one",
        ConditionExpression: "attribute_not_exists(coolUntil) OR coolUntil <= :now",
        ExpressionAttributeNames: { "#ttl": "ttl", "#seq": "seq" },
        ExpressionAttributeValues: { ":id": id, ":lane": lane(account), ":now": now, ":ttl": hintTtl(now), ":one": 1 },
      });
      if (fresh) return;
      await update({
        Key,
        UpdateExpression: "SET lane = :lane, dueAt = coolUntil ADD #seq :one",
        ConditionExpression: "attribute_exists(coolUntil)",
        ExpressionAttributeNames: { "#seq": "seq" },
        ExpressionAttributeValues: { ":lane": lane(account), ":one": 1 },
      });
    },

    async dueHints(account, now, limit, first) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: table.dueIndex.name,
          KeyConditionExpression: "lane = :lane AND dueAt <= :now",
          ExpressionAttributeValues: { ":lane": lane(account), ":now": now },
          ScanIndexForward: first === "oldest",
          Limit: limit,
        }),
      );
      const items = await batchGet(
        { documents, name },
        Items.map((item) => String(item.pk)),
      );
      // The index may be a moment behind: an item that lost its time since is not due. A batch comes in any order.
      const sign = first === "oldest" ? 1 : -1;
      return items.flatMap((item) => HintItem.safeParse(item).data ?? []).sort((a, b) => sign * (a.dueAt - b.dueAt));
    },

    async settle(account, hint) {
      try {
        await documents.send(
          new DeleteCommand({
            TableName,
            Key: { pk: hintPk(account, hint.id) },
            ConditionExpression: "#seq = :seq",
            ExpressionAttributeNames: { "#seq": "seq" },
            ExpressionAttributeValues: { ":seq": hint.seq },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async postpone(account, hint, dueAt) {
      await update({
        Key: { pk: hintPk(account, hint.id) },
        UpdateExpression: "SET dueAt = :due ADD attempts :one",
        ConditionExpression: "#seq = :seq",
        ExpressionAttributeNames: { "#seq": "seq" },
        ExpressionAttributeValues: { ":due": dueAt, ":one": 1, ":seq": hint.seq },
      });
    },

    async cool(account, hint, until) {
      await update({
        Key: { pk: hintPk(account, hint.id) },
        UpdateExpression: "SET coolUntil = :until, #ttl = :ttl REMOVE lane, dueAt",
        ConditionExpression: "#seq = :seq",
        ExpressionAttributeNames: { "#seq": "seq", "#ttl": "ttl" },
        ExpressionAttributeValues: { ":until": until, ":seq": hint.seq, ":ttl": Math.ceil((until + DAY) / 1000) },
      });
    },
  };
}

function feedPk(account: string): string {
  return `F#${account}`;
}

function hintPk(account: string, id: string): string {
  return `W#${account}/${id}`;
}

function lane(account: string): string {
  return `read#${account}`;
}

function hintTtl(now: Instant): number {
  return Math.ceil((now + HINT_MEMORY_MS) / 1000);
}
