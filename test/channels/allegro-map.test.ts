import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CheckoutForm } from "../../lib/channels/allegro/form.ts";
import { sightingOf } from "../../lib/channels/allegro/map.ts";
import { Sighting } from "../../lib/order.ts";
import { allegroAccount } from "../support/allegro.ts";
import { fuzzRuns } from "../support/fuzz.ts";

const ID = "29738e61-7f6a-11e8-ac45-09db60ede9d6";
const PESEL = "00000000000";

/** A form as the API sends it, with nulls wherever it sends them. */
function body(changes: Record<string, unknown> = {}) {
  const nothing = { companyName: null, modifiedAt: null };
  return {
    id: ID,
    messageToSeller: null,
    buyer: {
      id: "44300444",
      email: "relay+29738e61@allegromail.pl",
      login: "kupujacy-testowy",
      firstName: "Jan",
      lastName: "Przykładowy",
      companyName: null,
      guest: false,
      personalIdentity: PESEL,
      phoneNumber: null,
      preferences: { language: "pl-PL" },
      address: { street: "Przykładowa 1", city: "Poznań", postCode: "60-166", countryCode: "PL" },
    },
    payment: {
      id: "0d3ff65c-5b1c-11e8-9c2d-fa7ae01bbebc",
      type: "ONLINE",
      provider: "PAYU",
      finishedAt: "2026-10-10T10:02:00.000Z",
      paidAmount: { amount: "85.97", currency: "PLN" },
      reconciliation: null,
      features: [],
    },
    status: "READY_FOR_PROCESSING",
    fulfillment: { status: "NEW", shipmentSummary: { lineItemsSent: "NONE" }, provider: { id: "SELLER" } },
    delivery: {
      address: {
        firstName: "Jan",
        lastName: "Przykładowy",
        street: "Odbiorcza 3",
        city: "Gniezno",
        zipCode: "62-200",
        countryCode: "PL",
        phoneNumber: "+48000000000",
        ...nothing,
      },
      method: { id: "1fa56f79-4b6a-4821-a6f2-ca9c16d5c925", name: "Paczkomat" },
      pickupPoint: { id: "GNI01A", name: "Paczkomat GNI01A", description: null, address: null },
      cost: { amount: "0.00", currency: "PLN" },
      time: null,
      smart: true,
      cancellation: null,
    },
    invoice: { required: false, address: null, dueDate: null, features: null },
    lineItems: [
      line({ quantity: 2, price: { amount: "39.99", currency: "PLN" }, boughtAt: "2026-10-10T10:00:00.000Z" }),
      line({ quantity: 1, price: { amount: "5.99", currency: "PLN" }, boughtAt: "2026-10-10T10:01:00.000Z" }),
    ],
    surcharges: [],
    note: null,
    marketplace: { id: "allegro-pl" },
    summary: { totalToPay: { amount: "85.97", currency: "PLN" } },
    updatedAt: "2026-10-10T10:02:01.500Z",
    revision: "7ebb1b0e",
    ...changes,
  };
}

function line(changes: Record<string, unknown> = {}) {
  return {
    id: "62ae358b-8f65-4fc4-9c77-bedf604a2e2b",
    offer: { id: "3213213", name: "Kubek", external: { id: "KUB-1" }, productSet: null, hsNumber: null },
    quantity: 1,
    originalPrice: { amount: "49.99", currency: "PLN" },
    price: { amount: "39.99", currency: "PLN" },
    deposit: null,
    reconciliation: null,
    selectedAdditionalServices: [],
    tax: { rate: "23.00", subject: "GOODS", exemption: null },
    boughtAt: "2026-10-10T10:00:00.000Z",
    discounts: null,
    ...changes,
  };
}

function mapped(changes: Record<string, unknown> = {}, settings = {}) {
  return sightingOf(CheckoutForm.parse(body(changes)), allegroAccount(settings));
}

function sighting(changes: Record<string, unknown> = {}) {
  const result = mapped(changes);
  if (result.kind !== "sighting") throw new Error(`no sighting: ${result.reason}`);
  return result.sighting;
}

describe("identity", () => {
  test("the form's id is the one key, and its issuer is Allegro whatever the account", () => {
    expect(sighting().keys).toEqual([{ kind: "internet-id", issuer: "allegro", value: ID, rank: 1 }]);
    expect(sighting({ id: ID.toUpperCase() }).keys).toEqual(sighting().keys);
    expect(sighting()).toMatchObject({ account: "allegro:acme", sourceOrder: ID, windowDays: 90 });
  });

  test("half an id is no id", () => {
    expect(CheckoutForm.safeParse(body({ id: ID.slice(0, 32) })).success).toBe(false);
  });

  test("the version is the time of the last change, or of the last purchase where that is missing", () => {
    expect(sighting().version).toBe(Date.parse("2026-10-10T10:02:01.500Z"));
    expect(sighting({ updatedAt: null }).version).toBe(Date.parse("2026-10-10T10:01:00Z"));
  });

  test("a purchase was placed when its first line was bought", () => {
    expect(sighting().placedAt).toBe(Date.parse("2026-10-10T10:00:00Z"));
    expect(sighting().orderedAt).toBe(Date.parse("2026-10-10T10:02:00Z"));
    expect(sighting({ status: "FILLED_IN" }).orderedAt).toBeUndefined();
  });
});

