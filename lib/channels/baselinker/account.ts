/** The configuration of one BaseLinker account. */
import * as z from "zod/mini";
import {
  AccountName,
  anyBoolean,
  anyInt,
  filledText,
  optionalPositiveInt,
  positiveNumber,
} from "../../core/schemas.ts";
import type { Reference } from "../channel.ts";
import { accountFields, BaseUrl, IgnoreFields } from "../shared/account-fields.ts";
import { PlatformSecret, ProvingSecret } from "../shared/proof.ts";

/** Which of a shop's ids a BaseLinker `shop_order_id` holds: it depends on the shop platform and its plugin. */
const ShopField = z.lazy(() => z.enum(["id", "number", "auto"]));

/** `woocommerce:main`, or that with the field that `shop_order_id` holds. */
const Origin = z.lazy(() =>
  z.pipe(
    z.transform((value) => (typeof value === "string" ? { account: value } : value)),
    z.strictObject({
      /** The account that the source is here: `woocommerce:main`. */
      account: AccountName,
      /**
       * Which of the shop's ids `shop_order_id` holds; it depends on the platform and its plugin. `auto` takes it for either,
       * and joins where currency and total agree.
       */
      field: z._default(ShopField, "auto"),
      /** For a shop that makes its orders by `addOrder` (`personal/N`): the field in which it leaves its number. */
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
  ),
);
export type Origin = z.infer<typeof Origin>;

const ListId = z.lazy(() =>
  z.string().check(z.regex(/^[A-Za-z0-9_-]{1,30}$/, "letters, digits, dashes and underscores")),
);

/** An entry of a list that the seller maps BaseLinker's own entries to. */
const ListEntry = () =>
  z.strictObject({
    /** Sent back by BaseLinker for what was mapped to this entry. */
    id: ListId,
    /** What BaseLinker's panel shows. */
    name: filledText,
  });
const List = z.lazy(() => z.array(ListEntry()).check(z.minLength(1)));

/** What Kojarz says of itself when BaseLinker takes it for a shop, and how it reads what BaseLinker then sends. */
const Exchange = z.lazy(() =>
  z.strictObject({
    /** The statuses to map to. Without it there is one that is no cancel, and a second one if `cancelledStatuses` names any. */
    statuses: z.optional(
      z
        .array(
          z.extend(ListEntry(), {
            /** An order in this status is cancelled. */
            cancelled: z._default(anyBoolean, false),
          }),
        )
        .check(z.minLength(1)),
    ),
    /** The delivery methods to map to. */
    deliveryMethods: z._default(List, [{ id: "delivery", name: "As in BaseLinker" }]),
    /** The payment methods to map to. */
    paymentMethods: z._default(List, [{ id: "payment", name: "As in BaseLinker" }]),
    /** The exchange's name of a marketplace to the type that `getOrderSources` gives it, where they differ. */
    services: z._default(
      z.record(z.string().check(z.toLowerCase()), z.string().check(z.regex(/^[a-z0-9_.-]{1,40}$/))),
      {},
    ),
  }),
);

const SourceName = z.lazy(() => z.string().check(z.regex(/^[a-z0-9_.-]+\/\d+$/, "type/id, for example shop/101")));

const fields = () =>
  z.strictObject({
    channel: z.literal("baselinker"),
    ...accountFields(),
    /** The API. Calls go to `<baseUrl>/connector.php`. */
    baseUrl: z._default(BaseUrl, "https://api.baselinker.com"),
    /** The token of the API, from Account & other > My account > API. */
    token: filledText,
    /** The secret part of the callback's path: BaseLinker signs nothing, so this alone keeps strangers out. Make it long. */
    callbackToken: ProvingSecret.check(
      z.regex(/^[^/?#\s]+$/, "must fit into one part of an address: no /, ?, # or space"),
    ),
    /** The `callbackToken` of before, while the address is changed in BaseLinker: both are taken. */
    previousCallbackToken: z.optional(ProvingSecret),
    /** The key that BaseLinker shows when a shop with an exchange file is connected. Without it there is no exchange. */
    exchangePassword: z.optional(PlatformSecret),
    /** The `exchangePassword` of before, while it is changed in BaseLinker: both are taken. */
    previousExchangePassword: z.optional(PlatformSecret),
    exchange: z.prefault(Exchange, {}),
    /** Maps each source of BaseLinker (`type/id`, as `getOrderSources` names it) to the account that it is here. */
    sources: z._default(z.record(SourceName, Origin), {}),
    /**
     * The shop whose number an exported marketplace order carries, or a list of them. `none`: no shop of `sources` (another
     * integrator). Without it, or where there are several: each of them, where totals agree.
     */
    exportShop: z.optional(z.union([z.literal("none"), Origin, z.array(Origin).check(z.minLength(1))])),
    /**
     * Fields in which a script writes one id of its own into every order, so that no trace is looked for there: `extra_field_1`,
     * `extra_field_2`, `custom_extra_field:<id>`, `user_comments`, `admin_comments`.
     */
    ignoreFields: IgnoreFields,
    /** Of an order that says none, as those made by hand do. */
    currency: z._default(z.string().check(z.regex(/^[A-Z]{3}$/, "three capitals, for example PLN")), "PLN"),
    /** The ids of the statuses that mean cancelled. They differ from account to account. */
    cancelledStatuses: z._default(z.array(anyInt), []),
    /** The field that receives the ERP's number. `admin_comments` keeps what stands there. */
    erpNumberField: z.optional(z.enum(["admin_comments", "extra_field_1", "extra_field_2"])),
    /** The id of the status that an order moves to once the ERP has it. */
    statusAfterErp: optionalPositiveInt,
    /** Seconds between two polls. A callback only says which order to read, and the exchange is not told of later changes. */
    pollSeconds: z._default(positiveNumber, 60),
    /** BaseLinker takes 100 from all integrators of a seller together. Leave some to the others. */
    callsPerMinute: z._default(z.int().check(z.positive(), z.lte(1000)), 80),
    /** How many seconds a blocked token rests. The API's own "blocked until" has no time zone. */
    blockSeconds: z._default(z.number().check(z.positive(), z.lte(3600)), 600),
    /** Calls of one run that are kept for reading single orders. */
    singleReads: z._default(z.int().check(z.nonnegative(), z.lte(100)), 10),
  });

/** BaseLinker names a cancelled order by our number alone; whether it really is, the API says. */
export const BaseLinkerAccount = z.lazy(() =>
  fields().check(
    z.superRefine(({ exchange, cancelledStatuses, statusAfterErp }, ctx) => {
      if (statusAfterErp !== undefined && cancelledStatuses.includes(statusAfterErp)) {
        const message = "a status of cancelledStatuses would cancel every order that reaches the ERP";
        ctx.addIssue({ code: "custom", path: ["statusAfterErp"], message });
      }
      if (cancelledStatuses.length > 0 || !exchange.statuses?.some(({ cancelled }) => cancelled)) return;
      const message = "needed when a status of the exchange means cancelled";
      ctx.addIssue({ code: "custom", path: ["cancelledStatuses"], message });
    }),
  ),
);
export type BaseLinkerAccount = z.infer<typeof BaseLinkerAccount>;

/** The accounts whose ids BaseLinker's orders carry. */
export function refersTo(account: BaseLinkerAccount): Reference[] {
  const mapped = Object.entries(account.sources).map(([source, { account }]) => ({
    path: ["sources", source],
    account,
  }));
  return [...mapped, ...exportShopsOf(account).map(({ account }) => ({ path: ["exportShop"], account }))];
}

/** The shops that marketplace orders are exported to, as far as they are said. */
export function exportShopsOf({ exportShop }: BaseLinkerAccount): Origin[] {
  if (exportShop === undefined || exportShop === "none") return [];
  return Array.isArray(exportShop) ? exportShop : [exportShop];
}
