/** The feed store in DynamoDB: one item a feed, one item an order that has to be read. */
import { randomUUID } from "node:crypto";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DeleteCommand, QueryCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { DAY, Instant } from "../core/order.ts";
import type { FeedStore } from "../core/ports/feeds.ts";
import { anyInt, anyText } from "../core/schemas.ts";
import { present } from "../core/writes.ts";
import { batchGet } from "./dynamo-claims.ts";
import { type Table, table } from "./table.ts";

/** Between two steps of a task others may read, put off or forget the same order; more often than this is no race. */
const MAX_ROUNDS = 8;

const FeedItem = z.lazy(() =>
  z.object({
    startedAt: Instant,
    cursors: z._default(z.record(anyText, z.object({ cursor: anyText, listedAt: Instant })), {}),
    failing: z._default(z.record(anyText, z.record(anyText, anyInt)), {}),
    calls: z._default(z.array(Instant), []),
    blockedUntil: z.optional(Instant),
    /** How many runs began since one ended. */
    begun: z._default(anyInt, 1),
  }),
);

const TryItem = z.lazy(() => z.object({ tries: anyInt }));

const RefreshItem = z.lazy(() =>
  z.object({
    id: anyText,
    token: anyText,
    attempts: z._default(anyInt, 0),
    dueAt: Instant,
    note: z.exactOptional(anyText),
  }),
);