describe("readiness", () => {
  test.each([
    ["BOUGHT", "waiting"],
    ["FILLED_IN", "waiting"],
    ["READY_FOR_PROCESSING", "ready"],
    ["CANCELLED", "cancelled"],
  ])("a form in status %s is %s", (status, readiness) => {
    expect(sighting({ status })).toMatchObject({ readiness, status });
  });

  test("a cancel by the seller stands only in the fulfillment, and counts", () => {
    const cancelled = sighting({ fulfillment: { status: "CANCELLED", provider: { id: "SELLER" } } });
    expect(cancelled).toMatchObject({ readiness: "cancelled", status: "fulfillment CANCELLED" });
  });

  test("an unknown status is for a person to look at", () => {
    expect(mapped({ status: "PARTIALLY_PAID" })).toEqual({ kind: "unusable", reason: "unknown-status" });
  });

  test("an unknown fulfillment status, provider or payment type is no obstacle", () => {
    const fulfillment = { status: "TELEPORTED", provider: { id: "SOMEBODY" } };
    expect(sighting({ fulfillment, payment: { type: "BARTER" } }).readiness).toBe("ready");
  });

  test("what Allegro itself ships is claimed as no order of ours, unless the account wants it", () => {
    const fulfillment = { status: "NEW", provider: { id: "ALLEGRO" } };
    const excluded = { readiness: "cancelled", excluded: true, status: "one-fulfillment", version: 0 };
    expect(sighting({ fulfillment })).toMatchObject({ ...excluded, keys: sighting().keys });
    const wanted = mapped({ fulfillment }, { oneFulfillment: "forward" });
    expect(wanted).toMatchObject({ sighting: { readiness: "ready" } });
    expect(wanted).not.toHaveProperty("sighting.excluded");
  });

  test("a cancel of what Allegro itself ships is a cancel", () => {
    const cancelled = sighting({ status: "CANCELLED", fulfillment: { status: "NEW", provider: { id: "ALLEGRO" } } });
    expect(cancelled).toMatchObject({ readiness: "cancelled", status: "CANCELLED", version: sighting().version });
    expect(cancelled).not.toHaveProperty("excluded");
  });
});

