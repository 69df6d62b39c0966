/**
 * An order as `getOrders` sends it, parsed once. Types drift with the year and the source: ids are numbers or text,
 * "none" is "", 0, "0" or null, flags are booleans, digits or text, amounts numbers or text, an empty map is [].
 * The larger schemas are built where they are first used: every function of the channel loads them at its start.
 */
import * as z from "zod/mini";
import { anyBoolean, anyList, anyText, anything, naturalInt } from "../../core/schemas.ts";
import { readDecimal } from "../shared/decimal.ts";
import { Text } from "../shared/wire.ts";

/** What a method lists; PHP makes an object of a list whose numbering has gaps. */
export const Items = z.lazy(() =>
  z.union([
    anyList,
    z.pipe(
      z.record(anyText, anything),
      z.transform((map) => Object.values(map)),
    ),
  ]),
);

/** The order id: the one thing without which nothing can be done. */
export const OrderId = z
  .pipe(
    z.union([naturalInt, z.string().check(z.trim(), z.regex(/^\d{1,15}$/))]),
    z.transform((raw) => String(Number(raw))),
  )
  .check(z.refine((id) => id !== "0"));

const MaybeId = z.nullish(z.union([naturalInt, z.string().check(z.trim())]));

/** An id that may be missing. */
const Id = z.lazy(() =>
  z.pipe(
    MaybeId,
    z.transform((raw) => (raw === null || raw === undefined || /^0*$/.test(String(raw)) ? undefined : String(raw))),
  ),
);

/** An id whose 0 is a real value. */
const SourceId = z.lazy(() =>
  z.pipe(
    MaybeId,
    z.transform((raw) => String(raw ?? "")),
  ),
);

const Flag = z.lazy(() =>
  z.pipe(
    z.union([anyBoolean, z.literal([0, 1, "0", "1", "", "true", "false"]), z.null()]),
    z.transform((raw) => raw === true || raw === 1 || raw === "1" || raw === "true"),
  ),
);

/** False where it cannot be read. */
export const LenientFlag = z.transform((raw) => Flag.safeParse(raw).data ?? false);

/** Exact; undefined where nothing readable is said. */
const Amount = z.transform(readDecimal);

/** Unix seconds as epoch milliseconds; 0 where there is none. */
export const Seconds = z.pipe(
  Text,
  z.transform((raw) => (/^\d{1,10}$/.test(raw) ? Number(raw) * 1000 : 0)),
);

/** What was chosen, as `getOrders` writes it (`Rozmiar: L`), or as the exchange lists it. */
const Attributes = z.transform((raw): string => {
  if (!Array.isArray(raw)) return Text.parse(raw);
  const listed = raw.flatMap((one) => z.object({ name: Text, value: Text }).safeParse(one).data ?? []);
  const texts = listed.map(({ name, value }) => [name, value].filter(Boolean).join(": "));
  return texts.filter(Boolean).join(", ");
});

const product = () =>
  z.object({
    name: Text,
    attributes: Attributes,
    /** "0" or "" where it stands in no catalogue. */
    product_id: Text,
    auction_id: Text,
    sku: Text,
    ean: Text,
    price_brutto: Amount,
    tax_rate: Text,
    quantity: Amount,
  });
export type WireProduct = z.infer<ReturnType<typeof product>>;

/** A list; PHP makes an object of one whose numbering has gaps. */
const products = () =>
  z.pipe(
    z.nullish(
      z.union([
        z.array(product()),
        z.pipe(
          z.record(anyText, product()),
          z.transform((map) => Object.values(map)),
        ),
        z.literal(""),
      ]),
    ),
    z.transform((found) => found || []),
  );

export const WireOrder = z.lazy(() =>
  z.object({
    order_id: OrderId,
    shop_order_id: Id,
    external_order_id: Id,
    order_source: z.string().check(z.trim(), z.toLowerCase(), z.regex(/^[a-z0-9_.-]{1,40}$/)),
    order_source_id: SourceId,
    order_status_id: Text,
    confirmed: Flag,
    date_add: Seconds,
    date_confirmed: Seconds,
    date_in_status: Seconds,
    currency: Text,
    email: Text,
    phone: Text,
    user_comments: Text,
    admin_comments: Text,
    extra_field_1: Text,
    extra_field_2: Text,
    /** Id to value; an empty map is []. */
    custom_extra_fields: z.catch(z.record(anyText, Text), {}),
    payment_method: Text,
    payment_method_cod: LenientFlag,
    payment_done: Amount,
    delivery_method: Text,
    delivery_price: Amount,
    delivery_fullname: Text,
    delivery_company: Text,
    delivery_address: Text,
    delivery_postcode: Text,
    delivery_city: Text,
    delivery_country_code: Text,
    delivery_point_id: Text,
    delivery_point_name: Text,
    delivery_point_address: Text,
    delivery_point_postcode: Text,
    delivery_point_city: Text,
    invoice_fullname: Text,
    invoice_company: Text,
    invoice_nip: Text,
    invoice_address: Text,
    invoice_postcode: Text,
    invoice_city: Text,
    invoice_country_code: Text,
    products: products(),
  }),
);
export type WireOrder = z.infer<typeof WireOrder>;

/** The number that a shop gave to an order, in the one spelling of the configuration and of hints. */
const ShopNumber = z.lazy(() => z.object({ shop_order_id: Id }));

export function shopNumberOf(raw: unknown): string | undefined {
  return ShopNumber.safeParse(raw).data?.shop_order_id;
}

/** What paging needs to know even of an order that no one can use. */
const Position = z.lazy(() => z.object({ order_id: OrderId, date_confirmed: Seconds }));

/** @returns undefined where even the id cannot be read */
export function positionOf(raw: unknown): { id: string; second: number } | undefined {
  const parsed = Position.safeParse(raw);
  return parsed.success ? { id: parsed.data.order_id, second: parsed.data.date_confirmed / 1000 } : undefined;
}

/**
 * When the status moved or the order was made: a part or a copy has the confirmation and the status of its original.
 * @returns Unix seconds; for ever after where it cannot be read, so that such an order is looked at
 */
export function movedAt(raw: unknown): number {
  const parsed = z.object({ date_in_status: Seconds, date_add: Seconds }).safeParse(raw);
  return parsed.success ? Math.max(parsed.data.date_in_status, parsed.data.date_add) / 1000 : Number.POSITIVE_INFINITY;
}
