#!/usr/bin/env bash
# The number that nobody can have, 123-456-78-90, is a valid Polish tax number for jsvat; 000-000-00-00 is one for all.
#
# Package   jsvat 2.5.4, jsvat-next 3.0.4, validator 13.15.35, validate-polish 2.1.40. Node >= 20.
# Expected  The tenth digit of a NIP is the weighted sum of the first nine modulo 11. Where that is 10 no number is
#           issued: 1234567890 is the textbook example. A checksum cannot see that 0000000000 is nobody's, but a
#           validator may.
# Seen      jsvat and jsvat-next take a remainder of 10 for 0, so one made-up number in eleven that should fail passes;
#           validator's isVAT looks at the form alone, while its isTaxID and validate-polish refuse it. All zeros pass
#           everywhere.
# Why       Both are what buyers type to get past a required field. An integrator that finds the ERP's contractor by NIP
#           puts such orders on whichever company somebody once saved under the same digits.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 20 jsvat@2.5.4 jsvat-next@3.0.4 validator@13.15.35 validate-polish@2.1.40

expect_output <<'EOF'
              jsvat  jsvat-next  isVAT  isTaxID  validate-polish
1234563218    true   true        true   true     true             a number with the right digit
1234563219    false  false       true   false    false            the same, last digit wrong
1234567890    true   true        true   false    false            no last digit fits: the remainder is 10
0000000000    true   true        true   true     true             the remainder is 0
EOF

run_check <<'EOF'
import jsvat from "jsvat";
import jsvatNext from "jsvat-next";
import validatePolishModule from "validate-polish";
import validator from "validator";

const { validatePolish } = validatePolishModule;
const checks = {
  jsvat: (nip) => jsvat.checkVAT(`PL${nip}`, [jsvat.poland]).isValid,
  "jsvat-next": (nip) => jsvatNext.checkVAT(`PL${nip}`, [jsvatNext.poland]).isValid,
  isVAT: (nip) => validator.isVAT(nip, "PL"),
  isTaxID: (nip) => validator.isTaxID(nip, "pl-PL"),
  "validate-polish": (nip) => validatePolish.nip(nip),
};
const names = Object.keys(checks);
console.log([" ".repeat(12), ...names].join("  "));
for (const [nip, note] of [
  ["1234563218", "a number with the right digit"],
  ["1234563219", "the same, last digit wrong"],
  ["1234567890", "no last digit fits: the remainder is 10"],
  ["0000000000", "the remainder is 0"],
]) {
  console.log([nip.padEnd(12), ...names.map((name) => String(checks[name](nip)).padEnd(name.length)), note].join("  "));
}
EOF
