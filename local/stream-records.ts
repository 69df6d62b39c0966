/** Records as the streams API gives them, turned into the records that Lambda hands to a function. */
import type { _Record } from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBRecord } from "aws-lambda";
import { present } from "../lib/core/writes.ts";

export function lambdaRecord(record: _Record, eventSourceARN: string): DynamoDBRecord {
  const { dynamodb, userIdentity, ...rest } = isExpiry(record) ? expiry(record) : record;
  return plain(
    present({
      ...rest,
      eventSourceARN,
      userIdentity: userIdentity ? { type: userIdentity.Type, principalId: userIdentity.PrincipalId } : undefined,
      dynamodb: dynamodb
        ? {
            ...dynamodb,
            ApproximateCreationDateTime: Math.floor((dynamodb.ApproximateCreationDateTime?.getTime() ?? 0) / 1000),
          }
        : undefined,
    }),
  );
}

/** DynamoDB Local 3.3.1 gives what its TTL removed an unknown event name and no identity; the service does not. */
function isExpiry({ eventName, dynamodb }: _Record): boolean {
  return eventName !== "INSERT" && eventName !== "MODIFY" && eventName !== "REMOVE" && dynamodb?.NewImage === undefined;
}

function expiry(record: _Record): _Record {
  return {
    ...record,
    eventName: "REMOVE",
    userIdentity: { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" },
  };
}

/** Lambda's events are JSON: bytes are base64, nothing is undefined. */
function plain(value: object): DynamoDBRecord {
  return JSON.parse(
    JSON.stringify(value, function (this: Record<string, unknown>, key, converted: unknown) {
      const original = this[key];
      return original instanceof Uint8Array ? Buffer.from(original).toString("base64") : converted;
    }),
  );
}
