/** One IdoSell shop in the configuration. */
import * as z from "zod/mini";
import { filledText, filledTexts, positiveInt, positiveNumber } from "../../shapes.ts";
import { accountFields, BaseUrl, MarketplaceFields, UnnamedMarketplaceOrders } from "../shared/account-fields.ts";
import { TimeZone } from "../shared/settings.ts";

const Statuses = filledTexts;

export const IdoSellAccount = z.strictObject({
  channel: z.literal("idosell"),
  ...accountFields,
  /** The panel's address; `/api/admin/v7` comes behind it. */
  baseUrl: BaseUrl,
  apiVersion: z._default(z.int().check(z.gte(6), z.lte(99)), 7),
  /** A key for the Admin API with access to orders/orders/search. */
  apiKey: filledText,
  pollSeconds: z._default(positiveNumber, 120),
  /** Statuses that are orders to forward. Every other one waits: `payment_waiting`, `suspended`, `missing`. */
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
  /** `joined`: the shop put its lines into another order. */
  cancelledStatuses: z._default(Statuses.check(z.minLength(1)), ["canceled", "lost", "false", "joined"]),
  /** Beside the platform's own field for it. */
  marketplaceFields: MarketplaceFields,
  unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
  timeZone: TimeZone,
  /** IdoSell publishes no limit that was found; this keeps polling modest. */
  callsPerMinute: z._default(positiveInt, 60),
});
export type IdoSellAccount = z.infer<typeof IdoSellAccount>;
