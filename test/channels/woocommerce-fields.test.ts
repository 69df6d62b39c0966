/** What plugins keep in an order, who gets it, how it is paid, and when it is an order. */
import { describe, expect, it } from "vitest";
import { meta, row, sighted } from "./woocommerce-order.ts";

const point = (changes: object, settings: object = {}) => sighted(changes, settings).report.shipping.point;
const taxId = (changes: object, settings: object = {}) => sighted(changes, settings).report.buyer.taxId;
const locker = { shipping_lines: [{ method_title: "Paczkomat InPost", ...row("0.00", {}) }] };

/** PHP's own text of a post's meta: each value a list of one. */
const parcel = (key: string, value: string) =>
  `a:2:{s:9:"_edit_lok";a:1:{i:0;s:1:"1";}s:${key.length}:"${key}";a:1:{i:0;s:${Buffer.byteLength(value)}:"${value}";}}`;

describe("the pick-up point, as plugins write it", () => {
  it.each([
    ["InPost", meta("_parcel_machine_id", "KRA01M")],
    ["InPost Pay", meta("delivery_point", "KRA01M")],
    ["InPost Pay, without the underscore", meta("parcel_machine_id", "KRA01M")],
    ["Flexible Shipping InPost", meta("_paczkomat_id", "KRA01M")],
    ["other InPost plugins", meta("paczkomat_key", "KRA01M")],
    ["Furgonetka", meta("_furgonetkaPoint", "KRA01M")],
    ["Apaczka", meta("apaczka_delivery_point", { apm_access_point_id: "KRA01M", apm_supplier: "INPOST" })],
    ["Apaczka, as JSON", meta("apaczka_delivery_point", '{"apm_access_point_id":"KRA01M"}')],
    ["Apaczka, in PHP's text", meta("apaczka_delivery_point", 'a:1:{s:19:"apm_access_point_id";s:6:"KRA01M";}')],
    ["polkurier", meta("_polkurier_point_id", "KRA01M")],
    ["BaseLinker's plugin", { bl_delivery_point_id: "KRA01M" }],
    ["BaseLinker's plugin, from the parcel", { shipment_meta: parcel("_paczkomat_id", "KRA01M") }],
    ["BaseLinker's plugin, from the parcel of InPost", { shipment_meta: parcel("_parcel_machine_id", "KRA01M") }],
    [
      "a plugin that writes it at the shipping",
      { shipping_lines: [{ ...row("0.00", {}), ...meta("_paczkomat_id", "KRA01M") }] },
    ],
    ["a plugin that writes an object", meta("delivery_point", { id: "KRA01M", name: "Kraków, ul. Próbna" })],
    ["a plugin that nobody knows, where it goes to a locker", { ...locker, ...meta("_moja_wtyczka_punkt", "KRA01M") }],
  ])("%s", (_, changes) => expect(point(changes)).toBe("KRA01M"));

  it("is none where a field is empty, or holds a word for nothing", () => {
    for (const value of ["", "0", "-", "brak", null, false, [], {}])
      expect(point(meta("_paczkomat_id", value))).toBeUndefined();
    expect(
      point({
        meta_data: [
          { key: "_paczkomat_id", value: "" },
          { key: "_parcel_machine_id", value: "KRA01M" },
        ],
      }),
    ).toBe("KRA01M");
  });

  it("of an unknown field is believed only where the parcel goes to a locker, and only in the form of a code", () => {
    expect(point(meta("_moja_wtyczka_punkt", "KRA01M"))).toBeUndefined();
    expect(point({ ...locker, ...meta("_moja_wtyczka_punkt", "ul. Próbna 2") })).toBeUndefined();
    expect(point({ ...locker, ...meta("_kod_rabatowy", "KRA01M") })).toBeUndefined();
  });

  it("is named and placed as BaseLinker's plugin says", () => {
    const changes = {
      bl_delivery_point_id: "KRA01M",
      bl_delivery_point_name: "Paczkomat KRA01M",
      bl_delivery_point_address: "ul. Próbna 2",
      bl_delivery_point_postcode: "30-001",
      bl_delivery_point_city: "Kraków",
    };
    expect(sighted(changes).report.shipping.pointAddress).toEqual({
      name: "Paczkomat KRA01M",
      street: "ul. Próbna 2",
      postcode: "30-001",
      city: "Kraków",
      country: "PL",
    });
  });
});

describe("the tax number, as plugins write it", () => {
  it.each([
    "_billing_nip",
    "billing_nip",
    "_polski_billing_nip",
    "_wc_billing/polski/nip",
    "_wc_other/polski/nip",
    "_wc_billing/moja-wtyczka/billing-nip",
    "_billing_furgonetkaTaxId",
    "impost_invoice_tax_id",
    "_billing_vat",
    "_billing_vat_number",
    "_billing_eu_vat_number",
    "_vat_number",
    "vat_number",
    "nip",
    "_nip",
    "NIP",
    "faktura_nip",
    "_billing_nip_firmy",
    "billing_numer_nip",
  ])("%s", (key) => expect(taxId(meta(key, "123-456-32-18"))).toBe("1234563218"));

  it("in the address, where the block checkout keeps it", () => {
    expect(taxId({ billing: { city: "Łódź", "polski/nip": "1234563218" } })).toBe("1234563218");
  });

  it.each([
    ["123.456.32.18", "1234563218"],
    ["PL 123 456 32 18", "1234563218"],
    ["pl1234563218", "1234563218"],
    ["DE 123.456.789", "DE123456789"],
    ["ATU12345678", "ATU12345678"],
  ])("%s is known by its letters and digits", (written, id) => expect(taxId(meta("_billing_nip", written))).toBe(id));

  it("is none where a field holds a word or a mark", () => {
    for (const value of ["", "-", "1", "tak", "osoba prywatna", "nie dotyczy"])
      expect(taxId(meta("_billing_vat", value))).toBeUndefined();
    expect(
      taxId({
        meta_data: [
          { key: "_billing_nip", value: "-" },
          { key: "_vat_number", value: "1234563218" },
        ],
      }),
    ).toBe("1234563218");
  });

  it("is the one that the buyer wrote where there is no field, if its check digit is right", () => {
    expect(taxId({ customer_note: "Proszę o fakturę, NIP: PL 123-456-32-18, dziękuję" })).toBe("1234563218");
    expect(taxId({ billing: { company: "Próba sp. z o.o. NIP 1234563218" } })).toBe("1234563218");
    expect(taxId({ customer_note: "Proszę dzwonić: 1234563218" })).toBeUndefined();
    expect(taxId({ customer_note: "NIP 1234563219, turnip 1234563218" })).toBeUndefined();
  });

  it("of an unknown field is believed only by its check digit", () => {
    expect(taxId(meta("faktura_nip", "1234563219"))).toBeUndefined();
    expect(taxId(meta("_telefon", "1234563218"))).toBeUndefined();
  });
});

