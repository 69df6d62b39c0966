#!/usr/bin/env bash
# With `maxRetries`, shopify-api-node repeats a POST whose answer was lost: two refunds from one call.
#
# Package   shopify-api-node 3.15.0. Node >= 20.
# Expected  The README describes `maxRetries` as the way to wait out a 429. got, on which it stands, never retries POST
#           by itself; a client that may have done its work is asked again only where that is safe.
# Seen      The list of methods handed to got is the method of the call, so POST is retried, too, and not for 429 only
#           but for a cut connection, a time-out and 500, 502, 503, 504. The call answers with the second refund.
# Why       A refund, a fulfillment or a draft order made twice is money or goods sent twice. Whoever turns retries on
#           for reading turns them on for writing.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 20 shopify-api-node@3.15.0

expect_output <<'EOF'
connection cut after the shop did the work: the call answers refund 2, the shop made 2
502 after the shop did the work: the call answers refund 2, the shop made 2
EOF

run_check <<'EOF'
import { once } from "node:events";
import http from "node:http";
import Shopify from "shopify-api-node";

let made = 0;
let lose;
const shop = http.createServer((request, response) => {
  request.resume().on("end", () => {
    if (request.method === "POST") made += 1;
    if (made === 1) return lose(request, response);
    response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify({ refund: { id: made } }));
  });
});
shop.listen(0, "127.0.0.1");
await once(shop, "listening");

const client = new Shopify({ shopName: "kubki", accessToken: "token", apiVersion: "2026-07", maxRetries: 2 });
client.baseUrl = { protocol: "http:", hostname: "127.0.0.1", port: shop.address().port };
for (const [label, loss] of [
  ["connection cut after the shop did the work", (request) => request.socket.destroy()],
  ["502 after the shop did the work", (_, response) => response.writeHead(502).end()],
]) {
  made = 0;
  lose = loss;
  const refund = await client.refund.create(450789469, { notify: true });
  console.log(`${label}: the call answers refund ${refund.id}, the shop made ${made}`);
}
shop.close();
shop.closeAllConnections();
EOF
