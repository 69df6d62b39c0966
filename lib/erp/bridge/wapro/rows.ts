/** An order as the database answers it, read once. */
import * as z from "zod/mini";
import { parseMinor } from "../../../money.ts";
import { anyText, nullishText } from "../../../shapes.ts";
import type { ErpListed } from "../../erp.ts";
import { instantOfWarsaw } from "./time.ts";

/** Before the id, so that what another writer keeps in the column is never taken for an order of ours. */
const OWN_PREFIX = "kojarz:";

export function ownValue(order: string): string {
  return `${OWN_PREFIX}${order}`;
}

const text = z.pipe(
  nullishText,
  z.transform((value) => value?.trim() ?? ""),
);

const OrderRow = z.pipe(
  z.object({
    erpId: anyText,
    number: text,
    internetId: text,
    customerNumber: text,
    own: text,
    currency: text,
    total: text,
    status: text,
    realised: text,
    createdAt: anyText,
  }),
  z.transform((row) => {
    const currency = row.currency || "PLN";
    const kojarzOrder = row.own.startsWith(OWN_PREFIX) ? row.own.slice(OWN_PREFIX.length) : undefined;
    return {
      /** What the port shows of it. */
      order: {
        erpId: row.erpId,
        number: row.number,
        ...(row.internetId !== "" && { internetId: row.internetId }),
        ...(row.customerNumber !== "" && { customerNumber: row.customerNumber }),
        ...(kojarzOrder !== undefined && { kojarzOrder }),
        currency,
        total: parseMinor(row.total, currency) ?? 0,
        cancelled: row.status === "A",
        createdAt: instantOfWarsaw(row.createdAt),
      } satisfies ErpListed,
      /** Nobody has done anything with it yet: the state in which it may be cancelled. */
      fresh: row.status === "" && row.realised !== "Z",
      realised: row.realised === "Z",
    };
  }),
);
export type OrderRow = z.infer<typeof OrderRow>;

export function ordersOf(rows: unknown[]): OrderRow[] {
  return z.array(OrderRow).parse(rows);
}
