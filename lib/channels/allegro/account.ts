/** One Allegro seller account in the configuration. */
import * as z from "zod";

const url = (fallback: string) =>
  z
    .url({ protocol: /^https?$/ })
    .transform((text) => text.replace(/\/+$/, ""))
    .default(fallback);

export const AllegroAccount = z.strictObject({
  channel: z.literal("allegro"),
  account: z.string().regex(/^[a-z0-9-]+$/, "small letters, digits and dashes"),
  /** Sandbox: `https://api.allegro.pl.allegrosandbox.pl`. */
  baseUrl: url("https://api.allegro.pl"),
  /** Sandbox: `https://allegro.pl.allegrosandbox.pl`. */
  authUrl: url("https://allegro.pl"),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  /** Only the seed: Allegro replaces it with every refresh. A new value here wins over the stored pair. */
  refreshToken: z.string().min(1),
  /** Allegro has no webhooks, so an account is always polled. Events show up 11 to 21 s after the fact. */
  pollSeconds: z.number().positive().default(60),
  /** Allegro wants the application's registered name and a page about it; `node` alone risks a block. */
  userAgent: z
    .string()
    .regex(/^[\x21-\x7e][\x20-\x7e]*$/, "printable ASCII")
    .default("Kojarz/0.1 (+https://github.com/kojarz)"),
  /** Orders that Allegro itself stores and ships: with `ignore` they reach the ERP by no other account either. */
  oneFulfillment: z.enum(["forward", "ignore"]).default("ignore"),
  /** How often the lists of orders are compared with what the journal told. */
  reconcileSeconds: z.number().positive().default(3600),
  /** How far behind the newest event the journal is read again: events become visible late and out of order. */
  overlapSeconds: z.number().nonnegative().default(600),
  /** The shortest time after which an order that is not paid yet is read again. */
  recheckSeconds: z.number().positive().default(60),
  /** The shortest pause after a 429: calling during a block prolongs it. */
  blockSeconds: z.number().positive().default(60),
  /** Only where many accounts share one client id, for which Allegro takes 9,000 a minute. */
  callsPerMinute: z.int().positive().max(9000).optional(),
  /** ISO 8601 with a zone, or epoch ms. Purchases placed before are ignored and counted. */
  acceptFrom: z
    .union([z.int().nonnegative(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))])
    .optional(),
  /** The journal replays 60 days, and a surcharge or a deferred payment comes weeks after the purchase. */
  windowDays: z.number().positive().max(365).default(90),
});
export type AllegroAccount = z.infer<typeof AllegroAccount>;
