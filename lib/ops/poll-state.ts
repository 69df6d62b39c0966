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

/** What this process wrote last of each account. */
const written = new WeakMap<Deps["desk"], Map<string, AccountState>>();

const MINUTE = 60_000;
const AGAIN_MS = 5 * MINUTE;
const COMPARED = ["cursorLagMs", "unreadMs", "blockedUntil", "tokenUntil"] as const;

/** A run that hears nothing and finds an account as it was is told once in five minutes: most runs are like that. */
function isNews(known: AccountState | undefined, state: AccountState): boolean {
  if (Object.keys(state).length === 0) return false;
  if (!known || state.lastReportAt !== undefined) return true;
  if (state.failedAt !== undefined || known.failedAt !== undefined) return true;
  if ((state.polledAt ?? 0) - (known.polledAt ?? 0) >= AGAIN_MS) return true;
  return COMPARED.some((what) => Math.abs((state[what] ?? 0) - (known[what] ?? 0)) >= MINUTE);
}

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
      const known = written.get(desk) ?? new Map<string, AccountState>();
      written.set(desk, known);
      if (isNews(known.get(account), state)) {
        await desk.saveAccountState(account, state);
        known.set(account, state);
      }
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
