/** One Shopify shop in the configuration. */
import * as z from "zod/mini";
import {
  filledText,
  filledTexts,
  optionalFilledText,
  optionalPositiveInt,
  optionalPositiveNumber,
} from "../../core/schemas.ts";
import {
  accountFields,
  BaseUrl,
  IgnoreFields,
  MarketplaceFields,
  UnnamedMarketplaceOrders,
  WaitingStatuses,
} from "../shared/account-fields.ts";
import { SigningSecret } from "../shared/proof.ts";
import { RoundingSetting } from "../shared/settings.ts";

/**
 * Names a value of an order: a note attribute (`nip`, capitals do not matter), or a path into the order itself
 * (`source_identifier`, `billing_address.company`). Looked for in this order.
 */
const Field = filledText;

export const ShopifyAccount = z.lazy(() =>
  z
    .strictObject({
      channel: z.literal("shopify"),
      ...accountFields(),
      /** The shop's own name, which stays when its public address changes. */
      shop: z.string().check(z.toLowerCase(), z.regex(/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/, "name.myshopify.com")),
      /**
       * What signs the webhooks: the client secret of the app, or the signing secret of Settings > Notifications. Both
       * during a rotation, when the old one still signs for up to an hour.
       */
      secrets: z.array(SigningSecret).check(z.minLength(1)),
      /**
       * The shop's own number, as it stands behind the address in `order_status_url` of its orders. An order of another number is
       * kept out. Set it where another account has one of the same `secrets`, as the shops of one app do.
       */
      shopId: z.optional(z.string().check(z.regex(/^\d{1,20}$/, "digits"))),
      /** Admin API token with `read_orders`. Without it the shop is not polled, and a webhook request that is lost stays lost. */
      accessToken: optionalFilledText,
      /** Seconds between two polls. Needs `accessToken`. */
      pollSeconds: optionalPositiveNumber,
      /** The version of the API. Shopify answers for a retired version with the oldest one that it still has. */
      apiVersion: z._default(z.string().check(z.regex(/^\d{4}-(01|04|07|10)$/, "for example 2026-07")), "2026-07"),
      /** Only for a simulator of the API. */
      baseUrl: z.optional(BaseUrl),
      /**
       * Payment statuses that are orders to forward; every other one waits. `authorized`: the card is charged when the
       * goods leave. `partially_paid` is not among them: a deposit is no payment. `pending` is a transfer not yet come; it is an order
       * where the shop itself gave the buyer a term to pay.
       */
      forwardStatuses: z._default(filledTexts, ["paid", "authorized", "partially_refunded"]),
      /** Payment statuses in which orders are meant to wait: nobody is told of them. Those that Shopify documents are known. */
      waitingStatuses: WaitingStatuses,
      /**
       * Names of payment methods that are paid on delivery: such an order is forwarded while its payment is `pending`. `*`
       * stands for any letters, and capitals are no difference.
       */
      cashOnDelivery: z._default(filledTexts, ["*cash on delivery*", "*pobrani*", "*przy odbiorze*", "COD"]),
      /** Where the shop rounds (`piece`, `row`, `total`), and whether its prices are `gross` or `net`: its orders do not say it. */
      rounding: RoundingSetting,
      marketplaceFields: MarketplaceFields,
      unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
      /** Fields in which an app writes one id of its own into every order: no trace is looked for there. */
      ignoreFields: IgnoreFields,
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
    ),
);
export type ShopifyAccount = z.infer<typeof ShopifyAccount>;
