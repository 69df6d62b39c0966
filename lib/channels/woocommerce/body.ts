/**
 * A shop's order as it comes, and which of its lines are its goods. `GET /wp-json/wc/v3/orders/{id}` and the body of a
 * webhook (v2 and v3) are the same. Pure.
 *
 * Strict only on what says which order it is and how far it has come. Everything else may be missing, null, or of
 * another type, since plugins rewrite it: a number where a text is expected is that text.
 *
 * Schemas are built where they are first used: every function of the shop loads them at its start.
 */
import * as z from "zod/mini";
import { anyText, anything, filledText, naturalInt, optionalAnything, textOrNumber } from "../../core/schemas.ts";
import { phpList, plainLine, plainText, Text } from "../shared/wire.ts";

const scalar = z.lazy(() => z.catch(z.optional(textOrNumber), undefined));

/** An id or a code. */
const code = z.lazy(() => z.transform((raw) => Text.parse(raw) || undefined));
/** What people read, in one line: the shop keeps it as HTML. */
const human = z.lazy(() => z.transform((raw) => plainLine(Text.parse(raw)) || undefined));
const note = z.lazy(() => z.transform((raw) => plainText(Text.parse(raw)) || undefined));

/** A missing list is empty; one that cannot be read is undefined. */
function readable<Item extends z.ZodMiniType>(item: Item) {
  return z.catch(z.union([phpList(item), z.undefined()]), undefined);
}

export const WooId = z.lazy(() =>
  z.pipe(z.union([naturalInt, z.string().check(z.regex(/^\d{1,20}$/))]), z.transform(String)),
);

/** UTC without a zone: `2026-11-24T07:48:46`. Gives epoch ms. */
export const GmtTime = z.lazy(() =>
  z.pipe(
    z.iso.datetime({ local: true }),
    z.transform((time) => Date.parse(time.endsWith("Z") ? time : `${time}Z`)),
  ),
);

const address = () =>
  z.catch(
    z.optional(
      z.looseObject({
        first_name: human,
        last_name: human,
        company: human,
        address_1: human,
        address_2: human,
        city: human,
        postcode: human,
        country: human,
        email: human,
        phone: human,
      }),
    ),
    undefined,
  );
export type WooAddress = z.infer<ReturnType<typeof address>>;

const meta = () =>
  z.object({
    key: anyText,
    value: anything,
    display_key: optionalAnything,
    display_value: optionalAnything,
  });
export type WooMeta = z.infer<ReturnType<typeof meta>>;

/** A plugin may write anything here; what is no meta at all is left out. */
const metaData = () =>
  z.catch(
    z.pipe(
      phpList(z.union([meta(), z.transform(() => undefined)])),
      z.transform((all) => all.filter((one) => one !== undefined)),
    ),
    [],
  );

/** Net and tax of one line, as decimal text. The line's `price` is a quotient and is never used. */
const amounts = { total: textOrNumber, total_tax: textOrNumber };

const tax = () => z.object({ id: scalar, total: scalar });

/** Absent where the shop says nothing of it; empty where no tax is in it. */
const taxes = () => z.catch(z.union([z.undefined(), phpList(tax())]), undefined);

const ids = () => z.catch(phpList(textOrNumber), []);

const item = () =>
  z.object({
    ...amounts,
    id: code,
    product_id: code,
    name: human,
    parent_name: human,
    quantity: textOrNumber,
    sku: code,
    global_unique_id: code,
    /** Before coupons. */
    subtotal: scalar,
    taxes: taxes(),
    meta_data: metaData(),
    /** Of the plugins for bundles and composite products: the line that holds this one, and the lines that this one holds. */
    bundled_by: code,
    bundled_items: ids(),
    composite_parent: code,
    composite_children: ids(),
  });
export type WooItem = z.infer<ReturnType<typeof item>>;

const fee = () => z.object({ ...amounts, name: human, taxes: taxes(), meta_data: metaData() });
export type WooFee = z.infer<ReturnType<typeof fee>>;

