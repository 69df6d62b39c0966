/** The outbox in memory: for one process that is both Kojarz and the end that a bridge pulls from. */
import type { Instant } from "../../lib/core/order.ts";
import type { Outbox, Outcome, Work } from "../../lib/core/ports/outbox.ts";

/** A piece of work. Replaced, never changed. */
export type OutboxEntry = Omit<Work, "token"> & { until: Instant; token?: string; outcome?: Outcome; takenBack?: true };

/** How long an entry is remembered after its time, for one who asks again. */
const MEMORY_MS = 3_600_000;

export function memoryOutbox(entries: Map<string, OutboxEntry> = new Map()): Outbox {
  return {
    async put(work, until) {
      for (const [id, entry] of entries) if (entry.until + MEMORY_MS <= until) entries.delete(id);
      entries.set(work.id, { ...structuredClone(work), until });
    },
    async handOut(max, now, token) {
      const free = [...entries.values()]
        .filter((entry) => entry.token === undefined && !entry.takenBack && entry.until > now)
        .sort((a, b) => a.until - b.until)
        .slice(0, max);
      return free.map((entry) => {
        const taken = token();
        const { id, operation, request } = entry;
        entries.set(id, { ...entry, token: taken });
        return { id, operation, request, token: taken };
      });
    },
    async ack(id, token, outcome) {
      const entry = entries.get(id);
      if (entry?.token !== token || entry.takenBack) return false;
      entries.set(id, { ...entry, outcome: entry.outcome ?? outcome });
      return true;
    },
    async outcome(id) {
      return entries.get(id)?.outcome;
    },
    async takeBack(id) {
      const entry = entries.get(id);
      if (entry) entries.set(id, { ...entry, takenBack: true, request: undefined });
      return { fetched: entry?.token !== undefined, ...(entry?.outcome && { outcome: entry.outcome }) };
    },
  };
}
