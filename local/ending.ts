/** How the local run ends: on a signal, with its parent, and never for longer than a person waits. */

/** npm hands a terminal's signal on to a program that got it already: a repeat within this is the same one. */
const SAME_SIGNAL_MS = 1_000;
/** A platform that hangs is not waited for: what is cut off is taken up again at the next start, as after a crash. */
const PATIENCE_MS = 6_000;
const PARENT_MS = 1_000;

/**
 * The first signal stops in order, children included, and ends with 0; a second one does not wait.
 * @param stop what has to be stopped
 * @returns the same end, for who has another reason and exit code
 */
export function endOnSignal(stop: () => Promise<void>): (code: number) => Promise<void> {
  let since: number | undefined;
  const end = async (code: number) => {
    since = performance.now();
    setTimeout(() => process.exit(code), PATIENCE_MS).unref();
    await stop();
    process.exit(code);
  };
  const asked = () => {
    if (since === undefined) end(0).catch(fail);
    else if (performance.now() - since > SAME_SIGNAL_MS) process.exit(1);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, asked);
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && since === undefined) asked();
  }, PARENT_MS).unref();
  return end;
}

/** What nobody foresaw: shown whole. */
export function fail(error: unknown): never {
  console.error(error);
  process.exit(1);
}
