/** An order as the database answers it, read once. */
import * as z from "zod/mini";
import { parseMinor } from "../../lib/core/money.ts";
import type { ErpListed } from "../../lib/core/ports/erp.ts";
import { nullishText } from "../../lib/core/schemas.ts";
import { present } from "../../lib/core/writes.ts";
import { instantOfWarsaw } from "./time.ts";

/** Before the id, so that what another writer keeps in the column is never taken for an order of ours. */
const OWN_PREFIX = "kojarz:";

/** What the own column holds for a Kojarz order. @param order its id */
export function ownValue(order: string): string {
  return `${OWN_PREFIX}${order}`;
}

/** `numeric(18, 0)`, as text. Nothing else is taken for one: neither NULL nor a blank. */
export const DatabaseId = z.string().check(z.regex(/^\d{1,18}$/));

const text = z.pipe(
  nullishText,
  z.transform((value) => value?.trim() ?? ""),
);

const OrderRow = z.pipe(
  z.object({
    erpId: DatabaseId,
    number: text,
    internetId: text,
    customerNumber: text,
    own: text,
    currency: text,
    total: text,
    status: text,
    realised: text,
    createdAt: nullishText,
  }),
  z.transform((row) => {
    const currency = row.currency || "PLN";
    const kojarzOrder = row.own.startsWith(OWN_PREFIX) ? row.own.slice(OWN_PREFIX.length) : undefined;
    return {
      /** What the port shows of it. */
      order: present({
        erpId: row.erpId,
        number: row.number,
        internetId: row.internetId || undefined,
        customerNumber: row.customerNumber || undefined,
        kojarzOrder,
        currency,
        // Nothing was summed yet: a header that its user has still open.
        total: row.total === "" ? 0 : minorOf(row.total, currency),
        cancelled: row.status === "A",
        // Nobody knows when: a row that was copied in, say. It is never younger than any.
        createdAt: row.createdAt ? instantOfWarsaw(row.createdAt) : 0,
      }) satisfies ErpListed,
      /** Nobody has done anything with it yet: the state in which it may be cancelled. */
      fresh: row.status === "" && row.realised !== "Z",
      realised: row.realised === "Z",
    };
  }),
);
export type OrderRow = z.infer<typeof OrderRow>;

/** @throws where it is no amount: taken for 0, it would be taken for another order's */
function minorOf(total: string, currency: string): number {
  const minor = parseMinor(total, currency);
  if (minor === undefined) throw new Error("an order's total is no amount");
  return minor;
}

/** @throws where a row is not as `queriesOf` selects it */
export function ordersOf(rows: unknown[]): OrderRow[] {
  return z.array(OrderRow).parse(rows);
}
