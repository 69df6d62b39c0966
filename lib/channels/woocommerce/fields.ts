/** Who buys, how it is paid and where it goes, as the order's own fields and those of plugins say. Pure. */
import type { Readiness, Report, Sighting } from "../../core/order.ts";
import { present } from "../../core/writes.ts";
import { unlessNamed } from "../shared/account-fields.ts";
import { phpValue } from "../shared/php-text.ts";
import {
  addressOf,
  isLocker,
  isNamed,
  isNip,
  isRecord,
  joined,
  jsonText,
  nipIn,
  pointIn,
  Text,
  textAt,
} from "../shared/wire.ts";
import type { WooAccount } from "./account.ts";
import { GmtTime, type WooAddress, type WooMeta, type WooOrder } from "./body.ts";

/** WooCommerce's own statuses but the trash, which is WordPress's; drafts are no orders. */
export const OWN_STATUSES: ReadonlySet<string> = new Set([
  "pending",
  "processing",
  "on-hold",
  "completed",
  "cancelled",
  "refunded",
  "failed",
]);
export const TRASH = "trash";
const KNOWN: ReadonlySet<string> = new Set([...OWN_STATUSES, TRASH]);

/** Steps back from what was an order: the payment failed, is asked for again, or the order went into the trash. */
const STEPS_BACK: ReadonlySet<string> = new Set(["pending", "failed", "on-hold", TRASH]);

export function standingOf(
  order: WooOrder,
  account: WooAccount,
): Pick<Sighting, "readiness" | "status" | "steppedBack" | "unconfigured"> {
  const { status } = order;
  const readiness = readinessOf(order, account);
  if (readiness !== "waiting") return { readiness, status };
  const unconfigured = unlessNamed(status, "forwardStatuses", KNOWN, account.forwardStatuses, account.waitingStatuses);
  return { readiness, status, ...(STEPS_BACK.has(status) && { steppedBack: true }), ...unconfigured };
}

/**
 * PayU and InPost Pay set `on-hold` before they send the buyer to pay: that is an order only where it is paid later by its
 * nature, or paid.
 */
function readinessOf(order: WooOrder, account: WooAccount): Readiness {
  if (order.status === "cancelled") return "cancelled";
  if (!account.forwardStatuses.includes(order.status)) return "waiting";
  return order.status !== "on-hold" || isPaid(order) || isPaidLater(order, account) ? "ready" : "waiting";
}

/** What is paid later was an order when it was placed; whatever else is one since its payment. */
export function orderedAt(order: WooOrder, account: WooAccount): Pick<Sighting, "orderedAt"> {
  const waitsForTransfer = isPaidLater(order, account) && account.forwardStatuses.includes("on-hold");
  if (waitsForTransfer || isOnDelivery(order, account)) return {};
  const paidAt = GmtTime.safeParse(order.date_paid_gmt).data;
  return paidAt !== undefined && paidAt >= 0 ? { orderedAt: paidAt } : {};
}

export function paymentOf(order: WooOrder, account: WooAccount): Report["payment"] {
  return {
    method: order.payment_method_title ?? order.payment_method ?? "",
    cashOnDelivery: isOnDelivery(order, account),
    paid: isPaid(order),
  };
}

function isPaid({ date_paid_gmt: paidAt }: WooOrder): boolean {
  return typeof paidAt === "string" && paidAt !== "";
}

function isPaidLater(order: WooOrder, account: WooAccount): boolean {
  return isOnDelivery(order, account) || isMethod(order, account.paidLater);
}

/** InPost Pay has one method for every way to pay, and says which in a field of its own. */
export function isOnDelivery(order: WooOrder, { cashOnDelivery }: WooAccount): boolean {
  return isMethod(order, cashOnDelivery) || /^cash_on_delivery$/i.test(fieldIn(order, "izi_payment_type") ?? "");
}

function isMethod({ payment_method: method }: WooOrder, methods: readonly string[]): boolean {
  return methods.some((name) => isNamed(method ?? "", name));
}

export function buyerOf(order: WooOrder, account: WooAccount): Report["buyer"] {
  const { billing } = order;
  return present({
    email: billing?.email,
    phone: billing?.phone,
    taxId: taxIdOf(order, account),
    billing: addressIn(billing, billing?.phone),
  });
}

