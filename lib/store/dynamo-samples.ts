/** Marks of samples in DynamoDB: one item each, `{ pk, until, usedAt, ttl }`. */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Samples } from "../core/ports/samples.ts";
import { type Table, table } from "./table.ts";

export function dynamoSamples({ documents, name: TableName }: Table): Samples {
  return {
    async allow(account, mark, until) {
      await documents.send(
        new UpdateCommand({
          TableName,
          Key: { pk: pkOf(account, mark) },
          UpdateExpression: "SET #until = :until, #ttl = :ttl",
          ExpressionAttributeNames: { "#until": "until", "#ttl": table.ttl },
          ExpressionAttributeValues: { ":until": until, ":ttl": Math.ceil(until / 1000) },
        }),
      );
    },

    /** Where the answer of a write got lost, it is used up all the same: the request is refused, and sent again with another. */
    async use(account, mark, now) {
      try {
        await documents.send(
          new UpdateCommand({
            TableName,
            Key: { pk: pkOf(account, mark) },
            UpdateExpression: "SET usedAt = :now",
            ConditionExpression: "#until > :now AND attribute_not_exists(usedAt)",
            ExpressionAttributeNames: { "#until": "until" },
            ExpressionAttributeValues: { ":now": now },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

function pkOf(account: string, mark: string): string {
  return `${table.prefixes.sample}${account}/${mark}`;
}
