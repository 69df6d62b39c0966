/** An IdoSell shop: one search over its orders, sorted by serial number; "nothing found" is a 207 with a fault. */
import * as z from "zod/mini";
import { createFaults, type LocalServer, type Said, serveLocally, wallClock } from "./local-server.ts";

/** `http-503`: the panel is down. `fault-in-200`: an error with status 200. */
const idoFaults = ["http-503", "fault-in-200"] as const;
type IdoFault = (typeof idoFaults)[number];

export type IdoPurchase = {
  /** `price`: gross of one piece, as the JSON number that is sent. */
  lines: ReadonlyArray<{ name: string; code?: string; quantity: number; price: number; vat?: number }>;
  delivery?: number;
  status?: string;
  paymentType?: "prepaid" | "cash_on_delivery" | "tradecredit";
  paid?: boolean;
  /** The id of the order in the marketplace, and which one it is. */
  external?: { service: string; id: string; name?: string };
  nip?: string;
  note?: string;
};

type Stored = {
  number: number;
  body: Record<string, unknown>;
  addedAt: number;
  changedAt: number;
  paidAt: number | undefined;
};

export type IdoOptions = {
  key: string;
  now: () => number;
  random: () => number;
  faults?: Partial<Record<IdoFault, number>>;
};

export type IdoShop = LocalServer & {
  fired: Readonly<Record<IdoFault, number>>;
  /** The criteria of all searches. */
  searches: unknown[];
  place(purchase: IdoPurchase): string;
  setStatus(id: string, status: string): void;
  remove(id: string): boolean;
  /** A payment that moves only the date of payments. */
  pay(id: string): void;
};

const Search = z.object({
  params: z.object({
    ordersRange: z.object({
      ordersDateRange: z.object({
        ordersDateType: z.enum(["modified", "add", "last_payments_operation"]),
        ordersDateBegin: z.string(),
      }),
      ordersSerialNumberRange: z.optional(z.object({ ordersSerialNumberBegin: z.int().check(z.gte(1)) })),
    }),
    ordersBy: z.array(z.object({ elementName: z.literal("sn"), sortDirection: z.literal("ASC") })),
    resultsPage: z.int().check(z.nonnegative()),
    resultsLimit: z.int().check(z.gte(1), z.lte(100)),
  }),
});

export async function createIdoShop(options: IdoOptions): Promise<IdoShop> {
  const { now, random } = options;
  const { fired, fires } = createFaults(idoFaults, options.faults ?? {}, random);
  const orders = new Map<string, Stored>();
  const searches: unknown[] = [];
  let placed = 0;

  function found(params: z.infer<typeof Search>["params"]): Said {
    const { ordersDateRange, ordersSerialNumberRange } = params.ordersRange;
    const { ordersDateType: kind, ordersDateBegin: begin } = ordersDateRange;
    const first = ordersSerialNumberRange?.ordersSerialNumberBegin ?? 0;
    const times = { modified: "changedAt", add: "addedAt", last_payments_operation: "paidAt" } as const;
    const fits = [...orders.values()].filter(
      (order) => order.number >= first && wallClock(order[times[kind]] ?? 0) >= begin,
    );
    const from = params.resultsPage * params.resultsLimit;
    const page = fits.slice(from, from + params.resultsLimit);
    if (page.length === 0) return { status: 207, body: fault(2) };
    return {
      status: 200,
      body: {
        resultsNumberAll: fits.length,
        resultsNumberPage: Math.ceil(fits.length / params.resultsLimit),
        resultsPage: params.resultsPage,
        resultsLimit: params.resultsLimit,
        Results: page.map(({ body }) => body),
      },
    };
  }

  const server = await serveLocally(({ method, url, headers, body }): Said => {
    if (fires("http-503")) return { status: 503, body: "<h1>503</h1>", headers: { "content-type": "text/html" } };
    if (method !== "POST" || url.pathname !== "/api/admin/v7/orders/orders/search")
      return { status: 404, body: fault(1) };
    if (headers["x-api-key"] !== options.key) return { status: 401, body: fault(1) };
    if (fires("fault-in-200")) return { status: 200, body: fault(3) };
    const { params } = Search.parse(JSON.parse(body));
    searches.push(params);
    return found(params);
  });

  function change(id: string, changes: (body: Record<string, unknown>) => unknown, stamps: Partial<Stored>): void {
    const order = orders.get(id);
    if (!order) throw new Error(`the shop has no order ${id}`);
    orders.set(id, { ...order, ...stamps, body: { ...order.body, orderDetails: changes(order.body) } });
  }

  return {
    ...server,
    fired,
    searches,
    place(purchase) {
      placed += 1;
      const number = 1000 + placed;
      const id = `klient-${placed}`;
      const paidAt = purchase.paid ? now() : undefined;
      orders.set(id, { number, body: idoOrder(id, number, purchase, now()), addedAt: now(), changedAt: now(), paidAt });
      return id;
    },
    setStatus(id, orderStatus) {
      const orderChangeDate = wallClock(now());
      const changes = (body: Record<string, unknown>) => ({
        ...Object(body.orderDetails),
        orderStatus,
        orderChangeDate,
      });
      change(id, changes, { changedAt: now() });
    },
    remove: (id) => orders.delete(id),
    pay(id) {
      change(id, (body) => ({ ...Object(body.orderDetails), prepaids: [payment(1_000_000)] }), { paidAt: now() });
    },
  };
}

