/** Which ERP, and how it is reached: the secret `ErpAccess` of a deployment. */
import * as z from "zod";
import type { Erp, ErpWatch } from "../erp/erp.ts";
import type { Instant } from "../order.ts";
import type { Http } from "./http.ts";

/** A bridge beside the database, called over HTTPS: a function usually cannot reach a database in an office. */
export const ErpAccess = z.strictObject({
  kind: z.literal("bridge"),
  /** The namespace of the ERP's order ids: one name for each database, never changed. */
  name: z.string().regex(/^[a-z0-9-]+$/, "small letters, digits and dashes"),
  /** HTTPS, except on this machine. */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine((url) => url.startsWith("https:") || new URL(url).hostname === "127.0.0.1", "must begin with https://")
    .transform((url) => url.replace(/\/+$/, "")),
  /** `whsec_` and base64. The first signs; several while one is being replaced. */
  secrets: z.tuple([z.string().startsWith("whsec_")], z.string().startsWith("whsec_")),
});
export type ErpAccess = z.infer<typeof ErpAccess>;

export type ErpIo = { http: Http; now: () => Instant; unique: () => string };

/** Loaded only by the functions that speak to the ERP. */
export async function erpFrom({ name, baseUrl, secrets }: ErpAccess, io: ErpIo): Promise<Erp & ErpWatch> {
  const { bridgeErp } = await import("../erp/bridge/client.ts");
  return bridgeErp({ name, baseUrl, secrets, ...io });
}
