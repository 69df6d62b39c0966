/** Every alarm as CloudWatch would judge it: rings in its case in time, is silent in a healthy month, and goes back. */
import { expect, test } from "vitest";
import { healthy, lookBack, playedOut } from "../../infra/alarms/cases.ts";
import { changesOf, type Data, stateOf } from "../../infra/alarms/evaluation.ts";
import { alarmsOf } from "../../infra/alarms.ts";
import { deploymentFrom } from "../../infra/deployment.ts";
import { functionsOf } from "../../infra/functions.ts";
import { pascal } from "../../infra/pascal.ts";

const HOUR = 60;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;

/** Polls of every rhythm, a shop with one order a week, and a bridge that fetches its work. */
const deployment = deploymentFrom({
  KOJARZ_ACCOUNTS:
    "woocommerce:main@15 woocommerce:weekly@15 baselinker:acme@2 allegro:acme@1 allegro:slow@716 shoper:rare@1440",
  KOJARZ_SILENCE_DAYS: "woocommerce:weekly=7",
  KOJARZ_BRIDGE: "pulls",
});
const alarms = alarmsOf(functionsOf(deployment), deployment.accounts);
const accountOf = (id: string) => deployment.accounts.find(({ name }) => id.startsWith(pascal(name)));
const pollOf = (id: string) => accountOf(id)?.pollMinutes ?? 1;

/** Enough of the past for the longest look back. */
const BEFORE = 12 * DAY;

test.each(alarms.map((alarm) => [alarm.id, alarm] as const))(
  "%s rings in its case and in time, and goes back",
  (_, alarm) => {
    const {
      changes,
      ringsAfter = -1,
      backAfter = Number.POSITIVE_INFINITY,
      within,
      lasts,
    } = playedOut(alarm, accountOf(alarm.id));
    expect(changes).toEqual(["ALARM", "OK"]);
    expect(ringsAfter).toBeGreaterThanOrEqual(0);
    expect(ringsAfter).toBeLessThanOrEqual(within);
    expect(backAfter).toBeLessThanOrEqual(lasts + lookBack(alarm) + 2 * DAY);
  },
);

test.each(alarms.map((alarm) => [alarm.id, alarm] as const))("%s is silent in a healthy month", (_, alarm) => {
  const data = healthy(alarm, 0, BEFORE + MONTH, pollOf(alarm.id));
  expect(changesOf(alarm, data, BEFORE, BEFORE + MONTH, 5)).toEqual([]);
});

/** The rows of AWS's two tables, oldest first: `-` is missing, `X` reaches the threshold, `0` does not. */
test.each([
  ["0-X-X", 3, 3, "OK", "OK"],
  ["0----", 3, 3, "OK", "OK"],
  ["-----", 3, 3, "ALARM", "OK"],
  ["0XX-X", 3, 3, "ALARM", "ALARM"],
  ["--X--", 3, 3, "ALARM", "OK"],
  ["0-X-X", 3, 2, "ALARM", "ALARM"],
  ["00X0X", 3, 2, "ALARM", "ALARM"],
  ["0-X--", 3, 2, "ALARM", "OK"],
  ["----0", 3, 2, "ALARM", "OK"],
  ["----X", 3, 2, "ALARM", "OK"],
] as const)(
  "CloudWatch's table: %s with %d periods, %d of them",
  (row, periods, datapoints, breaching, notBreaching) => {
    const values = [...row].reverse().map((each) => (each === "-" ? undefined : each === "X" ? 1 : 0));
    const rule = {
      statistic: "Sum",
      periodSeconds: 300,
      periods,
      datapoints,
      threshold: 1,
      comparison: "GreaterThanOrEqualToThreshold",
    } as const;
    expect(stateOf({ ...rule, silence: "breaching" }, values)).toBe(breaching);
    expect(stateOf({ ...rule, silence: "notBreaching" }, values)).toBe(notBreaching);
  },
);

