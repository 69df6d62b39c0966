/** What orders only name by id: asked for together, and once in a run. */
import type * as z from "zod/mini";
import {
  PrestaAddress,
  PrestaCarrier,
  PrestaCountry,
  PrestaCurrency,
  PrestaCustomer,
  PrestaOrder,
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
      };
    },
  };
}

/** Remembers what it has got; the map holds at least the rows asked for that exist. */
function byId<Row extends { id: string }>(service: Webservice, resource: string, shape: z.ZodMiniType<Row>) {
  const known = new Map<string, Row>();
  return async (ids: readonly string[]): Promise<ReadonlyMap<string, Row>> => {
    const missing = [...new Set(ids)].filter((id) => /^[1-9]\d{0,14}$/.test(id) && !known.has(id));
    if (missing.length === 0) return known;
    const rows = await service(resource, { display: "full", "filter[id]": `[${missing.join("|")}]` });
    for (const raw of rows) {
      const row = shape.safeParse(raw).data;
      if (row) known.set(row.id, row);
    }
    return known;
  };
}
