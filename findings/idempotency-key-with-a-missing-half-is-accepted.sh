#!/usr/bin/env bash
# A composed idempotency key of which one part is missing passes `throwOnNoIdempotencyKey`, and two different orders
# become one.
#
# Package   @aws-lambda-powertools/idempotency 2.35.0, with a persistence layer in memory. Node >= 22.
# Expected  With `throwOnNoIdempotencyKey: true` and the key `[shop, orderId]`, an event without `orderId` is refused:
#           the key that was asked for is not there.
# Seen      JMESPath gives ["kubki", null]; only a key whose parts are all empty counts as missing. The hash of
#           ["kubki", null] is the key of every order of that shop that has no `orderId`: the second one gets the
#           first one's answer and is never processed.
# Why       A field that a platform renames, or a first event of another shape, loses orders without an error, in the
#           very setting that is meant to prevent it. A key that is a plain string (`orderId`) is refused as expected.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 @aws-lambda-powertools/idempotency@2.35.0

expect_output <<'EOF'
key orderId, no such field: refused, No data found to create a hashed idempotency_key
key [shop, orderId], both missing: refused, No data found to create a hashed idempotency_key
key [shop, orderId], order A-1 without orderId: sent A-1
key [shop, orderId], order B-2 without orderId: sent A-1
EOF

run_check <<'EOF'
import { IdempotencyConfig, IdempotencyItemAlreadyExistsError, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { BasePersistenceLayer } from "@aws-lambda-powertools/idempotency/persistence";

class Memory extends BasePersistenceLayer {
  #records = new Map();
  async _putRecord(record) {
    const there = this.#records.get(record.idempotencyKey);
    if (there) throw new IdempotencyItemAlreadyExistsError("there", there);
    this.#records.set(record.idempotencyKey, record);
  }
  async _updateRecord(record) {
    this.#records.set(record.idempotencyKey, record);
  }
  async _getRecord(key) {
    return this.#records.get(key);
  }
  async _deleteRecord(record) {
    this.#records.delete(record.idempotencyKey);
  }
}

console.warn = () => {};
const handlerOf = (eventKeyJmesPath) =>
  makeIdempotent(async ({ number }) => `sent ${number}`, {
    persistenceStore: new Memory(),
    config: new IdempotencyConfig({ eventKeyJmesPath, throwOnNoIdempotencyKey: true }),
  });
const told = (call) => call.catch((error) => `refused, ${error.cause.message}`);

console.log(`key orderId, no such field: ${await told(handlerOf("orderId")({ number: "A-1" }))}`);
const send = handlerOf("[shop, orderId]");
console.log(`key [shop, orderId], both missing: ${await told(send({ number: "A-1" }))}`);
console.log(`key [shop, orderId], order A-1 without orderId: ${await told(send({ shop: "kubki", number: "A-1" }))}`);
console.log(`key [shop, orderId], order B-2 without orderId: ${await told(send({ shop: "kubki", number: "B-2" }))}`);
EOF
