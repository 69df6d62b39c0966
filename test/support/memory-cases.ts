import type { Held } from "../../lib/core/held.ts";
import type { Cases, OpenCase } from "../../lib/core/ports/cases.ts";
import { present } from "../../lib/core/writes.ts";
import type { MemoryClaims } from "./memory-claims.ts";

/** The cases of claims in memory. */
export function memoryCases(
  { held }: Pick<MemoryClaims, "held">,
  dueAt: Map<string, number> = new Map(),
  overAt: Map<string, number> = new Map(),
): Cases {
  const isUnchanged = (id: string, count: number) => held.get(id)?.count === count && !held.get(id)?.resolved;
  return {
    async due(now, limit) {
      const open = [...held.values()].filter(({ id, resolved }) => !resolved && (dueAt.get(id) ?? 0) <= now);
      return open.slice(0, limit);
    },
    async lookAgain({ id, count }, at) {
      if (isUnchanged(id, count)) dueAt.set(id, at);
    },
    async resolve({ toldAt: _, warnedAt: __, ...known }, resolved, until) {
      if (!isUnchanged(known.id, known.count)) return false;
      held.set(known.id, { ...known, resolved });
      overAt.set(known.id, until);
      return true;
    },
    async read(ids) {
      return ids.flatMap((id) => held.get(id) ?? []);
    },
    async open({ first, limit, reason, account, cursor = "0" }) {
      const sign = first === "oldest" ? 1 : -1;
      const all = [...held.values()]
        .filter(
          (one) => !one.resolved && (reason ?? one.reason) === one.reason && (account ?? one.account) === one.account,
        )
        .sort((a, b) => sign * (a.firstAt - b.firstAt));
      const end = Number(cursor) + limit;
      const cases = all.slice(Number(cursor), end).map(lineOf);
      return end < all.length ? { cases, cursor: String(end) } : { cases };
    },
    async markTold(id, what, at) {
      const known = held.get(id);
      if (known && !known.resolved) held.set(id, { ...known, [what]: at });
    },
    async erase({ id, count }, at) {
      const { body: _, changes: __, ...known } = held.get(id) ?? {};
      if (!isUnchanged(id, count)) return false;
      held.set(id, { ...(known as Held), erasedAt: at });
      return true;
    },
    async over(now, limit) {
      const over = [...held.values()].filter(({ id, resolved }) => resolved && (overAt.get(id) ?? Infinity) <= now);
      return over.slice(0, limit);
    },
    async forget({ id }) {
      if (held.get(id)?.resolved) held.delete(id);
      overAt.delete(id);
    },
  };
}

function lineOf({ id, reason, account, firstAt, toldAt }: Held): OpenCase {
  return present<OpenCase>({ id, reason, account, firstAt, toldAt });
}
