/** Bodies of checkout forms as Allegro's API shows them, nulls included. */
import { formatMinor, parseMinor } from "../../lib/core/money.ts";

/** What a buyer buys. Amounts are decimal PLN, gross, `price` of one piece. */
export type Purchase = {
  /** A UUID v1; a new one if absent. */
  id?: string;
  lines: Array<{ name: string; sku?: string; quantity: number; price: string; taxRate?: string }>;
  buyer?: { login: string; firstName: string; lastName: string; phone?: string };
  delivery?: { method: string; price: string; point?: string };
  cashOnDelivery?: boolean;
  /** Asks for an invoice for a company with this NIP. */
  taxId?: string;
  message?: string;
  /** Stored and shipped by Allegro itself. */
  oneFulfillment?: boolean;
};

type Status = "BOUGHT" | "FILLED_IN" | "READY_FOR_PROCESSING" | "CANCELLED";
export type Amount = { amount: string; currency: string };
type LineItem = ReturnType<typeof lineItem>;
export type FormBody = ReturnType<typeof boughtForm>;

const CURRENCY = "PLN";
const BUYER = { login: "kupujacy-testowy", firstName: "Jan", lastName: "Przykładowy", phone: "+48000000000" };

/** Just bought: no delivery address and no payment yet. */
export function boughtForm(id: string, purchase: Purchase, lineIds: readonly string[], at: string) {
  const { buyer = BUYER, delivery = { method: "Kurier", price: "0.00" } } = purchase;
  const lines = purchase.lines.map((line, index) => lineItem(line, lineIds[index] ?? "", at));
  return {
    id,
    messageToSeller: purchase.message ?? null,
    buyer: {
      id: "44300444",
      email: `relay+${id.slice(0, 8)}@allegromail.pl`,
      login: buyer.login,
      firstName: buyer.firstName,
      lastName: buyer.lastName,
      companyName: null as string | null,
      guest: false,
      personalIdentity: null as string | null,
      phoneNumber: buyer.phone ?? null,
      preferences: { language: "pl-PL" },
      address: { street: "Przykładowa 1", city: "Poznań", postCode: "60-166", countryCode: "PL" },
    },
    payment: null as Payment | null,
    status: "BOUGHT" as Status,
    fulfillment: {
      status: "NEW",
      shipmentSummary: { lineItemsSent: "NONE" },
      provider: { id: purchase.oneFulfillment ? "ALLEGRO" : "SELLER" },
    },
    delivery: {
      address: null as DeliveryAddress | null,
      method: { id: "1fa56f79-4b6a-4821-a6f2-ca9c16d5c925", name: delivery.method },
      pickupPoint: delivery.point
        ? { id: delivery.point, name: delivery.point, description: null, address: null }
        : null,
      cost: { amount: delivery.price, currency: CURRENCY },
      time: null,
      smart: false,
      cancellation: null as { date: string } | null,
      calculatedNumberOfPackages: 1,
    },
    invoice: purchase.taxId
      ? { required: true, address: invoiceAddress(purchase.taxId), dueDate: null, features: null }
      : { required: false, address: null, dueDate: null, features: null },
    lineItems: lines,
    surcharges: [] as Payment[],
    discounts: [],
    note: null,
    marketplace: { id: "allegro-pl" },
    summary: { totalToPay: totalOf(lines, delivery.price) },
    updatedAt: at,
    revision: "7ebb1b0e",
    codBookedPayments: [],
  };
}

type Payment = ReturnType<typeof payment>;
type DeliveryAddress = ReturnType<typeof deliveryAddress>;

/** Cash on delivery carries a `finishedAt` although nothing was paid. */
export function payment(id: string, type: "ONLINE" | "CASH_ON_DELIVERY", total: Amount, at: string) {
  const online = type === "ONLINE";
  return {
    id,
    type,
    provider: online ? "PAYU" : null,
    finishedAt: at,
    paidAmount: online ? total : null,
    reconciliation: null,
    features: [],
  };
}

export function deliveryAddress(buyer: { firstName: string; lastName: string; phoneNumber: string | null }) {
  return {
    firstName: buyer.firstName,
    lastName: buyer.lastName,
    street: "Przykładowa 1",
    city: "Poznań",
    zipCode: "60-166",
    countryCode: "PL",
    companyName: null,
    phoneNumber: buyer.phoneNumber,
    modifiedAt: null,
  };
}

/** Several unpaid purchases in one payment: a new form, the lines keep their ids. */
export function mergedForm(id: string, forms: readonly [FormBody, ...FormBody[]], at: string): FormBody {
  const lineItems = forms.flatMap((form) => form.lineItems);
  const [first] = forms;
  const summary = { totalToPay: totalOf(lineItems, first.delivery.cost.amount) };
  return { ...first, id, lineItems, summary, status: "BOUGHT", updatedAt: at };
}

function lineItem({ name, sku, quantity, price, taxRate }: Purchase["lines"][number], id: string, at: string) {
  const amount = { amount: price, currency: CURRENCY };
  return {
    id,
    offer: { id: "17000000001", name, external: sku ? { id: sku } : null, productSet: null, hsNumber: null },
    quantity,
    originalPrice: amount,
    price: amount,
    deposit: null,
    reconciliation: null,
    selectedAdditionalServices: [],
    vouchers: [],
    tax: taxRate === undefined ? null : { rate: taxRate, subject: "GOODS", exemption: null },
    boughtAt: at,
    discounts: null,
    serialNumbers: { expected: false, entries: [] },
  };
}

function invoiceAddress(taxId: string) {
  return {
    street: "Firmowa 2",
    city: "Poznań",
    zipCode: "60-167",
    countryCode: "PL",
    company: {
      name: "Przykład sp. z o.o.",
      ids: [{ type: "PL_NIP", value: taxId }],
      vatPayerStatus: "ACTIVE",
      taxId,
    },
    naturalPerson: null,
  };
}

function totalOf(lines: readonly LineItem[], delivery: string): Amount {
  const sum = lines.reduce((total, { price, quantity }) => total + grosze(price.amount) * quantity, grosze(delivery));
  return { amount: formatMinor(sum, CURRENCY), currency: CURRENCY };
}

function grosze(amount: string): number {
  const minor = parseMinor(amount, CURRENCY);
  if (minor === undefined) throw new Error("not an amount");
  return minor;
}