describe("the recipient", () => {
  const address = { first_name: "Odbiorca", city: "Łódź" };

  it("has a phone of its own where it is another one than the buyer's", () => {
    const phoneOf = (phone: string) => sighted({ shipping: { ...address, phone } }).report.shipping.address?.phone;
    expect(["+48 700 800 900", "+48600100200", "600 100 200", ""].map(phoneOf)).toEqual([
      "+48 700 800 900",
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("is nobody where no part of an address is filled", () => {
    expect(
      sighted({ shipping: { first_name: "", city: "", phone: "+48 700 800 900" } }).report.shipping,
    ).not.toHaveProperty("address");
  });
});

describe("an order on hold", () => {
  const onHold = (payment_method: string, changes: object = {}, settings: object = {}) =>
    sighted({ status: "on-hold", date_paid_gmt: null, payment_method, ...changes }, settings).readiness;

  it.each(["bacs", "bacs_eur", "cheque", "cod", "cod-kurier"])("is one where it is paid later: %s", (method) => {
    expect(onHold(method)).toBe("ready");
  });

  it.each(["payulistbanks", "inpost-izi", "przelewy24", "bacsy", ""])("is none before it is paid by %s", (method) => {
    expect(onHold(method)).toBe("waiting");
    expect(onHold(method, { date_paid_gmt: "2026-11-24T11:05:00" })).toBe("ready");
  });

  it("is one by every method that the merchant names, or by all", () => {
    expect(onHold("moj_przelew", {}, { paidLater: ["moj_przelew"] })).toBe("ready");
    expect(onHold("moj_przelew", {}, { paidLater: ["moj*"] })).toBe("ready");
    expect(onHold("payulistbanks", {}, { paidLater: ["*"] })).toBe("ready");
    expect(onHold("bacs", {}, { paidLater: [] })).toBe("waiting");
  });

  it("is one for InPost Pay where it is paid on delivery", () => {
    const changes = { ...meta("izi_payment_type", "CASH_ON_DELIVERY") };
    expect(onHold("inpost-izi", changes)).toBe("ready");
    expect(sighted({ payment_method: "inpost-izi", ...changes }).report.payment.cashOnDelivery).toBe(true);
    expect(onHold("inpost-izi", meta("izi_payment_type", "BLIK_CODE"))).toBe("waiting");
  });

  it("is none where the merchant does not forward it", () => {
    expect(onHold("bacs", {}, { forwardStatuses: ["processing"] })).toBe("waiting");
  });
});

describe("an order that steps back", () => {
  it.each(["pending", "failed", "trash"])("by status %s says so", (status) => {
    expect(sighted({ status })).toMatchObject({ readiness: "waiting", status, steppedBack: true });
  });

  it("to waiting for its payment says so", () => {
    expect(sighted({ status: "on-hold", date_paid_gmt: null })).toMatchObject({
      readiness: "waiting",
      steppedBack: true,
    });
  });

  it.each(["processing", "cancelled", "refunded", "wyslane"])("is none by status %s", (status) => {
    expect(sighted({ status })).not.toHaveProperty("steppedBack");
  });
});

it("an order paid on delivery was one when it was placed, whenever the courier brings the money", () => {
  expect(sighted({ payment_method: "cod", status: "completed" })).not.toHaveProperty("orderedAt");
  expect(sighted({})).toMatchObject({ orderedAt: Date.UTC(2026, 10, 24, 11, 1) });
});

describe("an id that a plugin writes into every order", () => {
  const sender = "5a10dfcd-c91e-11f1-8001-6d0fa57b1c01";
  const traces = (changes: object, ignoreFields: string[] = []) =>
    sighted(changes, { ignoreFields })
      .keys.filter(({ rank }) => rank === 4)
      .map(({ value }) => value);

  it("is no trace where its field is ignored", () => {
    expect(traces(meta("_nadawca_id", sender))).toEqual([sender]);
    expect(traces(meta("_nadawca_id", sender), ["_nadawca_id"])).toEqual([]);
    expect(traces(meta("_nadawca_id", sender), ["_nadawca*"])).toEqual([]);
    expect(traces({ transaction_id: sender }, ["transaction_id"])).toEqual([]);
  });

  it("hides no id that stands elsewhere", () => {
    expect(traces({ customer_note: sender, ...meta("_nadawca_id", sender) }, ["_nadawca_id"])).toEqual([sender]);
  });
});
