/** An address that orders may go to: they hold personal data. */
import * as z from "zod/mini";

/** HTTPS, except on this machine. Without the slash at its end. */
export const HttpsUrl = z.pipe(
  z
    .url({ protocol: /^https?$/ })
    .check(
      z.refine((url) => url.startsWith("https:") || new URL(url).hostname === "127.0.0.1", "must begin with https://"),
    ),
  z.transform((url) => url.replace(/\/{1,9}$/, "")),
);
