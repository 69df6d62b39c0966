/** What the configuration of shops with naive times and numbered rows has in common, beside `account-fields.ts`. */
import * as z from "zod/mini";
import { filledText, naturalInt } from "../../shapes.ts";
import { isTimeZone } from "./local-time.ts";

/** The zone of the shop's own clock. */
export const TimeZone = z._default(
  z.string().check(z.refine(isTimeZone, "an IANA time zone, for example Europe/Warsaw")),
  "Europe/Warsaw",
);

/** The id of a status, a payment and the like: as a number or as text. */
export const ConfiguredId = z.pipe(z.union([naturalInt, filledText]), z.transform(String));