export function shippingTo(
  order: WooOrder,
  account: WooAccount,
): Pick<Report["shipping"], "point" | "pointAddress" | "address"> {
  return present({
    point: pointOf(order, account),
    pointAddress: pointAddressOf(order),
    address: addressIn(order.shipping, order.billing?.phone),
  });
}

/** @param known the buyer's phone: the recipient's own is told where it is another one */
function addressIn(address: WooAddress, known: string | undefined): Report["buyer"]["billing"] {
  const {
    first_name,
    last_name,
    address_1,
    address_2,
    postcode = "",
    city = "",
    country = "",
    phone = "",
  } = address ?? {};
  return addressOf({
    name: joined(first_name, last_name),
    company: joined(address?.company),
    street: joined(address_1, address_2),
    postcode,
    city,
    country,
    phone: digitsOf(phone) === digitsOf(known) ? "" : phone,
  });
}

/** Without the country's prefix, which one of two fields may lack. */
function digitsOf(phone: string | undefined): string {
  return (phone ?? "").replace(/\D/g, "").slice(-9);
}

/** Where no field that is known has one, one that has `nip` as a word in its name and holds a NIP is it; else what the buyer wrote. */
function taxIdOf(order: WooOrder, { taxIdFields }: WooAccount): string | undefined {
  const known = firstFitIn(order, taxIdFields, taxIdIn);
  if (known !== undefined) return known;
  const named = namedIn(order).filter(({ key }) => /(?:^|[^a-z])nip(?![a-z])/i.test(key));
  const found = named.map(({ value }) => taxIdIn(Text.parse(value))).find((id) => id !== undefined && isNip(id));
  return found ?? nipIn(order.billing?.company, order.customer_note);
}

/** Letters and digits alone, the Polish prefix left out; undefined for what is no tax number but a mark or a word. */
function taxIdIn(text: string): string | undefined {
  const plain = text.replace(/[^0-9a-z]/gi, "").toUpperCase();
  const id = /^PL\d{10}$/.test(plain) ? plain.slice(2) : plain;
  return id.length <= 20 && id.replace(/\D/g, "").length >= 5 ? id : undefined;
}

/**
 * Where no field that is known has one, and the parcel goes to a locker: a field that is named after it and holds a code,
 * or one in the delivery address.
 */
function pointOf(order: WooOrder, { pointFields }: WooAccount): string | undefined {
  const known = firstFitIn(order, pointFields, placeIn);
  const methods = (order.shipping_lines ?? []).flatMap(({ method_title, method_id }) => [method_title, method_id]);
  if (known !== undefined || !isLocker(...methods)) return known;
  const { address_2, company } = order.shipping ?? {};
  const named = namedIn(order).map(({ key, value }) => [key, value] as const);
  return pointIn(methods, [address_2, company], named);
}

function placeIn(text: string): string | undefined {
  return /^(?:0|-+|false|null|none|undefined|brak|n\/a)$/i.test(text) || text.length > 200 ? undefined : text;
}

/** As BaseLinker's plugin adds it to the order. */
function pointAddressOf(order: WooOrder): Report["shipping"]["pointAddress"] {
  const of = (part: string) => fieldIn(order, `bl_delivery_point_${part}`) ?? "";
  const [street, city] = [of("address"), of("city")];
  if (!street && !city) return undefined;
  return { name: of("name"), street, postcode: of("postcode"), city, country: order.shipping?.country ?? "" };
}

type Named = { key: string; value: unknown };

/** What of a plugin's structure names the point, where a field holds more than its id. */
const ID_FIELDS = ["id", "code", "point_id", "pointId", "apm_access_point_id", "name"];

/** Deeper or more than this is no field of one order. */
const MAX_INNER = 500;

/**
 * @param field a meta key, with a path behind it where its value has parts (`_point.id`), or a field of the order itself
 *   (`customer_note`, `billing.ns/nip`); `*` stands for any letters, and capitals are no difference
 * @returns undefined where nothing is there
 */
export function fieldIn(order: WooOrder, field: string): string | undefined {
  for (const found of valuesOf(order, namedIn(order), field)) {
    const text = Text.parse(found);
    if (text) return text;
  }
  return undefined;
}

