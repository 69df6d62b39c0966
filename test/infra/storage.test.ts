/** The filter of the stream against what the store really writes: what it drops wakes nobody. */
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { streamFilters } from "../../infra/storage.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { deliverOnce } from "../support/deliver-once.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { sighting } from "../support/sightings.ts";
import { engineConfig, freshTable } from "../support/table.ts";

/** As EventBridge compares: each field with a list of values or prefixes. */
function matches(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern))
    return pattern.some((one) =>
      typeof one === "object" ? String(value).startsWith((one as { prefix: string }).prefix) : one === value,
    );
  return Object.entries(pattern as object).every(([name, inner]) =>
    matches(inner, (value as Record<string, unknown> | undefined)?.[name]),
  );
}

test("an order that is to be forwarded wakes the connector, so does its cancel, and its delivery does not", async () => {
  const table = await freshTable();
  const claims = dynamoClaims(table);
  const floor = shopFloor(claims);
  const client = new DynamoDBClient(engineConfig());
  const wakes = async (order: string) => {
    const Keys = { pk: { S: `O#${order}` } };
    const { Item: NewImage } = await client.send(new GetItemCommand({ TableName: table.name, Key: Keys }));
    return streamFilters.some((filter) => matches(filter, { dynamodb: { Keys, NewImage } }));
  };
  const report = sighting();
  const { order = "" } = await floor.report(report);
  expect(await wakes(order)).toBe(true);

  expect(await deliverOnce(claims, order, floor.now)).toBe("delivered");
  expect(await wakes(order)).toBe(false);

  await floor.report({ ...report, version: report.version + 1, readiness: "cancelled" });
  expect(await wakes(order)).toBe(true);
  client.destroy();
});
