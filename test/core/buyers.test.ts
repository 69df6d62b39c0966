/** A number and a total that two purchases share by chance: the buyer tells them apart. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Key } from "../../lib/core/keys.ts";
import type { Report } from "../../lib/core/order.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { shopFloor } from "../support/shop-floor.ts";
import { allegroId, type Changes, fromBaseLinker, number, report, shopId, sighting } from "../support/sightings.ts";

type Person = { name?: string; email?: string; phone?: string; postcode?: string; street?: string };

const EWA = {
  name: "Ewa Próbna",
  email: "ewa@example.com",
  phone: "600 100 100",
  postcode: "00-001",
  street: "Próbna 1/2",
};
const JAN = {
  name: "Jan Testowy",
  email: "jan@example.com",
  phone: "600 200 200",
  postcode: "00-001",
  street: "Próbna 7",
};

function by({ name = "", email, phone, postcode = "", street = "" }: Person): Report {
  const billing = { name, street, postcode, city: "Próbne", country: "PL" };
  return { ...report, buyer: { ...(email && { email }), ...(phone && { phone }), billing } };
}

const inShop = (person: Person, changes: Changes = {}) =>
  sighting({ sourceOrder: "1004", keys: [shopId("1004"), number("1004")], report: by(person), ...changes });

/** BaseLinker wrote Allegro's order into one of several shops, under this number. */
const exported = (person: Person) =>
  fromBaseLinker({ keys: [allegroId(), { ...number("1004"), rank: 4 }], report: by(person) });

/** BaseLinker names an order of the shop, by a number that stands in the setting. */
const relayed = (person: Person) =>
  fromBaseLinker({ keys: [shopId("88", "baselinker:acme"), number("1004")], report: by(person) });

async function outcomes(...sightings: Array<ReturnType<typeof sighting>>) {
  const floor = shopFloor(memoryClaims());
  const verdicts: string[] = [];
  for (const one of sightings) {
    const { verdict, reason } = await floor.report(one);
    verdicts.push(verdict === "held" ? reason : verdict);
  }
  return { verdicts, told: floor.explained.flatMap(({ told = [] }) => told) };
}

describe("an equal number and an equal total", () => {
  it("of two strangers are two purchases where a relay only guessed at the number, and a person is told", async () => {
    const { verdicts, told } = await outcomes(exported(EWA), inShop(JAN));
    expect(verdicts).toEqual(["new", "new"]);
    expect(told).toEqual(["id-disputed"]);
  });

  it("of two strangers are held where the setting says that it is this number", async () => {
    expect((await outcomes(inShop(JAN), relayed(EWA))).verdicts).toEqual(["new", "buyer-differs"]);
  });

  it("that a relay guessed of several purchases is told with the one whose buyer may be the same", async () => {
    const claims = memoryClaims();
    const floor = shopFloor(claims);
    const guessed = (id: string, key: Key, person: Person) =>
      fromBaseLinker({
        sourceOrder: id,
        keys: [shopId(id, "baselinker:acme"), { ...key, rank: 4 }],
        total: 9900,
        report: by(person),
      });
    const stranger = await floor.report(guessed("81", shopId("1004"), EWA));
    const same = await floor.report(guessed("82", number("1004"), JAN));
    await floor.report(inShop(JAN));
    const [{ detail } = { detail: "" }] = claims.held.values();
    expect(detail).toContain(same.order);
    expect(detail).not.toContain(stranger.order);
  });

  it.each<[string, Person]>([
    ["the mail address", { ...JAN, email: "EWA@example.com" }],
    ["the telephone, in another form", { ...JAN, phone: "+48600100100" }],
    ["the house, in another form", { ...JAN, street: "ul. Próbna 1 m. 2" }],
    ["the name, in another order", { ...JAN, name: "PRÓBNA EWA" }],
  ])("are one purchase where %s is the same", async (_what, person) => {
    expect((await outcomes(exported(EWA), inShop(person))).verdicts).toEqual(["new", "linked"]);
    expect((await outcomes(inShop(person), relayed(EWA))).verdicts).toEqual(["new", "linked"]);
  });

  it.each<[string, Person]>([
    ["nothing", {}],
    ["a mail address alone, which a marketplace gives each order anew", { email: "maska+1@example.com" }],
    ["a postcode without a house", { postcode: "00-001" }],
  ])("are one purchase where one side says of its buyer %s", async (_what, person) => {
    expect((await outcomes(exported(person), inShop(JAN))).verdicts).toEqual(["new", "linked"]);
  });

  it("is judged alike, whichever of the two sides says what", async () => {
    const text = fc.constantFrom("", "a", "b", "c");
    const anybody = fc
      .record({ name: text, email: text, phone: text, street: text })
      .map(({ street, ...person }) => ({ ...person, street: `${street} ${street.length}`, postcode: "00-001" }));
    await fc.assert(
      fc.asyncProperty(anybody, anybody, async (one, other) => {
        const isJoined = async (a: ReturnType<typeof sighting>, b: ReturnType<typeof sighting>) =>
          (await outcomes(a, b)).verdicts[1] === "linked";
        expect(await isJoined(exported(one), inShop(other))).toBe(await isJoined(exported(other), inShop(one)));
      }),
    );
  });
});