const shippingLine = () =>
  z.object({ ...amounts, method_title: human, method_id: code, taxes: taxes(), meta_data: metaData() });

const taxLine = () => z.object({ rate_id: scalar, rate_percent: scalar, rate_code: code, label: human });

const refund = () =>
  z.object({
    total: scalar,
    /** No shop of its own sends them: where they are, pieces stand there negative. */
    line_items: z.catch(phpList(z.object({ name: human, sku: code, quantity: scalar })), []),
  });

/**
 * Lines decide what the buyer pays: where one cannot be read, none of them is believed (undefined). Goods have to be
 * named, fees and shipping only where there are any.
 */
export const WooOrder = z.lazy(() =>
  z.looseObject({
    id: WooId,
    status: filledText,
    date_modified_gmt: GmtTime,
    date_created_gmt: z.catch(z.optional(GmtTime), undefined),
    number: scalar,
    currency: z.catch(z.optional(z.string().check(z.toUpperCase(), z.regex(/^[A-Z]{3}$/))), undefined),
    prices_include_tax: optionalAnything,
    total: scalar,
    transaction_id: code,
    customer_note: note,
    payment_method: code,
    payment_method_title: human,
    date_paid_gmt: optionalAnything,
    cart_hash: code,
    billing: address(),
    shipping: address(),
    meta_data: metaData(),
    line_items: z.catch(z.nullish(phpList(item())), undefined),
    fee_lines: readable(fee()),
    shipping_lines: readable(shippingLine()),
    coupon_lines: z.catch(phpList(z.object({ code, discount: scalar, discount_type: code })), []),
    tax_lines: z.catch(phpList(taxLine()), []),
    refunds: z.catch(phpList(refund()), []),
  }),
);
export type WooOrder = z.infer<typeof WooOrder>;

/** What is read first: enough to say that it is an order and whose. */
export const WooHead = z.lazy(() => z.looseObject({ id: WooId, status: filledText }));

/** All that is said of an order that was deleted. */
export const WooDeleted = z.lazy(() => z.looseObject({ id: WooId }));

/** What a shop sends when it may not or cannot read the order. The message is translated; the code is not. */
export const WooError = z.lazy(() => z.object({ code: anyText, message: anyText }));

/** `variant`: what the buyer chose, and what is in it where its parts are no lines of their own. */
export type Goods = { item: WooItem; variant: string | undefined };

/**
 * Bundles and composite products have a line for the whole and one for each part, and either may carry the money. What
 * carries it is the goods: of the other the stock would go down twice.
 */
export function goodsOf(items: readonly WooItem[]): Goods[] {
  const groups = Map.groupBy(items, (item) => outermost(item, items));
  return [...groups].flatMap(([whole, [, ...parts]]) => {
    const carriers = parts.length === 0 ? [whole] : carriersOf(whole, parts);
    const inside = carriers.includes(whole) && carriers.length === 1 ? parts : [];
    return carriers.map((item) => ({
      item,
      variant: variantOf(
        item,
        inside.map((part) => partText(part, whole)),
      ),
    }));
  });
}

/** Other plugins for bundles leave the product of the whole in the meta of each part, which stands behind it. */
const HOLDERS: ReadonlySet<string> = new Set(["_woosb_parent_id", "_wooco_parent_id", "_chained_product_of"]);

function holderOf(item: WooItem, items: readonly WooItem[]): WooItem | undefined {
  const line = item.bundled_by || item.composite_parent;
  if (line) return items.find(({ id }) => id === line);
  const product = Text.parse(item.meta_data.find(({ key }) => HOLDERS.has(key))?.value);
  const before = items.slice(0, items.indexOf(item));
  return product === "" ? undefined : before.findLast(({ product_id }) => product_id === product);
}

