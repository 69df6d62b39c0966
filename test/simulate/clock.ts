/** One clock for all: whoever waits is woken in the order of the times, and in nothing else is any time. */
import type { Instant } from "../../lib/core/order.ts";

export type Clock = {
  now(): Instant;
  /** Called at that instant, or at once where it is over. */
  at(instant: Instant, act: () => void): void;
  wait(ms: number): Promise<void>;
  /** Until nothing is left to happen before that instant. */
  runUntil(end: Instant): Promise<void>;
  /** How many things have happened: the step at which something went wrong. */
  steps(): number;
};

type Entry = { at: Instant; seq: number; act: () => void };

/** Everything that can go on without time passing has gone on. */
const drained = () => new Promise<void>((resolve) => setImmediate(resolve));

export function createClock(start: Instant): Clock {
  const heap: Entry[] = [];
  let now = start;
  let seq = 0;
  let steps = 0;

  const isBefore = (a: Entry, b: Entry) => a.at < b.at || (a.at === b.at && a.seq < b.seq);

  function push(entry: Entry): void {
    heap.push(entry);
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      const [a, b] = [heap[parent] as Entry, heap[child] as Entry];
      if (isBefore(a, b)) return;
      heap[parent] = b;
      heap[child] = a;
      child = parent;
    }
  }

  function pop(): Entry {
    const first = heap[0] as Entry;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let parent = 0; ; ) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2])
        if (child < heap.length && isBefore(heap[child] as Entry, heap[least] as Entry)) least = child;
      if (least === parent) return first;
      const moved = heap[parent] as Entry;
      heap[parent] = heap[least] as Entry;
      heap[least] = moved;
      parent = least;
    }
  }

  // Clocks tell whole milliseconds.
  const at = (instant: Instant, act: () => void) => push({ at: Math.max(now, Math.ceil(instant)), seq: ++seq, act });
  return {
    now: () => now,
    at,
    wait: (ms) => new Promise((resolve) => at(now + Math.max(0, ms), resolve)),
    async runUntil(end) {
      await drained();
      while (heap.length > 0 && (heap[0] as Entry).at <= end) {
        const entry = pop();
        now = entry.at;
        steps += 1;
        entry.act();
        await drained();
      }
      now = Math.max(now, end);
    },
    steps: () => steps,
  };
}
