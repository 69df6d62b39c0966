/** A time that a person wrote into a configuration. */
import * as z from "zod/mini";
import { naturalInt } from "../core/schemas.ts";

/** ISO 8601 with a zone, or epoch ms; gives epoch ms. */
export const Moment = z.lazy(() =>
  z.union([
    naturalInt,
    z.pipe(
      z.iso.datetime({ offset: true }),
      z.transform((text) => Date.parse(text)),
    ),
  ]),
);
