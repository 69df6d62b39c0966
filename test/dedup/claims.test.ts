import { dynamoClaims } from "../../lib/dedup/dynamo-claims.ts";
import { memoryClaims } from "../../lib/dedup/memory-claims.ts";
import { freshTable } from "../support/table.ts";
import { claimsContract } from "./claims-contract.ts";

claimsContract("in memory", async () => memoryClaims());

let table: ReturnType<typeof freshTable> | undefined;
claimsContract("DynamoDB", async () => {
  table ??= freshTable();
  return dynamoClaims(await table);
});
