#!/usr/bin/env bash
# The official WooCommerce client sends `after: new Date(...)` over https and leaves it out over http.
#
# Package   @woocommerce/woocommerce-rest-api 1.0.2 with axios 1.21.1. Node >= 20.
# Expected  One call is one question, whatever the scheme: orders after that time, or an error.
# Seen      Over http the client builds the query itself (it has to sign it) and takes every object for a nested filter.
#           A Date has no keys of its own, so the filter vanishes: the shop answers with all its orders. Over https
#           axios writes the date out.
# Why       A test shop on http gets the whole history where production gets an hour, or the other way round behind a
#           proxy that ends TLS. The same holds for `null`, and an object within an object becomes "[object Object]".
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 20 @woocommerce/woocommerce-rest-api@1.0.2 axios@1.21.1

expect_output <<'EOF'
http: per_page=100
https: after=2026-11-30T10:00:00.000Z per_page=100
EOF

run_check <<'EOF'
import axios from "axios";
import woocommerce from "@woocommerce/woocommerce-rest-api";

const WooCommerceRestApi = woocommerce.default ?? woocommerce;
for (const scheme of ["http", "https"]) {
  let asked;
  const client = new WooCommerceRestApi({
    url: `${scheme}://kubki.example`,
    consumerKey: "ck_key",
    consumerSecret: "cs_secret",
    axiosConfig: {
      adapter: async (config) => {
        asked = new URL(axios.getUri(config));
        return { status: 200, statusText: "OK", headers: {}, config, data: "[]" };
      },
    },
  });
  await client.get("orders", { after: new Date("2026-11-30T10:00:00Z"), per_page: 100 });
  const filters = new Map([...asked.searchParams].filter(([name]) => !name.startsWith("oauth_")));
  console.log(`${scheme}: ${[...filters].map(([name, value]) => `${name}=${value}`).join(" ")}`);
}
EOF
