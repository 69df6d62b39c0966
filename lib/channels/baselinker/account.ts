/** The configuration of one BaseLinker account. */
import * as z from "zod";

/** Which of a shop's ids a BaseLinker `shop_order_id` holds: it depends on the shop platform and its plugin. */
const ShopField = z.enum(["id", "number", "auto"]);

const AccountName = z.string().regex(/^[a-z0-9]+:[a-z0-9-]+$/, "channel:account, for example woocommerce:main");

/** `woocommerce:main`, or that with the field that `shop_order_id` holds; `id` where nothing is said. */
const Origin = z.preprocess(
  (value) => (typeof value === "string" ? { account: value } : value),
  z.strictObject({ account: AccountName, field: ShopField.default("id") }),
);
export type Origin = z.infer<typeof Origin>;

const SourceName = z.string().regex(/^[a-z0-9_.-]+\/\d+$/, "type/id, for example shop/101");

export const BaseLinkerAccount = z.strictObject({
  channel: z.literal("baselinker"),
  account: z.string().regex(/^[a-z0-9-]+$/, "small letters, digits and dashes"),
  /** The API; calls go to `<baseUrl>/connector.php`. */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .default("https://api.baselinker.com")
    .transform((url) => url.replace(/\/+$/, "")),
  token: z.string().min(1),
  /** The secret part of the callback's path: BaseLinker signs nothing, so this alone keeps strangers out. Make it long. */
  callbackToken: z.string().min(1),
  /** Order source and its id, as `getOrderSources` names them, to the account that they are here. */
  sources: z.record(SourceName, Origin).default({}),
  /** The shop that BaseLinker exports marketplace orders to; without it their `shop_order_id` says nothing. */
  exportShop: Origin.optional(),
  /** Order statuses that mean cancelled: status ids differ from account to account. */
  cancelledStatuses: z.array(z.int()).default([]),
  pollSeconds: z.number().positive().optional(),
  /** Shared with every other integrator of the same seller. */
  callsPerMinute: z.int().positive().max(1000).default(100),
  /** How long a blocked token rests. The API's own "blocked until" has no time zone. */
  blockSeconds: z.number().positive().max(3600).default(600),
  /** Calls of one run that are kept for reading single orders. */
  singleReads: z.int().nonnegative().max(100).default(10),
  /** ISO 8601 with a zone, or epoch ms. Purchases placed before are ignored and counted. */
  acceptFrom: z
    .union([z.int().nonnegative(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))])
    .optional(),
  windowDays: z.number().positive().max(365).optional(),
});
export type BaseLinkerAccount = z.infer<typeof BaseLinkerAccount>;
