/** What orders only name by id: asked for together, and once in a run. */
import type * as z from "zod/mini";
import {
  PrestaAddress,
  PrestaBooked,
  PrestaCarrier,
  PrestaCountry,
  PrestaCurrency,
  PrestaCustomer,
  PrestaCustomization,
  PrestaDiscount,
  PrestaMessage,
  PrestaOrder,
  PrestaPayment,
  PrestaRule,
  PrestaSlip,
  type Related,
} from "./body.ts";
import type { Webservice } from "./client.ts";

export type Relations = { of(orders: readonly unknown[]): Promise<Related> };

/** Addresses and customers are read anew for every page: a buyer may correct them while the run lasts. */
export function relations(service: Webservice): Relations {
  const currencies = byId(service, "currencies", PrestaCurrency);
  const countries = byId(service, "countries", PrestaCountry);
  const carriers = byId(service, "carriers", PrestaCarrier);
  return {
    async of(raws) {
      const orders = raws.flatMap((raw) => PrestaOrder.safeParse(raw).data ?? []);
      const addresses = await byId(
        service,
        "addresses",
        PrestaAddress,
      )(orders.flatMap((order) => [order.id_address_delivery, order.id_address_invoice]));
      return {
        addresses,
        customers: await byId(service, "customers", PrestaCustomer)(orders.map((order) => order.id_customer)),
        currencies: await currencies(orders.map((order) => order.id_currency)),
        countries: await countries([...addresses.values()].map((address) => address.id_country)),
        carriers: await carriers(orders.map((order) => order.id_carrier)),
        ...(await extrasOf(service, orders)),
      };
    },
  };
}

/** Remembers what it has got; the map holds at least the rows asked for that exist. */
function byId<Row extends { id: string }>(service: Webservice, resource: string, shape: z.ZodMiniType<Row>) {
  const known = new Map<string, Row>();
  return async (ids: readonly string[]): Promise<ReadonlyMap<string, Row>> => {
    const missing = rowIds(ids).filter((id) => !known.has(id));
    if (missing.length === 0) return known;
    const rows = await service.list(resource, asking("id", missing));
    for (const row of read(rows, shape)) known.set(row.id, row);
    return known;
  };
}

/** What the key needs a right of its own for: asked only where an order can have it. */
async function extrasOf(service: Webservice, orders: readonly PrestaOrder[]) {
  const ask = async <Row>(resource: string, shape: z.ZodMiniType<Row>, column: string, values: readonly string[]) => {
    if (values.length === 0) return [];
    const rows = await service.listIfAllowed(resource, asking(column, values));
    return rows && read(rows, shape);
  };
  const idsOf = (some: readonly PrestaOrder[]) => some.map(({ id }) => id);
  const discounted = orders.filter((order) => Number(order.total_discounts_tax_incl) !== 0);
  const discounts = await ask("order_cart_rules", PrestaDiscount, "id_order", idsOf(discounted));
  const ruleIds = rowIds((discounts ?? []).map((discount) => discount.id_cart_rule));
  const rules = await ask("cart_rules", PrestaRule, "id", ruleIds);
  const rows = orders.flatMap((order) => order.associations?.order_rows ?? []);
  const written = rowIds(rows.map((row) => row.id_customization));
  const customizations = await ask("customizations", PrestaCustomization, "id", written);
  const unsettled = orders.filter((order) => order.valid && !(Number(order.total_paid_real) > 0));
  const references = [...new Set(unsettled.map(({ reference }) => reference))].filter((text) => /^\w+$/.test(text));
  const payments =
    (await ask("order_payments", PrestaPayment, "order_reference", references)) ??
    // Without that right, what the orders of one number say that was booked on each.
    read(await service.list("orders", asking("reference", references)), PrestaBooked);
  return {
    discounts,
    rules: rules && new Map(rules.map((rule) => [rule.id, rule])),
    slips: await ask("order_slip", PrestaSlip, "id_order", idsOf(orders)),
    payments,
    messages: await ask("messages", PrestaMessage, "id_order", idsOf(orders)),
    customizations: customizations && new Map(customizations.map((one) => [one.id, one])),
  };
}

function read<Row>(rows: readonly unknown[], shape: z.ZodMiniType<Row>): Row[] {
  return rows.flatMap((row) => shape.safeParse(row).data ?? []);
}

function asking(column: string, values: readonly string[]) {
  return { display: "full", [`filter[${column}]`]: `[${values.join("|")}]` };
}

function rowIds(ids: readonly string[]): string[] {
  return [...new Set(ids)].filter((id) => /^[1-9]\d{0,14}$/.test(id));
}
