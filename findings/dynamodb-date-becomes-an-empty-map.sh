#!/usr/bin/env bash
# The SDK refuses a Date and names the option that would take it; with that option the date is stored as nothing.
#
# Package   @aws-sdk/util-dynamodb 3.996.9, as under @aws-sdk/lib-dynamodb 3.1168.0. Node >= 22.
# Expected  "Unsupported type passed ... Pass options.convertClassInstanceToMap=true": the option stores the date in some
#           form, or goes on refusing what has no fields.
# Seen      An instance becomes a map of its own enumerable fields, and a Date has none: {"M":{}}, without a word. So does
#           an amount in a class with private fields, while its `currency` beside it is kept.
# Why       `placedAt` and the total are gone from the stored order and are missed when somebody reads it, long after the
#           webhook that brought them was answered.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 @aws-sdk/lib-dynamodb@3.1168.0 @aws-sdk/util-dynamodb@3.996.9 @aws-sdk/client-dynamodb@3.1169.0

expect_output <<'EOF'
plain: refused, the message names convertClassInstanceToMap=true: true
with the option: {"placedAt":{"M":{}},"total":{"M":{"currency":{"S":"PLN"}}}}
read back: {"placedAt":{},"total":{"currency":"PLN"}}
EOF

run_check <<'EOF'
import util from "@aws-sdk/util-dynamodb";

class Money {
  #minor;
  constructor(minor, currency) {
    this.#minor = minor;
    this.currency = currency;
  }
  get amount() {
    return this.#minor / 100;
  }
}

const order = { placedAt: new Date("2026-11-30T10:00:00Z"), total: new Money(12990, "PLN") };
try {
  util.marshall(order);
  console.log("plain: taken");
} catch (error) {
  console.log(
    `plain: refused, the message names convertClassInstanceToMap=true: ${error.message.includes("convertClassInstanceToMap=true")}`,
  );
}
const stored = util.marshall(order, { convertClassInstanceToMap: true });
console.log(`with the option: ${JSON.stringify(stored)}`);
console.log(`read back: ${JSON.stringify(util.unmarshall(stored))}`);
EOF
