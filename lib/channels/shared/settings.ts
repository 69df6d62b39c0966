/** What the configuration of several shops has in common, beside `account-fields.ts`. */
import * as z from "zod/mini";
import { ROUNDED_ON, ROUNDED_PRICES } from "../../core/money.ts";
import { filledText, naturalInt } from "../../core/schemas.ts";
import { isTimeZone } from "./local-time.ts";

/**
 * Where the shop rounds, and whether its prices are entered gross or net, of a platform whose orders do not say it. Without
 * it a sum may be off by what rounding each piece could make; with it, by no more than this rounding makes.
 */
export const RoundingSetting = z.lazy(() =>
  z.optional(
    z.strictObject({
      /** What is rounded: each piece, each row, or the total alone. */
      on: z.enum(ROUNDED_ON),
      /** How prices are entered. */
      prices: z.enum(ROUNDED_PRICES),
    }),
  ),
);

/** The zone of the shop's own clock. */
export const TimeZone = z.lazy(() =>
  z._default(z.string().check(z.refine(isTimeZone, "an IANA time zone, for example Europe/Warsaw")), "Europe/Warsaw"),
);

/** The id of a status, a payment and the like: as a number or as text. */
export const ConfiguredId = z.lazy(() => z.pipe(z.union([naturalInt, filledText]), z.transform(String)));
