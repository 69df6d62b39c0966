/**
 * What the played ERP makes of an order: it takes and refuses what the bridge would, and keeps what the bridge would
 * write. It has no articles, so it knows every SKU unless it is told which there are, and no VAT but what an order says.
 */
import * as z from "zod/mini";
import { draftOf, waproVat } from "../bridge/wapro/draft.ts";
import { contentsOf, type Item, nameOf, type Refusal } from "../bridge/wapro/items.ts";
import { usualAlphabets } from "../bridge/wapro/letters.ts";
import { WaproSettings } from "../bridge/wapro/settings.ts";
import { usualTexts } from "../bridge/wapro/texts.ts";
import { FEE_KINDS, formatMinor } from "../lib/core/money.ts";
import type { ErpOrder } from "../lib/core/ports/erp.ts";
import { anyText, optionalText } from "../lib/core/schemas.ts";
import { present } from "../lib/core/writes.ts";

/** `gross`: decimal text, for all of it. `vat`: WAPRO's code; null where the article has to tell. */
const Row = z.object({ name: anyText, quantity: anyText, gross: anyText, vat: z.nullable(anyText) });

export const Contents = z.object({
  lines: z.array(z.extend(Row, { sku: optionalText, ean: optionalText, variant: optionalText })),
  shipping: z.array(Row),
  fees: z.array(z.extend(Row, { kind: z.enum(FEE_KINDS) })),
  /** What people read at the order. */
  remarks: anyText,
});
export type Contents = z.infer<typeof Contents>;

/** Of an order of another writer nobody knows what is in it. */
export const NO_CONTENTS: Contents = { lines: [], shipping: [], fees: [], remarks: "" };

const settings = WaproSettings.parse({
  firm: 1,
  warehouse: 1,
  user: 1,
  ownColumn: "POLE1",
  services: Object.fromEntries(["shipping", ...FEE_KINDS].map((kind) => [kind, kind])),
});

/** @param skus the articles that there are; undefined: all of them */
export function contentsFor(order: ErpOrder, skus: ReadonlySet<string> | undefined): Contents | Refusal {
  const draft = draftOf(order, settings, { internetIdLength: 50, alphabets: usualAlphabets, texts: usualTexts });
  if ("refused" in draft) return draft;
  const contents = contentsOf(order);
  if ("refused" in contents) return contents;
  const { items } = contents;
  const missing = skus ? items.filter(({ kind, sku, ean }) => kind === "goods" && !skus.has(sku || ean || "")) : [];
  if (missing.length > 0)
    return { refused: "erp-sku-unknown", detail: missing.map((item) => `${nameOf(item)} (0 articles)`).join(", ") };
  return {
    lines: items.flatMap((item) => (item.kind === "goods" ? lineOf(item) : [])),
    shipping: items.flatMap((item) => (item.kind === "shipping" ? rowOf(item) : [])),
    fees: items.flatMap((item) =>
      item.kind === "goods" || item.kind === "shipping" ? [] : { kind: item.kind, ...rowOf(item) },
    ),
    remarks: draft.remarks.standIn,
  };
}

function lineOf(item: Item): Contents["lines"][number] {
  const { sku, ean, variant } = item;
  return present({ sku: sku || undefined, ean: ean || undefined, ...rowOf(item), variant });
}

function rowOf(item: Item) {
  const vat = waproVat(item, settings);
  const code = vat === undefined || vat === "unknown" ? null : vat.code;
  return { name: item.name, quantity: item.quantity, gross: formatMinor(item.gross, "PLN"), vat: code };
}
