/** Deliveries recorded from real shops; `test/fixtures/woocommerce/README.md` says how. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import type { WebhookRequest } from "../../lib/channels/channel.ts";
import { signatureOf } from "../../lib/channels/shared/proof.ts";
import { SIGNATURE } from "../../lib/channels/woocommerce/receive.ts";

/** An hour after the last recording; to a clock much later these purchases would be older than the memory. */
export const RECORDED = Date.UTC(2026, 10, 24, 9);

const FOLDER = fileURLToPath(new URL("../fixtures/woocommerce/", import.meta.url));

const Vector = z.object({
  description: z.string(),
  secret: z.string(),
  request: z.object({
    method: z.string(),
    path: z.string(),
    headers: z.array(z.tuple([z.string(), z.string()])),
    bodyBase64: z.string(),
  }),
  expected: z.object({
    kind: z.enum(["order", "deleted", "ping", "error", "action", "other-resource"]),
    orderId: z.nullable(z.int()),
    number: z.nullable(z.string()),
    signatureValid: z.nullable(z.boolean()),
  }),
});

export type Vector = z.infer<typeof Vector> & { name: string; delivery: WebhookRequest };

export const vectors: Vector[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file) => {
    const vector = Vector.parse(JSON.parse(readFileSync(`${FOLDER}${file}`, "utf8")));
    return { ...vector, name: file.replace(".json", ""), delivery: deliveryOf(vector.request) };
  });

/** By the beginning of the file name: `woo11-10`. */
export function vector(prefix: string): Vector {
  const found = vectors.find(({ name }) => name.startsWith(`${prefix}-`));
  if (!found) throw new Error(`no vector ${prefix}`);
  return found;
}

/** The delivery with another body, signed as the shop would. */
export function signed(delivery: WebhookRequest, body: Buffer, secret: string): WebhookRequest {
  return {
    ...delivery,
    body,
    headers: { ...delivery.headers, "x-wc-webhook-signature": signatureOf(SIGNATURE, { headers: {}, body }, secret) },
  };
}

export function bodyOf({ delivery }: Vector): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(delivery.body.toString()));
}

function deliveryOf(request: z.infer<typeof Vector>["request"]): WebhookRequest {
  const [, , , , ...rest] = request.path.split("/");
  return {
    method: request.method,
    headers: Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value])),
    query: {},
    secretPath: rest.length > 0 ? rest.join("/") : undefined,
    body: Buffer.from(request.bodyBase64, "base64"),
  };
}
