/**
 * The outbox in DynamoDB: one item a piece of work, for the seconds that it lives.
 *
 * `dueAt` is when its time is over: so the index itself leaves out what nobody fetched and nobody took back, and a bridge
 * that was away for long meets nothing of it.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { Instant } from "../core/order.ts";
import { type Outbox, Outcome, Work } from "../core/ports/outbox.ts";
import { anyText, optionalText } from "../core/schemas.ts";
import { present } from "../core/writes.ts";
import { type Table, table } from "./table.ts";

/** Holds an order with its personal data: what a crash left behind goes soon. */
const MEMORY_SECONDS = 3_600;

const Item = z.object({ token: optionalText, outcome: z.optional(Outcome) });
const WorkItem = z.extend(Work, { request: anyText });

/** @param bridge whose work it is: a bridge sees no other's */
export function dynamoOutbox({ documents, name }: Table, bridge: string): Outbox {
  const TableName = name;
  const keyOf = (id: string) => ({ pk: `${table.prefixes.work}${bridge}/${id}` });
  const lane = `pull#${bridge}`;

  /** @param token of this take alone: found on the work it is ours, and the answer to the first try was lost */
  async function take(pk: string, now: Instant, token: string): Promise<Work | undefined> {
    try {
      const { Attributes } = await documents.send(
        new UpdateCommand({
          TableName,
          Key: { pk },
          UpdateExpression: "SET #token = :token REMOVE lane, dueAt",
          ConditionExpression:
            "attribute_exists(pk) AND attribute_not_exists(takenBack) AND " +
            "(#token = :token OR (attribute_not_exists(#token) AND dueAt > :now))",
          ExpressionAttributeNames: { "#token": "token" },
          ExpressionAttributeValues: { ":token": token, ":now": now },
          ReturnValues: "ALL_NEW",
        }),
      );
      const work = WorkItem.parse(Attributes);
      return { ...work, request: JSON.parse(work.request) };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  /**
   * Instead of deleting it: so nobody who speaks to the ERP needs the right to delete, which would hold for orders too.
   * What the answer is made of stays, because the SDK asks again when it was lost.
   */
  async function ended(id: string): Promise<Record<string, unknown>> {
    try {
      const { Attributes = {} } = await documents.send(
        new UpdateCommand({
          TableName,
          Key: keyOf(id),
          UpdateExpression: "SET takenBack = :true REMOVE #request, lane, dueAt",
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeNames: { "#request": "request" },
          ExpressionAttributeValues: { ":true": true },
          ReturnValues: "ALL_NEW",
        }),
      );
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return {};
      throw error;
    }
  }

  return {
    async put({ id, operation, request }, until) {
      const ttl = Math.ceil(until / 1000) + MEMORY_SECONDS;
      const Item = { ...keyOf(id), id, operation, request: JSON.stringify(request), lane, dueAt: until, ttl };
      try {
        await documents.send(new PutCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(pk)" }));
      } catch (error) {
        // Sent again because the answer got lost: it may be in somebody's hands by now.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async handOut(max, now, token) {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName,
          IndexName: table.dueIndex.name,
          KeyConditionExpression: "lane = :lane AND dueAt > :now",
          ExpressionAttributeValues: { ":lane": lane, ":now": now },
          Limit: max,
        }),
      );
      const taken: Work[] = [];
      for (const { pk } of Items) {
        const work = await take(String(pk), now, token());
        if (work) taken.push(work);
      }
      return taken;
    },

    async ack(id, token, outcome) {
      try {
        await documents.send(
          new UpdateCommand({
            TableName,
            Key: keyOf(id),
            UpdateExpression: "SET outcome = if_not_exists(outcome, :outcome)",
            ConditionExpression: "#token = :token AND attribute_not_exists(takenBack)",
            ExpressionAttributeNames: { "#token": "token" },
            ExpressionAttributeValues: { ":token": token, ":outcome": outcome },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async outcome(id) {
      const { Item: item } = await documents.send(
        new GetCommand({ TableName, Key: keyOf(id), ConsistentRead: true, ProjectionExpression: "outcome" }),
      );
      return Item.parse(item ?? {}).outcome;
    },

    async takeBack(id) {
      const { token, outcome } = Item.parse(await ended(id));
      return present({ fetched: token !== undefined, outcome });
    },
  };
}
