/**
 * One version back: what this build writes into the table is read by the build of 2026-11-24. Its schemas of an order and of a
 * key stand in `reader-2026-11-24.json`, as JSON Schema that its own code gave.
 */
import { readFileSync } from "node:fs";
import { paginateScan } from "@aws-sdk/lib-dynamodb";
import { expect, test } from "vitest";
import * as z from "zod";
import { handler as act } from "../../functions/operator-act.ts";
import { lambdaContext } from "../../local/lambda-context.ts";
import { openForTest, orderOf, pkOf, recorded, saysNow, verdictOn, type Yesterday } from "./data.ts";
import { HOUR } from "./platforms.ts";

const reader = JSON.parse(readFileSync(new URL("reader-2026-11-24.json", import.meta.url), "utf8"));
const OldOrder = z.fromJSONSchema(reader.order);
const OldKey = z.fromJSONSchema(reader.key);

type Plain = Record<string, unknown>;

async function items({ table: { documents, name: TableName } }: Yesterday): Promise<Plain[]> {
  const all: Plain[] = [];
  for await (const { Items = [] } of paginateScan({ client: documents as never }, { TableName })) all.push(...Items);
  return all;
}

/** A day of today's build over yesterday's table: reports, sweeps, the ERP. */
async function aDayOf(yesterday: Yesterday): Promise<void> {
  for (const { sent } of Object.values(recorded.purchases)) {
    const last = sent.at(-1);
    if (last) await yesterday.post(last);
  }
  for (const name of ["new", "other"]) {
    const sent = saysNow(yesterday, STANDARD, { orderId: `today-${name}`, orderNumber: `T/${name}` });
    await verdictOn(yesterday, sent);
  }
  for (let n = 0; n < 6; n += 1) {
    yesterday.clock.now += HOUR;
    await yesterday.sweep();
  }
}

const STANDARD =
  Object.keys(recorded.purchases).find((name) => recorded.purchases[name]?.sent[0]?.path.endsWith("/standard/sklep")) ??
  "";

test("every order and key that a day of this build leaves is read by the build before", async () => {
  const yesterday = await openForTest();
  const before = new Map(recorded.table.map((item) => [pkOf(item), item.body?.S]));
  await aDayOf(yesterday);
  const after = await items(yesterday);
  const orders = after.filter(({ pk }) => String(pk).startsWith("O#"));
  const rewritten = orders.filter(({ pk, body }) => before.get(String(pk)) !== body);
  expect(rewritten.length).toBeGreaterThan(10);
  for (const { body } of orders) expect(() => OldOrder.parse(JSON.parse(String(body)))).not.toThrow();
  // It never asks for a cart.
  const keys = after.filter(({ pk, kind }) => String(pk).startsWith("K#") && kind !== "cart");
  for (const key of keys) expect(() => OldKey.parse(key)).not.toThrow();
});

test("the schemas do refuse: an order that a person entered by hand is the one thing that it cannot read", async () => {
  const yesterday = await openForTest();
  const [order] = (await items(yesterday)).filter(({ pk }) => pk === `O#${orderOf(STANDARD)}`);
  const body = JSON.parse(String(order?.body)) as Plain;
  expect(OldOrder.safeParse(body).success).toBe(true);
  expect(OldOrder.safeParse({ ...body, erp: { erpId: "", number: "ZO 1/26", how: "by-hand" } }).success).toBe(false);
});

test("a migration finds what that build wrote, and puts its open cases where a person finds them", async () => {
  const yesterday = await openForTest();
  const ask = async (migrate: string) =>
    (await act({ migrate }, lambdaContext("act", 30_000))) as { older: Record<string, number>; written: number };
  const all = (kind: string) => recorded.table.filter((item) => pkOf(item).startsWith(kind)).length;
  const listed = async () => (await yesterday.app.cases.open({ first: "oldest", limit: 100 })).cases.length;
  const plan = await ask("plan");
  expect(plan).toMatchObject({
    looked: recorded.table.length,
    kinds: { order: all("O#"), held: all("H#") },
    written: 0,
  });
  expect(new Set(Object.keys(plan.older))).toEqual(
    new Set(["case-not-listed", "order-not-found-by-erp-number", "order-vat-as-rate", "order-without-history"]),
  );
  expect(await listed()).toBe(0);
  expect(await ask("write")).toMatchObject({ written: plan.older["case-not-listed"] });
  expect(await listed()).toBe(plan.older["case-not-listed"]);
  expect(await ask("write")).toMatchObject({ written: 0 });
  expect((await ask("plan")).older["case-not-listed"]).toBeUndefined();
});
