/** One PrestaShop shop in the configuration. */
import * as z from "zod/mini";
import { filledText, filledTexts, optionalPositiveInt, positiveNumber } from "../../shapes.ts";
import { accountFields, BaseUrl, MarketplaceFields, UnnamedMarketplaceOrders } from "../shared/account-fields.ts";
import { ConfiguredId, TimeZone } from "../shared/settings.ts";

export const PrestaShopAccount = z.strictObject({
  channel: z.literal("prestashop"),
  ...accountFields,
  /** The shop's address; `/api` comes behind it. */
  baseUrl: BaseUrl,
  /** A webservice key that may GET orders, addresses, customers, currencies, countries and carriers. */
  webserviceKey: filledText,
  /** What the module or script that calls us signs with. Without one such calls are refused, and polling is all. */
  secrets: z._default(z.array(z.string().check(z.minLength(16))), []),
  pollSeconds: z._default(positiveNumber, 60),
  /**
   * Order states (ids) to forward. The ids of a fresh shop: 2 payment accepted, 3 processing, 4 shipped, 5 delivered,
   * 9 on backorder (paid), 11 remote payment accepted, 13 awaiting cash on delivery. Every other one waits.
   */
  forwardStates: z._default(z.array(ConfiguredId).check(z.minLength(1)), ["2", "3", "4", "5", "9", "11", "13"]),
  /** Of a fresh shop: 6 cancelled. */
  cancelledStates: z._default(z.array(ConfiguredId).check(z.minLength(1)), ["6"]),
  /** The whole order was paid back. Of a fresh shop: 7. Parts (order slips) are not read. */
  refundedStates: z._default(z.array(ConfiguredId), ["7"]),
  /** Payment modules that are paid on delivery. */
  cashOnDelivery: z._default(filledTexts, ["ps_cashondelivery", "cashondelivery"]),
  /** Fields of the invoice address with the buyer's tax number; the first one with a value counts. */
  taxIdFields: z._default(filledTexts, ["vat_number", "dni"]),
  /** Where a module keeps the id of a parcel locker or pick-up point: no field is standard. */
  pointFields: z._default(filledTexts, []),
  marketplaceFields: MarketplaceFields,
  unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
  timeZone: TimeZone,
  /** For a host that answers 429; PrestaShop itself sets no limit. */
  callsPerMinute: optionalPositiveInt,
});
export type PrestaShopAccount = z.infer<typeof PrestaShopAccount>;
