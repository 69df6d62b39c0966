/** Every recorded answer of real shops comes out in WAPRO as the shop itself reckons it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Difference, differencesOfList, differencesOfNothing, differencesOfOrder } from "./compare.ts";
import { hear, send } from "./play.ts";
import { type ExpectedOrder, type Recording, recordingsIn } from "./recordings.ts";
import { openShops } from "./shop.ts";
import { webhooks } from "./woocommerce.ts";
import { erpFor, written } from "./written.ts";

const PLATFORMS = {
  magento: recordingsIn("magento-orders"),
  prestashop: recordingsIn("prestashop-orders"),
  woocommerce: webhooks(),
};
const all = Object.values(PLATFORMS).flat();
const found = new Map<string, Difference[]>();
let shops: Awaited<ReturnType<typeof openShops>>;

beforeAll(async () => {
  shops = await openShops(all);
});
afterAll(() => shops.close());

async function differencesOf(recording: Recording): Promise<Difference[]> {
  const { expected, response, name } = recording;
  const heard = await hear(recording, shops.urlOf(name));
  if (!("lines" in expected)) {
    if ("orderIds" in expected) return differencesOfList(expected, heard);
    return differencesOfNothing(expected, response?.status ?? 0, heard);
  }
  if (heard.kind !== "order") return differencesOfOrder(expected, heard);
  const sent = await send(heard.sighting, await erpFor(expected));
  return differencesOfOrder(expected, heard, sent, sent.order && (await written(sent.order, expected)));
}

describe.each(Object.entries(PLATFORMS))("%s", (_, recordings) => {
  test.each(recordings.map((one) => [one.name, one.description, one] as const))(
    "%s: %s",
    async (name, _, recording) => {
      const differences = await differencesOf(recording);
      found.set(name, differences);
      expect(differences.map(({ text }) => `${name}: ${text}`)).toEqual([]);
    },
  );
});

/** Each of these is wrong in one field by the least that counts. */
const MISTAKES: Record<string, (right: ExpectedOrder) => Partial<ExpectedOrder>> = {
  "a line's gross": ({ lines: [line, ...rest] }) => ({
    lines: [...(line ? [{ ...line, grossMinor: line.grossMinor + 1 }] : []), ...rest],
  }),
  "a line's quantity": ({ lines: [line, ...rest] }) => ({
    lines: [...(line ? [{ ...line, quantity: "4" }] : []), ...rest],
  }),
  "a line's VAT": ({ lines: [line, ...rest] }) => ({
    lines: [...(line ? [{ ...line, vatPercent: 8 }] : []), ...rest],
  }),
  "a line too many": ({ lines: [, ...rest] }) => ({ lines: rest }),
  "a line that is missing": ({ lines: [line, ...rest] }) => ({
    lines: [...(line ? [line, { ...line, sku: "OTHER" }] : []), ...rest],
  }),
  "the shipping's gross": ({ shippingGrossMinor }) => ({ shippingGrossMinor: shippingGrossMinor - 1 }),
  "the shipping's VAT": () => ({ shippingVatPercent: 8 }),
  "a fee": () => ({ fees: [{ name: "gift wrapping", grossMinor: 1, vatPercent: 23 }] }),
  "the total": ({ grandTotalMinor }) => ({ grandTotalMinor: grandTotalMinor + 1 }),
  "the number": () => ({ number: "000000002" }),
  "the state": () => ({ state: "waiting" }),
  "what was paid back": () => ({ refundedMinor: 1 }),
  "that it is paid": ({ paid }) => ({ paid: !paid }),
  "cash on delivery": () => ({ cashOnDelivery: true }),
  "the NIP": () => ({ taxId: "1234563218" }),
  "the point": () => ({ point: "GDY01A" }),
};

test.each(Object.keys(MISTAKES))("%s that differs is seen", async (mistake) => {
  const right = all.find(({ name }) => name === "mg-001-no-discount");
  if (!right || !("lines" in right.expected)) throw new Error("there is no plain order");
  const expected = { ...right.expected, ...MISTAKES[mistake]?.(right.expected) };
  expect(await differencesOf({ ...right, expected })).not.toEqual([]);
});

test("none is left out, and how many come out right is printed", () => {
  expect(all).toHaveLength(91 + 83 + 59);
  for (const [platform, recordings] of Object.entries(PLATFORMS)) {
    const wrong = recordings.map(({ name }) => found.get(name) ?? []).filter(({ length }) => length > 0);
    const kinds = wrong.flatMap((differences) => [...new Set(differences.map(({ kind }) => kind))]);
    const counts = Object.entries(Object.groupBy(kinds, (kind) => kind)).map(
      ([kind, { length } = []]) => `${kind} ${length}`,
    );
    console.log(
      `${platform}: ${recordings.length - wrong.length} of ${recordings.length} right; wrong: ${counts.sort().join(", ") || "none"}`,
    );
  }
});
