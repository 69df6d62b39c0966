/** One Shoper shop in the configuration. */
import * as z from "zod/mini";
import { anyBoolean, filledTexts, optionalFilledText, positiveInt, positiveNumber } from "../../shapes.ts";
import { accountFields, BaseUrl, MarketplaceFields, UnnamedMarketplaceOrders } from "../shared/account-fields.ts";
import { ConfiguredId, TimeZone } from "../shared/settings.ts";

export const ShoperAccount = z
  .strictObject({
    channel: z.literal("shoper"),
    ...accountFields,
    /** The shop's address; `/webapi/rest` comes behind it. */
    baseUrl: BaseUrl,
    /** The field "Klucz" of the shop's webhooks. Several while one is replaced, or when each webhook has its own. */
    secrets: z._default(filledTexts, []),
    /** For a webhook without "Klucz": its address ends with `?token=` and this. */
    urlToken: z.optional(z.string().check(z.minLength(20))),
    /** When set, the header `X-Shop-License` or `X-Shop-Domain` must say the same. */
    license: optionalFilledText,
    domain: optionalFilledText,
    /** A fixed token for the API (integrations in the panel), or an administrator of a group with access to it. */
    apiToken: optionalFilledText,
    apiUser: optionalFilledText,
    apiPassword: optionalFilledText,
    /** Webhooks bring no lines, so every order is read by API: a shop that is not polled has no orders. */
    pollSeconds: z._default(positiveNumber, 60),
    /** Statuses (ids) that are orders to forward; without it every one that does not cancel. */
    forwardStatuses: z.optional(z.array(ConfiguredId).check(z.minLength(1))),
    /** Ids differ from shop to shop: `GET /webapi/rest/statuses`, type 4, and there those that mean cancelled. */
    cancelledStatuses: z.array(ConfiguredId).check(z.minLength(1)),
    /** Those that mean that the whole order was paid back; such an order is not forwarded any more. */
    refundedStatuses: z._default(z.array(ConfiguredId), []),
    /** False: an order that has to be paid first is forwarded unpaid. */
    requirePaid: z._default(anyBoolean, true),
    /** Payments (ids) on delivery, beside what the shop itself marks as such. */
    cashOnDelivery: z._default(z.array(ConfiguredId), []),
    /** Where the id of a parcel locker or pick-up point stands. */
    pointFields: z._default(filledTexts, ["pickup_point"]),
    marketplaceFields: MarketplaceFields,
    unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
    timeZone: TimeZone,
    /** The shop's bucket drains by two calls a second. */
    callsPerMinute: z._default(positiveInt, 100),
  })
  .check(
    z.superRefine((account, ctx) => {
      const missing = (path: string, message: string) => ctx.addIssue({ code: "custom", path: [path], message });
      if (account.secrets.length === 0 && account.urlToken === undefined)
        missing("secrets", "needed, or urlToken: without either anybody could call");
      if (account.apiToken !== undefined) return;
      for (const path of ["apiUser", "apiPassword"] as const)
        if (account[path] === undefined) missing(path, "needed without apiToken");
    }),
  );
export type ShoperAccount = z.infer<typeof ShoperAccount>;
