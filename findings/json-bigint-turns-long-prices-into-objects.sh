#!/usr/bin/env bash
# json-bigint, taken to keep long order ids whole, changes the type of a price by how many digits it has.
#
# Package   json-bigint 1.0.0. Node >= 20.
# Expected  Whole numbers beyond 2^53 become BigNumber, text or BigInt, as chosen; a decimal such as a price stays a
#           number, since a double is what it was written from.
# Seen      What counts is the length of the text: more than 15 characters, point included. 3.25 is a number,
#           3.3333333333333335 (10.00 for three pieces) an object, or text with `storeAsString`; with `useNativeBigInt`
#           the whole document is refused. Stringified again, the price is in quotes.
# Why       WooCommerce writes `line_items[].price` as an unrounded quotient of total and quantity. One line in a few is
#           read otherwise than the rest, and its price + 1 is "3.33333333333333351". Issues 10 (2015) and 49 of
#           sidorares/json-bigint, open.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 20 json-bigint@1.0.0

expect_output <<'EOF'
JSON.parse: id number, 3.25 number, 3.3333333333333335 number; id kept: false
default: id object, 3.25 number, 3.3333333333333335 object; again {"id":"820982911946154508","price":[3.25,"3.3333333333333335"]}
storeAsString: id string, 3.25 number, 3.3333333333333335 string; again {"id":"820982911946154508","price":[3.25,"3.3333333333333335"]}
useNativeBigInt: refused, Cannot convert 3.3333333333333335 to a BigInt
EOF

run_check <<'EOF'
import jsonBigint from "json-bigint";

const order = '{"id":820982911946154508,"price":[3.25,3.3333333333333335]}';
const kinds = ({ id, price: [short, long] }) =>
  `id ${typeof id}, 3.25 ${typeof short}, 3.3333333333333335 ${typeof long}`;

const plain = JSON.parse(order);
console.log(`JSON.parse: ${kinds(plain)}; id kept: ${String(plain.id) === "820982911946154508"}`);
for (const [label, options] of [
  ["default", {}],
  ["storeAsString", { storeAsString: true }],
  ["useNativeBigInt", { useNativeBigInt: true }],
]) {
  try {
    const read = jsonBigint(options).parse(order);
    console.log(`${label}: ${kinds(read)}; again ${JSON.stringify(read)}`);
  } catch (error) {
    console.log(`${label}: refused, ${error.message}`);
  }
}
EOF
