/** The configuration of one BaseLinker account. */
import * as z from "zod/mini";
import {
  anyBoolean,
  anyInt,
  filledText,
  optionalFilledText,
  optionalPositiveInt,
  positiveNumber,
} from "../../shapes.ts";
import type { Reference } from "../channel.ts";
import { AccountName, accountFields, BaseUrl } from "../shared/account-fields.ts";

/** Which of a shop's ids a BaseLinker `shop_order_id` holds: it depends on the shop platform and its plugin. */
const ShopField = z.enum(["id", "number", "auto"]);

/** `woocommerce:main`, or that with the field that `shop_order_id` holds; `id` where nothing is said. */
const Origin = z.pipe(
  z.transform((value) => (typeof value === "string" ? { account: value } : value)),
  z.strictObject({
    account: AccountName,
    field: z._default(ShopField, "id"),
    /** Where a shop that makes its orders here by the API (`personal/N`) leaves its number, as it can set no shop's id. */
    from: z.optional(
      z
        .string()
        .check(
          z.regex(
            /^(extra_field_[12]|custom_extra_field:\d+)$/,
            "extra_field_1, extra_field_2 or custom_extra_field:<id>",
          ),
        ),
    ),
  }),
);
export type Origin = z.infer<typeof Origin>;

const ListId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,30}$/, "letters, digits, dashes and underscores"));

/** An entry of a list that the seller maps BaseLinker's own entries to. */
const ListEntry = z.strictObject({ id: ListId, name: filledText });
const List = z.array(ListEntry).check(z.minLength(1));

/** What Kojarz says of itself when BaseLinker takes it for a shop, and how it reads what BaseLinker then sends. */
const Exchange = z.strictObject({
  /** `cancelled`: an order in this status is cancelled. Absent: one that is not, and one that is if `cancelledStatuses` names any. */
  statuses: z.optional(
    z.array(z.extend(ListEntry, { cancelled: z._default(anyBoolean, false) })).check(z.minLength(1)),
  ),
  deliveryMethods: z._default(List, [{ id: "delivery", name: "As in BaseLinker" }]),
  paymentMethods: z._default(List, [{ id: "payment", name: "As in BaseLinker" }]),
  /** The exchange's name of a marketplace to the type that `getOrderSources` gives it, where they differ. */
  services: z._default(
    z.record(z.string().check(z.toLowerCase()), z.string().check(z.regex(/^[a-z0-9_.-]{1,40}$/))),
    {},
  ),
});

const SourceName = z.string().check(z.regex(/^[a-z0-9_.-]+\/\d+$/, "type/id, for example shop/101"));

const Account = z.strictObject({
  channel: z.literal("baselinker"),
  ...accountFields,
  /** The API; calls go to `<baseUrl>/connector.php`. */
  baseUrl: z._default(BaseUrl, "https://api.baselinker.com"),
  token: filledText,
  /** The secret part of the callback's path: BaseLinker signs nothing, so this alone keeps strangers out. Make it long. */
  callbackToken: filledText,
  /** The key that BaseLinker shows when a shop with an exchange file is connected. Without it there is no exchange. */
  exchangePassword: optionalFilledText,
  exchange: z.prefault(Exchange, {}),
  /** Order source and its id, as `getOrderSources` names them, to the account that they are here. */
  sources: z._default(z.record(SourceName, Origin), {}),
  /**
   * The shop whose number an exported marketplace order carries in `shop_order_id`. `none`: no shop of `sources`, for
   * example another integrator. Absent: the only one of `sources`, where totals agree; with several such an order is held.
   */
  exportShop: z.optional(z.union([z.literal("none"), Origin])),
  /** Order statuses that mean cancelled: status ids differ from account to account. */
  cancelledStatuses: z._default(z.array(anyInt), []),
  /** Where an order gets the number that the ERP gave to it. `admin_comments` keeps what stands there. */
  erpNumberField: z.optional(z.enum(["admin_comments", "extra_field_1", "extra_field_2"])),
  /** The id of the status that an order gets once the ERP has it. */
  statusAfterErp: optionalPositiveInt,
  /** Always polled: a callback only says which order to read, and the exchange is not told of what changes later. */
  pollSeconds: z._default(positiveNumber, 60),
  /** BaseLinker takes 100 from all integrators of a seller together: some are left to the others. */
  callsPerMinute: z._default(z.int().check(z.positive(), z.lte(1000)), 80),
  /** How long a blocked token rests. The API's own "blocked until" has no time zone. */
  blockSeconds: z._default(z.number().check(z.positive(), z.lte(3600)), 600),
  /** Calls of one run that are kept for reading single orders. */
  singleReads: z._default(z.int().check(z.nonnegative(), z.lte(100)), 10),
});

/** BaseLinker names a cancelled order by our number alone; whether it really is, the API says. */
export const BaseLinkerAccount = Account.check(
  z.superRefine(({ exchange, cancelledStatuses, statusAfterErp }, ctx) => {
    if (statusAfterErp !== undefined && cancelledStatuses.includes(statusAfterErp)) {
      const message = "a status of cancelledStatuses would cancel every order that reaches the ERP";
      ctx.addIssue({ code: "custom", path: ["statusAfterErp"], message });
    }
    if (cancelledStatuses.length > 0 || !exchange.statuses?.some(({ cancelled }) => cancelled)) return;
    const message = "needed when a status of the exchange means cancelled";
    ctx.addIssue({ code: "custom", path: ["cancelledStatuses"], message });
  }),
);
export type BaseLinkerAccount = z.infer<typeof BaseLinkerAccount>;

/** The accounts whose ids BaseLinker's orders carry. */
export function refersTo({ sources, exportShop }: BaseLinkerAccount): Reference[] {
  const mapped = Object.entries(sources).map(([source, { account }]) => ({ path: ["sources", source], account }));
  return exportShop && exportShop !== "none"
    ? [...mapped, { path: ["exportShop"], account: exportShop.account }]
    : mapped;
}
