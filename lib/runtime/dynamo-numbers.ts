/** Numbers in DynamoDB: one counter an account, one item an order; both written in one transaction. */
import { GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import type { Numbers } from "./numbers.ts";
import type { Table } from "./table.ts";

const Minted = z.object({ number: z.int().positive() });

/** Losing a race for the counter is normal when a marketplace sends its orders in a burst. */
const MAX_ATTEMPTS = 20;

export function dynamoNumbers({ documents, name }: Table): Numbers {
  const TableName = name;

  async function read(pk: string): Promise<number | undefined> {
    const { Item } = await documents.send(new GetCommand({ TableName, Key: { pk }, ConsistentRead: true }));
    return Item && Minted.parse(Item).number;
  }

  return {
    async mint(account, sourceOrder) {
      const counter = `C#${account}`;
      const order = `C#${account}/${encodeURIComponent(sourceOrder)}`;
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
        const known = await read(order);
        if (known !== undefined) return known;
        const last = (await read(counter)) ?? 0;
        const number = last + 1;
        const unmoved =
          last === 0
            ? { ConditionExpression: "attribute_not_exists(pk)" }
            : { ConditionExpression: "#number = :last", ExpressionAttributeValues: { ":last": last } };
        const names = last === 0 ? {} : { ExpressionAttributeNames: { "#number": "number" } };
        try {
          await documents.send(
            new TransactWriteCommand({
              TransactItems: [
                { Put: { TableName, Item: { pk: counter, number }, ...unmoved, ...names } },
                { Put: { TableName, Item: { pk: order, number }, ConditionExpression: "attribute_not_exists(pk)" } },
              ],
            }),
          );
          return number;
        } catch (error) {
          if (!(error instanceof Error && error.name === "TransactionCanceledException")) throw error;
        }
      }
      throw new Error(`${account}: no number could be minted`);
    },
  };
}
