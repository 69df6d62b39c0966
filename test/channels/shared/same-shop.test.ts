import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { AlsoKnownAs, heldAsOtherShop } from "../../../lib/channels/shared/proof.ts";

const known = {
  baseUrl: "https://sklep.example/pl",
  alsoKnownAs: ["stary-sklep.example", "https://sklep.example/en/"],
};

describe("a message is of the account's shop", () => {
  test.each([
    "https://sklep.example/pl/",
    "https://sklep.example/pl",
    "http://sklep.example/pl/",
    "https://www.sklep.example/pl/",
    "HTTPS://Sklep.Example/pl/",
    "https://sklep.example:443/pl/",
    "http://sklep.example:80/pl",
    "https://sklep.example./pl/",
    "sklep.example/pl",
    "https://stary-sklep.example/",
    "http://www.stary-sklep.example",
    "https://sklep.example/en/",
    "",
    "  ",
    undefined,
  ])("where it names %o", (source) => expect(heldAsOtherShop(source, known)).toBeUndefined());

  test("by the name of its host in letters or in Punycode", () => {
    const punycode = new URL("https://łódź.example").hostname;
    expect(punycode).toMatch(/^xn--/);
    expect(
      heldAsOtherShop(`https://${punycode}/`, { baseUrl: "https://łódź.example", alsoKnownAs: [] }),
    ).toBeUndefined();
  });
});

describe("a message of another shop is held under the name of that shop", () => {
  test.each([
    ["https://staging.sklep.example/pl/", "staging.sklep.example/pl"],
    ["https://sklep.example/", "sklep.example"],
    ["https://sklep.example/kopia/", "sklep.example/kopia"],
    ["https://sklep.example:8443/pl/", "sklep.example:8443/pl"],
    ["http://localhost/pl", "localhost/pl"],
    ["https://sklep.example.evil.example/pl", "sklep.example.evil.example/pl"],
    ["https://sklep.example/PL/", "sklep.example/PL"],
    ["to nie jest adres", "to nie jest adres"],
  ])("%s", (source, name) => {
    const keep = Buffer.from(JSON.stringify({ source: name }));
    const held = { kind: "unusable", reason: "other-shop", sourceOrder: `shop:${name}`, detail: name, keep };
    expect(heldAsOtherShop(source, known)).toEqual(held);
  });

  test("of an endless address as much as a person reads", () => {
    const held = heldAsOtherShop(`https://x.example/${"a".repeat(10_000)}`, known);
    expect(held).toMatchObject({ detail: expect.stringMatching(/^x\.example\/a{190}$/) });
  });
});

test("what is no address is no name of a shop", () => {
  const mistakes = (list: string[]) => AlsoKnownAs.safeParse(list).error?.issues.map(({ path }) => path.join("."));
  expect(mistakes(["sklep.example", "http://sklep.example/x"])).toBeUndefined();
  expect(mistakes(["sklep.example", "mój sklep", ""])).toEqual(["1", "2"]);
  expect(z.parse(AlsoKnownAs, undefined)).toEqual([]);
});
