import type { SignatureScheme } from "../shared/proof.ts";

/** No header is signed, not even the shop's name. */
export const SIGNATURE: SignatureScheme = {
  header: ["x-shopify-hmac-sha256", "shopify-hmac-sha256"],
  algorithm: "hmac-sha256",
  encoding: "base64",
  pieces: ["body"],
};