/** The first value of the first field that is accepted. */
function firstFitIn(
  order: WooOrder,
  fields: readonly string[],
  accept: (text: string) => string | undefined,
): string | undefined {
  const named = namedIn(order);
  for (const field of fields)
    for (const found of valuesOf(order, named, field)) {
      const text = Text.parse(found) || ID_FIELDS.map((name) => textAt(found, name)).find(Boolean);
      const fitting = text ? accept(text) : undefined;
      if (fitting !== undefined) return fitting;
    }
  return undefined;
}

/** What stands under names that somebody chose: meta of the order and of its shipping, and what plugins add beside it. */
function namedIn(order: WooOrder): Named[] {
  const shipping = order.shipping_lines?.flatMap(({ meta_data }) => meta_data) ?? [];
  const own = [...order.meta_data, ...shipping];
  return [...own, ...addresses(order), ...innerOf(order.shipment_meta), ...own.flatMap(shipmentIn)];
}

/** The meta of a post that another plugin keeps of the parcel, put into the order as one text. */
function shipmentIn({ key, value }: WooMeta): Named[] {
  return key === "shipment_meta" ? innerOf(value) : [];
}

/** Fields that blocks of the checkout add to an address: `polski/nip`. */
function addresses({ billing, shipping }: WooOrder): Named[] {
  return [billing, shipping].flatMap((address) =>
    Object.entries(address ?? {}).flatMap(([key, value]) => (key.includes("/") ? [{ key, value }] : [])),
  );
}

function valuesOf(order: WooOrder, named: readonly Named[], field: string): unknown[] {
  const [head = "", ...path] = field.split(".");
  const whole = named.filter(({ key }) => isNamed(key, field)).map(({ value }) => structureOf(value));
  const parts = path.length > 0 ? named.filter(({ key }) => isNamed(key, head)) : [];
  return [
    ...whole,
    ...parts.map(({ value }) => textAt(structureOf(value), path.join("."))),
    textAt(order, field),
  ].filter((value) => value !== undefined);
}

/** A text that is JSON or PHP's own form of a value is read as what it is. */
function structureOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const text = value.trim();
  const inner = /^[[{]/.test(text) ? jsonText(text) : phpValue(text);
  return inner ?? value;
}

/** The texts in a plugin's structure, whatever they are called. */
export function valuesIn(value: unknown): string[] {
  return innerOf(value).map((named) => Text.parse(named.value));
}

/** The texts in a structure, each under its own name; WordPress keeps each value of a post as a list of one. */
function innerOf(value: unknown): Named[] {
  const found: Named[] = [];
  const left: Named[] = [{ key: "", value: structureOf(value) }];
  for (let next = left.pop(); next && found.length < MAX_INNER; next = left.pop()) {
    const { key: outer, value: inner } = next;
    if (!isRecord(inner) && !Array.isArray(inner)) {
      found.push(next);
      continue;
    }
    const entries = Object.entries(inner).slice(0, MAX_INNER).reverse();
    left.push(...entries.map(([key, each]) => ({ key: /^\d+$/.test(key) ? outer : key, value: structureOf(each) })));
  }
  return found;
}

/**
 * Where an integrator may have left an id or a mark of its own. Of goods only what names the marketplace.
 * @param ignored keys, and fields of the order, in which a plugin writes an id of its own
 */
export function freeIn(order: WooOrder, ignored: readonly string[]): unknown {
  const isFree = ({ key }: { key: string }) => !ignored.some((field) => isNamed(key, field));
  const lines = [...(order.shipping_lines ?? []), ...(order.fee_lines ?? [])].flatMap(({ meta_data }) => meta_data);
  const ofGoods = (order.line_items ?? []).flatMap(({ meta_data }) => meta_data);
  const { transaction_id, customer_note, meta_data } = order;
  const own = Object.entries({ transaction_id, customer_note }).map(([key, value]) => ({ key, value }));
  const marketplace = ofGoods.filter(({ key }) => /allegro/i.test(key));
  return [...own, ...meta_data, ...lines, ...marketplace].filter(isFree).map(({ key, value }) => ({ [key]: value }));
}
