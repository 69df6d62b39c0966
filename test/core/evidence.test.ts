/** Numbers and traces without an end: an order carries so many that the store still takes it whole. */
import { expect, it } from "vitest";
import { DAY } from "../../lib/core/order.ts";
import { sweep } from "../../lib/delivery/sweep.ts";
import { dynamoClaims } from "../../lib/store/dynamo-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { allegroId, fromAllegro, NOW, number, rules, shopId, sighting, trace } from "../support/sightings.ts";
import { freshTable } from "../support/table.ts";

const uuid = (n: number) => `0cc2${String(n).padStart(4, "0")}-3b6d-11f0-9c4d-8b1f2a6d7e90`;
const never = () => Promise.reject(new Error("nothing is to be delivered"));

it("an order of which every report quotes other ids stays in the index as long as it waits", async () => {
  const claims = dynamoClaims(await freshTable());
  const floor = shopFloor(claims);
  const reports = Array.from({ length: 12 }, (_, n) =>
    sighting({
      readiness: "waiting",
      version: NOW + n,
      keys: [shopId("271"), number(`${n + 1}`), ...Array.from({ length: 10 }, (_, k) => trace(uuid(10 * n + k)))],
    }),
  );
  for (const report of [...reports, ...reports]) await floor.report(report);
  floor.now = NOW + 13 * DAY;
  const { counts } = await sweep(
    {
      claims,
      erp: { name: "none", find: never, submit: never, cancel: never },
      now: () => floor.now,
      random: () => 0,
      wait: async () => undefined,
      unique: () => "sweep",
      leaseMs: 60_000,
      ...rules,
    },
    10,
  );
  expect(counts).toEqual({ extended: 1 });

  const outcomes = [];
  for (const id of [uuid(0), uuid(119)]) outcomes.push(await floor.report(fromAllegro({ keys: [allegroId(id)] })));
  expect(outcomes.map(({ verdict }) => verdict)).toEqual(["linked", "new"]);
});

it("a first report that quotes too many ids is taken", async () => {
  const floor = shopFloor(dynamoClaims(await freshTable()));
  const traces = Array.from({ length: 150 }, (_, n) => trace(uuid(n)));
  const one = sighting({ keys: [shopId("271"), ...traces] });
  expect([(await floor.report(one)).verdict, (await floor.report(one)).verdict]).toEqual(["new", "duplicate"]);
});
