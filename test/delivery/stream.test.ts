import type { DynamoDBRecord } from "aws-lambda";
import { expect, test } from "vitest";
import type { DeliveryParts, Forwarded } from "../../lib/delivery/lease.ts";
import { deliverBatch } from "../../lib/delivery/stream.ts";
import { ConfigFile } from "../../local/config-file.ts";
import type { Faults } from "../../local/fake-erp.ts";
import { openWorld } from "../support/erp-world.ts";
import { number, shopId, sighting } from "../support/sightings.ts";

const config = ConfigFile.parse({
  accounts: [
    { channel: "woocommerce", account: "main", baseUrl: "https://sklep.example", secrets: ["sekret-testowy-0001"] },
  ],
});

let sequence = 0;
const recordOf = (order: string, image: { state: string; cancelRequested?: boolean } | undefined): DynamoDBRecord => ({
  eventName: image ? "MODIFY" : "REMOVE",
  dynamodb: {
    SequenceNumber: String(++sequence),
    Keys: { pk: { S: `O#${order}` } },
    ...(image && {
      NewImage: { state: { S: image.state }, cancelRequested: { BOOL: image.cancelRequested ?? false } },
    }),
  },
});

const pending = (order: string) => recordOf(order, { state: "pending" });

function connector(faults: Faults = {}) {
  const world = openWorld(faults);
  const app: DeliveryParts = { ...world.deps, claims: world.claims, config };
  const told: Array<[string, Forwarded["outcome"]]> = [];
  const failed: string[] = [];
  const report = {
    delivered: (order: string, { outcome }: Forwarded) => told.push([order, outcome]),
    failed: (order: string) => failed.push(order),
  };
  const ordersOf = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, n) =>
        world.report(sighting({ sourceOrder: `${n + 1}`, keys: [shopId(`${n + 1}`), number(`10${n + 1}`)] })),
      ),
    );
  const run = (Records: DynamoDBRecord[], over: Partial<DeliveryParts> = {}, signal = new AbortController().signal) =>
    deliverBatch({ ...app, ...over }, { Records }, { signal }, report);
  return { world, told, failed, ordersOf, run };
}

test("every order of a batch is delivered once, however many records it has", async () => {
  const { world, told, ordersOf, run } = connector();
  const [a = "", b = ""] = await ordersOf(2);
  const answer = await run([pending(a), pending(b), pending(a)]);
  expect(answer).toEqual({ batchItemFailures: [] });
  expect(new Map(told)).toEqual(
    new Map([
      [a, "delivered"],
      [b, "delivered"],
    ]),
  );
  expect(told).toHaveLength(2);
  expect(world.erp.rows()).toHaveLength(2);
});

test("records that ask for nothing wake nobody", async () => {
  const { told, ordersOf, run } = connector();
  const [a = ""] = await ordersOf(1);
  const key: DynamoDBRecord = { eventName: "INSERT", dynamodb: { Keys: { pk: { S: "K#x" } }, NewImage: {} } };
  await run([key, recordOf(a, undefined), recordOf(a, { state: "delivered" }), recordOf(a, { state: "held" })]);
  expect(told).toEqual([]);
});

test("a cancel that was asked for wakes the connector in any state", async () => {
  const { told, ordersOf, run } = connector();
  const [a = ""] = await ordersOf(1);
  await run([recordOf(a, { state: "delivered", cancelRequested: true })]);
  expect(told).toHaveLength(1);
});

test("an ERP that is down fails no record: the shard goes on", async () => {
  const { told, ordersOf, run } = connector({ "find-fails": 1 });
  const [a = ""] = await ordersOf(1);
  expect(await run([pending(a)])).toEqual({ batchItemFailures: [] });
  expect(told).toEqual([[a, "postponed"]]);
});

test("when our own store fails, the records of that order fail, and only they", async () => {
  const { world, told, failed, ordersOf, run } = connector();
  const [a = "", b = ""] = await ordersOf(2);
  const read = async (order: string) => {
    if (order === a) throw new Error("the store is away");
    return world.claims.read(order);
  };
  const records = [pending(a), pending(b), pending(a)];
  const { batchItemFailures } = await run(records, { claims: { ...world.claims, read } });
  expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
    records[0]?.dynamodb?.SequenceNumber,
    records[2]?.dynamodb?.SequenceNumber,
  ]);
  expect([failed, told]).toEqual([[a], [[b, "delivered"]]]);
});

test("when the time is up no further order is begun, and none fails", async () => {
  const { told, ordersOf, run } = connector();
  const [a = ""] = await ordersOf(1);
  expect(await run([pending(a)], {}, AbortSignal.abort())).toEqual({ batchItemFailures: [] });
  expect(told).toEqual([]);
});
