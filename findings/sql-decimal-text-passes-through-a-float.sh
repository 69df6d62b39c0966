#!/usr/bin/env bash
# A DECIMAL parameter given as exact text is written as the nearest double of its beginning: 12,50 becomes 12.
#
# Package   tedious 19.2.2, the driver under mssql 12.7.14. No server is needed: the bytes of the parameter are read.
#           Node >= 22.
# Expected  Decimal text is given so that nothing is lost. The driver writes its digits, or refuses text that is none,
#           as it does for INT ("Invalid number.").
# Seen      Text goes through parseFloat, and a BigInt too. A numeric(18,0) id beyond 2^53 arrives as its neighbour; half a
#           grosz is rounded by its binary fraction (1.005 is 1.00); "12,50", the way Poles write it, arrives as 12.00
#           and "1 234.50" as 1.00, without an error.
# Why       Amounts and ids of an ERP are DECIMAL and NUMERIC (WAPRO's ids are numeric(18,0)). Sent as VARCHAR, SQL Server
#           converts them exactly and refuses what is no number.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 22 tedious@19.2.2

expect_output <<'EOF'
numeric(18,0) "9007199254740993" is written as 9007199254740992
numeric(18,0) 9007199254740993n is written as 9007199254740992
numeric(18,0) "123456789012345678" is written as 123456789012345680
decimal(18,2) "1.005" is written as 1.00
decimal(18,2) "12,50" is written as 12.00
decimal(18,2) "1 234.50" is written as 1.00
decimal(18,2) "12.50" is written as 12.50
decimal(18,2) "zl 12.50" is refused: Invalid number.
int "12,50" is refused: Invalid number.
EOF

run_check <<'EOF'
import { TYPES } from "tedious";

/** The value in the bytes of a parameter: length, sign, then the digits as one little-endian number. */
function written(value, precision, scale) {
  const checked = TYPES.Decimal.validate(value);
  const bytes = Buffer.concat([...TYPES.Decimal.generateParameterData({ value: checked, precision, scale }, {})]);
  const digits = [...bytes.subarray(1)].reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n).toString();
  const sign = bytes[0] === 1 ? "" : "-";
  if (scale === 0) return sign + digits;
  const padded = digits.padStart(scale + 1, "0");
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

const told = (type, value, act) => {
  const given = typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
  try {
    console.log(`${type} ${given} is written as ${act()}`);
  } catch (error) {
    console.log(`${type} ${given} is refused: ${error.message}`);
  }
};
for (const value of ["9007199254740993", 9007199254740993n, "123456789012345678"])
  told("numeric(18,0)", value, () => written(value, 18, 0));
for (const value of ["1.005", "12,50", "1 234.50", "12.50", "zl 12.50"])
  told("decimal(18,2)", value, () => written(value, 18, 2));
told("int", "12,50", () => TYPES.Int.validate("12,50"));
EOF
