/** Recorded WooCommerce orders, each with what it comes to; `test/fixtures/woocommerce-orders/README.md` says how. */
import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { signed, vector, vectors } from "../channels/woocommerce-vectors.ts";
import { Expected, type Recording } from "./recordings.ts";

const EXPECTED = new URL("../fixtures/woocommerce-orders/expected.json", import.meta.url);
const MADE = new URL("../fixtures/woocommerce-orders/made.json", import.meta.url);

const Made = z.array(
  z.object({
    name: z.string(),
    description: z.string(),
    body: z.record(z.string(), z.unknown()),
    expected: Expected,
  }),
);

/** Every authentic delivery of an order, and the orders that were made by hand. */
export function webhooks(): Recording[] {
  const expected = z.record(z.string(), Expected).parse(JSON.parse(readFileSync(EXPECTED, "utf8")));
  const recorded = vectors
    .filter(({ expected: { kind, signatureValid } }) => kind === "order" && signatureValid)
    .map(({ name, description, delivery, secret }) => ({
      ...common(name, description, expected[name]),
      webhook: { request: delivery, secret },
    }));
  const { delivery: form, secret } = vector("woo11-10");
  const made = Made.parse(JSON.parse(readFileSync(MADE, "utf8"))).map(({ name, description, body, expected }) => ({
    ...common(name, description, expected),
    webhook: { request: signed(form, Buffer.from(JSON.stringify(body)), secret), secret },
  }));
  return [...recorded, ...made];
}

function common(name: string, description: string, expected: Recording["expected"] | undefined) {
  if (!expected) throw new Error(`nobody says what ${name} comes to`);
  return { name, description, platform: "woocommerce", also: [], expected };
}
