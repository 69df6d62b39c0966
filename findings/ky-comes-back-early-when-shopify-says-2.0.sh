#!/usr/bin/env bash
# ky, which honours `Retry-After`, does not understand the way in which Shopify writes it.
#
# Package   ky 2.1.0 (axios-retry 4.5.0 beside it). Node >= 22.
# Expected  "2.0" and "2" are the same two seconds, as most clients read them (Number or parseFloat).
# Seen      ky reads digits alone, as RFC 9110 has it. "2.0" is neither a number nor a date for it, so its own back-off
#           of 300 ms takes over; nothing says so. Shopify's REST answers carry "2.0" (compare Shopify/shopify-app-js
#           pull request 3367 and Shopify/shopify-app-python issue 18).
# Why       Both sides are right by their own text. In between an order feed retries early, for as long as it is limited.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 ky@2.1.0 axios@1.21.1 axios-retry@4.5.0

expect_output <<'EOF'
Retry-After: 2    ky waits 2000 ms, axios-retry 2000 ms
Retry-After: 2.0  ky waits 300 ms, axios-retry 2000 ms
EOF

run_check <<'EOF'
import { retryAfter } from "axios-retry";
import ky from "ky";

// ky also sets a timer of 10 s to read an error's body by; only the wait between the tries is of interest.
const BODY_TIMEOUT_MS = 10_000;
const waited = [];
const timer = globalThis.setTimeout;
globalThis.setTimeout = (work, ms, ...rest) => {
  if (ms === BODY_TIMEOUT_MS) return timer(work, ms, ...rest);
  waited.push(ms);
  return timer(work, 0, ...rest);
};

for (const asked of ["2", "2.0"]) {
  waited.length = 0;
  const answers = [new Response("", { status: 429, headers: { "Retry-After": asked } }), new Response("{}")];
  await ky("https://kubki.myshopify.com/orders.json", { timeout: false, fetch: async () => answers.shift() }).json();
  const other = retryAfter({ response: { headers: { "retry-after": asked } } });
  console.log(`Retry-After: ${asked.padEnd(4)} ky waits ${waited.join()} ms, axios-retry ${other} ms`);
}
EOF
