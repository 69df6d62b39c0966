#!/usr/bin/env bash
# magento-api-rest searches for orders of "jan allegro@example.pl" when asked for "jan+allegro@example.pl".
#
# Package   magento-api-rest 2.0.4. Node >= 20.
# Expected  A value of a filter arrives as it was given.
# Seen      Values go into the query unencoded: "+" arrives as a blank; "#" ends the address, so the condition behind it
#           is not sent at all.
# Why       "Is this order in the shop already?" is answered with no, and it is made a second time. Addresses with "+"
#           are common, and marketplaces that hide a buyer's address make them.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 20 magento-api-rest@2.0.4

expect_output <<'EOF'
customer_email jan+allegro@example.pl -> "jan allegro@example.pl", condition eq
customer_email jan.nowak@example.pl -> "jan.nowak@example.pl", condition eq
increment_id WEB#000123 -> "WEB", condition none
EOF

run_check <<'EOF'
import { once } from "node:events";
import http from "node:http";
import magento from "magento-api-rest";

const Magento = magento.default ?? magento;
let asked;
const shop = http.createServer((request, response) => {
  asked = new URL(request.url, "http://127.0.0.1");
  response.writeHead(200, { "content-type": "application/json" }).end('{"items":[],"total_count":0}');
});
shop.listen(0, "127.0.0.1");
await once(shop, "listening");

const client = new Magento({
  url: `http://127.0.0.1:${shop.address().port}`,
  consumerKey: "key",
  consumerSecret: "secret",
  accessToken: "token",
  tokenSecret: "secret",
});
const filter = "searchCriteria[filter_groups][0][filters][0]";
for (const [field, value] of [
  ["customer_email", "jan+allegro@example.pl"],
  ["customer_email", "jan.nowak@example.pl"],
  ["increment_id", "WEB#000123"],
]) {
  await client.get("orders", { [field]: value });
  const seen = (part) => asked.searchParams.get(`${filter}[${part}]`);
  console.log(`${field} ${value} -> "${seen("value")}", condition ${seen("condition_type") ?? "none"}`);
}
shop.close();
shop.closeAllConnections();
EOF
