#!/usr/bin/env bash
# Two cron libraries with daylight saving on their flag run the same line at different times, and not equally often.
#
# Package   croner 11.0.0, cron-parser 5.10.5. Node >= 20.
# Expected  Both name a rule for the two nights of the year; a line for every two hours runs every two hours.
# Seen      "0 */2 * * *" in Europe/Warsaw. When clocks go back, croner runs at 02:00 twice, one hour apart; cron-parser
#           leaves a gap of three hours. When they go forward, cron-parser runs at 03:00 and again at 04:00, one hour
#           apart; croner leaves out the run. A nightly "30 2 * * *" moves to 03:00 with one and to 03:30 with the other.
# Why       A feed that asks for "orders of the last two hours" loses an hour of orders with one library in autumn; a
#           nightly closing runs before or after the export that it waits for. Ask from a kept cursor, not from the clock.
source "$(dirname "${BASH_SOURCE[0]}")/finding.sh"
finding 20 croner@11.0.0 cron-parser@5.10.5

expect_output <<'EOF'
0 */2 * * * as clocks go back (25 Oct 2026), hours between the runs
  croner       00Z 01Z 03Z 05Z: 1 2 2
  cron-parser  00Z 03Z 05Z 07Z: 3 2 2
0 */2 * * * as clocks go forward (28 Mar 2027), hours between the runs
  croner       23Z 02Z 04Z 06Z: 3 2 2
  cron-parser  23Z 01Z 02Z 04Z: 2 1 2
30 2 * * * on the night without 02:30
  croner       2027-03-28T01:00:00.000Z
  cron-parser  2027-03-28T01:30:00.000Z
EOF

run_check <<'EOF'
import { CronExpressionParser } from "cron-parser";
import { Cron } from "croner";

const zone = "Europe/Warsaw";
const libraries = {
  croner: (line, from, count) => new Cron(line, { timezone: zone }).nextRuns(count, new Date(from)),
  "cron-parser": (line, from, count) =>
    CronExpressionParser.parse(line, { tz: zone, currentDate: new Date(from) })
      .take(count)
      .map((run) => run.toDate()),
};

function everyTwoHours(label, from) {
  console.log(`0 */2 * * * as clocks go ${label}, hours between the runs`);
  for (const [name, runs] of Object.entries(libraries)) {
    const found = runs("0 */2 * * *", from, 4);
    const hours = found.slice(1).map((run, index) => (run - found[index]) / 3_600_000);
    console.log(`  ${name.padEnd(12)} ${found.map((run) => `${run.toISOString().slice(11, 13)}Z`).join(" ")}: ${hours.join(" ")}`);
  }
}

everyTwoHours("back (25 Oct 2026)", "2026-10-24T23:00:00Z");
everyTwoHours("forward (28 Mar 2027)", "2027-03-27T22:30:00Z");
console.log("30 2 * * * on the night without 02:30");
for (const [name, runs] of Object.entries(libraries)) {
  console.log(`  ${name.padEnd(12)} ${runs("30 2 * * *", "2027-03-27T12:00:00Z", 1)[0].toISOString()}`);
}
EOF
