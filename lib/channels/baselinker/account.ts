/** The configuration of one BaseLinker account. */
import * as z from "zod";
import type { Reference } from "../channel.ts";

/** Which of a shop's ids a BaseLinker `shop_order_id` holds: it depends on the shop platform and its plugin. */
const ShopField = z.enum(["id", "number", "auto"]);

const AccountName = z.string().regex(/^[a-z0-9]+:[a-z0-9-]+$/, "channel:account, for example woocommerce:main");

/** `woocommerce:main`, or that with the field that `shop_order_id` holds; `id` where nothing is said. */
const Origin = z.preprocess(
  (value) => (typeof value === "string" ? { account: value } : value),
  z.strictObject({
    account: AccountName,
    field: ShopField.default("id"),
    /** Where a shop that makes its orders here by the API (`personal/N`) leaves its number, as it can set no shop's id. */
    from: z
      .string()
      .regex(/^(extra_field_[12]|custom_extra_field:\d+)$/, "extra_field_1, extra_field_2 or custom_extra_field:<id>")
      .optional(),
  }),
);
export type Origin = z.infer<typeof Origin>;

const ListId = z.string().regex(/^[A-Za-z0-9_-]{1,30}$/, "letters, digits, dashes and underscores");

/** An entry of a list that the seller maps BaseLinker's own entries to. */
const ListEntry = z.strictObject({ id: ListId, name: z.string().min(1) });

/** What Kojarz says of itself when BaseLinker takes it for a shop, and how it reads what BaseLinker then sends. */
const Exchange = z.strictObject({
  /** `cancelled`: an order in this status is cancelled. Absent: one that is not, and one that is if `cancelledStatuses` names any. */
  statuses: z
    .array(ListEntry.extend({ cancelled: z.boolean().default(false) }))
    .min(1)
    .optional(),
  deliveryMethods: z
    .array(ListEntry)
    .min(1)
    .default([{ id: "delivery", name: "As in BaseLinker" }]),
  paymentMethods: z
    .array(ListEntry)
    .min(1)
    .default([{ id: "payment", name: "As in BaseLinker" }]),
  /** The exchange's name of a marketplace to the type that `getOrderSources` gives it, where they differ. */
  services: z.record(z.string().toLowerCase(), z.string().regex(/^[a-z0-9_.-]{1,40}$/)).default({}),
});

const SourceName = z.string().regex(/^[a-z0-9_.-]+\/\d+$/, "type/id, for example shop/101");

const Account = z.strictObject({
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
  /** The key that BaseLinker shows when a shop with an exchange file is connected. Without it there is no exchange. */
  exchangePassword: z.string().min(1).optional(),
  exchange: Exchange.prefault({}),
  /** Order source and its id, as `getOrderSources` names them, to the account that they are here. */
  sources: z.record(SourceName, Origin).default({}),
  /**
   * The shop whose number an exported marketplace order carries in `shop_order_id`. `none`: no shop of `sources`, for
   * example another integrator. Absent: the only one of `sources`, where totals agree; with several such an order is held.
   */
  exportShop: z.union([z.literal("none"), Origin]).optional(),
  /** Order statuses that mean cancelled: status ids differ from account to account. */
  cancelledStatuses: z.array(z.int()).default([]),
  /** Where an order gets the number that the ERP gave to it. `admin_comments` keeps what stands there. */
  erpNumberField: z.enum(["admin_comments", "extra_field_1", "extra_field_2"]).optional(),
  /** The id of the status that an order gets once the ERP has it. */
  statusAfterErp: z.int().positive().optional(),
  /** Always polled: a callback only says which order to read, and the exchange is not told of what changes later. */
  pollSeconds: z.number().positive().default(60),
  /** BaseLinker takes 100 from all integrators of a seller together: some are left to the others. */
  callsPerMinute: z.int().positive().max(1000).default(80),
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

/** BaseLinker names a cancelled order by our number alone; whether it really is, the API says. */
export const BaseLinkerAccount = Account.superRefine(({ exchange, cancelledStatuses, statusAfterErp }, ctx) => {
  if (statusAfterErp !== undefined && cancelledStatuses.includes(statusAfterErp)) {
    const message = "a status of cancelledStatuses would cancel every order that reaches the ERP";
    ctx.addIssue({ code: "custom", path: ["statusAfterErp"], message });
  }
  if (cancelledStatuses.length > 0 || !exchange.statuses?.some(({ cancelled }) => cancelled)) return;
  const message = "needed when a status of the exchange means cancelled";
  ctx.addIssue({ code: "custom", path: ["cancelledStatuses"], message });
});
export type BaseLinkerAccount = z.infer<typeof BaseLinkerAccount>;

/** The accounts whose ids BaseLinker's orders carry. */
export function refersTo({ sources, exportShop }: BaseLinkerAccount): Reference[] {
  const mapped = Object.entries(sources).map(([source, { account }]) => ({ path: ["sources", source], account }));
  return exportShop && exportShop !== "none"
    ? [...mapped, { path: ["exportShop"], account: exportShop.account }]
    : mapped;
}
