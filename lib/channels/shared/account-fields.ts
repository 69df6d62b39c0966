/** What the configuration of several platforms has in common, field by field. */
import * as z from "zod/mini";
import type { Sighting } from "../../core/order.ts";
import { filledText, filledTexts } from "../../core/schemas.ts";
import { Moment } from "../../runtime/moment.ts";

/** The second part of an account's name: `main` of `magento:main`. */
const AccountSlug = z.lazy(() => z.string().check(z.regex(/^[a-z0-9-]+$/, "small letters, digits and dashes")));

/** `baselinker:acme`; `acme` alone says the same. */
export const BaseLinkerName = z.lazy(() =>
  z.pipe(
    z.transform((value) => (typeof value === "string" && !value.includes(":") ? `baselinker:${value}` : value)),
    z.string().check(z.regex(/^baselinker:[a-z0-9-]+$/, "baselinker:account, for example baselinker:acme")),
  ),
);

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function isInClear(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === "http:" && !LOOPBACK.test(url.hostname);
}

/** Keys go there with every call: HTTPS, except on this machine. A path is kept; slashes at its end are not. */
export const BaseUrl = z.lazy(() =>
  z.pipe(
    z.url({ protocol: /^https?$/ }).check(z.refine((url) => !isInClear(url), "must begin with https://")),
    z.transform((url) => url.replace(/\/{1,9}$/, "")),
  ),
);

export const WindowDays = z.lazy(() => z.number().check(z.positive(), z.lte(365)));

/** Not the address of an API: a person opens it. */
const PanelUrl = z.lazy(() => z.url({ protocol: /^https$/ }).check(z.includes("{order}", "must hold {order}")));

/** What every account may say. */
export const accountFields = () => ({
  /** The name that you give to this connection: `main` makes it `woocommerce:main`. Small letters, digits and dashes. */
  account: AccountSlug,
  /** Purchases that became orders before it are ignored and counted. ISO 8601 with a zone, or epoch ms. */
  acceptFrom: z.optional(Moment),
  /** For how many days this source may still repeat or change an order. Without it, the general `windowDays` holds. */
  windowDays: z.optional(WindowDays),
  /**
   * Where the shop's staff open one order, with `{order}` for its id: operators get a link. Needed where a shop's panel has an address of
   * its own (Magento, PrestaShop), and instead of the one that is known of a platform.
   */
  panelUrl: z.optional(PanelUrl),
});

/**
 * Fields in which a plugin writes one id of its own into every order: no trace is looked for there. Named as the message
 * `id-in-every-order` names them.
 */
export const IgnoreFields = z.lazy(() => z._default(filledTexts, []));

/** Statuses, as the platform names them, in which orders are meant to wait: nobody is told that no setting names them. */
export const WaitingStatuses = z.lazy(() => z._default(filledTexts, []));

/**
 * What a person is told once for a status that stands in no setting.
 * @param named what the platform itself is known to call waiting, and every list of the settings
 */
export function unlessNamed(
  status: string,
  setting: string,
  ...named: ReadonlyArray<Iterable<string>>
): Pick<Sighting, "unconfigured"> {
  return named.some((names) => [...names].includes(status)) ? {} : { unconfigured: { status, setting } };
}

/**
 * Fields under which an integrator keeps the marketplace's own order id, in the platform's own way of naming fields.
 * Empty by default: a field named here decides alone which orders are one purchase (rank 1). Ids that stand elsewhere
 * are still found, as traces.
 */
export const MarketplaceFields = z.lazy(() =>
  z._default(
    z.array(
      z.strictObject({
        /** The name of the field, in the platform's own way of naming fields. */
        field: filledText,
        issuer: z.literal("allegro"),
      }),
    ),
    [],
  ),
);
export type MarketplaceFields = z.infer<typeof MarketplaceFields>;

/**
 * What becomes of an order that says to be Allegro's (`[Allegro: login]`) and names no id: `hold` leaves it to a person,
 * `take` treats it as the shop's own, for where neither Allegro nor BaseLinker is connected here.
 */
export const UnnamedMarketplaceOrders = z.lazy(() => z._default(z.enum(["hold", "take"]), "hold"));
export type UnnamedMarketplaceOrders = z.infer<typeof UnnamedMarketplaceOrders>;
