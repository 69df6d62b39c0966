/** Work that repeats until it is stopped: never two runs at once, and stopping waits for the run under way. */
import { setTimeout as wait } from "node:timers/promises";

export type Loop = { stop(): Promise<void> };

/** @param run returns after how many milliseconds it wants to run again */
export function startLoop(run: (signal: AbortSignal) => Promise<number>): Loop {
  const stopping = new AbortController();
  const { signal } = stopping;
  const ended = repeat(run, signal);
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

async function repeat(run: (signal: AbortSignal) => Promise<number>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await pause(await run(signal), signal);
}

/** Returns early, and without an error, when the signal is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
