/** What the ERP is told of an IdoSell order, and its amounts. Pure. */
import type { Line, Report } from "../../order.ts";
import { addressOf, joined } from "../shared/address.ts";
import { grossOf, minorOrNone, sum } from "../shared/amounts.ts";
import type { IdoOrder, IdoPayment, IdoProduct } from "./body.ts";

/** Minor units; undefined as a whole where the currency cannot be read. */
export type Amounts = {
  currency: string;
  lines: Line[];
  shipping: number;
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
    lines: [...lines, ...fee("Payment fee", payform), ...fee("Insurance", insurance)],
    shipping: delivery ?? 0,
    total,
    ...settled(order.prepaids, total, currency),
  };
}

export function reportOf(order: IdoOrder, amounts: Amounts | undefined): Report {
  const { orderDetails: details, clientResult: client } = order;
  const method = details.prepaids.find((payment) => payment.payformName)?.payformName;
  const address = deliveryOf(order);
  const point = client?.clientPickupPointAddress?.pickupPointId;
  return {
    ...(order.orderSerialNumber && { number: order.orderSerialNumber }),
    lines: amounts?.lines ?? [],
    shipping: {
      method: details.dispatch?.courierName ?? "",
      gross: amounts?.shipping ?? 0,
      ...(point && { point }),
      ...(address && { address }),
    },
    buyer: buyerOf(order),
    payment: {
      method: method ?? details.payments?.orderPaymentType ?? "",
      cashOnDelivery: details.payments?.orderPaymentType === "cash_on_delivery",
      paid: amounts?.paid ?? false,
    },
    ...(details.clientNoteToOrder && { note: details.clientNoteToOrder }),
  };
}

/** On delivery, or by invoice with a term. */
export function isPaidLater({ orderDetails }: IdoOrder): boolean {
  return ["cash_on_delivery", "tradecredit"].includes(orderDetails.payments?.orderPaymentType ?? "");
}

function lineOf(product: IdoProduct, currency: string): Line | undefined {
  const gross = grossOf(product.productOrderPrice, product.productQuantity, currency);
  if (gross === undefined) return undefined;
  const sku = product.productSizeCodeExternal || product.productCode;
  const taxRate = product.productVatFree === "y" ? "zw" : product.productVat;
  return {
    ...(sku && { sku }),
    name: joined(product.productName, product.versionName),
    quantity: product.productQuantity,
    gross,
    ...(taxRate && { taxRate }),
  };
}

function fee(name: string, gross: number | undefined): Line[] {
  return gross ? [{ name, quantity: "1", gross }] : [];
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
      country: from.clientCountryId,
    });
  return {
    ...(email && { email }),
    ...(from?.clientPhone1 && { phone: from.clientPhone1 }),
    ...(taxId && { taxId }),
    ...(billing && { billing }),
  };
}

function deliveryOf({ clientResult: client }: IdoOrder): Report["shipping"]["address"] {
  const to = client?.clientDeliveryAddress;
  return (
    to &&
    addressOf({
      name: joined(to.clientDeliveryAddressFirstName, to.clientDeliveryAddressLastName),
      company: to.clientDeliveryAddressFirm,
      street: to.clientDeliveryAddressStreet,
      postcode: to.clientDeliveryAddressZipCode,
      city: to.clientDeliveryAddressCity,
      country: to.clientDeliveryAddressCountryId,
    })
  );
}
