/** An order as `orders/orders/search` of the Admin API answers it: amounts are JSON numbers. */
import * as z from "zod/mini";
import { filledText } from "../../core/schemas.ts";
import { Count, phpList, Text } from "../shared/wire.ts";

const Product = z.lazy(() =>
  z.object({
    productName: Text,
    versionName: Text,
    productCode: Text,
    productSizeCodeExternal: Text,
    productQuantity: Text,
    /** Gross, of one piece, in the order's currency. */
    productOrderPrice: Text,
    productVat: Text,
    productVatFree: Text,
    /** What the buyer chose: a size, where the product has several; and what they wrote for it. */
    sizePanelName: Text,
    remarksToProduct: Text,
  }),
);
export type IdoProduct = z.infer<typeof Product>;

const Payment = z.lazy(() =>
  z.object({ paymentType: Text, paymentStatus: Text, paymentValue: Text, payformName: Text }),
);
export type IdoPayment = z.infer<typeof Payment>;

const Payments = z.lazy(() =>
  z.object({
    orderPaymentType: Text,
    orderCurrency: z.object({
      currencyId: Text,
      orderProductsCost: Text,
      orderDeliveryCost: Text,
      /** Percent; the panel's own default where a shop's version does not send it. */
      orderDeliveryVat: Text,
      orderPayformCost: Text,
      orderPayformVat: Text,
      orderInsuranceCost: Text,
      orderInsuranceVat: Text,
    }),
  }),
);

const Source = z.lazy(() =>
  z.object({
    auctionsServiceName: Text,
    orderSourceDetails: z.catch(z.optional(z.object({ orderSourceName: Text, orderExternalId: Text })), undefined),
  }),
);

const Billing = z.lazy(() =>
  z.object({
    clientFirstName: Text,
    clientLastName: Text,
    clientFirm: Text,
    clientNip: Text,
    clientStreet: Text,
    clientZipCode: Text,
    clientCity: Text,
    clientCountryId: Text,
    clientPhone1: Text,
  }),
);

const Delivery = z.lazy(() =>
  z.object({
    clientDeliveryAddressFirstName: Text,
    clientDeliveryAddressLastName: Text,
    clientDeliveryAddressFirm: Text,
    clientDeliveryAddressStreet: Text,
    clientDeliveryAddressZipCode: Text,
    clientDeliveryAddressCity: Text,
    clientDeliveryAddressCountryId: Text,
    clientDeliveryAddressPhone1: Text,
  }),
);

const Payer = z.lazy(() => z.object({ payerAddressNip: Text }));
/** `pickupPointId` is IdoSell's own number of the point, `externalPickupPointId` the one of who runs it. */
const Point = z.lazy(() => z.object({ pickupPointId: Text, externalPickupPointId: Text }));
const Client = z.lazy(() => z.object({ clientEmail: Text }));

function lenient<Shape extends z.ZodMiniType>(shape: Shape) {
  return z.catch(z.optional(shape), undefined);
}

const orderId = () => z.pipe(Text, filledText);

export const IdoOrder = z.lazy(() =>
  z.looseObject({
    orderId: orderId(),
    orderSerialNumber: Text,
    clientResult: lenient(
      z.object({
        clientBillingAddress: lenient(Billing),
        clientDeliveryAddress: lenient(Delivery),
        clientPickupPointAddress: lenient(Point),
        payerAddress: lenient(Payer),
        clientAccount: lenient(Client),
      }),
    ),
    orderDetails: z.looseObject({
      orderStatus: z.pipe(Text, filledText),
      /** Naive times of the shop. */
      orderAddDate: Text,
      orderChangeDate: Text,
      clientNoteToOrder: Text,
      payments: lenient(Payments),
      prepaids: z.catch(phpList(Payment), []),
      orderSourceResults: lenient(Source),
      dispatch: lenient(z.object({ courierName: Text })),
      /** Undefined where one of them cannot be read. */
      productsResults: z.catch(z.optional(phpList(Product)), undefined),
    }),
  }),
);
export type IdoOrder = z.infer<typeof IdoOrder>;

/** What paging needs to know even of an order that no one can use. */
export const IdoHead = z.lazy(() =>
  z.object({
    orderId: orderId(),
    orderSerialNumber: z.catch(z.optional(Count), undefined),
    orderDetails: lenient(z.object({ orderAddDate: Text, orderChangeDate: Text })),
  }),
);
export type IdoHead = z.infer<typeof IdoHead>;
