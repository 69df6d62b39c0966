/** The scan that `docs/operating.md` gives to operators, sent to a real table. */
import { DynamoDBClient, ScanCommand, type ScanCommandInput } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { change } from "../../lib/core/states.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { NOW, shopId, sighting } from "../support/sightings.ts";
import { engineConfig, freshTable } from "../support/table.ts";
import { pages } from "./pages.ts";
import { commandsIn } from "./shell.ts";

/** The options of `aws dynamodb scan` as the input of the same call. */
function scanOf(words: readonly string[]): Omit<ScanCommandInput, "TableName"> {
  const option = (name: string) => words[words.indexOf(`--${name}`) + 1] ?? "";
  return {
    FilterExpression: option("filter-expression"),
    ExpressionAttributeValues: JSON.parse(option("expression-attribute-values")),
    ExpressionAttributeNames: JSON.parse(option("expression-attribute-names")),
    ProjectionExpression: option("projection-expression"),
  };
}

test("the scan of the page lists what is held, messages and orders, and nothing else", async () => {
  const page = pages.find(({ path }) => path === "docs/operating.md");
  const scan = page?.fences.flatMap(({ text }) => commandsIn(text)).find(({ words }) => words[2] === "scan");
  const table = await freshTable();
  const claims = dynamoClaims(table);
  const floor = shopFloor(claims);
  const { order = "" } = await floor.report(sighting());
  await floor.report(sighting({ sourceOrder: "272", keys: [shopId("272")] }));
  await floor.report(sighting({ sourceOrder: "273", keys: [] }));
  const before = await claims.read(order);
  if (!before) throw new Error("the order is not there");
  const after = change(before, "held", { state: "held", reason: "erp-many" });
  await claims.commit({ order: { before, after }, keys: [] }, NOW);

  const client = new DynamoDBClient(engineConfig());
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table.name, ...scanOf(scan?.words ?? []) }));
  const found = Items.map(({ pk, reason }) => [pk?.S?.slice(0, 2), reason?.S]);
  expect(found.toSorted(([a = ""], [b = ""]) => a.localeCompare(b))).toEqual([
    ["H#", "no-usable-key"],
    ["O#", undefined],
  ]);
});
