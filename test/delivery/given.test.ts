/** What the ERP was given is what every later report is compared with, whatever came between; and versions never go back. */
import { describe, expect, test } from "vitest";
import type { Report } from "../../lib/core/order.ts";
import { intake } from "../../lib/intake/intake.ts";
import { LATER, openWorld, type World } from "../support/erp-world.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { type Changes, fromBaseLinker, NOW, report, rules, shopId, sighting } from "../support/sightings.ts";

const told = (world: World) => [...world.claims.held.values()].map(({ reason }) => reason);
const changesIn = (world: World) => [...world.claims.held.values()].flatMap(({ changes = [] }) => changes);
const standing = (world: World) => world.erp.rows().filter((row) => !row.cancelled).length;

async function deliveredWorld(given: Report = report): Promise<World> {
  const world = openWorld();
  await world.report(sighting({ report: given }));
  await world.sweep();
  expect(standing(world)).toBe(1);
  return world;
}

const address = { name: "Jan Testowy", street: "Próbna 1", postcode: "00-001", city: "Warszawa", country: "PL" };
const [line = { name: "", quantity: "0", gross: 0 }] = report.lines;
const { shipping } = report;

const edits: Array<[string, Report, Report, Array<{ what: string; from?: string; to?: string }>]> = [
  [
    "a quantity",
    report,
    { ...report, lines: [{ ...line, quantity: "3" }] },
    [{ what: "goods", from: "2 x KUB-1 50.00 (VAT 23)", to: "3 x KUB-1 50.00 (VAT 23)" }],
  ],
  [
    "a variant, at an equal price",
    { ...report, lines: [{ ...line, variant: "Rozmiar: L" }] },
    { ...report, lines: [{ ...line, variant: "Rozmiar: S" }] },
    [
      {
        what: "goods",
        from: "2 x KUB-1, Rozmiar: L 50.00 (VAT 23)",
        to: "2 x KUB-1, Rozmiar: S 50.00 (VAT 23)",
      },
    ],
  ],
  [
    "the VAT of a line",
    report,
    { ...report, lines: [{ ...line, vat: { kind: "rate", rate: "8" } }] },
    [{ what: "goods", from: "2 x KUB-1 50.00 (VAT 23)", to: "2 x KUB-1 50.00 (VAT 8)" }],
  ],
  [
    "a point that appears",
    report,
    { ...report, shipping: { ...shipping, point: "KRA01M" } },
    [{ what: "point", to: "KRA01M" }],
  ],
  [
    "a point that vanishes",
    { ...report, shipping: { ...shipping, point: "KRA01M" } },
    report,
    [{ what: "point", from: "KRA01M" }],
  ],
  [
    "a delivery address that appears",
    report,
    { ...report, shipping: { ...shipping, address } },
    [{ what: "address", to: "Jan Testowy, Próbna 1, 00-001 Warszawa, PL" }],
  ],
  [
    "a NIP",
    { ...report, buyer: { ...report.buyer, taxId: "PL 525-000-00-00" } },
    { ...report, buyer: { ...report.buyer, taxId: "5250000001" } },
    [{ what: "taxId", from: "5250000000", to: "5250000001" }],
  ],
  [
    "a company",
    { ...report, buyer: { ...report.buyer, billing: address } },
    { ...report, buyer: { ...report.buyer, billing: { ...address, company: "Firma Testowa" } } },
    [
      {
        what: "address",
        from: "Jan Testowy, Próbna 1, 00-001 Warszawa, PL",
        to: "Jan Testowy, Firma Testowa, Próbna 1, 00-001 Warszawa, PL",
      },
      { what: "company", to: "Firma Testowa" },
    ],
  ],
];

