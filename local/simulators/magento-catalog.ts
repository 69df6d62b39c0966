/** Articles of the simulated Magento shop, as far as orders name their options by ids alone. */
import type { MagentoOption } from "./magento-orders.ts";

export type Article = { id: number; sku: string; options: readonly MagentoOption[] };

/** @param path behind `/V1/`: `products`, or `products/{sku}/options` */
export function catalogOf(articles: readonly Article[], path: string, query: URLSearchParams) {
  const sku = /^products\/([^/]+)\/options$/.exec(path)?.[1];
  if (sku === undefined) {
    const ids = query.get("searchCriteria[filter_groups][0][filters][0][value]")?.split(",") ?? [];
    const items = articles.filter(({ id }) => ids.includes(String(id)));
    return { status: 200, body: { items: items.map(({ id, sku }) => ({ id, sku })) } };
  }
  const article = articles.find((one) => one.sku === decodeURIComponent(sku));
  return article
    ? { status: 200, body: article.options.map(optionOf) }
    : {
        status: 404,
        body: { message: "The product that was requested doesn't exist. Verify the product and try again." },
      };
}

function optionOf({ id, title, value }: MagentoOption) {
  const typed = { option_id: id, title, type: "field" };
  if (typeof value === "string") return typed;
  return { ...typed, type: "drop_down", values: [{ option_type_id: value.id, title: value.title }] };
}