export function idoOrder(id: string, number: number, purchase: IdoPurchase, now: number): Record<string, unknown> {
  const { lines, delivery = 0, status = "on_order", paymentType = "prepaid", external, nip = "", note = "" } = purchase;
  const goods = lines.reduce((sum, { price, quantity }) => sum + Math.round(price * 100) * quantity, 0) / 100;
  return {
    orderId: id,
    orderSerialNumber: number,
    orderType: "n",
    clientResult: clientOf(nip),
    orderDetails: {
      orderStatus: status,
      orderAddDate: wallClock(now),
      orderChangeDate: wallClock(now),
      clientNoteToOrder: note,
      payments: {
        orderPaymentType: paymentType,
        orderCurrency: {
          currencyId: "PLN",
          orderProductsCost: goods,
          orderDeliveryCost: delivery,
          orderPayformCost: 0,
          orderInsuranceCost: 0,
        },
      },
      prepaids: purchase.paid ? [payment(goods + delivery)] : [],
      orderSourceResults: {
        orderSourceType: external ? "auction" : "shop",
        auctionsServiceName: external?.service ?? "",
        orderSourceDetails: { orderSourceName: external?.name ?? "", orderExternalId: external?.id ?? "" },
      },
      dispatch: { courierId: 1, courierName: "Kurier testowy" },
      productsResults: lines.map(({ name, code = "", quantity, price, vat = 23 }) => ({
        productId: 11,
        productName: name,
        productCode: code,
        versionName: "",
        productQuantity: quantity,
        productOrderPrice: price,
        productVat: vat,
        productVatFree: "n",
      })),
    },
    errors: [],
  };
}

function payment(value: number) {
  return { paymentType: "payment", paymentStatus: "y", paymentValue: value, payformName: "Przelewy24" };
}

function clientOf(nip: string) {
  return {
    clientBillingAddress: {
      clientFirstName: "Ewa",
      clientLastName: "Przykładowa",
      clientNip: nip,
      clientFirm: "",
      clientStreet: "Próbna 1/2",
      clientZipCode: "90-001",
      clientCity: "Łódź",
      clientCountryId: "PL",
      clientPhone1: "600000000",
    },
    clientDeliveryAddress: {
      clientDeliveryAddressFirstName: "Ewa",
      clientDeliveryAddressLastName: "Przykładowa",
      clientDeliveryAddressStreet: "Próbna 1/2",
      clientDeliveryAddressZipCode: "90-001",
      clientDeliveryAddressCity: "Łódź",
      clientDeliveryAddressCountryId: "PL",
    },
    clientPickupPointAddress: { pickupPointId: "" },
    clientAccount: { clientLogin: "ewa", clientEmail: "ewa.przykladowa@poczta.example" },
  };
}

function fault(faultCode: number) {
  return { errors: { faultCode, faultString: "fault" } };
}