describe("an edit of what the ERP has is told with what changed, from and to", () => {
  test.each(edits)("%s", async (_, given, edited, changes) => {
    using world = await deliveredWorld(given);
    await world.report(sighting({ version: NOW, report: edited }));
    expect([told(world), changesIn(world)]).toEqual([["edited-after-delivery"], changes]);
    await world.report(sighting({ version: NOW, report: edited }));
    expect(world.claims.held.values().next().value?.count).toBe(1);
  });

  test.each([
    ["a note", { ...report, note: "proszę dzwonić" }],
    ["a telephone", { ...report, buyer: { ...report.buyer, phone: "500000000" } }],
    ["an EAN that was not said before", { ...report, lines: [{ ...line, ean: "5900000000008" }] }],
    ["the same NIP in another spelling", { ...report, buyer: { ...report.buyer, taxId: "" } }],
  ])("%s is none", async (_, edited) => {
    using world = await deliveredWorld();
    await world.report(sighting({ version: NOW, report: edited }));
    expect(told(world)).toEqual([]);
  });

  test("through any state between: failed, changed meanwhile, and ready again", async () => {
    using world = await deliveredWorld();
    const edited = { ...report, lines: [{ ...line, quantity: "1" }] };
    await world.report(sighting({ version: NOW, readiness: "waiting", status: "on-hold", report: edited }));
    expect(told(world)).toEqual([]);
    await world.report(sighting({ version: NOW + 1, report: edited }));
    expect(told(world)).toEqual(["edited-after-delivery"]);
  });

  test("a second edit is compared with what the ERP was given, not with the first", async () => {
    using world = await deliveredWorld();
    const three = { ...report, lines: [{ ...line, quantity: "3" }] };
    const four = { ...report, lines: [{ ...line, quantity: "4" }] };
    await world.report(sighting({ version: NOW, report: three }));
    await world.report(sighting({ version: NOW + 1, report: four }));
    expect(changesIn(world)).toEqual([
      { what: "goods", from: "2 x KUB-1 50.00 (VAT 23)", to: "4 x KUB-1 50.00 (VAT 23)" },
    ]);
  });

  test("through a step back that said nothing of it", async () => {
    using world = await deliveredWorld();
    await world.report(sighting({ version: NOW, readiness: "waiting", status: "on-hold" }));
    await world.report(sighting({ version: NOW + 1, report: { ...report, lines: [{ ...line, quantity: "1" }] } }));
    expect(told(world)).toEqual(["edited-after-delivery"]);
    expect(changesIn(world)).toMatchObject([{ what: "goods", from: expect.stringContaining("2 x KUB-1") }]);
  });

  test("in a status of the merchant's own, which no setting names", async () => {
    using world = await deliveredWorld();
    const own = {
      readiness: "waiting",
      status: "wyslane",
      unconfigured: { status: "wyslane", setting: "forwardStatuses" },
    } as const;
    await world.report(sighting({ version: NOW, ...own }));
    expect(told(world)).toEqual([]);
    await world.report(
      sighting({ version: NOW + 1, ...own, report: { ...report, lines: [{ ...line, quantity: "3" }] } }),
    );
    await world.report(
      sighting({ version: NOW + 2, ...own, report: { ...report, lines: [{ ...line, quantity: "3" }] } }),
    );
    expect(told(world)).toEqual(["edited-after-delivery"]);
    expect(world.claims.held.values().next().value?.count).toBe(1);
  });

  test("told as it was given, it is as it was: nothing more is said", async () => {
    using world = await deliveredWorld();
    await world.report(sighting({ version: NOW, report: { ...report, lines: [{ ...line, quantity: "3" }] } }));
    await world.report(sighting({ version: NOW + 1 }));
    const [source] = world.order([...world.claims.orders.keys()][0] ?? "").sources;
    expect([world.claims.held.values().next().value?.count, source?.given]).toEqual([1, undefined]);
  });
});