describe("money", () => {
  test("the total is what the buyer has to pay, a line is the price of one piece times the pieces", () => {
    expect(sighting()).toMatchObject({ currency: "PLN", total: 8597 });
    expect(sighting().report.lines).toEqual([
      { sku: "KUB-1", name: "Kubek", quantity: "2", gross: 7998, taxRate: "23.00" },
      { sku: "KUB-1", name: "Kubek", quantity: "1", gross: 599, taxRate: "23.00" },
    ]);
  });

  test("surcharges that were paid are told in sum, beside the total", () => {
    const paid = (amount: string) => ({ type: "ONLINE", paidAmount: { amount, currency: "PLN" } });
    const surcharges = [paid("5.00"), { type: "ONLINE", paidAmount: null }, paid("2.50")];
    expect(sighting({ surcharges })).toMatchObject({ surcharged: 750, total: 8597 });
    expect(sighting({ surcharges: null })).not.toHaveProperty("surcharged");
  });

  test("a total that is not there stays unknown", () => {
    expect(sighting({ summary: null }).total).toBeUndefined();
  });

  test("a service chosen with a line is a line", () => {
    const selectedAdditionalServices = [{ name: "Pakowanie", price: { amount: "4.50", currency: "PLN" }, quantity: 2 }];
    const { lines } = sighting({ lineItems: [line({ selectedAdditionalServices })] }).report;
    expect(lines[1]).toEqual({ name: "Pakowanie", quantity: "2", gross: 900 });
  });

  test("a price or a quantity that cannot be read makes the form unusable, never 0", () => {
    const price = { amount: "about 5", currency: "PLN" };
    expect(mapped({ lineItems: [line({ price })] })).toEqual({ kind: "unusable", reason: "unreadable-line" });
    expect(mapped({ lineItems: [line({ quantity: 0 })] })).toEqual({ kind: "unusable", reason: "unreadable-line" });
  });

  test("lines add up to the grosz for any prices", () => {
    const prices = fc.array(
      fc.record({ grosze: fc.nat({ max: 10_000_000 }), quantity: fc.integer({ min: 1, max: 999 }) }),
      {
        minLength: 1,
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(prices, (items) => {
        const lineItems = items.map(({ grosze, quantity }) => {
          const amount = `${Math.floor(grosze / 100)}.${String(grosze % 100).padStart(2, "0")}`;
          return line({ quantity, price: { amount, currency: "PLN" } });
        });
        const gross = sighting({ lineItems }).report.lines.map((l) => l.gross);
        expect(gross).toEqual(items.map(({ grosze, quantity }) => grosze * quantity));
      }),
    );
  });
});

describe("payment", () => {
  test("paid is what has an amount paid", () => {
    expect(sighting().report.payment).toEqual({ method: "ONLINE", cashOnDelivery: false, paid: true });
  });

  test("cash on delivery is not paid although the payment is finished", () => {
    const payment = { type: "CASH_ON_DELIVERY", finishedAt: "2026-10-10T10:00:00Z", provider: null, paidAmount: null };
    expect(sighting({ payment }).report.payment).toMatchObject({ cashOnDelivery: true, paid: false });
  });

  test("a finished payment without an amount is not paid: a cancelled one looks like that", () => {
    const payment = { type: "ONLINE", finishedAt: "2026-10-10T10:00:00Z", paidAmount: null };
    expect(sighting({ payment }).report.payment.paid).toBe(false);
  });
});

describe("people", () => {
  test("the post code of the delivery and that of the buyer have different names", () => {
    const { shipping, buyer } = sighting().report;
    expect(shipping).toMatchObject({ method: "Paczkomat", gross: 0, point: "GNI01A" });
    expect(shipping.address).toMatchObject({ name: "Jan Przykładowy", postcode: "62-200", city: "Gniezno" });
    expect(buyer.billing).toMatchObject({ name: "Jan Przykładowy", postcode: "60-166", city: "Poznań" });
  });

  test("the NIP comes from the invoice that was asked for", () => {
    const company = {
      name: "Przykład sp. z o.o.",
      ids: [
        { type: "VAT_EU", value: "PL1111111111" },
        { type: "PL_NIP", value: "1111111111" },
      ],
      taxId: null,
    };
    const address = { street: "Firmowa 2", city: "Poznań", zipCode: "60-167", countryCode: "PL", company };
    const { buyer } = sighting({ invoice: { required: true, address } }).report;
    expect(buyer).toMatchObject({
      taxId: "1111111111",
      billing: { company: "Przykład sp. z o.o.", postcode: "60-167" },
    });
    expect(sighting({ invoice: { required: false, address } }).report.buyer.taxId).toBeUndefined();
  });

  test("the PESEL goes nowhere", () => {
    expect(JSON.stringify(mapped())).not.toContain(PESEL);
  });

  test("an unpaid form has no address yet and is a sighting all the same", () => {
    const unpaid = sighting({ status: "BOUGHT", payment: null, delivery: null, invoice: null, buyer: null });
    expect(unpaid.report.shipping).toEqual({ method: "", gross: 0 });
  });
});

test("null and missing are the same, for every optional field", () => {
  const optional = [
    "messageToSeller",
    "buyer",
    "payment",
    "fulfillment",
    "delivery",
    "invoice",
    "summary",
    "updatedAt",
  ];
  fc.assert(
    fc.property(fc.subarray(optional), (names) => {
      const nulls = body(Object.fromEntries(names.map((name) => [name, null])));
      const missing = Object.fromEntries(Object.entries(body()).filter(([name]) => !names.includes(name)));
      const [a, b] = [nulls, missing].map((raw) => sightingOf(CheckoutForm.parse(raw), allegroAccount()));
      expect(a).toEqual(b);
    }),
  );
});

test("fields that Allegro adds later do no harm", () => {
  expect(sighting({ codBookedPayments: [], brandNew: { deep: [1] } })).toEqual(sighting());
});

test("whatever stands in a field, the form is refused, unusable, or a sighting as everyone expects it", () => {
  const strange = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>("", "0", -1, 1e21, "9999-99-99T99:99:99", "-000001-01-01T00:00:00Z", [], {}),
    fc.constantFrom<unknown>({ amount: "9999999999999", currency: "PLN" }, { amount: 1e-7, currency: "ZZZ" }),
  );
  const fields = Object.keys(body());
  const parts = Object.keys(line());
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...fields), strange),
      fc.dictionary(fc.constantFrom(...parts), strange),
      (top, of) => {
        const form = CheckoutForm.safeParse(
          body({ lineItems: [line({ ...of, quantity: of.quantity ?? 999_999 })], ...top }),
        );
        const result = form.success ? sightingOf(form.data, allegroAccount()) : undefined;
        if (result?.kind === "sighting") expect(Sighting.safeParse(result.sighting).error).toBeUndefined();
      },
    ),
    { numRuns: fuzzRuns },
  );
});