/** @param unique names each task: what an earlier one was told must not pass for what a later one is told */
export function dynamoFeeds({ documents, name }: Table, unique: () => string = randomUUID): FeedStore {
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

  /** Writes what only the owner of the feed's lease may. @returns whether it still is */
  async function updateOwn(
    account: string,
    token: string,
    set: string,
    values: Record<string, unknown>,
    names: Record<string, string> = {},
  ): Promise<boolean> {
    const saved = await update({
      Key: { pk: feedPk(account) },
      UpdateExpression: `SET ${set}`,
      ConditionExpression: "#lease = :lease",
      ExpressionAttributeNames: { "#lease": "lease", ...names },
      ExpressionAttributeValues: { ":lease": token, ...values },
    });
    return saved !== undefined;
  }

  /** A task that waits to be read has no end: it would be lost without a word. */
  function refreshNow(account: string, id: string, token: string, now: Instant, note: string | undefined) {
    return update({
      Key: { pk: refreshPk(account, id) },
      UpdateExpression: `SET id = :id, lane = :lane, dueAt = :now, #token = :token${note === undefined ? "" : ", note = :note"} REMOVE #ttl`,
      ConditionExpression: "attribute_not_exists(coolUntil) OR coolUntil <= :now",
      ExpressionAttributeNames: { "#ttl": "ttl", "#token": "token" },
      ExpressionAttributeValues: present({
        ":id": id,
        ":lane": lane(account),
        ":now": now,
        ":token": token,
        ":note": note,
      }),
    });
  }

  function refreshCooled(account: string, id: string, token: string, note: string | undefined) {
    return update({
      Key: { pk: refreshPk(account, id) },
      UpdateExpression: `SET lane = :lane, dueAt = coolUntil, #token = :token${note === undefined ? "" : ", note = :note"} REMOVE #ttl`,
      ConditionExpression: "attribute_exists(coolUntil)",
      ExpressionAttributeNames: { "#ttl": "ttl", "#token": "token" },
      ExpressionAttributeValues: present({ ":lane": lane(account), ":token": token, ":note": note }),
    });
  }

  return {
    async take(account, token, now, until) {
      const item = await update({
        Key: { pk: feedPk(account) },
        UpdateExpression:
          "SET #lease = :lease, #until = :until, cursors = if_not_exists(cursors, :none), " +
          "failing = if_not_exists(failing, :none), startedAt = if_not_exists(startedAt, :now) ADD begun :one",
        // Our own lease: the SDK asks again when the answer was lost.
        ConditionExpression: "attribute_not_exists(#until) OR #until <= :now OR #lease = :lease",
        ExpressionAttributeNames: { "#lease": "lease", "#until": "until" },
        ExpressionAttributeValues: { ":lease": token, ":until": until, ":now": now, ":none": {}, ":one": 1 },
      });
      if (!item) return undefined;
      const { blockedUntil, begun, ...state } = FeedItem.parse(item);
      return present({ ...state, blockedUntil, unended: begun - 1 });
    },

    async saveCursor(account, token, listing, cursor, listedAt, until) {
      const values = { ":until": until, ":cursor": { cursor, listedAt } };
      const names = { "#until": "until", "#listing": listing };
      return updateOwn(account, token, "cursors.#listing = :cursor, #until = :until", values, names);
    },

    async saveFailing(account, token, listing, failing) {
      const names = { "#listing": listing };
      return updateOwn(account, token, "failing.#listing = :failing", { ":failing": failing }, names);
    },

    async saveCalls(account, token, calls, blockedUntil) {
      const values = { ":calls": calls, ":blocked": blockedUntil };
      return updateOwn(account, token, "calls = :calls, blockedUntil = :blocked", values);
    },

    async release(account, token, asUnended = false, listed = {}) {
      const moved = Object.entries(listed);
      const set = moved.map((_, n) => `cursors.#listing${n} = :cursor${n}`).join(", ");
      await update({
        Key: { pk: feedPk(account) },
        UpdateExpression: `${set && `SET ${set} `}REMOVE #lease, #until${asUnended ? "" : ", begun"}`,
        ConditionExpression: "#lease = :lease",
        ExpressionAttributeNames: {
          "#lease": "lease",
          "#until": "until",
          ...Object.fromEntries(moved.map(([name], n) => [`#listing${n}`, name])),
        },
        ExpressionAttributeValues: {
          ":lease": token,
          ...Object.fromEntries(moved.map(([, cursor], n) => [`:cursor${n}`, cursor])),
        },
      });
    },

    async countTry(account, message, now) {
      const item = await update({
        Key: { pk: tryPk(account, message) },
        UpdateExpression: "SET #ttl = :ttl ADD tries :one",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: { ":ttl": Math.ceil((now + DAY) / 1000), ":one": 1 },
      });
      return TryItem.parse(item).tries;
    },

    async forgetTry(account, message) {
      await update({
        Key: { pk: tryPk(account, message) },
        UpdateExpression: "REMOVE tries",
        ConditionExpression: "attribute_exists(tries)",
      });
    },

    async requestRefresh(account, id, now, note) {
      const token = unique();
      for (let round = 0; round < MAX_ROUNDS; round += 1)
        if ((await refreshNow(account, id, token, now, note)) || (await refreshCooled(account, id, token, note)))
          return;
      throw new Error("the races for one task did not end");
    },

    async wake(account, now, limit) {
      await update({
        Key: { pk: feedPk(account) },
        UpdateExpression: "REMOVE blockedUntil",
        ConditionExpression: "attribute_exists(blockedUntil)",
      });
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: table.dueIndex.name,
          KeyConditionExpression: "lane = :lane AND dueAt > :now",
          ExpressionAttributeValues: { ":lane": lane(account), ":now": now },
          Limit: limit,
        }),
      );
      const woken = await Promise.all(
        Items.map(({ pk }) =>
          update({
            Key: { pk: String(pk) },
            UpdateExpression: "SET dueAt = :now, attempts = :none, #token = :token REMOVE coolUntil",
            ConditionExpression: "lane = :lane AND dueAt > :now",
            ExpressionAttributeNames: { "#token": "token" },
            ExpressionAttributeValues: { ":lane": lane(account), ":now": now, ":none": 0, ":token": unique() },
          }),
        ),
      );
      return woken.filter(Boolean).length;
    },

    async requestRecheck(account, id, reason, dueAt) {
      await update({
        Key: { pk: refreshPk(account, id) },
        UpdateExpression:
          "SET id = :id, lane = :lane, dueAt = :due, note = :note, #token = :token REMOVE #ttl, coolUntil",
        ConditionExpression: "attribute_not_exists(lane)",
        ExpressionAttributeNames: { "#ttl": "ttl", "#token": "token" },
        ExpressionAttributeValues: {
          ":id": id,
          ":lane": lane(account),
          ":due": dueAt,
          ":note": reason,
          ":token": unique(),
        },
      });
    },

    async dueRefreshes(account, now, limit, first) {
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
      return items.flatMap((item) => RefreshItem.safeParse(item).data ?? []).sort((a, b) => sign * (a.dueAt - b.dueAt));
    },

    async settle(account, task) {
      try {
        await documents.send(
          new DeleteCommand({
            TableName,
            Key: { pk: refreshPk(account, task.id) },
            ConditionExpression: "#token = :token",
            ExpressionAttributeNames: { "#token": "token" },
            ExpressionAttributeValues: { ":token": task.token },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async postpone(account, task, dueAt, attempts, note = task.note) {
      await update({
        Key: { pk: refreshPk(account, task.id) },
        UpdateExpression: `SET dueAt = :due, attempts = :attempts, #token = :next${note === undefined ? "" : ", note = :note"}`,
        ConditionExpression: "#token = :token",
        ExpressionAttributeNames: { "#token": "token" },
        ExpressionAttributeValues: present({
          ":due": dueAt,
          ":attempts": attempts,
          ":token": task.token,
          ":next": unique(),
          ":note": note,
        }),
      });
    },

    async cool(account, task, until) {
      await update({
        Key: { pk: refreshPk(account, task.id) },
        UpdateExpression: "SET coolUntil = :until, attempts = :none, #ttl = :ttl REMOVE lane, dueAt",
        ConditionExpression: "#token = :token",
        ExpressionAttributeNames: { "#token": "token", "#ttl": "ttl" },
        ExpressionAttributeValues: {
          ":until": until,
          ":none": 0,
          ":token": task.token,
          ":ttl": Math.ceil((until + DAY) / 1000),
        },
      });
    },
  };
}

function feedPk(account: string): string {
  return `${table.prefixes.feed}${account}`;
}

function refreshPk(account: string, id: string): string {
  return `${table.prefixes.task}${account}/${id}`;
}

function tryPk(account: string, message: string): string {
  return `${table.prefixes.task}tried:${account}/${message}`;
}

function lane(account: string): string {
  return `read#${account}`;
}
