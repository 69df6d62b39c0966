/** What the configuration of several platforms has in common, field by field. */
import * as z from "zod/mini";
import { filledText, naturalInt } from "../../shapes.ts";

/** The second part of an account's name: `main` of `magento:main`. */
const AccountSlug = z.string().check(z.regex(/^[a-z0-9-]+$/, "small letters, digits and dashes"));

/** The name of an account, in one issuer's namespace: `magento:main`. */
export const AccountName = z
  .string()
  .check(z.regex(/^[a-z0-9]+:[a-z0-9-]+$/, "channel:account, for example woocommerce:main"));

/** A path is kept; slashes at its end are not. */
export const BaseUrl = z.pipe(
  z.url({ protocol: /^https?$/ }),
  z.transform((url) => url.replace(/\/+$/, "")),
);

/** ISO 8601 with a zone, or epoch ms; gives epoch ms. */
const AcceptFrom = z.union([
  naturalInt,
  z.pipe(
    z.iso.datetime({ offset: true }),
    z.transform((text) => Date.parse(text)),
  ),
]);

export const WindowDays = z.number().check(z.positive(), z.lte(365));

/** What every account may say. */
export const accountFields = {
  account: AccountSlug,
  /** ISO 8601 with a zone, or epoch ms. Purchases placed before are ignored and counted. */
  acceptFrom: z.optional(AcceptFrom),
  /** How long this source may still repeat or change an order; absent: as long as the settings say. */
  windowDays: z.optional(WindowDays),
};

/**
 * Fields under which an integrator keeps the marketplace's own order id, in the platform's own way of naming fields.
 * Empty by default: a field named here decides alone which orders are one purchase (rank 1). Ids that stand elsewhere
 * are still found, as traces.
 */
export const MarketplaceFields = z._default(
  z.array(z.strictObject({ field: filledText, issuer: z.literal("allegro") })),
  [],
);
export type MarketplaceFields = z.infer<typeof MarketplaceFields>;

/**
 * An order that says to be Allegro's (`[Allegro: login]`) and names no id of it: `hold` it for a person, or `take` it
 * for the shop's own where neither Allegro nor BaseLinker is connected here.
 */
export const UnnamedMarketplaceOrders = z._default(z.enum(["hold", "take"]), "hold");
export type UnnamedMarketplaceOrders = z.infer<typeof UnnamedMarketplaceOrders>;
