/** One IdoSell shop in the configuration. */
import * as z from "zod";
import {
  AcceptFrom,
  AccountSlug,
  BaseUrl,
  MarketplaceFields,
  UnnamedMarketplaceOrders,
  WindowDays,
} from "../shared/account-fields.ts";
import { TimeZone } from "../shared/settings.ts";

const Statuses = z.array(z.string().min(1));

export const IdoSellAccount = z.strictObject({
  channel: z.literal("idosell"),
  account: AccountSlug,
  /** The panel's address; `/api/admin/v7` comes behind it. */
  baseUrl: BaseUrl,
  apiVersion: z.int().min(6).max(99).default(7),
  /** A key for the Admin API with access to orders/orders/search. */
  apiKey: z.string().min(1),
  pollSeconds: z.number().positive().default(120),
  /** Statuses that are orders to forward. Every other one waits: `payment_waiting`, `suspended`, `missing`. */
  forwardStatuses: Statuses.min(1).default([
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
  forwardPaidStatuses: Statuses.default(["new"]),
  /** `joined`: the shop put its lines into another order. */
  cancelledStatuses: Statuses.min(1).default(["canceled", "lost", "false", "joined"]),
  /** Beside the platform's own field for it. */
  marketplaceFields: MarketplaceFields,
  unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
  timeZone: TimeZone,
  acceptFrom: AcceptFrom.optional(),
  windowDays: WindowDays.optional(),
  /** IdoSell publishes no limit that was found; this keeps polling modest. */
  callsPerMinute: z.int().positive().default(60),
});
export type IdoSellAccount = z.infer<typeof IdoSellAccount>;
