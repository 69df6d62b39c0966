import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CheckoutForm } from "../../lib/channels/allegro/form.ts";
import { sightingOf } from "../../lib/channels/allegro/map.ts";
import { readForm } from "../../lib/channels/allegro/read.ts";
import { sumOf } from "../../lib/core/money.ts";
import { Sighting } from "../../lib/core/order.ts";
import { allegroAccount } from "../support/allegro.ts";
import { openWorld } from "../support/erp-world.ts";
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

const unreadableLine = {
  kind: "unusable",
  reason: "unreadable-line",
  detail: "cannot be read: lineItems price or quantity",
};

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
    expect(mapped({ status: "PARTIALLY_PAID" })).toEqual({
      kind: "unusable",
      reason: "unknown-status",
      detail: "status: PARTIALLY_PAID",
    });
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
    expect(sighting()).toMatchObject({ money: { currency: "PLN", minor: 8597 } });
    expect(sighting().report.lines).toEqual([
      { sku: "KUB-1", name: "Kubek", quantity: "2", gross: 7998, vat: { kind: "rate", rate: "23" } },
      { sku: "KUB-1", name: "Kubek", quantity: "1", gross: 599, vat: { kind: "rate", rate: "23" } },
    ]);
  });

  test("surcharges that were paid are told in sum, beside the total", () => {
    const paid = (amount: string) => ({ type: "ONLINE", paidAmount: { amount, currency: "PLN" } });
    const surcharges = [paid("5.00"), { type: "ONLINE", paidAmount: null }, paid("2.50")];
    expect(sighting({ surcharges })).toMatchObject({ surcharged: 750, money: { minor: 8597 } });
    expect(sighting({ surcharges: null })).not.toHaveProperty("surcharged");
  });

  test("a total that is not there stays unknown", () => {
    expect(sighting({ summary: null }).money?.minor).toBeUndefined();
  });

  test("a service chosen with a line is a fee of its kind: it has no article", () => {
    const price = { amount: "4.50", currency: "PLN" };
    const selectedAdditionalServices = [
      { name: "Pakowanie na prezent", price, quantity: 2 },
      { name: "Ubezpieczenie przesyłki", price, quantity: 1 },
      { name: "Montaż", price: null },
    ];
    const { lines, fees } = sighting({ lineItems: [line({ selectedAdditionalServices })] }).report;
    expect([lines.length, fees]).toEqual([
      1,
      [
        { kind: "wrapping", name: "Pakowanie na prezent", quantity: "2", gross: 900 },
        { kind: "insurance", name: "Ubezpieczenie przesyłki", quantity: "1", gross: 450 },
        { kind: "other", name: "Montaż", quantity: "1", gross: 0 },
      ],
    ]);
  });

  describe("a deposit (kaucja)", () => {
    const bottles = line({
      quantity: 6,
      price: { amount: "3.49", currency: "PLN" },
      deposit: { price: { amount: "0.50", currency: "PLN" } },
    });
    const bought = (amount: string) =>
      sighting({ lineItems: [bottles], summary: { totalToPay: { amount, currency: "PLN" } } });

    test("is of each piece, and a fee outside VAT beside the goods", () => {
      const { money, report } = bought("23.94");
      expect(report.fees).toEqual([{ kind: "deposit", name: "Kaucja: Kubek", quantity: "6", gross: 300 }]);
      expect(report.lines[0]).toMatchObject({ quantity: "6", gross: 2094, vat: { kind: "rate", rate: "23" } });
      expect(sumOf(report)).toBe(money?.minor);
    });

    test("that the total does not hold is not added to it", () => {
      const { money, report } = bought("20.94");
      expect([report.fees, sumOf(report)]).toEqual([undefined, money?.minor]);
    });

    test("that cannot be read makes the form unusable, never 0", () => {
      const deposit = { price: { amount: "pół", currency: "PLN" } };
      expect(mapped({ lineItems: [line({ deposit })] })).toEqual(unreadableLine);
    });
  });

  test.each([
    ["no rate set for the offer", null, undefined],
    ["no rate, no exemption", { rate: null, subject: "GOODS", exemption: null }, undefined],
    ["a rate", { rate: "5.00", exemption: null }, { kind: "rate", rate: "5" }],
    ["0 %", { rate: "0.00", exemption: null }, { kind: "rate", rate: "0" }],
    [
      "a rate with an exemption beside it, as in Allegro's own example",
      { rate: "23.00", exemption: "MONEY_EQUIVALENT" },
      { kind: "rate", rate: "23" },
    ],
    ["an exemption with 0 beside it", { rate: "0.00", exemption: "MONEY_EQUIVALENT" }, { kind: "exempt", code: "zw" }],
    ["an exemption alone", { rate: null, exemption: "MONEY_EQUIVALENT" }, { kind: "exempt", code: "zw" }],
    ["out of scope", { rate: "0.00", exemption: "OUT_OF_SCOPE_OF_VAT" }, { kind: "exempt", code: "np" }],
    ["out of scope as the rate", { rate: "OUT_OF_SCOPE_OF_VAT" }, { kind: "exempt", code: "np" }],
    ["exempt as the rate", { rate: "ZW" }, { kind: "exempt", code: "zw" }],
  ])("VAT that is not said is not taken for any rate, and an exemption has its name: %s", (_, tax, vat) => {
    expect(sighting({ lineItems: [line({ tax })] }).report.lines[0]?.vat).toEqual(vat);
  });

  test("a price or a quantity that cannot be read makes the form unusable, never 0", () => {
    const price = { amount: "about 5", currency: "PLN" };
    expect(mapped({ lineItems: [line({ price })] })).toEqual(unreadableLine);
    expect(mapped({ lineItems: [line({ quantity: 0 })] })).toEqual(unreadableLine);
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

describe("a form of which some items were sent and the rest was cancelled", () => {
  const fulfillment = { status: "CANCELLED", shipmentSummary: { lineItemsSent: "SOME" }, provider: { id: "SELLER" } };
  const lineItems = [line({ id: "sent" }), line({ id: "left", quantity: 2 })];
  const summary = { totalToPay: { amount: "119.97", currency: "PLN" } };
  const partly = (sent?: string[]) => {
    const form = CheckoutForm.parse(body({ fulfillment, lineItems, summary }));
    const result = sightingOf(form, allegroAccount(), sent && new Set(sent));
    if (result.kind !== "sighting") throw new Error(result.reason);
    return result.sighting;
  };

  test("is what was sent, goods and total, and no cancel", () => {
    const { readiness, money, report } = partly(["sent"]);
    expect([readiness, money?.minor, report.lines.map(({ quantity }) => quantity)]).toEqual(["ready", 3999, ["1"]]);
  });

  test.each([[undefined], [["other"]]])("steps back, and is no cancel, where nobody says which items: %j", (sent) => {
    expect(partly(sent)).toMatchObject({ readiness: "waiting", steppedBack: true, money: { minor: 11_997 } });
  });

  const reading = (shipments: unknown) =>
    readForm(
      ID,
      allegroAccount(),
      {
        get: async (path: string) => {
          const answer = path.endsWith("/shipments") ? shipments : body({ fulfillment, lineItems, summary });
          return { status: 200 as const, body: answer, text: JSON.stringify(answer) };
        },
        list: () => Promise.reject(new Error("no list is asked for")),
      },
      () => Date.parse("2026-10-11T10:00:00Z"),
    );

  test.each([
    [
      {
        shipments: [
          { id: "x", waybill: "1", lineItems: [{ id: "sent" }] },
          { id: "y", lineItems: null },
        ],
      },
      "ready",
    ],
    [{ shipments: [{ id: "x", waybill: "1", lineItems: null }] }, "waiting"],
    [{ errors: [] }, "waiting"],
  ])("is read with its shipments, which name the items: %j", async (shipments, readiness) => {
    expect(await reading(shipments)).toMatchObject({ kind: "sighting", sighting: { readiness } });
  });

  test("stays in the ERP, and a person is told what goes: which goods, or that nobody knows which", async () => {
    for (const [sent, told] of [
      [["sent"], ["edited-after-delivery", expect.stringContaining("2 x KUB-1 79.98")]],
      [undefined, ["cancelled-in-part", undefined]],
    ] as const) {
      using world = openWorld();
      const id = await world.report(sighting({ lineItems, summary }));
      await world.sweep();
      await world.report({ ...partly(sent && [...sent]), version: Date.parse("2026-10-12T10:00:00Z") });
      await world.sweep();
      expect([world.order(id).state, world.erp.rows().map(({ cancelled }) => cancelled)]).toEqual([
        "delivered",
        [false],
      ]);
      const notices = [...world.claims.held.values()];
      expect(
        notices.map(({ reason, changes }) => [reason, changes?.find(({ what }) => what === "goods")?.from]),
      ).toEqual([told]);
    }
  });

  test("all of which were sent, or none, is cancelled by its seller as before", () => {
    for (const lineItemsSent of ["ALL", "NONE"]) {
      const cancelled = { ...fulfillment, shipmentSummary: { lineItemsSent } };
      expect(sighting({ fulfillment: cancelled, lineItems, summary }).readiness).toBe("cancelled");
    }
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

  test("the point has its name and its place, the recipient a phone of their own", () => {
    const at = { street: "Dworcowa 1", zipCode: "62-200", city: "Gniezno", countryCode: "PL" };
    const pickupPoint = { id: "GNI01A", name: "Paczkomat GNI01A", description: null, address: at };
    const { shipping } = sighting({ delivery: { ...body().delivery, pickupPoint } }).report;
    expect(shipping.pointAddress).toEqual({
      name: "Paczkomat GNI01A",
      street: "Dworcowa 1",
      postcode: "62-200",
      city: "Gniezno",
      country: "PL",
    });
    expect(shipping.address?.phone).toBe("+48000000000");
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
