/** What the configuration of several platforms has in common, field by field. */
import * as z from "zod";

/** The second part of an account's name: `main` of `magento:main`. */
export const AccountSlug = z.string().regex(/^[a-z0-9-]+$/, "small letters, digits and dashes");

/** The name of an account, in one issuer's namespace: `magento:main`. */
export const AccountName = z.string().regex(/^[a-z0-9]+:[a-z0-9-]+$/, "channel:account, for example magento:main");

/** A path is kept; slashes at its end are not. */
export const BaseUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ""));

/** ISO 8601 with a zone, or epoch ms; gives epoch ms. */
export const AcceptFrom = z.union([
  z.int().nonnegative(),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
]);

export const WindowDays = z.number().positive().max(365);

/** A field under which an integrator keeps the marketplace's own order id: its value decides alone (rank 1). */
export const MarketplaceField = z.strictObject({ field: z.string().min(1), issuer: z.literal("allegro") });
