/**
 * What the options of articles are called. REST names what was chosen from a list by ids alone; the articles know the
 * names, and reading them needs a right of its own (Catalog > Inventory > Products).
 */
import * as z from "zod/mini";
import { phpList, Text } from "../shared/wire.ts";
import { MagentoOrder } from "./body.ts";
import type { Client } from "./client.ts";
import { type Choice, choicesOf, type Labels } from "./variant.ts";

const Product = z.lazy(() => z.object({ id: Text, sku: Text }));
const Products = z.lazy(() => z.object({ items: phpList(Product) }));
const Option = z.lazy(() =>
  z.object({
    option_id: Text,
    title: Text,
    values: z.catch(phpList(z.object({ option_type_id: Text, title: Text })), []),
  }),
);

/** Asks once a run for each article, and for none where the token may not read them. */
export function optionLabels(client: Client): (orders: readonly unknown[]) => Promise<Labels> {
  const labels = new Map<string, string>();
  const asked = new Set<string>();
  let mayRead = true;
  return async (orders) => {
    const ids = [...new Set(orders.flatMap(productsWithChoices))].filter((id) => mayRead && !asked.has(id));
    if (ids.length === 0) return labels;
    const products = await client.extra(`products?${named(ids)}`);
    mayRead = products !== undefined;
    for (const id of ids) asked.add(id);
    for (const { sku } of Products.safeParse(products).data?.items ?? []) {
      const options = await client.extra(`products/${encodeURIComponent(sku)}/options`);
      for (const { option_id, title, values } of z.array(Option).safeParse(options).data ?? []) {
        labels.set(option_id, title);
        for (const value of values) labels.set(`${option_id}/${value.option_type_id}`, value.title);
      }
    }
    return labels;
  };
}

function productsWithChoices(raw: unknown): string[] {
  const items = MagentoOrder.safeParse(raw).data?.items ?? [];
  return items.flatMap((item) =>
    choicesOf(item).some(isById) && /^\d+$/.test(item.product_id) ? item.product_id : [],
  );
}

function isById({ value }: Choice): boolean {
  return /^[\d,]+$/.test(value);
}

function named(ids: readonly string[]): URLSearchParams {
  const filter = "searchCriteria[filter_groups][0][filters][0]";
  return new URLSearchParams({
    [`${filter}[field]`]: "entity_id",
    [`${filter}[value]`]: ids.join(","),
    [`${filter}[condition_type]`]: "in",
    "searchCriteria[pageSize]": String(ids.length),
    fields: "items[id,sku]",
  });
}