test("a secret that is changed while refusals of its account are not counted shows as the account's silence", () => {
  const named = (id: string) => alarms.find((one) => one.id === id) ?? expect.unreachable(id);
  const minutes = (step: number, until: number) => Array.from({ length: until / step }, (_, n) => n * step);
  const until = BEFORE + 3 * DAY;
  const changedAt = BEFORE + DAY;
  const proven = minutes(2 * HOUR, changedAt).map((minute) => [minute, 1] as const);
  const [silent] = changesOf(named("WoocommerceMainSilent"), { m: proven }, BEFORE, until);
  expect(silent?.to).toBe("ALARM");
  expect(silent?.minute).toBeLessThanOrEqual(changedAt + DAY + 10);
});

test.each(["StreamDeadLetters", "ScheduleDeadLetters"])(
  "%s rings for a second letter too, while the first still lies there",
  (id) => {
    const alarm = alarms.find((one) => one.id === id);
    if (!alarm) throw new Error("no such alarm");
    const letters = { m: [BEFORE + 60, BEFORE + 120].map((minute) => [minute, 1] as const) };
    const rung = changesOf(alarm, letters, BEFORE, BEFORE + DAY).flatMap(({ to, minute }) =>
      to === "ALARM" ? [minute - BEFORE] : [],
    );
    expect(rung).toHaveLength(2);
    expect(rung[0]).toBeLessThan(66);
    expect(rung[1]).toBeLessThan(126);
  },
);

test("a token that its own run renews is no alarm, however rarely the account is polled", () => {
  const slow = alarms.find(({ id }) => id === "AllegroSlowTokenOver");
  if (!slow) throw new Error("no such alarm");
  const measuredBeforeTheRun = healthy(slow, 0, BEFORE + MONTH, 716).m.map(([minute]) => [minute, -60] as const);
  expect(changesOf(slow, { m: measuredBeforeTheRun }, BEFORE, BEFORE + MONTH, 5)).not.toEqual([]);
  expect(changesOf(slow, healthy(slow, 0, BEFORE + MONTH, 716), BEFORE, BEFORE + MONTH, 5)).toEqual([]);
});

test("a shop with one order a week rings after a day by default, and not where it is given a week", () => {
  const weekly = alarms.find(({ id }) => id === "WoocommerceWeeklySilent");
  if (!weekly) throw new Error("no such alarm");
  const data = healthy(weekly, 0, BEFORE + MONTH, 15);
  expect(changesOf({ ...weekly, periods: 1, datapoints: 1 }, data, BEFORE, BEFORE + MONTH, 5).length).toBeGreaterThan(
    3,
  );
});

test("the daily reminder is missed after 30 hours without a run, and not in the first day of a deployment", () => {
  const named = alarms.find(({ id }) => id === "ReminderStopped");
  if (!named) throw new Error("no such alarm");
  const sevenOClock = BEFORE + 7 * HOUR;
  const swept = (from: number) => Array.from({ length: 5 * 720 }, (_, n) => [from + 2 * n, 1] as const);
  const last = changesOf(named, { m: [[sevenOClock, 1]], n: swept(BEFORE) }, sevenOClock + HOUR, sevenOClock + 3 * DAY);
  const [rung] = last.map(({ to, minute }) => [to, Math.floor((minute - sevenOClock) / HOUR)]);
  expect(rung).toEqual(["ALARM", 30]);
  for (const deployedAt of [sevenOClock + 1, sevenOClock + 10 * HOUR]) {
    const runs = [1, 2, 3].map((day) => [sevenOClock + day * DAY, 1] as const);
    expect(changesOf(named, { m: runs, n: swept(deployedAt) }, deployedAt, deployedAt + 3 * DAY)).toEqual([]);
  }
});

test("a flood of which the API's log holds nothing is counted by the API itself, and what scanners ask is not", () => {
  const named = alarms.find(({ id }) => id === "RefusedUnseen");
  if (!named) throw new Error("no such alarm");
  const flood = Array.from({ length: 20 }, (_, n) => [BEFORE + n, 60] as const);
  const after = (data: Data) => changesOf(named, data, BEFORE, BEFORE + HOUR).map(({ to }) => to);
  expect(after({ m: flood })).toContain("ALARM");
  expect(after({ m: flood, n: flood })).toEqual([]);
});
