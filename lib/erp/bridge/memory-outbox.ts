/** The outbox in memory: for one process that is both Kojarz and the end that a bridge pulls from. */
import type { Instant } from "../../order.ts";
import type { Outcome, Work } from "./contract.ts";
import type { Outbox } from "./outbox.ts";

type Entry = Omit<Work, "token"> & { until: Instant; token?: string; outcome?: Outcome };

export function memoryOutbox(): Outbox {
  const entries = new Map<string, Entry>();
  return {
    async put(work, _now, until) {
      entries.set(work.id, { ...structuredClone(work), until });
    },
    async claim(max, now, token) {
      const free = [...entries.values()]
        .filter((entry) => entry.token === undefined && entry.until > now)
        .slice(0, max);
      return free.map((entry) => {
        entry.token = token();
        const { id, operation, request } = entry;
        return { id, operation, request, token: entry.token };
      });
    },
    async ack(id, token, outcome) {
      const entry = entries.get(id);
      if (entry?.token !== token) return false;
      entry.outcome ??= outcome;
      return true;
    },
    async outcome(id) {
      return entries.get(id)?.outcome;
    },
    async takeBack(id) {
      const entry = entries.get(id);
      entries.delete(id);
      return { fetched: entry?.token !== undefined, ...(entry?.outcome && { outcome: entry.outcome }) };
    },
  };
}
