import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { freshTable } from "../support/table.ts";
import { claimsContract } from "./claims-contract.ts";

claimsContract("in memory", async () => memoryClaims("any"));

let table: ReturnType<typeof freshTable> | undefined;
claimsContract("DynamoDB", async () => {
  table ??= freshTable();
  return dynamoClaims(await table);
});
