/** One Allegro seller account in the configuration. */
import * as z from "zod/mini";
import { filledText, positiveNumber } from "../../core/schemas.ts";
import { accountFields, BaseUrl, WindowDays } from "../shared/account-fields.ts";

export const ALLEGRO_API = "https://api.allegro.pl";

export const AllegroAccount = z.lazy(() =>
  z.strictObject({
    channel: z.literal("allegro"),
    ...accountFields(),
    /** The API. Sandbox: `https://api.allegro.pl.allegrosandbox.pl`. */
    baseUrl: z._default(BaseUrl, ALLEGRO_API),
    /** Where tokens are renewed. Sandbox: `https://allegro.pl.allegrosandbox.pl`. */
    authUrl: z._default(BaseUrl, "https://allegro.pl"),
    /** Of your application at apps.developer.allegro.pl. */
    clientId: filledText,
    /** Of the same application. */
    clientSecret: filledText,
    /** Only the seed: Allegro replaces it with every refresh. A new value here wins over the stored pair. */
    refreshToken: filledText,
    /** Seconds between two polls. Allegro has no webhooks. Events show up 11 to 21 s after the fact. */
    pollSeconds: z._default(positiveNumber, 60),
    /** Allegro wants the application's registered name and a page about it; `node` alone risks a block. */
    userAgent: z._default(
      z.string().check(z.regex(/^[\x21-\x7e][\x20-\x7e]*$/, "printable ASCII")),
      "Kojarz/0.1 (+https://github.com/kojarz)",
    ),
    /** Orders that Allegro itself stores and ships: with `ignore` they reach the ERP by no other account either. */
    oneFulfillment: z._default(z.enum(["forward", "ignore"]), "ignore"),
    /** How often the lists of orders are compared with what the journal told. */
    reconcileSeconds: z._default(positiveNumber, 3600),
    /** How far behind the newest event the journal is read again: events become visible late and out of order. */
    overlapSeconds: z._default(z.number().check(z.nonnegative()), 600),
    /** The shortest time after which an order that is not paid yet is read again. */
    recheckSeconds: z._default(positiveNumber, 60),
    /** The shortest pause after a 429: calling during a block prolongs it. */
    blockSeconds: z._default(positiveNumber, 60),
    /** Needed only where many accounts share one client id: Allegro takes 9,000 calls a minute from it. */
    callsPerMinute: z.optional(z.int().check(z.positive(), z.lte(9000))),
    /** Longer than elsewhere: the journal replays 60 days, and a surcharge or a deferred payment comes weeks later. */
    windowDays: z._default(WindowDays, 90),
  }),
);
export type AllegroAccount = z.infer<typeof AllegroAccount>;
