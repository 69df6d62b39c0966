#!/usr/bin/env bash
# money-math, an exact library by its own words, is right for an order and up to two grosze wrong for its refund.
#
# Package   money-math 2.6.3. Node >= 20.
# Expected  A quotient "rounded to the whole cent": at most half a grosz from the exact one, whatever the sign.
# Seen      A third of 2.00 is 0.67, a third of -2.00 is -0.65. 23 % of 0.50 is 0.12, of -0.50 it is -0.10. The quotient
#           is cut towards zero; then its last two digits are read without their sign, and from 50 on a grosz is added:
#           for a negative amount that goes the wrong way.
# Why       Refunds, discounts and corrections are the negative lines of an order. Their VAT or their share of a discount
#           does not add up with the line that they take back, by more than any tolerance of one grosz.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 20 money-math@2.6.3

expect_output <<'EOF'
  2.00 / 3.00 =  0.67     -2.00 / 3.00 = -0.65
  5.00 / 8.00 =  0.63     -5.00 / 8.00 = -0.61
 20.00 / 3.00 =  6.67    -20.00 / 3.00 = -6.65
  0.50 * 0.23 =  0.12     -0.50 * 0.23 = -0.10
 12.49 * 0.08 =  1.00    -12.49 * 0.08 = -0.98
farthest from the exact quotient, amounts 0.01 to 20.00 / 3.00: 0.33 grosz, negative: 1.67 grosze
EOF

run_check <<'EOF'
import money from "money-math";

const pad = (text, width) => text.padStart(width);
for (const [amount, sign, by] of [
  ["2.00", "/", "3.00"],
  ["5.00", "/", "8.00"],
  ["20.00", "/", "3.00"],
  ["0.50", "*", "0.23"],
  ["12.49", "*", "0.08"],
]) {
  const of = (value) => (sign === "/" ? money.div(value, by) : money.mul(value, by));
  console.log(
    `${pad(amount, 6)} ${sign} ${by} = ${pad(of(amount), 5)}   ${pad(`-${amount}`, 7)} ${sign} ${by} = ${of(`-${amount}`)}`,
  );
}
const farthest = (sign) => {
  let most = 0;
  for (let grosze = 1; grosze <= 2000; grosze += 1) {
    const given = Number(money.div(`${sign}${(grosze / 100).toFixed(2)}`, "3.00")) * 100;
    most = Math.max(most, Math.abs(given - Number(`${sign}${grosze}`) / 3));
  }
  return most.toFixed(2);
};
console.log(
  `farthest from the exact quotient, amounts 0.01 to 20.00 / 3.00: ${farthest("")} grosz, negative: ${farthest("-")} grosze`,
);
EOF
