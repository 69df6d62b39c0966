/** One event registration of an Adobe Commerce shop in the configuration. */
import { createPublicKey } from "node:crypto";
import * as z from "zod/mini";
import { accountName } from "../../core/keys.ts";
import { AccountName, anyText, filledText, filledTexts } from "../../core/schemas.ts";
import { type OrderSettings, orderSettings } from "../magento/account.ts";
import { accountFields } from "../shared/account-fields.ts";

/** A PEM, or the base64 of one, which fits into one line of JSON. Gives the PEM. */
const PublicKey = z.lazy(() =>
  z
    .pipe(
      anyText,
      z.transform((text) => (text.includes("-----BEGIN") ? text : Buffer.from(text, "base64").toString("latin1"))),
    )
    .check(z.refine(isRsaKey, "an RSA public key: a PEM, or the base64 of a PEM")),
);

export const AdobeAccount = z.lazy(() =>
  z.strictObject({
    channel: z.literal("adobe"),
    ...accountFields(),
    /** The client id of the project's credential; every event names the one that it is meant for. */
    clientId: filledText,
    /**
     * Adobe's public keys by their path, as deliveries name it (`/prod/keys/pub-key-….pem`); the key itself lies under
     * that path at https://static.adobeioevents.com. A delivery with other keys is put off, and comes again for a day: `{}`
     * until the first one has named its keys.
     */
    publicKeys: z.record(z.string().check(z.regex(/^\/[\w./-]+$/, "a path, not a URL")), PublicKey),
    /** Events whose value is the whole order. */
    eventTypes: z._default(filledTexts, ["com.adobe.commerce.observer.sales_order_save_commit_after"]),
    /**
     * The `source` of this shop's events, as Adobe writes it (`urn:uuid:…`), one or several. Events of another source come
     * from a copy of the shop, a staging environment for example: they are kept out, and a person hears of each source once.
     * Without it every source counts. Set it where another account has the same `clientId`.
     */
    sources: z._default(filledTexts, []),
    /** Whose ids the orders carry: the account that polls the same shop (`magento:main`), or this one. */
    issuer: z.optional(AccountName),
    ...orderSettings(),
  }),
);
export type AdobeAccount = z.infer<typeof AdobeAccount>;

export function settingsOf(account: AdobeAccount): OrderSettings {
  const name = accountName(account);
  return { ...account, account: name, issuer: account.issuer ?? name, source: "event" };
}

function isRsaKey(pem: string): boolean {
  try {
    return createPublicKey(pem).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}
