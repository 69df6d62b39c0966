/** What the ERP is told of an IdoSell order, and its amounts. Pure. */
import { type Fee, type FeeKind, type Line, type Share, vatFrom } from "../../core/money.ts";
import type { Report } from "../../core/order.ts";
import { present } from "../../core/writes.ts";
import { grossOf, minorOrNone, sum } from "../shared/amounts.ts";
import { addressOf, joined, plainLine, plainText } from "../shared/wire.ts";
import type { IdoSellAccount } from "./account.ts";
import type { IdoOrder, IdoPayment, IdoProduct } from "./body.ts";

/** Minor units; undefined as a whole where the currency cannot be read. */
export type Amounts = {
  currency: string;
  lines: Line[];
  fees: Fee[];
  shipping: Share;
  /** Undefined where one amount cannot be read. */
  total: number | undefined;
  paid: boolean;
  refunded: number;
};

/**
 * There is no total on the wire: it is the goods, the delivery and the fees for payment and insurance. All of them are
 * taken as gross; whether that holds for wholesale orders counted in net prices is not documented, and a total that
 * does not agree with the lines is noted when the order is taken in.
 */
export function amountsOf({ orderDetails: order }: IdoOrder): Amounts | undefined {
  const costs = order.payments?.orderCurrency;
  const currency = costs?.currencyId.toUpperCase() ?? "";
  if (!costs || !/^[A-Z]{3}$/.test(currency)) return undefined;
  const [delivery, payform, insurance] = [
    costs.orderDeliveryCost,
    costs.orderPayformCost,
    costs.orderInsuranceCost,
  ].map((amount) => minorOrNone(amount, currency));
  const products = order.productsResults?.map((product) => lineOf(product, currency)) ?? [undefined];
  const lines = products.filter((line) => line !== undefined);
  const goods = costs.orderProductsCost === "" ? undefined : minorOrNone(costs.orderProductsCost, currency);
  const total = lines.length < products.length ? undefined : sum([goods, delivery, payform, insurance]);
  return {
    currency,
    lines,
    fees: [
      ...fee(isOnDelivery(order.payments) ? "codFee" : "paymentFee", "Payment fee", payform, costs.orderPayformVat),
      ...fee("insurance", "Insurance", insurance, costs.orderInsuranceVat),
    ],
    shipping: present<Share>({ gross: delivery ?? 0, vat: vatFrom(costs.orderDeliveryVat) }),
    total,
    ...settled(order.prepaids, total, currency),
  };
}

export function reportOf(
  order: IdoOrder,
  amounts: Amounts | undefined,
  { rounding }: Pick<IdoSellAccount, "rounding">,
): Report {
  const { orderDetails: details, clientResult: client } = order;
  const method = details.prepaids.find((payment) => payment.payformName)?.payformName;
  const address = deliveryOf(order);
  const place = client?.clientPickupPointAddress;
  const point = place?.externalPickupPointId || place?.pickupPointId;
  const shipping = amounts?.shipping ?? { gross: 0 };
  return present({
    number: order.orderSerialNumber || undefined,
    lines: amounts?.lines ?? [],
    fees: amounts && amounts.fees.length > 0 ? amounts.fees : undefined,
    shipping: present({
      method: details.dispatch?.courierName ?? "",
      gross: shipping.gross,
      shares: shipping.vat ? [shipping] : undefined,
      point: point || undefined,
      address,
    }),
    rounding,
    buyer: buyerOf(order),
    payment: {
      method: method ?? details.payments?.orderPaymentType ?? "",
      cashOnDelivery: isOnDelivery(details.payments),
      paid: amounts?.paid ?? false,
    },
    note: plainText(details.clientNoteToOrder) || undefined,
  });
}

/** On delivery, or by invoice with a term. */
export function isPaidLater({ orderDetails }: IdoOrder): boolean {
  return ["cash_on_delivery", "tradecredit"].includes(orderDetails.payments?.orderPaymentType ?? "");
}

function lineOf(product: IdoProduct, currency: string): Line | undefined {
  const gross = grossOf(product.productOrderPrice, product.productQuantity, currency);
  if (gross === undefined) return undefined;
  const sku = product.productSizeCodeExternal || product.productCode;
  const vat = vatFrom(product.productVatFree === "y" ? "zw" : product.productVat);
  return present({
    sku: sku || undefined,
    name: plainLine(joined(product.productName, product.versionName)),
    variant: variantOf(product),
    quantity: product.productQuantity,
    gross,
    vat,
  });
}

/** A product of one size has one that is called so: "uniwersalny", "one size". */
function variantOf({ sizePanelName, remarksToProduct }: IdoProduct): string | undefined {
  const size = /^(uniw|one ?size|standard)/i.test(sizePanelName) ? "" : sizePanelName;
  return [size, remarksToProduct].map(plainLine).filter(Boolean).join(", ") || undefined;
}

function fee(kind: FeeKind, name: string, gross: number | undefined, vat: string): Fee[] {
  return gross ? [present<Fee>({ kind, name, gross, vat: vatFrom(vat) })] : [];
}

function isOnDelivery(payments: IdoOrder["orderDetails"]["payments"]): boolean {
  return payments?.orderPaymentType === "cash_on_delivery";
}

/**
 * `y` is a payment that was booked. The values are not documented in what could be read: any other one counts as not
 * booked, so such an order waits until the shop's staff moves it on, and is never sent too early.
 */
function settled(payments: readonly IdoPayment[], total: number | undefined, currency: string) {
  const of = (...types: string[]) =>
    sum(
      payments
        .filter((payment) => types.includes(payment.paymentType) && payment.paymentStatus === "y")
        .map((payment) => minorOrNone(payment.paymentValue, currency)),
    );
  const paid = of("payment", "advance");
  return {
    paid: paid !== undefined && total !== undefined && paid > 0 && paid >= total,
    refunded: Math.abs(of("repayment") ?? 0),
  };
}

function buyerOf({ clientResult: client }: IdoOrder): Report["buyer"] {
  const from = client?.clientBillingAddress;
  const email = client?.clientAccount?.clientEmail;
  const taxId = (from?.clientNip || client?.payerAddress?.payerAddressNip)?.replace(/[\s-]/g, "");
  const billing =
    from &&
    addressOf({
      name: joined(from.clientFirstName, from.clientLastName),
      company: from.clientFirm,
      street: from.clientStreet,
      postcode: from.clientZipCode,
      city: from.clientCity,
      country: from.clientCountryId.toUpperCase(),
    });
  return present({
    email: email || undefined,
    phone: from?.clientPhone1 || undefined,
    taxId: taxId || undefined,
    billing,
  });
}

function deliveryOf({ clientResult: client }: IdoOrder): Report["shipping"]["address"] {
  const to = client?.clientDeliveryAddress;
  const phone = client?.clientBillingAddress?.clientPhone1;
  return (
    to &&
    addressOf({
      name: joined(to.clientDeliveryAddressFirstName, to.clientDeliveryAddressLastName),
      company: to.clientDeliveryAddressFirm,
      street: to.clientDeliveryAddressStreet,
      postcode: to.clientDeliveryAddressZipCode,
      city: to.clientDeliveryAddressCity,
      country: to.clientDeliveryAddressCountryId.toUpperCase(),
      ...(to.clientDeliveryAddressPhone1 !== phone && { phone: to.clientDeliveryAddressPhone1 }),
    })
  );
}
