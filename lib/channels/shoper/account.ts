/** One Shoper shop in the configuration. */
import * as z from "zod/mini";
import { anyBoolean, filledTexts, optionalFilledText, positiveInt, positiveNumber } from "../../core/schemas.ts";
import {
  accountFields,
  BaseUrl,
  IgnoreFields,
  MarketplaceFields,
  UnnamedMarketplaceOrders,
} from "../shared/account-fields.ts";
import { AddressSecret, SigningSecret } from "../shared/proof.ts";
import { ConfiguredId, RoundingSetting, TimeZone } from "../shared/settings.ts";

export const ShoperAccount = z.lazy(() =>
  z
    .strictObject({
      channel: z.literal("shoper"),
      ...accountFields(),
      /** The shop's address; `/webapi/rest` comes behind it. */
      baseUrl: BaseUrl,
      /** The field "Klucz" of the shop's webhooks. Several while one is replaced, or when each webhook has its own. */
      secrets: z._default(z.array(SigningSecret), []),
      /** For a webhook without "Klucz": its address ends with `?token=` and this. */
      urlToken: z.optional(AddressSecret),
      /** The `urlToken` of before, while the address is changed in the shop: both are taken. */
      previousUrlToken: z.optional(AddressSecret),
      /** When set, the header `X-Shop-License` must say the same. */
      license: optionalFilledText,
      /** When set, the header `X-Shop-Domain` must say the same. */
      domain: optionalFilledText,
      /** A fixed token for the API. Without it, `apiUser` and `apiPassword` are needed. */
      apiToken: optionalFilledText,
      /** An administrator of a group that may use the API. */
      apiUser: optionalFilledText,
      /** The password of `apiUser`. */
      apiPassword: optionalFilledText,
      /** Seconds between two polls. Webhooks bring no lines, so every order is read by the API. */
      pollSeconds: z._default(positiveNumber, 60),
      /** Statuses (ids) that are orders to forward. Without it, every one that does not cancel. */
      forwardStatuses: z.optional(z.array(ConfiguredId).check(z.minLength(1))),
      /** Statuses (ids) in which orders are meant to wait, where `forwardStatuses` is set: nobody is told of them. */
      waitingStatuses: z._default(z.array(ConfiguredId), []),
      /** Statuses (ids) that mean cancelled. They differ from shop to shop: `GET /webapi/rest/statuses`, type 4. */
      cancelledStatuses: z.array(ConfiguredId).check(z.minLength(1)),
      /** Statuses (ids) that mean that the whole order was paid back. Such an order is not forwarded any more. */
      refundedStatuses: z._default(z.array(ConfiguredId), []),
      /** An order that has to be paid first waits until it is. `false` forwards it unpaid. */
      requirePaid: z._default(anyBoolean, true),
      /** Payments (ids) that are paid on delivery, beside those that the shop itself marks. */
      cashOnDelivery: z._default(z.array(ConfiguredId), []),
      /** Where the id of a parcel locker or pick-up point stands. */
      pointFields: z._default(filledTexts, ["pickup_point"]),
      /** Where the shop rounds (`piece`, `row`, `total`), and whether its prices are `gross` or `net`: its orders do not say it. */
      rounding: RoundingSetting,
      marketplaceFields: MarketplaceFields,
      unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
      /** Fields (paths, dots between steps) in which a plugin writes one id of its own into every order: no trace is looked for there. */
      ignoreFields: IgnoreFields,
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
    ),
);
export type ShoperAccount = z.infer<typeof ShoperAccount>;
