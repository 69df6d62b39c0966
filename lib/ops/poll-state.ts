/** What an operator sees of an account that is polled: gathered while a poll runs, and written once at its end. */
import type { AccountState, Desk } from "../core/ports/desk.ts";
import type { Explain, Explanation } from "../core/ports/explain.ts";
import { present } from "../core/writes.ts";
import type { FeedLag, FeedReport } from "../feeds/run.ts";

type Deps = { desk: Pick<Desk, "noteIgnored" | "saveAccountState">; explain: Explain; now: () => number };

export type PollState = {
  /** Hears every verdict of the run, and passes it on. */
  explain: Explain;
  lag(lag: FeedLag): void;
  /** @param report absent where the run failed; what was seen until then is written all the same */
  save(report: FeedReport | undefined, tokenUntil: number | undefined): Promise<void>;
};

export function pollState({ desk, explain, now }: Deps, account: string): PollState {
  const heard: AccountState = {};
  const ignored: Explanation[] = [];
  return {
    explain(explanation) {
      const at = now();
      heard.lastReportAt = at;
      if (explanation.verdict === "new") heard.lastOrderAt = at;
      if (explanation.verdict === "ignored") ignored.push(explanation);
      explain(explanation);
    },
    lag({ cursorMs, unreadMs }) {
      Object.assign(heard, present<AccountState>({ polledAt: now(), cursorLagMs: cursorMs, unreadMs }));
    },
    async save(report, tokenUntil) {
      const state = present<AccountState>({ ...heard, blockedUntil: report?.blockedUntil, tokenUntil });
      if (Object.keys(state).length > 0) await desk.saveAccountState(account, state);
      for (const message of ignored) await desk.noteIgnored(message, now());
    },
  };
}
