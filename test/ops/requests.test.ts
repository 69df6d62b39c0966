/** What a look costs, in requests and not in time: bounded by pages, and the same on a table with orders as on one without. */
import { beforeAll, expect, test } from "vitest";
import { heldMessage } from "../../lib/core/held.ts";
import { dynamoCases } from "../../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { dynamoDesk } from "../../lib/store/dynamo-desk.ts";
import type { Table } from "../../lib/store/table.ts";
import { type OperatorWorld, operatorWorld } from "../support/operator-world.ts";
import { shopId, sighting } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";
import { countCalls } from "../support/wire.ts";

const CASES = 120;

let table: Table;
let world: OperatorWorld;
beforeAll(async () => {
  table = await freshTable();
  world = operatorWorld({ claims: dynamoClaims(table), cases: dynamoCases(table), desk: dynamoDesk(table) });
});

/** The commands that one question sent, without those before it. */
async function sent(question: object): Promise<string[]> {
  const counted = countCalls(table);
  await world.look(question);
  return counted.calls.map(({ command }) => command);
}

const QUESTIONS = [{ ask: "status" }, { ask: "cases" }, { ask: "trace", of: "10042" }] as const;

test("no look scans, and none costs more requests where more orders are there", async () => {
  const empty = new Map<string, number>();
  for (const question of QUESTIONS) empty.set(question.ask, (await sent(question)).length);
  for (let n = 1; n <= 60; n += 1) await world.report(sighting({ sourceOrder: `${n}`, keys: [shopId(`${n}`)] }));
  for (const question of QUESTIONS) {
    const commands = await sent(question);
    expect(commands.filter((command) => command.includes("Scan"))).toEqual([]);
    // What is due first is read, for its age.
    expect(commands.length).toBeLessThanOrEqual((empty.get(question.ask) ?? 0) + 1);
  }
});

test("a list of cases costs a query and one batched read a page, however many are open", async () => {
  for (let n = 0; n < CASES; n += 1)
    await world.parts.claims.hold(heldMessage("woocommerce:main", `c${n}`, "no-usable-key"), world.now());
  const commands = await sent({ ask: "cases" });
  expect(commands.length).toBeLessThanOrEqual(2);
  const seen = new Set<string>();
  let pages = 0;
  let cursor: string | undefined;
  do {
    const answer = await world.look({ ask: "cases", cursor });
    if (answer.answer !== "cases") throw new Error(answer.answer);
    for (const { id } of answer.cases) seen.add(id);
    pages += 1;
    cursor = answer.cursor;
  } while (cursor !== undefined);
  expect(seen.size).toBe(CASES);
  expect(pages).toBeLessThanOrEqual(Math.ceil(CASES / 50) + 1);
});
