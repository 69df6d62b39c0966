import { randomBytes } from "node:crypto";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import { dynamoVault } from "../../lib/store/dynamo-vault.ts";
import type { Table } from "../../lib/store/table.ts";
import { memoryVault } from "../support/memory-vault.ts";
import { freshTable } from "../support/table.ts";
import { vaultContract } from "./vault-contract.ts";

const KEY = randomBytes(32);
const now = () => 1000;

vaultContract("the vault in DynamoDB", async (clock) => dynamoVault(await freshTable(), [KEY], clock));
vaultContract("the vault in memory", async (clock) => memoryVault(clock));

async function saved(table: Table, account = "allegro:acme") {
  const vault = dynamoVault(table, [KEY], now);
  await vault.lock(account, "a", 2000);
  await vault.save(account, "a", { refresh: "top-secret-value" });
  const { Item } = await table.documents.send(
    new GetCommand({ TableName: table.name, Key: { pk: `V#${account}` }, ConsistentRead: true }),
  );
  return { vault, box: Buffer.from(Item?.box as Uint8Array), item: Item ?? {} };
}

test("nothing of a secret stands in the table in clear text", async () => {
  const { box, item } = await saved(await freshTable());
  expect(box.includes("top-secret-value")).toBe(false);
  expect(JSON.stringify({ ...item, box: "" })).not.toContain("top-secret-value");
});

test("the same secret saved twice looks different: a nonce is never used again", async () => {
  const table = await freshTable();
  const first = await saved(table);
  const second = await saved(table);
  expect(second.box.equals(first.box)).toBe(false);
});

test("with another key the vault does not open, and says so without a value", async () => {
  const table = await freshTable();
  await saved(table);
  const other = dynamoVault(table, [randomBytes(32)], now);
  await expect(other.read("allegro:acme")).rejects.toThrow("the vault's item of allegro:acme does not open");
});

test("an item copied under another account does not open", async () => {
  const table = await freshTable();
  const { vault, item } = await saved(table);
  await table.documents.send(new PutCommand({ TableName: table.name, Item: { ...item, pk: "V#allegro:other" } }));
  await expect(vault.read("allegro:other")).rejects.toThrow("does not open");
});

test("an item with any part altered does not open", async () => {
  const table = await freshTable();
  const { vault, item, box } = await saved(table);
  for (const index of [0, 12, box.length - 1]) {
    const altered = Buffer.from(box);
    altered[index] = (altered[index] ?? 0) ^ 1;
    await table.documents.send(new PutCommand({ TableName: table.name, Item: { ...item, box: altered } }));
    await expect(vault.read("allegro:acme")).rejects.toThrow("does not open");
  }
});

test("a save whose answer was lost is a save when it is tried again", async () => {
  const { vault } = await saved(await freshTable());
  expect(await vault.save("allegro:acme", "a", { refresh: "top-secret-value" })).toBe(true);
});

test("a key of another length than 32 bytes is refused at once", async () => {
  const table = await freshTable();
  expect(() => dynamoVault(table, [randomBytes(16)], now)).toThrow("32 bytes");
});

test("two keys: what the old one closed opens, and is closed by the new one from then on", async () => {
  const table = await freshTable();
  const { vault } = await saved(table);
  const next = randomBytes(32);
  const both = dynamoVault(table, [next, KEY], now);
  expect(await both.read("allegro:acme")).toEqual({ refresh: "top-secret-value" });
  expect(await dynamoVault(table, [next], now).read("allegro:acme")).toEqual({ refresh: "top-secret-value" });
  await expect(vault.read("allegro:acme")).rejects.toThrow("does not open with this key");
});

test("what is saved while another process reads it with the old key stays saved", async () => {
  const table = await freshTable();
  const { vault } = await saved(table);
  const both = dynamoVault(table, [randomBytes(32), KEY], now);
  await vault.lock("allegro:acme", "b", 2000);
  const [, isSaved] = await Promise.all([
    both.read("allegro:acme"),
    both.save("allegro:acme", "b", { refresh: "a newer value" }),
  ]);
  expect(isSaved).toBe(true);
  expect(await both.read("allegro:acme")).toEqual({ refresh: "a newer value" });
});
