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
  /** The run failed: what was seen until then is written all the same. */
  failed(error: unknown): void;
  /** @param report absent where the run failed */
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
    failed(error) {
      Object.assign(heard, { failedAt: now(), failure: saidOf(error) });
    },
    async save(report, tokenUntil) {
      const { ran, blockedUntil } = report ?? {};
      const polledWellAt = ran && blockedUntil === undefined ? now() : undefined;
      const state = present<AccountState>({ ...heard, polledWellAt, blockedUntil, tokenUntil });
      if (Object.keys(state).length > 0) await desk.saveAccountState(account, state);
      for (const message of ignored) await desk.noteIgnored(message, now());
    },
  };
}

const MAX_SAID = 200;

/** What a channel says of a refusal is made for people; what a runtime says of a fault may quote an answer, and is in the log. */
function saidOf(error: unknown): string {
  const first = error instanceof AggregateError ? error.errors[0] : error;
  if (!(first instanceof Error)) return "Error";
  return first.constructor.name in globalThis ? first.name : first.message.slice(0, MAX_SAID);
}