describe("an order that the ERP has and that steps back at its source", () => {
  const failed = (version: number) => sighting({ version, readiness: "waiting", status: "failed", steppedBack: true });

  test("is told once, and stays", async () => {
    using world = await deliveredWorld();
    await world.report(failed(NOW));
    await world.report(failed(NOW + 1));
    expect([standing(world), told(world)]).toEqual([1, ["unready-after-delivery"]]);
  });

  test("is not told while its owner still says ready", async () => {
    using world = await deliveredWorld();
    await world.report(fromBaseLinker({ keys: [shopId("271")] }));
    await world.report(
      fromBaseLinker({ keys: [shopId("271")], version: NOW, readiness: "waiting", status: "new", steppedBack: true }),
    );
    expect(told(world)).toEqual([]);
  });

  test("before the ERP has it, only waits", async () => {
    using world = openWorld({ busy: 1 });
    await world.report(sighting());
    await world.sweep();
    await world.report(failed(NOW));
    world.faults.busy = 0;
    world.pass(LATER);
    await world.sweep();
    expect([standing(world), told(world)]).toEqual([0, []]);
  });
});

describe("versions of one source arrive as 1, 9, 5", () => {
  const late: Array<[string, Changes]> = [
    ["a cancel", { readiness: "cancelled", status: "cancelled" }],
    ["a step back", { readiness: "waiting", status: "pending", steppedBack: true }],
    ["an edit", { report: { ...report, lines: [{ ...line, quantity: "7" }] } }],
  ];

  test.each(late)("%s of 5 changes nothing by itself, and its source is asked", async (_, changes) => {
    const asked: string[] = [];
    const claims = memoryClaims();
    const floor = shopFloor(claims, { recheck: async (id) => void asked.push(id) });
    await floor.report(sighting({ version: 1 }));
    expect((await floor.report(sighting({ version: 9 }))).verdict).toBe("duplicate");
    const before = JSON.stringify([...claims.orders.values()]);
    expect(await floor.report(sighting({ version: 5, ...changes }))).toMatchObject({
      verdict: "duplicate",
      reason: "stale",
    });
    expect([JSON.stringify([...claims.orders.values()]) === before, asked, claims.held.size]).toEqual([
      true,
      ["271"],
      0,
    ]);
  });

  test.each(late)("%s of 5 is a person's where its source cannot be asked", async (_, changes) => {
    const claims = memoryClaims();
    const floor = shopFloor(claims);
    for (const version of [1, 9]) await floor.report(sighting({ version }));
    await floor.report(sighting({ version: 5, ...changes }));
    expect([...claims.held.values()].map(({ reason }) => reason)).toEqual(["stale-and-differs"]);
  });

  test("a 5 that says the same as 9 is nothing", async () => {
    const claims = memoryClaims();
    const floor = shopFloor(claims);
    for (const version of [1, 9, 5]) await floor.report(sighting({ version }));
    expect(claims.held.size).toBe(0);
  });

  test("a shop's clock that went back hides no cancel: what it answers now is true", async () => {
    const claims = memoryClaims();
    const floor = shopFloor(claims);
    await floor.report(sighting({ version: 9 }));
    const cancel = sighting({ version: 5, readiness: "cancelled", status: "cancelled" });
    const deps = {
      claims,
      explain: () => undefined,
      random: () => 0,
      wait: async () => undefined,
      unique: () => "asked",
      now: () => NOW + 20,
    };
    const askedBefore = { ...deps, rules: { ...rules, askedAt: NOW - 1 }, polled: true };
    expect(await intake(cancel, askedBefore)).toMatchObject({ reason: "stale" });
    expect(await intake(cancel, { ...deps, rules: { ...rules, askedAt: NOW + 10 } })).toMatchObject({
      verdict: "linked",
      reason: "cancelled",
    });
  });
});

