#!/usr/bin/env bash
# The idempotency middleware finds the COMPLETED record of a repeated event, and middy runs the handler all the same.
#
# Package   @aws-lambda-powertools/idempotency 2.35.0 with @middy/core 7.9.2. Node >= 22.
# Expected  A handler that returns nothing (a queue's consumer, a schedule) runs once for one event, as with
#           `makeIdempotent` around the same function.
# Seen      The middleware answers a duplicate by returning the stored result; middy stops early for any value but
#           undefined. A stored "nothing" is undefined, so each delivery runs the handler. `return null` is enough.
# Why       Consumers of queues and streams return nothing by habit, and the table looks right: one COMPLETED record.
#           The documentation has a note on it since September 2024 (issue 2987); nothing warns at run time.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 @aws-lambda-powertools/idempotency@2.35.0 @middy/core@7.9.2

expect_output <<'EOF'
middleware, handler returns nothing: ran 3 times for 3 deliveries, record COMPLETED
middleware, handler returns null: ran 1 times for 3 deliveries, record COMPLETED
makeIdempotent, handler returns nothing: ran 1 times for 3 deliveries, record COMPLETED
EOF

run_check <<'EOF'
import { IdempotencyConfig, IdempotencyItemAlreadyExistsError, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { makeHandlerIdempotent } from "@aws-lambda-powertools/idempotency/middleware";
import { BasePersistenceLayer } from "@aws-lambda-powertools/idempotency/persistence";
import middy from "@middy/core";

class Memory extends BasePersistenceLayer {
  records = new Map();
  async _putRecord(record) {
    const there = this.records.get(record.idempotencyKey);
    if (there) throw new IdempotencyItemAlreadyExistsError("there", there);
    this.records.set(record.idempotencyKey, record);
  }
  async _updateRecord(record) {
    this.records.set(record.idempotencyKey, record);
  }
  async _getRecord(key) {
    return this.records.get(key);
  }
  async _deleteRecord(record) {
    this.records.delete(record.idempotencyKey);
  }
}

const context = { getRemainingTimeInMillis: () => 30_000 };
const deliverThrice = async (label, wrap, answer) => {
  const persistenceStore = new Memory();
  let ran = 0;
  const handler = wrap(async () => {
    ran += 1;
    return answer;
  }, { persistenceStore, config: new IdempotencyConfig({ eventKeyJmesPath: "orderId" }) });
  for (let delivery = 0; delivery < 3; delivery += 1) await handler({ orderId: 7 }, context);
  const states = [...persistenceStore.records.values()].map((record) => record.getStatus());
  console.log(`${label}: ran ${ran} times for 3 deliveries, record ${states}`);
};
const asMiddleware = (handler, options) => middy(handler).use(makeHandlerIdempotent(options));

await deliverThrice("middleware, handler returns nothing", asMiddleware, undefined);
await deliverThrice("middleware, handler returns null", asMiddleware, null);
await deliverThrice("makeIdempotent, handler returns nothing", makeIdempotent, undefined);
EOF
