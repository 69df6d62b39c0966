/** What the configuration of shops with naive times and numbered rows has in common, beside `account-fields.ts`. */
import * as z from "zod";
import { MarketplaceField } from "./account-fields.ts";
import { isTimeZone } from "./local-time.ts";

/** The zone of the shop's own clock. */
export const TimeZone = z
  .string()
  .refine(isTimeZone, "an IANA time zone, for example Europe/Warsaw")
  .default("Europe/Warsaw");

/**
 * Paths into the order, dots between steps. Empty by default: a field named here decides alone which orders are one
 * purchase. Ids that stand elsewhere are still found, as traces.
 */
export const MarketplaceFields = z.array(MarketplaceField).default([]);
export type MarketplaceFields = z.infer<typeof MarketplaceFields>;

/** The id of a status, a payment and the like: as a number or as text. */
export const ConfiguredId = z.union([z.int().nonnegative(), z.string().min(1)]).transform(String);
