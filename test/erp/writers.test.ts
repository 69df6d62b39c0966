import { describe, expect, test } from "vitest";
import { keysOfListed, Writer } from "../../lib/erp/writers.ts";
import { UUID } from "../support/sightings.ts";

const writer = (changes: Partial<Writer>) =>
  Writer.parse({
    column: "customerNumber",
    id: "digits",
    issuer: "woocommerce:main",
    kind: "customer-number",
    rank: 3,
    ...changes,
  });

const allegro = writer({ column: "internetId", id: "uuid", issuer: "allegro", kind: "internet-id", rank: 1 });
const baselinker = writer({ template: "B_{id}", issuer: "baselinker:acme", kind: "internet-id", rank: 2 });
const shop = writer({});

const read = (listed: Parameters<typeof keysOfListed>[0], writers: Writer[]) =>
  keysOfListed(listed, writers).map(({ kind, issuer, value, rank }) => `${kind} ${issuer} ${value} ${rank}`);

describe("what the columns of an ERP order mean", () => {
  test("each column is read by its own writers", () => {
    const listed = { internetId: UUID.toUpperCase(), customerNumber: "B_00800000101" };
    expect(read(listed, [allegro, baselinker, shop])).toEqual([
      `internet-id allegro ${UUID} 1`,
      "internet-id baselinker:acme 800000101 2",
    ]);
  });

  test("a value that no writer explains means nothing", () => {
    expect(read({ internetId: "12345", customerNumber: UUID }, [allegro, baselinker, shop])).toEqual([]);
    expect(read({ customerNumber: "1001" }, [])).toEqual([]);
    expect(read({}, [allegro, shop])).toEqual([]);
  });

  test("a bare number that two shops could have given means nothing", () => {
    expect(read({ customerNumber: "1001" }, [shop, writer({ issuer: "woocommerce:other" })])).toEqual([]);
  });

  test("the format with the most text around the id explains a value best", () => {
    const bare = writer({ id: "text" });
    expect(read({ customerNumber: "B_42" }, [bare, baselinker])).toEqual(["internet-id baselinker:acme 42 2"]);
    expect(read({ customerNumber: "X_42" }, [bare, baselinker])).toEqual(["customer-number woocommerce:main x_42 3"]);
  });

  test("letter case and space around the value do not matter, white space inside it does", () => {
    expect(read({ customerNumber: " b_42 " }, [baselinker])).toEqual(["internet-id baselinker:acme 42 2"]);
    expect(read({ customerNumber: "kub 42" }, [writer({ id: "text" })])).toEqual([]);
  });

  test.each(["B_", "B_4 2", "B_42x", "XB_42", "B_42/7", "", "0", "brak"])("%j is not B_{id} with digits", (value) => {
    expect(read({ customerNumber: value }, [baselinker])).toEqual([]);
  });

  test("a placeholder is no id, in whatever frame it stands", () => {
    expect(read({ customerNumber: "B_0" }, [baselinker])).toEqual([]);
    expect(read({ customerNumber: "BL/brak" }, [writer({ template: "BL/{id}", id: "text" })])).toEqual([]);
  });

  test("a frame may stand behind the id; a value shorter than its frame is none", () => {
    const framed = writer({ template: "PS/{id}/SHOP" });
    expect(read({ customerNumber: "PS/17/SHOP" }, [framed])).toEqual(["customer-number woocommerce:main 17 3"]);
    expect(read({ customerNumber: "PS/SHOP" }, [framed])).toEqual([]);
  });

  test.each(["B_", "{id}{id}", "{ID}"])("a template names the id exactly once: %s does not", (template) => {
    expect(() => writer({ template })).toThrow(/exactly once/);
  });
});
