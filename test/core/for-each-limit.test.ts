import { setImmediate as moment } from "node:timers/promises";
import { expect, test } from "vitest";
import { forEachLimit } from "../../lib/core/writes.ts";

test("every item is worked on once, in order, no more at a time than the limit", async () => {
  const started: number[] = [];
  const running = { now: 0, most: 0 };
  await forEachLimit([1, 2, 3, 4, 5], 2, async (item) => {
    started.push(item);
    running.most = Math.max(running.most, ++running.now);
    await moment();
    running.now -= 1;
  });
  expect(started).toEqual([1, 2, 3, 4, 5]);
  expect(running).toEqual({ now: 0, most: 2 });
});

test("when it is over, nothing new is started and what is under way ends", async () => {
  const ended: number[] = [];
  let isOver = false;
  const work = async (item: number) => {
    if (item === 2) isOver = true;
    await moment();
    ended.push(item);
  };
  await forEachLimit([1, 2, 3, 4], 2, work, () => isOver);
  expect(ended).toEqual([1, 2]);
});

test("after a failure nothing new is started, what is under way ends, and the failure is thrown", async () => {
  const ended: number[] = [];
  const work = async (item: number) => {
    if (item === 1) throw new Error("the first");
    await moment();
    ended.push(item);
  };
  await expect(forEachLimit([1, 2, 3, 4], 2, work)).rejects.toThrow("the first");
  expect(ended).toEqual([2]);
});
