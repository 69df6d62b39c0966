/** One WooCommerce shop in the configuration. */
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
 * Names a value of a shop order: a meta key (`_billing_nip`), a path into a meta value that is an object
 * (`_allegro_checkout_form.id`), or a field of the order itself (`customer_note`). Looked for in this order.
 */
const Field = filledText;

export const WooAccount = z
  .strictObject({
    channel: z.literal("woocommerce"),
    ...accountFields,
    /** The shop's address; a path is kept, `/wp-json` comes behind it. */
    baseUrl: BaseUrl,
    /** Secrets of the shop's webhooks. Several while one is being replaced, or when each webhook has its own. */
    secrets: z.array(filledText).check(z.minLength(1)),
    /** REST keys with read access. Without them the shop is not polled, and a delivery it loses stays lost. */
    consumerKey: optionalFilledText,
    consumerSecret: optionalFilledText,
    pollSeconds: optionalPositiveNumber,
    /** Statuses that are orders to forward. Every other one waits, `cancelled` cancels, drafts are ignored. */
    forwardStatuses: z._default(filledTexts, ["processing", "on-hold", "completed"]),
    /** No meta key is standard. */
    marketplaceFields: MarketplaceFields,
    unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
    /** Where plugins keep the buyer's tax number; the first one with a value counts. */
    taxIdFields: z._default(z.array(Field), [
      "_billing_nip",
      "billing_nip",
      "_polski_billing_nip",
      "_wc_other/polski/nip",
      "_billing_vat",
      "_vat_number",
    ]),
    /** Where plugins keep the id of a parcel locker or pick-up point; the first one with a value counts. */
    pointFields: z._default(z.array(Field), ["_paczkomat_id", "bl_delivery_point_id"]),
    /** Payment methods that are paid on delivery. */
    cashOnDelivery: z._default(filledTexts, ["cod"]),
    /** The BaseLinker account that writes orders into this shop: makes meta `baselinker_order_id` a trace. */
    baselinkerAccount: optionalFilledText,
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
  );
export type WooAccount = z.infer<typeof WooAccount>;
