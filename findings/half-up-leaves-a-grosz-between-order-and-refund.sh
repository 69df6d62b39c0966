#!/usr/bin/env bash
# "Half up" of a refund is not minus "half up" of its order in half of the money libraries.
#
# Package   dinero.js 2.0.2, big.js 7.0.1, decimal.js 10.6.0, currency.js 2.0.4. Node >= 20.
# Expected  Commercial rounding: half away from zero, as PHP's round() in the shops and SQL Server's ROUND do. 12.345 is
#           12.35, its refund -12.35, and together they are nothing.
# Seen      big.js and decimal.js do so under the name "half up". dinero's halfUp and currency.js go towards plus infinity:
#           -12.34, one grosz is left. dinero has halfAwayFromZero for it; and its plain `down`, the default of
#           transformScale, is a floor: -12.341 becomes -12.35, where big.js's roundDown gives -12.34.
# Why       Wherever the third decimal is a 5, the shop's refund and the ERP's correction differ by a grosz, and always in
#           one direction: over many orders it does not even out.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 20 dinero.js@2.0.2 big.js@7.0.1 decimal.js@10.6.0 currency.js@2.0.4

expect_output <<'EOF'
                              12.345  -12.345  left   -12.341
big.js roundHalfUp             12.35   -12.35  0.00    -12.34
decimal.js ROUND_HALF_UP       12.35   -12.35  0.00    -12.34
dinero.js halfUp               12.35   -12.34  0.01    -12.34
dinero.js halfAwayFromZero     12.35   -12.35  0.00    -12.34
currency.js                    12.35   -12.34  0.01    -12.34
big.js roundDown               12.34   -12.34  0.00    -12.34
dinero.js down, the default    12.34   -12.35 -0.01    -12.35
EOF

run_check <<'EOF'
import Big from "big.js";
import currency from "currency.js";
import Decimal from "decimal.js";
import { dinero, down, halfAwayFromZero, halfUp, PLN, toDecimal, transformScale } from "dinero.js";

const inDinero = (rounding) => (thousandths) =>
  toDecimal(transformScale(dinero({ amount: thousandths, currency: PLN, scale: 3 }), 2, rounding));
const text = (thousandths) => new Big(thousandths).div(1000).toFixed(3);
const ways = {
  "big.js roundHalfUp": (thousandths) => new Big(text(thousandths)).round(2, Big.roundHalfUp).toFixed(2),
  "decimal.js ROUND_HALF_UP": (thousandths) =>
    new Decimal(text(thousandths)).toDecimalPlaces(2, Decimal.ROUND_HALF_UP).toFixed(2),
  "dinero.js halfUp": inDinero(halfUp),
  "dinero.js halfAwayFromZero": inDinero(halfAwayFromZero),
  "currency.js": (thousandths) => currency(text(thousandths)).toString(),
  "big.js roundDown": (thousandths) => new Big(text(thousandths)).round(2, Big.roundDown).toFixed(2),
  "dinero.js down, the default": inDinero(undefined),
};
if (inDinero(down)(-12341) !== inDinero(undefined)(-12341)) throw new Error("down is no longer the default");

console.log(`${" ".repeat(28)}  12.345  -12.345  left   -12.341`);
for (const [name, round] of Object.entries(ways)) {
  const [order, refund, other] = [round(12345), round(-12345), round(-12341)];
  const left = new Big(order).plus(refund).toFixed(2);
  console.log(`${name.padEnd(28)} ${order.padStart(7)} ${refund.padStart(8)} ${left.padStart(5)} ${other.padStart(9)}`);
}
EOF
