/**
 * Sends one order to Kojarz by Standard Webhooks. Needs Node 18 or later and no package.
 *
 *   KOJARZ_SECRET=whsec_… node send-order.mjs https://orders.example.pl/webhooks/standard/sklep order.json
 *
 * It prints the answer. The exit code is 0 when Kojarz took the message, and 1 when it did not.
 */
import { createHmac, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";

const [address, file] = process.argv.slice(2);
const secret = process.env.KOJARZ_SECRET ?? "";
if (!address || !file || !secret.startsWith("whsec_")) {
  process.stderr.write("usage: KOJARZ_SECRET=whsec_… node send-order.mjs ADDRESS FILE\n");
  process.exit(1);
}

const body = await readFile(file, "utf8");
const id = `msg_${randomUUID()}`;
const timestamp = Math.floor(Date.now() / 1000).toString();
// The key is what stands behind "whsec_", decoded. The signature covers the very bytes that are sent.
const key = Buffer.from(secret.slice("whsec_".length), "base64");
const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");

const answer = await fetch(address, {
  method: "POST",
  headers: {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  },
  body,
});
process.stdout.write(`${await answer.text()}\n`);
process.exitCode = answer.ok ? 0 : 1;
