/** An order that the exchange sent becomes the same sighting that the API gives of it. Pure. */
import * as z from "zod/mini";
import type { Instant } from "../../core/order.ts";
import { anyText, optionalAnything } from "../../core/schemas.ts";
import { present } from "../../core/writes.ts";
import { unread } from "../shared/unread.ts";
import { Text } from "../shared/wire.ts";
import type { BaseLinkerAccount } from "./account.ts";
import type { Form } from "./exchange-form.ts";
import { statusesOf } from "./exchange-lists.ts";
import { type Mapped, type Standing, sightingOf } from "./map.ts";
import { sentAt } from "./version.ts";
import { LenientFlag, WireOrder } from "./wire.ts";

type Unmapped = {
  kind: "unusable";
  reason: "unreadable-order" | "unmapped-source" | "not-from-a-marketplace";
  detail?: string;
};

/** What an `OrderAdd` of the exchange file brought. `sourceOrder`: BaseLinker's own id, where it is one. */
export type Sent = {
  mapped: Exclude<Mapped, { kind: "skipped" }> | Unmapped;
  sourceOrder?: string;
  /** It was sent before, and a number of ours came back with it. */
  sentBefore: boolean;
};

/** What the exchange names in its own way. Money and addresses are named as in the API. */
const Send = z.lazy(() =>
  z.object({
    previous_order_id: Text,
    baselinker_id: Text,
    service: Text,
    service_account: Text,
    transaction_id: Text,
    status_id: Text,
    paid: LenientFlag,
    products: Text,
  }),
);
type Send = z.infer<typeof Send>;

/** A line: `price` is gross and of one piece; differences of its attributes are in it already. */
const Product = z.lazy(() =>
  z.pipe(
    z.looseObject({ price: optionalAnything }),
    z.transform(({ price, ...product }) => ({
      ...product,
      price_brutto: price,
    })),
  ),
);

export function mapSend(form: Form, account: BaseLinkerAccount, now: Instant): Sent {
  const send = Send.parse(form);
  const sentBefore = !/^0*$/.test(send.previous_order_id);
  const sourceOrder = /^\d{1,15}$/.test(send.baselinker_id) ? String(Number(send.baselinker_id)) : undefined;
  return present({ mapped: mapped(send, form, account, now), sentBefore, sourceOrder: sourceOrder || undefined });
}

function mapped(send: Send, form: Form, account: BaseLinkerAccount, now: Instant): Sent["mapped"] {
  const source = sourceOf(send, account);
  if (source === undefined) return { kind: "unusable", reason: "unmapped-source" };
  // A shop's order has its id in no field of the exchange; the API has it.
  if (source === "shop" || source === "order_return") return { kind: "unusable", reason: "not-from-a-marketplace" };
  const order = WireOrder.safeParse(asReported(send, form, source));
  if (!order.success) return { kind: "unusable", reason: "unreadable-order", ...unread(order.error) };
  const result = sightingOf(order.data, account, standingOf(send, account), sentAt(now));
  if (result.kind === "skipped") return { kind: "unusable", reason: "not-from-a-marketplace" };
  return result.kind === "sighting" ? { ...result, sighting: paidAs(send, result.sighting) } : result;
}

/** In the words of `getOrders`, so that both ways end in the same keys, lines and totals. */
function asReported(send: Send, form: Form, source: string): Record<string, unknown> {
  return {
    ...form,
    order_id: send.baselinker_id,
    external_order_id: send.transaction_id,
    // Here it is the number that a shop gave, and the exchange's own is none.
    shop_order_id: undefined,
    order_source: source,
    order_source_id: send.service_account,
    confirmed: true,
    products: productsOf(send.products),
  };
}

/**
 * The name that the API has for where the order was made. Older sends name only the seller's account there, which
 * says enough where the configuration has that account once.
 */
function sourceOf(send: Send, { exchange, sources }: BaseLinkerAccount): string | undefined {
  const service = send.service.toLowerCase();
  if (Object.hasOwn(exchange.services, service)) return exchange.services[service];
  if (service !== "") return service;
  const known = Object.keys(sources).filter((name) => name.split("/")[1] === send.service_account);
  return known.length === 1 ? known[0]?.split("/")[0] : undefined;
}

/** BaseLinker sends an order when it is confirmed. The status is one of ours, as the seller mapped it. */
function standingOf(send: Send, account: BaseLinkerAccount): Standing {
  const status = statusesOf(account).find(({ id }) => id === send.status_id);
  return status?.cancelled
    ? { readiness: "cancelled", status: `exchange-${status.id}` }
    : { readiness: "ready", status: "confirmed" };
}

function paidAs({ paid }: Send, sighting: Extract<Mapped, { kind: "sighting" }>["sighting"]): typeof sighting {
  const { report } = sighting;
  return { ...sighting, report: { ...report, payment: { ...report.payment, paid } } };
}

/** Whatever is no list of products stays as it is, and is then refused as unreadable. */
function productsOf(json: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return json;
  }
  const products = z.union([z.array(Product), z.record(anyText, Product)]).safeParse(value);
  return products.success ? products.data : json;
}
