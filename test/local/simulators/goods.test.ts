/** The simulated shops sell what real ones were recorded to sell: bundles, what the buyer chose, fees without tax. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as z from "zod/mini";
import { MagentoAccount } from "../../../lib/channels/magento/account.ts";
import { mapOrder as mapMagento } from "../../../lib/channels/magento/map.ts";
import { WooAccount } from "../../../lib/channels/woocommerce/account.ts";
import { mapOrder as mapWoo } from "../../../lib/channels/woocommerce/receive.ts";
import { vatName } from "../../../lib/core/money.ts";
import type { Sighting } from "../../../lib/core/order.ts";
import { type MagentoPurchase, magentoOrder } from "../../../local/simulators/magento-orders.ts";
import { orderBody } from "../../../local/simulators/woocommerce-body.ts";

const NOW = Date.UTC(2026, 10, 24, 12);

const Recorded = z.object({ response: z.object({ body: z.object({ items: z.array(z.looseObject({})) }) }) });

/** The purchase that `mg-009-bundle-dynamic.json` was recorded of. */
const BUNDLE: MagentoPurchase = {
  lines: [
    {
      name: "Zestaw M-BD",
      sku: "M-BD",
      quantity: 2,
      gross: 0,
      parts: [
        { name: "Kubek", sku: "M-A", each: 2, gross: 3996 },
        { name: "Miod", sku: "M-B", each: 1, gross: 2230, rate: 8 },
      ],
    },
  ],
  shipping: { method: "Kurier", gross: 1499 },
  state: "new",
};

function sightingIn(mapped: { kind: string; sighting?: Sighting }): Sighting {
  if (!mapped.sighting) throw new Error(`no sighting but ${mapped.kind}`);
  return mapped.sighting;
}

function linesOf({ report }: Sighting): string[] {
  return report.lines.map(({ sku, variant, quantity, vat, gross }) =>
    [sku, variant, quantity, vatName(vat), gross].filter((cell) => cell !== undefined).join(" "),
  );
}

it("a bundle's rows have the amounts of the recorded ones", () => {
  const recorded = Recorded.parse(
    JSON.parse(
      readFileSync(new URL("../../fixtures/magento-orders/mg-009-bundle-dynamic.json", import.meta.url), "utf8"),
    ),
  );
  const AMOUNTS = ["sku", "qty_ordered", "price", "row_total", "row_total_incl_tax", "tax_amount", "tax_percent"];
  const amounts = (row: object) => AMOUNTS.map((field) => Reflect.get(row, field));
  const made = magentoOrder(9, BUNDLE, NOW);
  expect(made.items.map(amounts)).toEqual(recorded.response.body.items.map(amounts));
  expect(made.grand_total).toBe(77.25);
});

it("a bundle is told by its parts", () => {
  const account = MagentoAccount.parse({
    channel: "magento",
    account: "main",
    baseUrl: "https://sklep.example/",
    accessToken: "integration-access-token",
  });
  const named = { ...account, account: "magento:main", issuer: "magento:main" };
  expect(linesOf(sightingIn(mapMagento(magentoOrder(9, BUNDLE, NOW), named)))).toEqual([
    "M-A 4 23 3996",
    "M-B 2 8 2230",
  ]);
});

it("what the buyer chose and a fee without tax reach the order", () => {
  const account = WooAccount.parse({
    channel: "woocommerce",
    account: "main",
    baseUrl: "https://sklep.example",
    secrets: ["sekret-of-a-test-shop"],
  });
  const order = orderBody(
    12,
    {
      lines: [
        {
          name: "Koszulka",
          sku: "KOSZ",
          quantity: 1,
          gross: 7999,
          chosen: { Rozmiar: "XL", "Kolor nadruku": "biały" },
        },
        { name: "Szkolenie", sku: "SZK", quantity: 1, gross: 10000, rate: "none" },
      ],
      fees: [{ name: "Opłata za wpłatę", gross: 500, untaxed: true }],
    },
    "https://sklep.example",
    NOW,
    "wc_order_test",
  );
  const sighting = sightingIn(mapWoo(order, account));
  expect(linesOf(sighting)).toEqual(["KOSZ Rozmiar: XL, Kolor nadruku: biały 1 23 7999", "SZK 1 untaxed 10000"]);
  expect(sighting.report.fees?.map(({ vat, gross }) => `${vatName(vat)} ${gross}`)).toEqual(["untaxed 500"]);
  expect(sighting.money?.minor).toBe(18499);
});