/** A bundle may be in a composite product. Lines that hold each other hold nothing. */
function outermost(item: WooItem, items: readonly WooItem[]): WooItem {
  const seen = new Set([item]);
  for (let top = item; ; ) {
    const outer = holderOf(top, items);
    if (!outer) return top;
    if (seen.has(outer)) return item;
    seen.add(outer);
    top = outer;
  }
}

function carriersOf(whole: WooItem, parts: readonly WooItem[]): WooItem[] {
  const arePartsPriced = parts.some(isPriced);
  if (isPriced(whole)) return arePartsPriced ? [whole, ...parts] : [whole];
  if (!arePartsPriced && (whole.sku || whole.global_unique_id)) return [whole];
  // What was written for the whole goes with its first part.
  return parts.map((part, place) =>
    place === 0 ? { ...part, meta_data: [...part.meta_data, ...whole.meta_data] } : part,
  );
}

/** Before coupons: one may take all of it off. */
function isPriced({ total, total_tax, subtotal = 0 }: WooItem): boolean {
  return [total, total_tax, subtotal].some((amount) => Number(amount) > 0);
}

/** How many of it are in one of the whole. */
function partText(part: WooItem, whole: WooItem): string {
  const each = Number(part.quantity) / Number(whole.quantity);
  const count = Number.isInteger(each) && each > 0 ? each : part.quantity;
  const chosen = variantOf(part);
  return `${count} × ${part.name ?? part.sku ?? ""}${chosen ? ` (${chosen})` : ""}`;
}

/** Texts of a buyer have no limit; of one longer than this the beginning tells it from others. */
const MAX_TEXT = 500;

/**
 * Meta of the line that the shop shows: its key has no leading `_`. With three attributes, or one whose name has two
 * words, WooCommerce leaves them out of the name, and a variation without a SKU of its own shows its parent's.
 */
function variantOf(item: WooItem, parts: readonly string[] = []): string | undefined {
  const chosen = item.meta_data.flatMap((meta) => {
    const value = chosenIn(meta);
    return value === "" || meta.key.startsWith("_") || isInName(item, value) ? [] : [`${labelOf(meta)}: ${value}`];
  });
  return [...new Set([...chosen, ...parts])].join(", ") || undefined;
}

function chosenIn({ value, display_value: shown }: WooMeta): string {
  return textOf(shown) || textOf(value);
}

/** Several choices of one field are a list. */
function textOf(value: unknown): string {
  const texts = (Array.isArray(value) ? value : [value]).map((each) => plainLine(Text.parse(each)));
  return texts.every(Boolean) ? texts.join(", ").slice(0, MAX_TEXT) : "";
}

/** `Grawer (5,00 zł)`: an add-on writes its price behind its name. */
const CURRENCY = /zł|pln|€|eur|\$|usd|£|gbp/i;

function withoutPrice(label: string): string {
  const at = label.lastIndexOf("(");
  const inside = label.slice(at);
  const isPrice = at >= 0 && inside.endsWith(")") && /\d/.test(inside) && CURRENCY.test(inside);
  return isPrice ? label.slice(0, at).trimEnd() : label;
}

function labelOf({ key, display_key: shown }: WooMeta): string {
  const label = plainLine(Text.parse(shown)) || nameOf(key);
  return withoutPrice(label).replace(/\s?:$/, "") || label;
}

/** `pa_kolor-nadruku` where nothing says how it is called. */
function nameOf(key: string): string {
  const words = plainLine(key)
    .replace(/^(?:attribute_)?(?:pa_)?/, "")
    .replaceAll(/[_-]+/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `Buty - 42, czarne`: attributes stand behind the article's own name. */
function isInName({ name = "", parent_name: parent }: WooItem, value: string): boolean {
  const dash = name.search(/ [-–] /);
  const behind = parent && name.startsWith(parent) ? name.slice(parent.length) : dash < 0 ? "" : name.slice(dash + 3);
  return ` ${behind.replaceAll(/[,\-–]/g, " ")} `.includes(` ${value.replaceAll(/[,\-–]/g, " ")} `);
}
