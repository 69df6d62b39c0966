import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import { FIRST_NUMBER, isOwnNumber, LAST_NUMBER } from "../../lib/core/own-numbers.ts";
import { dynamoNumbers } from "../../lib/store/dynamo-numbers.ts";
import type { Table } from "../../lib/store/table.ts";
import { freshTable } from "../support/table.ts";
import { breakCalls, connectionReset, countCalls, serviceError } from "../support/wire.ts";

const ACCOUNT = "baselinker:acme";

let table: Table;
beforeEach(async () => {
  table = await freshTable();
});

const many = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

test("an order gets one number, and a repeat gets the same", async () => {
  const numbers = dynamoNumbers(table);
  const first = await numbers.mint(ACCOUNT, "800000101");
  expect(first).toBe(FIRST_NUMBER);
  expect(await numbers.mint(ACCOUNT, "800000101")).toBe(first);
});

test("another process knows the number", async () => {
  const first = await dynamoNumbers(table).mint(ACCOUNT, "800000101");
  expect(await dynamoNumbers(table).mint(ACCOUNT, "800000101")).toBe(first);
});

test("two orders of an account never share a number", async () => {
  const numbers = dynamoNumbers(table);
  const minted = [await numbers.mint(ACCOUNT, "1"), await numbers.mint(ACCOUNT, "2")];
  expect(new Set(minted).size).toBe(2);
});

test("two accounts count apart", async () => {
  const numbers = dynamoNumbers(table);
  expect(await numbers.mint(ACCOUNT, "1")).toBe(await numbers.mint("baselinker:other", "1"));
});

test("64 sends of one order at the same instant end in one number", async () => {
  const numbers = dynamoNumbers(table);
  const minted = await many(64, () => numbers.mint(ACCOUNT, "800000101"));
  expect(new Set(minted).size).toBe(1);
  expect(await numbers.mint(ACCOUNT, "800000101")).toBe(minted[0]);
});

test("64 orders at the same instant get 64 numbers, each of our range, and keep them", async () => {
  const numbers = dynamoNumbers(table);
  const minted = await many(64, (index) => numbers.mint(ACCOUNT, String(index + 1)));
  expect(new Set(minted).size).toBe(64);
  expect(minted.every((number) => isOwnNumber(String(number)))).toBe(true);
  expect(await many(64, (index) => numbers.mint(ACCOUNT, String(index + 1)))).toEqual(minted);
});

test("a repeat costs one read, a new number two writes more", async () => {
  const counted = countCalls(table);
  const numbers = dynamoNumbers(table);
  await numbers.mint(ACCOUNT, "1");
  const first = [counted.readItems(), counted.writtenItems()];
  await numbers.mint(ACCOUNT, "1");
  expect([first, counted.readItems(), counted.writtenItems()]).toEqual([[1, 2], 2, 2]);
});

describe("whatever is lost on the way", () => {
  const answers = ["Get", "Update", "Put"];

  test.each(answers)("the answer of a %s: the order still has one number, which no other order has", async (name) => {
    let lost = 0;
    breakCalls(table, {
      after(command, output) {
        if (command.startsWith(name) && lost++ === 0) throw connectionReset();
        return output;
      },
    });
    const numbers = dynamoNumbers(table);
    const minted = await numbers.mint(ACCOUNT, "1");
    expect(lost).toBeGreaterThan(0);
    expect(await numbers.mint(ACCOUNT, "1")).toBe(minted);
    expect(await numbers.mint(ACCOUNT, "2")).not.toBe(minted);
  });

  test.each(answers)("a %s that is throttled once ends in a number", async (name) => {
    let left = 1;
    breakCalls(table, {
      before(command) {
        if (command.startsWith(name) && left-- > 0) throw serviceError("ThrottlingException");
      },
    });
    expect(await dynamoNumbers(table).mint(ACCOUNT, "1")).toBe(FIRST_NUMBER);
  });

  test("a process that dies between the draw and the order leaves a gap, and no order without a number", async () => {
    breakCalls(table, {
      before(command) {
        if (command.startsWith("Put")) throw serviceError("ValidationException");
      },
    });
    await expect(dynamoNumbers(table).mint(ACCOUNT, "1")).rejects.toThrow("ValidationException");
    breakCalls(table, {});
    expect(await dynamoNumbers(table).mint(ACCOUNT, "1")).toBe(FIRST_NUMBER + 1);
  });
});

test("an account that has used up its range says so and gives out nothing beyond", async () => {
  const counter = { pk: `C#${ACCOUNT}`, number: LAST_NUMBER - 1 };
  await table.documents.send(new PutCommand({ TableName: table.name, Item: counter }));
  const numbers = dynamoNumbers(table);
  expect(await numbers.mint(ACCOUNT, "1")).toBe(LAST_NUMBER);
  await expect(numbers.mint(ACCOUNT, "2")).rejects.toThrow("baselinker:acme: its range of numbers is used up");
  expect(await numbers.mint(ACCOUNT, "1")).toBe(LAST_NUMBER);
});
