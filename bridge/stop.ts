/** How the program is asked to stop: by a service manager, by Ctrl-C, by npm, by a window that is closed. */

/** SIGBREAK and SIGHUP are Ctrl-Break and a closed window on Windows, where nobody can send SIGTERM. */
const SIGNALS = ["SIGTERM", "SIGINT", "SIGBREAK", "SIGHUP"] as const;

/** Under npm one Ctrl-C comes twice: from the terminal, and passed on by npm. */
const ECHO_MS = 1_000;

/** A program that was killed by Ctrl-C ends with this, by convention. */
export const STOPPED_AT_ONCE = 130;

/** How often the parent is looked at. */
const LOOK_MS = 500;

type Signals = { on(signal: (typeof SIGNALS)[number], listener: () => void): unknown };

export type StopOptions = {
  signals: Signals;
  /** The id of the parent process, where npm started this one: npm passes SIGTERM to its shell, which dies of it and is silent. */
  parent?: (() => number) | undefined;
  /** Milliseconds; only their differences count. */
  now: () => number;
  say: (line: string) => void;
  exit: (code: number) => void;
};

/** Fulfilled by the first signal. A second one, later than an echo of the first, ends the process at once. */
export function untilStopped({ signals, parent, now, say, exit }: StopOptions): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let first: number | undefined;
  const begin = () => {
    first ??= now();
    say("stopping: what is in hand is finished first; a second signal ends it at once");
    resolve();
  };
  const heard = () => {
    if (first === undefined) return begin();
    if (now() - first < ECHO_MS) return;
    say("stopped at once: an order that was in hand is looked for by Kojarz before it is tried again");
    exit(STOPPED_AT_ONCE);
  };
  for (const signal of SIGNALS) signals.on(signal, heard);
  if (parent) whenOrphaned(parent, () => first === undefined && begin());
  return promise;
}

function whenOrphaned(parent: () => number, then: () => void): void {
  const born = parent();
  const looking = setInterval(() => {
    if (parent() === born) return;
    clearInterval(looking);
    then();
  }, LOOK_MS);
  looking.unref();
}
