import type fc from "fast-check";
import type { Claims } from "../../lib/core/ports/claims.ts";

/** Every step that touches the store waits for the scheduler, which may let any other go first or lose its answer. */
export function scheduled(claims: Claims, s: fc.Scheduler, loseAnswer: () => boolean): Claims {
  const look = s.scheduleFunction(claims.look);
  const commit = s.scheduleFunction(claims.commit);
  return {
    ...claims,
    look: (names) => look(names),
    commit: async (write, now) => {
      const committed = await commit(write, now);
      return loseAnswer() ? "raced" : committed;
    },
  };
}
