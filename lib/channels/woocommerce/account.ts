/** One WooCommerce shop in the configuration. */
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
  BaseLinkerName,
  BaseUrl,
  MarketplaceFields,
  UnnamedMarketplaceOrders,
  WaitingStatuses,
} from "../shared/account-fields.ts";
import { AlsoKnownAs, SigningSecret } from "../shared/proof.ts";
import { POINT_FIELDS, TAX_ID_FIELDS } from "./plugin-fields.ts";

/**
 * Names a value of a shop order: a meta key (`_billing_nip`), a path into a meta value that has parts
 * (`_allegro_checkout_form.id`), or a field of the order itself (`customer_note`). Looked for in this order.
 */
const Field = filledText;

export const WooAccount = z.lazy(() =>
  z
    .strictObject({
      channel: z.literal("woocommerce"),
      ...accountFields(),
      /** The shop's address; a path is kept, `/wp-json` comes behind it. */
      baseUrl: BaseUrl,
      /** The shop's other addresses, by which its webhooks may name it. Without a scheme, or with one. */
      alsoKnownAs: AlsoKnownAs,
      /** Secrets of the shop's webhooks. Several while one is being replaced, or when each webhook has its own. */
      secrets: z.array(SigningSecret).check(z.minLength(1)),
      /** A REST key with read access. Without it the shop is not polled, and a webhook request that is lost stays lost. */
      consumerKey: optionalFilledText,
      /** Belongs to `consumerKey`. */
      consumerSecret: optionalFilledText,
      /** Seconds between two polls. Needs `consumerKey` and `consumerSecret`. */
      pollSeconds: optionalPositiveNumber,
      /**
       * Statuses that are orders to forward. `cancelled` cancels, drafts are ignored, and orders in any other one wait.
       * `on-hold` is an order where it is paid, or is paid later (`paidLater`, `cashOnDelivery`).
       */
      forwardStatuses: z._default(filledTexts, ["processing", "on-hold", "completed"]),
      /** Statuses of plugins in which orders are meant to wait: nobody is told of them. The shop's own are known. */
      waitingStatuses: WaitingStatuses,
      /**
       * Payment methods (their ids) that are paid after the order, by transfer for example. `*` stands for any letters, and
       * alone for every method.
       */
      paidLater: z._default(filledTexts, ["bacs", "bacs_*", "bacs-*", "cheque"]),
      /** Fields with the Allegro order id. No meta key is standard. */
      marketplaceFields: MarketplaceFields,
      unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
      /** Where plugins keep the buyer's tax number; the first one with a value counts. `*` stands for any letters. */
      taxIdFields: z._default(z.array(Field), TAX_ID_FIELDS),
      /** Where plugins keep the id of a parcel locker or pick-up point; the first one with a value counts. */
      pointFields: z._default(z.array(Field), POINT_FIELDS),
      /** Payment methods (their ids) that are paid on delivery. `*` stands for any letters. */
      cashOnDelivery: z._default(filledTexts, ["cod", "cod_*", "cod-*"]),
      /** Fields in which a plugin writes one id of its own into every order, so that no trace is looked for there. */
      ignoreFields: z._default(z.array(Field), []),
      /** The BaseLinker account (`baselinker:acme`) that writes orders into this shop: makes meta `baselinker_order_id` a trace. */
      baselinkerAccount: z.optional(BaseLinkerName),
      /** For a host that answers 429; a shop itself sets no limit. */
      callsPerMinute: optionalPositiveInt,
    })
    .check(
      z.superRefine((account, ctx) => {
        if (account.pollSeconds === undefined) return;
        for (const path of ["consumerKey", "consumerSecret"] as const)
          if (account[path] === undefined)
            ctx.addIssue({ code: "custom", path: [path], message: "needed when pollSeconds is set" });
      }),
    ),
);
export type WooAccount = z.infer<typeof WooAccount>;
