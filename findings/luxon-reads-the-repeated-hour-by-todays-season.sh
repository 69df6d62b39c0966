#!/usr/bin/env bash
# In the night when clocks go back, luxon turns one and the same local time into one instant in winter and into another
# in summer.
#
# Package   luxon 3.7.2 (moment-timezone 0.6.6 and temporal-polyfill 1.0.8 beside it). Node >= 20.
# Expected  A time that comes twice is read by a rule: the earlier one (RFC 5545, Temporal's "compatible", moment), or
#           the later one. Either way the answer depends on the text and the zone alone.
# Seen      luxon guesses the offset of *now* and keeps it where it fits. "2026-10-25 02:30:00" in Europe/Warsaw is
#           01:30 UTC for who reads it in January and 00:30 UTC for who reads it in July.
# Why       PrestaShop, Shoper and IdoSell write times of the shop's clock without an offset. The same unchanged order
#           gets another time when it is read again half a year later, or an hour later in that very night: a version
#           made of it goes back, a cursor skips or repeats.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 20 luxon@3.7.2 moment-timezone@0.6.6 temporal-polyfill@1.0.8

expect_output <<'EOF'
read on 2026-10-25T00:45Z: luxon 2026-10-25T00:30:00.000Z  moment 2026-10-25T00:30:00.000Z  Temporal 2026-10-25T00:30:00Z
read on 2026-10-25T01:45Z: luxon 2026-10-25T01:30:00.000Z  moment 2026-10-25T00:30:00.000Z  Temporal 2026-10-25T00:30:00Z
read on 2027-01-15T12:00Z: luxon 2026-10-25T01:30:00.000Z  moment 2026-10-25T00:30:00.000Z  Temporal 2026-10-25T00:30:00Z
read on 2027-07-15T12:00Z: luxon 2026-10-25T00:30:00.000Z  moment 2026-10-25T00:30:00.000Z  Temporal 2026-10-25T00:30:00Z
EOF

run_check <<'EOF'
import { DateTime, Settings } from "luxon";
import moment from "moment-timezone";
import { Temporal } from "temporal-polyfill";

const placedAt = "2026-10-25 02:30:00";
const zone = "Europe/Warsaw";
for (const today of ["2026-10-25T00:45Z", "2026-10-25T01:45Z", "2027-01-15T12:00Z", "2027-07-15T12:00Z"]) {
  Settings.now = () => Date.parse(today);
  moment.now = () => Date.parse(today);
  const luxon = DateTime.fromSQL(placedAt, { zone }).toUTC().toISO();
  const temporal = Temporal.PlainDateTime.from(placedAt).toZonedDateTime(zone).toInstant();
  console.log(`read on ${today}: luxon ${luxon}  moment ${moment.tz(placedAt, zone).toISOString()}  Temporal ${temporal}`);
}
EOF
