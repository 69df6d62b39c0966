/** What the story came to: a table for a person, and totals for a machine. Pure. */
import type { Verdict } from "../../lib/core/order.ts";
import type { Purchase, SourceName, Special } from "./purchases.ts";

export type Scene = {
  purchase: Purchase;
  /** Every verdict on this purchase, in the order in which they came. */
  told: ReadonlyArray<{ source: SourceName; verdict: Verdict; reason: string }>;
  erpNumbers: readonly string[];
};

export type Totals = {
  purchases: number;
  sightings: number;
  erp_orders: number;
  linked: number;
  held: number;
  lost: number;
  duplicated: number;
};

export function summary(scenes: Scene[]): { scenes: Scene[]; totals: Totals } {
  const told = scenes.flatMap((scene) => scene.told);
  const count = (verdict: Verdict) => told.filter((t) => t.verdict === verdict).length;
  return {
    scenes,
    totals: {
      purchases: scenes.length,
      sightings: told.length,
      erp_orders: scenes.reduce((sum, scene) => sum + scene.erpNumbers.length, 0),
      linked: count("linked"),
      held: count("held"),
      lost: scenes.filter((scene) => scene.erpNumbers.length === 0).length,
      duplicated: scenes.reduce((sum, scene) => sum + Math.max(0, scene.erpNumbers.length - 1), 0),
    },
  };
}

export function totalsLine(totals: Totals): string {
  return Object.entries(totals)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

const NAMES: Record<SourceName, string> = { shop: "shop", baselinker: "BaseLinker", allegro: "Allegro" };
const SPECIALS: Record<Special, string> = {
  coupon: "a coupon",
  codFee: "a fee for cash on delivery",
  book: "a book at 5 %",
  giftCard: "a gift card",
};
const PLATFORMS = { woocommerce: "WooCommerce", magento: "Magento" } as const;

export function storyTable(scenes: readonly Scene[]): string {
  const rows = scenes.map(({ purchase, told, erpNumbers }) => [
    String(purchase.number),
    `${PLATFORMS[purchase.platform]}, ${purchase.route}`,
    purchase.order === "at once" ? "same instant" : purchase.order.map((source) => NAMES[source]).join(", "),
    told[0] ? NAMES[told[0].source] : "-",
    verdictsOf(told),
    erpNumbers.join(" ") || "-",
    purchase.holds ? SPECIALS[purchase.holds] : "",
  ]);
  const header = ["purchase", "shop, BaseLinker by", "reported by", "first", "verdicts", "ERP number", "with"];
  const widths = header.map((name, column) =>
    Math.max(...[header, ...rows].map((row) => (row[column] ?? name).length)),
  );
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function verdictsOf(told: Scene["told"]): string {
  const by = Map.groupBy(told, ({ source }) => source);
  return [...by]
    .map(([source, verdicts]) => `${NAMES[source]}: ${[...new Set(verdicts.map((v) => v.verdict))].join("+")}`)
    .join(", ");
}
