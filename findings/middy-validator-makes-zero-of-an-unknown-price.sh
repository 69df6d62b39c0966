#!/usr/bin/env bash
# middy's validator lets `"total": null` through a schema that asks for a number, and hands the handler 0.
#
# Package   @middy/validator 7.7.0 with @middy/core 7.9.2. Node >= 22.
# Expected  {"type": "number"} refuses null: what it checks is JSON Schema, where null is a type of its own. That text
#           becomes a number ("12.50" is 12.5) is what its `coerceTypes` is for, with query strings in mind.
# Seen      null is 0, true is 1, and for text null is ""; the event itself is changed. `""` for the same field is refused.
# Why       An order without a total becomes an order over 0.00, which is a valid one: a free order, paid. "Not known" has
#           to stay apart from nothing. Where the schema is the gate: `transpileSchema(schema, { coerceTypes: false })`.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 @middy/validator@7.7.0 @middy/core@7.9.2

expect_output <<'EOF'
{"number":"A-1","total":12.5} -> {"number":"A-1","total":12.5}
{"number":"A-1","total":null} -> {"number":"A-1","total":0}
{"number":"A-1","total":true} -> {"number":"A-1","total":1}
{"number":null,"total":12.5} -> {"number":"","total":12.5}
{"number":"A-1","total":""} -> refused: /total must be number
coerceTypes false, {"number":"A-1","total":null} -> refused: /total must be number
EOF

run_check <<'EOF'
import middy from "@middy/core";
import validator from "@middy/validator";
import { transpileSchema } from "@middy/validator/transpile";

const schema = {
  type: "object",
  required: ["number", "total"],
  properties: { number: { type: "string" }, total: { type: "number" } },
};
const gate = (options) =>
  middy(async (order) => JSON.stringify(order)).use(validator({ eventSchema: transpileSchema(schema, options) }));
const told = async (handler, order) =>
  handler(order, {}).catch(({ cause }) => `refused: ${cause.data[0].instancePath} ${cause.data[0].message}`);

for (const order of [
  { number: "A-1", total: 12.5 },
  { number: "A-1", total: null },
  { number: "A-1", total: true },
  { number: null, total: 12.5 },
  { number: "A-1", total: "" },
]) {
  const given = JSON.stringify(order);
  console.log(`${given} -> ${await told(gate(), order)}`);
}
const unknown = { number: "A-1", total: null };
console.log(`coerceTypes false, ${JSON.stringify(unknown)} -> ${await told(gate({ coerceTypes: false }), unknown)}`);
EOF