describe("a ready order without goods", () => {
  const empty = { ...report, lines: [] };

  test("is held, whatever the channel, and none is made of it", async () => {
    using world = openWorld();
    expect((await shopFloor(world.claims).report(sighting({ report: empty }))).reason).toBe("no-lines");
    await world.report(sighting({ version: NOW }));
    await world.sweep();
    expect(standing(world)).toBe(1);
  });

  test.each([
    ["waited for its payment", { readiness: "waiting", status: "pending" }],
    ["was about to be sent", {}],
  ] as const)("that %s stays here until it has goods again; its case is closed then", async (_, before) => {
    using world = openWorld();
    await world.report(sighting(before));
    await world.report(sighting({ version: NOW, report: empty, total: 0 }));
    await world.report(sighting({ version: NOW + 1, report: empty, total: 0 }));
    await world.sweep();
    expect([standing(world), told(world)]).toEqual([0, ["no-lines"]]);
    expect(world.claims.held.values().next().value?.count).toBe(1);
    await world.report(sighting({ version: NOW + 2 }));
    await world.sweep();
    expect([standing(world), world.claims.held.values().next().value?.resolved?.how]).toEqual([1, "explained"]);
  });

  test("goes on by the goods that another source tells", async () => {
    using world = openWorld();
    await world.report(sighting({ report: empty, readiness: "waiting", status: "pending" }));
    await world.report(fromBaseLinker({ keys: [shopId("271")] }));
    await world.report(sighting({ version: NOW, report: empty }));
    await world.sweep();
    expect([standing(world), told(world)]).toEqual([1, []]);
    expect(world.erp.rows()[0]?.lines).toHaveLength(1);
  });

  test("in the ERP already is an edit of all its goods", async () => {
    using world = await deliveredWorld();
    await world.report(sighting({ version: NOW, report: empty }));
    expect(told(world)).toEqual(["edited-after-delivery"]);
  });
});

describe("an id is not the whole truth", () => {
  test("with another time of placing, another buyer and another total it is another purchase: held", async () => {
    const claims = memoryClaims();
    const floor = shopFloor(claims);
    await floor.report(sighting());
    const again = { placedAt: NOW + 40 * 86_400_000, version: NOW + 1, total: 12_345 };
    const other = { ...report, buyer: { email: "inny@example.com" } };
    expect(await floor.report(sighting({ ...again, report: other }))).toMatchObject({
      verdict: "held",
      reason: "not-the-same-order",
    });
    expect((await floor.report(sighting({ ...again, report })))?.verdict).not.toBe("held");
  });

  test("an hour apart is another time, and a minute of rounding is none", async () => {
    const other = { ...report, buyer: { email: "inny@example.com" } };
    const again = { version: NOW + 1, total: 12_345, report: other };
    for (const [apart, verdict] of [
      [3_600_000, "held"],
      [-3_600_000, "held"],
      [30_000, "linked"],
    ] as const) {
      const floor = shopFloor(memoryClaims());
      await floor.report(sighting());
      expect((await floor.report(sighting({ ...again, placedAt: NOW - 2000 + apart }))).verdict).toBe(verdict);
    }
  });

  test("where another source placed it earlier, the shop's own time is no other one", async () => {
    const floor = shopFloor(memoryClaims());
    await floor.report(sighting());
    await floor.report(fromBaseLinker({ keys: [shopId("271")], placedAt: NOW - 3_600_000 }));
    const other = { ...report, buyer: { email: "inny@example.com" } };
    expect((await floor.report(sighting({ version: NOW + 1, total: 12_345, report: other }))).verdict).toBe("linked");
  });

  test("placed before the memory and paid now is held; placed and paid before it is ignored", async () => {
    const floor = shopFloor(memoryClaims());
    const placedAt = NOW - 100 * 86_400_000;
    expect(await floor.report(sighting({ placedAt, orderedAt: NOW }))).toMatchObject({ reason: "old-and-paid-now" });
    expect(await floor.report(sighting({ placedAt, orderedAt: placedAt }))).toMatchObject({ verdict: "ignored" });
  });
});
