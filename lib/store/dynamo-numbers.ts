/**
 * Numbers in DynamoDB: one counter an account, one item an order.
 *
 * A number is drawn from the counter by one update, so no two draws are equal and a burst of orders queues at the item
 * instead of failing in turns, as transactions over it would. The order's item is written only if there is none:
 * whoever comes second returns what the first wrote, and its own draw is a gap.
 */
import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { FIRST_NUMBER, LAST_NUMBER } from "../core/own-numbers.ts";
import type { Numbers } from "../core/ports/numbers.ts";
import { type Table, table } from "./table.ts";

const Minted = z.object({ number: z.int().check(z.gte(FIRST_NUMBER), z.lte(LAST_NUMBER)) });

export function dynamoNumbers({ documents, name }: Table): Numbers {
  const TableName = name;

  async function known(pk: string): Promise<number | undefined> {
    const { Item } = await documents.send(new GetCommand({ TableName, Key: { pk }, ConsistentRead: true }));
    return Item && Minted.parse(Item).number;
  }

  /** An answer that gets lost is asked for again by the SDK and draws once more: a gap, never a repeat. */
  async function draw(account: string): Promise<number> {
    const update = new UpdateCommand({
      TableName,
      Key: { pk: `${table.prefixes.number}${account}` },
      UpdateExpression: "SET #number = if_not_exists(#number, :before) + :one",
      ConditionExpression: "attribute_not_exists(#number) OR #number < :last",
      ExpressionAttributeNames: { "#number": "number" },
      ExpressionAttributeValues: { ":before": FIRST_NUMBER - 1, ":one": 1, ":last": LAST_NUMBER },
      ReturnValues: "UPDATED_NEW",
    });
    try {
      return Minted.parse((await documents.send(update)).Attributes).number;
    } catch (cause) {
      if (isRefused(cause)) throw new Error(`${account}: its range of numbers is used up`, { cause });
      throw cause;
    }
  }

  /** @returns the number that the order has now: this one, or the one that somebody else wrote first */
  async function give(pk: string, number: number): Promise<number> {
    try {
      await documents.send(
        new PutCommand({ TableName, Item: { pk, number }, ConditionExpression: "attribute_not_exists(pk)" }),
      );
      return number;
    } catch (cause) {
      // Also where the first answer was lost and the SDK asked again: then it is our own number that is found.
      if (!isRefused(cause)) throw cause;
      const first = await known(pk);
      if (first === undefined) throw new Error("a number that was there is gone", { cause });
      return first;
    }
  }

  return {
    async mint(account, sourceOrder) {
      const order = `${table.prefixes.number}${account}/${encodeURIComponent(sourceOrder)}`;
      return (await known(order)) ?? give(order, await draw(account));
    },
  };
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && error.name === "ConditionalCheckFailedException";
}
