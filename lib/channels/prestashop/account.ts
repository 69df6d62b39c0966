/** One PrestaShop shop in the configuration. */
import * as z from "zod/mini";
import { filledText, filledTexts, optionalPositiveInt, positiveNumber } from "../../core/schemas.ts";
import {
  accountFields,
  BaseUrl,
  IgnoreFields,
  MarketplaceFields,
  UnnamedMarketplaceOrders,
} from "../shared/account-fields.ts";
import { ProvingSecret } from "../shared/proof.ts";
import { ConfiguredId, TimeZone } from "../shared/settings.ts";

export const PrestaShopAccount = z.lazy(() =>
  z.strictObject({
    channel: z.literal("prestashop"),
    ...accountFields(),
    /** The shop's address; `/api` comes behind it. */
    baseUrl: BaseUrl,
    /**
     * A webservice key that may GET orders, addresses, customers, currencies, countries and carriers. It should also be
     * allowed order_cart_rules and cart_rules (what a voucher falls on), order_slip (what was paid back), messages (the
     * buyer's) and customizations.
     */
    webserviceKey: filledText,
    /**
     * In an installation with several shops, the id of the shop whose orders this account reads. Without it, these are the
     * orders of the shop that the address belongs to. Each further shop is an account of its own.
     */
    shopId: z.optional(ConfiguredId),
    /** What the module or script that calls Kojarz signs with. Without one such calls are refused, and polling is all. */
    secrets: z._default(z.array(ProvingSecret), []),
    /** Seconds between two polls. */
    pollSeconds: z._default(positiveNumber, 60),
    /**
     * Order states (ids) to forward; orders in any other one wait. Without it: the states of a fresh shop (2 payment
     * accepted, 3 processing, 4 shipped, 5 delivered, 9 on backorder (paid), 11 remote payment accepted, 13 awaiting cash
     * on delivery), and every state whose orders the shop itself counts as valid, such as those of payment modules.
     */
    forwardStates: z.optional(z.array(ConfiguredId).check(z.minLength(1))),
    /** Order states (ids) in which orders are meant to wait: nobody is told of them. Those of a fresh shop are known. */
    waitingStates: z._default(z.array(ConfiguredId), []),
    /** Order states (ids) that mean cancelled. 6 in a fresh shop. */
    cancelledStates: z._default(z.array(ConfiguredId).check(z.minLength(1)), ["6"]),
    /** Order states (ids) that mean that the whole order was paid back. 7 in a fresh shop. Parts are read from order slips. */
    refundedStates: z._default(z.array(ConfiguredId), ["7"]),
    /** Payment modules that are paid on delivery. `*` stands for any letters. */
    cashOnDelivery: z._default(filledTexts, ["*cashondelivery*", "*pobranie*", "cod_*", "codfee*", "*cod"]),
    /** Fields of the invoice address with the buyer's tax number; the first one with a value counts. */
    taxIdFields: z._default(filledTexts, ["vat_number", "dni"]),
    /**
     * Fields in which a module keeps the id of a parcel locker or pick-up point. `delivery.` before a name makes it a field
     * of the delivery address: `delivery.address2`. No field is standard.
     */
    pointFields: z._default(filledTexts, []),
    marketplaceFields: MarketplaceFields,
    unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
    /** Fields in which a module writes one id of its own into every order: no trace is looked for there. */
    ignoreFields: IgnoreFields,
    timeZone: TimeZone,
    /** For a host that answers 429; PrestaShop itself sets no limit. */
    callsPerMinute: optionalPositiveInt,
  }),
);
export type PrestaShopAccount = z.infer<typeof PrestaShopAccount>;
