import { describe, expect, test } from "vitest";
import type { Report } from "../../../lib/core/order.ts";
import type { ErpOrder } from "../../../lib/core/ports/erp.ts";
import { operations } from "../../../lib/erp/bridge/contract.ts";
import { asContract1 } from "../../../lib/erp/bridge/contract-1.ts";
import { number, report } from "../../support/sightings.ts";

const address = { name: "Ewa Przykładowa", street: "Prosta 1", postcode: "00-001", city: "Warszawa", country: "PL" };

const plain: Report = {
  number: "ZS/1",
  lines: [
    { sku: "KUB-1", name: "Kubek", quantity: "2", gross: 4400, vat: { kind: "rate", rate: "23" } },
    { ean: "5900000000011", name: "Książka", quantity: "1", gross: 1000, vat: { kind: "rate", rate: "5" } },
    { sku: "X", name: "Nie wiadomo", quantity: "1", gross: 0 },
  ],
  shipping: { method: "Kurier", gross: 499, point: "WAW01A", address },
  buyer: { email: "ewa.przykladowa@poczta.example", phone: "+48500000001", taxId: "1234563218", billing: address },
  payment: { method: "transfer", cashOnDelivery: false, paid: true },
  note: "Proszę zapakować",
};

const base = { order: "order-1", keys: [number("1001")], currency: "PLN", total: 5899, numbers: ["ZS/1"], seen: ["7"] };
const orderOf = (change: Partial<Report>, over: Partial<ErpOrder> = {}) =>
  ({ ...base, ...over, report: { ...plain, ...change } }) as Parameters<typeof asContract1>[0];

describe("an order in the shape of version 1", () => {
  test("says the rate of a line as version 1 did, and all else as it is", () => {
    const { lines: _, ...rest } = plain;
    expect(asContract1(orderOf({}))).toEqual({
      order: {
        ...base,
        report: {
          ...rest,
          lines: [
            { sku: "KUB-1", name: "Kubek", quantity: "2", gross: 4400, taxRate: "23" },
            { ean: "5900000000011", name: "Książka", quantity: "1", gross: 1000, taxRate: "5" },
            { sku: "X", name: "Nie wiadomo", quantity: "1", gross: 0 },
          ],
        },
      },
    });
  });

  test("has texts for people where such a bridge writes them", () => {
    const lines = [{ name: "Koszulka", variant: "Rozmiar: L", quantity: "1", gross: 5400 }];
    const shipping = {
      ...plain.shipping,
      address: { ...address, phone: "500-000-002" },
      pointAddress: { ...address, name: "Paczkomat", street: "Długa 2" },
    };
    expect(asContract1(orderOf({ lines, shipping }))).toMatchObject({
      order: {
        report: {
          lines: [{ name: "Koszulka, Rozmiar: L" }],
          shipping: { point: "WAW01A: Paczkomat, Długa 2, 00-001 Warszawa, PL", address },
          note: "Proszę zapakować\ntel. odbiorcy 500-000-002",
        },
      },
    });
  });

  test("does not repeat the buyer's own phone", () => {
    const shipping = { ...plain.shipping, address: { ...address, phone: "500 000 001" } };
    expect(asContract1(orderOf({ shipping }))).toEqual(asContract1(orderOf({})));
  });

  test("read by a bridge of version 2 it is the same order again", () => {
    const older = asContract1(orderOf({}));
    expect(operations.submit.request.shape.order.parse("order" in older && older.order)).toEqual(orderOf({}));
  });

  test.each<[string, Partial<Report>, Partial<ErpOrder>?]>([
    ["no fees and no payments", { fees: [], payments: [] }],
    ["a fee of nothing", { fees: [{ kind: "codFee", name: "Pobranie", gross: 0 }] }],
    ["how the source rounds", { rounding: { on: "row", prices: "gross" }, totalField: "total" }],
    [
      "shipping under the rate that such a bridge gives it",
      { shipping: { ...plain.shipping, shares: [{ gross: 499, vat: { kind: "rate", rate: "23" } }] } },
    ],
    ["a due amount that is the worth", {}, { due: 5899 }],
    ["fields that are there and undefined", { fees: undefined, note: undefined }],
  ])("loses nothing of %s", (_, change, over) => {
    expect(asContract1(orderOf(change, over))).toHaveProperty("order");
  });

  const line = (over: object) => ({ lines: [{ name: "Kubek", quantity: "1", gross: 5400, ...over }] });

  test.each<[string, Partial<Report>, string, Partial<ErpOrder>?]>([
    ["an exemption", line({ vat: { kind: "exempt", code: "zw" } }), "report.lines.0.vat"],
    ["untaxed goods", line({ vat: { kind: "untaxed" } }), "report.lines.0.vat"],
    ["a rate with a fraction", line({ vat: { kind: "rate", rate: "8.5" } }), "report.lines.0.taxRate"],
    ["a fee", { fees: [{ kind: "codFee", name: "Pobranie", gross: 500 }] }, "report.fees"],
    ["a gift card", { payments: [{ kind: "gift-card", name: "Bon", amount: 500 }] }, "report.payments"],
    ["less that is due", {}, "due", { due: 5399 }],
    [
      "shipping under another rate",
      { shipping: { ...plain.shipping, shares: [{ gross: 499, vat: { kind: "rate", rate: "8" } }] } },
      "report.shipping.shares",
    ],
    [
      "another phone of the one who pays",
      { buyer: { ...plain.buyer, billing: { ...address, phone: "+48500000002" } } },
      "report.buyer.billing.phone",
    ],
    ["what nobody has thought of yet", { gift: true } as Partial<Report>, "report.gift"],
  ])("cannot carry %s, and names the field", (_, change, field, over) => {
    expect(asContract1(orderOf(change, over))).toEqual({ lacks: [field] });
  });

  test("takes what reports of tests hold", () => {
    expect(asContract1({ ...base, report })).toHaveProperty("order");
  });
});
