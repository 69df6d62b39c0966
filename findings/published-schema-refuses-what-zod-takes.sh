#!/usr/bin/env bash
# The JSON Schema that zod makes of a schema refuses orders that the schema takes, down to a price of 0.07.
#
# Package   zod 4.6.7, ajv 8.20.0. Node >= 20.
# Expected  A sender who checks an order with the published schema hears the same as from the receiver.
# Seen      z.toJSONSchema describes what comes *out*: a field with a default is required and a field that is not listed
#           forbidden. With `io: "input"` both are gone, and `multipleOf: 0.01` stays: zod compares it in whole hundredths,
#           ajv divides doubles, and one price in nine below 1000 is "not a multiple".
# Why       Partners get the schema and build on it: their platform adds a field, or sells something for 0.07, and their
#           own check stops the order. Money as text with a pattern means the same in both.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 20 zod@4.6.7 ajv@8.20.0

expect_output <<'EOF'
{"number":"A-1","total":0.07,"points":3}
  zod takes it
  its JSON Schema: must have required property 'note'; must NOT have additional properties; must be multiple of 0.01
  as io "input": must be multiple of 0.01
prices 0.00 to 999.99 that are refused: zod 0, ajv 11426 of 100000
EOF

run_check <<'EOF'
import ajvModule from "ajv/dist/2020.js";
import * as z from "zod";

const Ajv = ajvModule.default;
const Price = z.number().multipleOf(0.01);
const Order = z.object({ number: z.string(), total: Price, note: z.string().default("") });
const checkOf = (schema, params) => new Ajv({ allErrors: true }).compile(z.toJSONSchema(schema, params));
const told = (check, value) => (check(value) ? "takes it" : check.errors.map((error) => error.message).join("; "));

const order = { number: "A-1", total: 0.07, points: 3 };
console.log(JSON.stringify(order));
console.log(`  zod ${Order.safeParse(order).success ? "takes it" : "refuses it"}`);
console.log(`  its JSON Schema: ${told(checkOf(Order), order)}`);
console.log(`  as io "input": ${told(checkOf(Order, { io: "input" }), order)}`);

const prices = Array.from({ length: 100_000 }, (_, grosze) => grosze / 100);
const check = checkOf(Price);
const [byZod, byAjv] = [(price) => Price.safeParse(price).success, check].map(
  (takes) => prices.filter((price) => !takes(price)).length,
);
console.log(`prices 0.00 to 999.99 that are refused: zod ${byZod}, ajv ${byAjv} of ${prices.length}`);
EOF
