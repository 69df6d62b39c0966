import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { startScheduler } from "../../local/scheduler.ts";
import { eventually } from "../support/eventually.ts";

test("a job runs at once, then again and again, never twice at the same time", async () => {
  let now = 0;
  let most = 0;
  let runs = 0;
  const handler = async () => {
    now += 1;
    most = Math.max(most, now);
    await wait(10);
    now -= 1;
    runs += 1;
  };
  const { stop } = startScheduler([{ name: "slow", everyMs: 1, handler, event: {} }], () => undefined);
  await eventually(() => expect(runs).toBeGreaterThan(2));
  await stop();
  expect([most, now]).toEqual([1, 0]);
  const after = runs;
  await wait(30);
  expect(runs).toBe(after);
});

test("a run that throws is told, and the next one comes", async () => {
  const failed: string[] = [];
  const handler = async (event: unknown) => Promise.reject(new Error(String(event)));
  const job = { name: "bad", everyMs: 1, handler, event: "e" };
  const { stop } = startScheduler([job], (name) => failed.push(name));
  await eventually(() => expect(failed.length).toBeGreaterThan(1));
  await stop();
  expect(failed[0]).toBe("bad");
});

test("stopping does not wait for the interval", async () => {
  const job = { name: "rare", everyMs: 3_600_000, handler: async () => undefined, event: {} };
  const { stop } = startScheduler([job], () => undefined);
  await stop();
});
