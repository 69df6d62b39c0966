/** What the configuration of shops with naive times and numbered rows has in common, beside `account-fields.ts`. */
import * as z from "zod";
import { isTimeZone } from "./local-time.ts";

/** The zone of the shop's own clock. */
export const TimeZone = z
  .string()
  .refine(isTimeZone, "an IANA time zone, for example Europe/Warsaw")
  .default("Europe/Warsaw");

/** The id of a status, a payment and the like: as a number or as text. */
export const ConfiguredId = z.union([z.int().nonnegative(), z.string().min(1)]).transform(String);
