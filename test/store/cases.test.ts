/** What the sweep writes on a case, over the real table. */
import { beforeAll, expect, it } from "vitest";
import { heldMessage } from "../../lib/core/held.ts";
import { DAY } from "../../lib/core/order.ts";
import type { Cases } from "../../lib/core/ports/cases.ts";
import type { Claims } from "../../lib/core/ports/claims.ts";
import { dynamoCases } from "../../lib/store/dynamo-cases.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { NOW } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

let cases: Cases;
let claims: Claims;
beforeAll(async () => {
  const table = await freshTable();
  cases = dynamoCases(table);
  claims = dynamoClaims(table);
});

let orders = 0;
async function held() {
  orders += 1;
  const message = heldMessage("woocommerce:main", `${orders}`, "not-an-order", {
    body: "kept/there",
    detail: "a field",
  });
  await claims.hold(message, NOW);
  return message;
}

const read = async (id: string) => (await cases.read([id]))[0];

it("a case that was told of says so, and is told of no more", async () => {
  const { id } = await held();
  await cases.markTold(id, "toldAt", NOW + 1);
  expect(await read(id)).toMatchObject({ toldAt: NOW + 1 });
  const { cases: open } = await cases.open({ first: "oldest", limit: 10 });
  expect(open).toEqual([expect.objectContaining({ id, toldAt: NOW + 1 })]);
});

it("an open case that is too old loses what it kept of a person", async () => {
  const { id } = await held();
  const known = await read(id);
  expect(known && (await cases.erase(known, NOW + 60 * DAY))).toBe(true);
  expect(await read(id)).toMatchObject({ body: "", erasedAt: NOW + 60 * DAY });
});

it("a case that is over is forgotten, with what it kept of a person", async () => {
  const { id } = await held();
  await claims.unhold(id, { how: "done", at: NOW }, NOW + DAY);
  const [over] = await cases.over(NOW + 2 * DAY, 10);
  expect(over?.id).toBe(id);
  if (over) await cases.forget(over);
  expect(await read(id)).toMatchObject({ body: "", detail: "" });
  expect(await cases.over(NOW + 2 * DAY, 10)).toEqual([]);
});
