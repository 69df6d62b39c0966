/** One Shopify shop in the configuration. */
import * as z from "zod/mini";
import {
  filledText,
  filledTexts,
  optionalFilledText,
  optionalPositiveInt,
  optionalPositiveNumber,
} from "../../shapes.ts";
import { accountFields, BaseUrl, MarketplaceFields, UnnamedMarketplaceOrders } from "../shared/account-fields.ts";

/**
 * Names a value of an order: a note attribute (`nip`, capitals do not matter), or a path into the order itself
 * (`source_identifier`, `billing_address.company`). Looked for in this order.
 */
const Field = filledText;

export const ShopifyAccount = z
  .strictObject({
    channel: z.literal("shopify"),
    ...accountFields,
    /** The shop's own name, which stays when its public address changes. */
    shop: z.string().check(z.toLowerCase(), z.regex(/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/, "name.myshopify.com")),
    /**
     * What signs the webhooks: the client secret of the app, or the signing secret of Settings > Notifications. Both
     * during a rotation, when the old one still signs for up to an hour.
     */
    secrets: z.array(filledText).check(z.minLength(1)),
    /** Admin API token with `read_orders`. Without it the shop is not polled, and a delivery it loses stays lost. */
    accessToken: optionalFilledText,
    pollSeconds: optionalPositiveNumber,
    /** Shopify answers for a retired version with the oldest one that it still has. */
    apiVersion: z._default(z.string().check(z.regex(/^\d{4}-(01|04|07|10)$/, "for example 2026-07")), "2026-07"),
    /** Only for a stand-in of the API. */
    baseUrl: z.optional(BaseUrl),
    /**
     * Payment statuses that are orders to forward; every other one waits. `authorized`: the card is charged when the
     * goods leave. `partially_paid` is not among them: a deposit is no payment. `pending` is a transfer not yet come.
     */
    forwardStatuses: z._default(filledTexts, ["paid", "authorized", "partially_refunded"]),
    /** Names of payment methods that are paid on delivery: such an order is forwarded while its payment is `pending`. */
    cashOnDelivery: z._default(filledTexts, ["Cash on Delivery (COD)"]),
    marketplaceFields: MarketplaceFields,
    unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
    /** Where the buyer's tax number is kept; the first field in which one is found counts. */
    taxIdFields: z._default(z.array(Field), ["nip", "vat_number", "vat number", "tax_id", "tax id"]),
    /** Where an app keeps the id of a parcel locker or pick-up point; the first one with a value counts. */
    pointFields: z._default(z.array(Field), []),
    /** A shop allows 2 calls a second, those of dearer plans more. */
    callsPerMinute: optionalPositiveInt,
  })
  .check(
    z.superRefine((account, ctx) => {
      if (account.pollSeconds !== undefined && account.accessToken === undefined)
        ctx.addIssue({ code: "custom", path: ["accessToken"], message: "needed when pollSeconds is set" });
    }),
  );
export type ShopifyAccount = z.infer<typeof ShopifyAccount>;
