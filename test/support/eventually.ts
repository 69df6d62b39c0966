/** What comes about in another process, or behind a socket. */
import { vi } from "vitest";

/** No measure of this machine: only what never happens takes as long. */
const PATIENCE_MS = 240_000;

/** Tries until it does not throw. @returns what it returned then */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: PATIENCE_MS, interval: 20 });
}
