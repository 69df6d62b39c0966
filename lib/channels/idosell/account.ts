/** One IdoSell shop in the configuration. */
import * as z from "zod/mini";
import { filledText, filledTexts, positiveInt, positiveNumber } from "../../core/schemas.ts";
import {
  accountFields,
  BaseUrl,
  IgnoreFields,
  MarketplaceFields,
  UnnamedMarketplaceOrders,
} from "../shared/account-fields.ts";
import { RoundingSetting, TimeZone } from "../shared/settings.ts";

const Statuses = filledTexts;

export const IdoSellAccount = z.lazy(() =>
  z.strictObject({
    channel: z.literal("idosell"),
    ...accountFields(),
    /** The panel's address; `/api/admin/v7` comes behind it. */
    baseUrl: BaseUrl,
    /** The version of the Admin API. */
    apiVersion: z._default(z.int().check(z.gte(6), z.lte(99)), 7),
    /** A key of the Admin API with access to `orders/orders/search`. */
    apiKey: filledText,
    /** Seconds between two polls. */
    pollSeconds: z._default(positiveNumber, 120),
    /** Statuses that are orders to forward. Orders in any other one wait: `payment_waiting`, `suspended`, `missing`. */
    forwardStatuses: z._default(Statuses.check(z.minLength(1)), [
      "on_order",
      "delivery_waiting",
      "wait_for_dispatch",
      "packed",
      "packed_fulfillment",
      "packed_ready",
      "ready",
      "finished",
      "finished_ext",
    ]),
    /** Statuses that are forwarded once the order is paid or need not be paid before it is sent. */
    forwardPaidStatuses: z._default(Statuses, ["new"]),
    /** Further statuses in which orders are meant to wait: nobody is told of them. */
    waitingStatuses: z._default(Statuses, []),
    /** Statuses that mean cancelled. `joined`: the shop put the lines into another order. */
    cancelledStatuses: z._default(Statuses.check(z.minLength(1)), ["canceled", "lost", "false", "joined"]),
    /** Fields with the Allegro order id, beside the platform's own field for it, which is known. */
    marketplaceFields: MarketplaceFields,
    unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
    /** Fields (paths, dots between steps) in which an integrator writes one id of its own into every order: no trace is looked for there. */
    ignoreFields: IgnoreFields,
    /** Where the shop rounds (`piece`, `row`, `total`), and whether its prices are `gross` or `net`: its orders do not say it. */
    rounding: RoundingSetting,
    timeZone: TimeZone,
    /** We found no published limit; this keeps polling modest. */
    callsPerMinute: z._default(positiveInt, 60),
  }),
);
export type IdoSellAccount = z.infer<typeof IdoSellAccount>;
