import { EventEmitter } from "node:events";
import { expect, onTestFinished, test, vi } from "vitest";
import { STOPPED_AT_ONCE, untilStopped } from "../../bridge/stop.ts";

function open() {
  const signals = new EventEmitter();
  const lines: string[] = [];
  const codes: number[] = [];
  const clock = { now: 0 };
  let isStopped = false;
  const stopped = untilStopped({
    signals,
    now: () => clock.now,
    say: (line) => lines.push(line),
    exit: (code) => codes.push(code),
  }).then(() => {
    isStopped = true;
  });
  return { signals, lines, codes, clock, stopped, isStopped: () => isStopped };
}

test.each(["SIGTERM", "SIGINT", "SIGBREAK", "SIGHUP"])("%s stops it", async (signal) => {
  const { signals, stopped, lines, codes } = open();
  signals.emit(signal);
  await stopped;
  expect(lines).toEqual([expect.stringMatching(/^stopping: /)]);
  expect(codes).toEqual([]);
});

test("a parent that is gone stops it, where npm started it", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  let parent = 100;
  const lines: string[] = [];
  const stopped = untilStopped({
    signals: new EventEmitter(),
    parent: () => parent,
    now: () => 0,
    say: (line) => lines.push(line),
    exit: () => undefined,
  });
  vi.advanceTimersByTime(5_000);
  expect(lines).toEqual([]);
  parent = 1;
  vi.advanceTimersByTime(5_000);
  await stopped;
  expect(lines).toEqual([expect.stringMatching(/^stopping: /)]);
});

test("nothing stops it before a signal", async () => {
  const { isStopped } = open();
  await new Promise((resolve) => setImmediate(resolve));
  expect(isStopped()).toBe(false);
});

test("one Ctrl-C that comes twice, from the terminal and from npm, is one", () => {
  const { signals, clock, codes } = open();
  signals.emit("SIGINT");
  clock.now = 300;
  signals.emit("SIGINT");
  expect(codes).toEqual([]);
});

test("a second signal ends it at once", () => {
  const { signals, clock, codes, lines } = open();
  signals.emit("SIGTERM");
  clock.now = 1_000;
  signals.emit("SIGINT");
  expect(codes).toEqual([STOPPED_AT_ONCE]);
  expect(lines.at(-1)).toMatch(/^stopped at once: /);
});
