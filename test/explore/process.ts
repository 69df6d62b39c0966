/**
 * One process of a state: what it was told so far. It is run again from its start with those answers, up to the call that
 * it waits with: the code under test is the product's own, and a state is no more than data.
 */
import type { Instant } from "../../lib/core/order.ts";
import type { Call } from "./ports.ts";
import type { Scenario } from "./scenario.ts";
import { type Setting, type Task, tell } from "./stories.ts";

export type Answer = { now: Instant } & ({ value: unknown } | { error: Error });

export type Process = {
  /** Unique in its state, and the same however it came about: what it writes is named by it. */
  name: string;
  task: Task;
  startedAt: Instant;
  /** Its clock's error. */
  skewMs: number;
  history: readonly Answer[];
  /** Stands for all that it was told. */
  known: number;
  /** The call that it waits with. It changes the world that it is given and nothing else, so it may be made in several. */
  call?: Call;
};

export type Running = {
  /** The call that it waits with; absent once it has ended. */
  call?: Call;
  ended?: { error?: unknown };
};

type Waiting = { call: Call; hear: (answer: Answer) => void };

/** Everything that can go on has gone on. */
const drained = () => new Promise<void>((resolve) => setImmediate(resolve));

export async function resume(process: Process, setting: Setting, isTorn: Scenario["isTorn"] = false): Promise<Running> {
  const { task, history, skewMs } = process;
  const waiting: Waiting[] = [];
  let ended: Running["ended"];
  let clock = process.startedAt;
  let names = 0;
  let heard = 0;
  // One call at a time, and nothing else under way: its answer can be given at once.
  const isSequential = task.story !== "poll" && task.story !== "watch" && task.story !== "sweep";
  const call = (next: Call) => {
    const answer = isSequential ? history[heard] : undefined;
    if (answer) {
      heard += 1;
      clock = answer.now;
      return "error" in answer ? Promise.reject(answer.error) : Promise.resolve(answer.value);
    }
    return new Promise<unknown>((resolve, reject) => {
      const hear = (told: Answer) => {
        clock = told.now;
        if ("error" in told) reject(told.error);
        else resolve(told.value);
      };
      waiting.push({ call: next, hear });
    });
  };
  const io = { call, now: () => clock + skewMs, unique: () => `${process.name}-${++names}`, isTorn };
  tell(task, setting, io).then(
    () => {
      ended = {};
    },
    (error: unknown) => {
      ended = { error };
    },
  );
  await drained();
  for (; heard < history.length; heard += 1) {
    const first = waiting.shift();
    const answer = history[heard];
    if (!first || !answer) throw new Error(`${process.name} does not do again what it did`);
    first.hear(answer);
    await drained();
  }
  if (ended) return { ended };
  const [first] = waiting;
  if (!first) throw new Error(`${process.name} waits for nothing that the explorer knows`);
  return { call: first.call };
}
