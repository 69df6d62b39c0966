/** Is all well? What is open, what waits, and when each account was heard last. */
import type { AccountState } from "../core/ports/desk.ts";
import { present } from "../core/writes.ts";
import { byReason } from "./by-reason.ts";
import type { LookParts } from "./case-view.ts";
import type { StatusAnswer } from "./questions.ts";

/** More open cases than this are not counted one by one: whoever has them does not need the number. */
const MOST_CASES = 5_000;
const MOST_DUE = 500;
const MOST_UNREAD = 100;
const DAY = 86_400_000;

/** Two sweeps that did not come. */
const SWEEP_IS_LATE_MS = 10 * 60_000;

export async function status(parts: LookParts): Promise<StatusAnswer> {
  const at = parts.now();
  const [open, due, sweep, accounts] = await Promise.all([
    parts.cases.open({ first: "oldest", limit: MOST_CASES }),
    parts.claims.due(at, MOST_DUE, "work"),
    parts.desk.sweepState(),
    accountsOf(parts),
  ]);
  const { cases } = open;
  const [first] = due;
  const oldestDue = first === undefined ? undefined : (await parts.claims.read(first))?.dueAt;
  const circuit = sweep
    ? present<StatusAnswer["circuit"]>({ state: sweep.circuit, until: sweep.circuitUntil || undefined, at: sweep.at })
    : { state: "unknown" as const };
  const answer = {
    answer: "status" as const,
    at,
    cases: present<StatusAnswer["cases"]>({
      open: cases.length,
      more: open.cursor !== undefined,
      oldestAt: cases[0]?.firstAt,
      byReason: byReason(cases),
    }),
    backlog: present<StatusAnswer["backlog"]>({
      due: due.length,
      more: due.length === MOST_DUE,
      oldestDueAt: oldestDue,
    }),
    circuit,
    accounts,
  };
  return { ...answer, light: lightOf(answer, sweep?.at) };
}

function accountsOf(parts: LookParts): Promise<StatusAnswer["accounts"]> {
  const { accounts } = parts.book;
  return parts.desk.accountStates(accounts.map(({ name }) => name)).then((states) =>
    Promise.all(
      accounts.map(async ({ name, polled }) => {
        const now = parts.now();
        const state = states.get(name) ?? {};
        const unread = polled ? await parts.feeds.dueRefreshes(name, now, MOST_UNREAD, "oldest") : [];
        return present<StatusAnswer["accounts"][number]>({
          account: name,
          lastReportAt: state.lastReportAt,
          lastOrderAt: state.lastOrderAt,
          polled,
          polledWellAt: state.polledWellAt,
          ...failureOf(state),
          pollLagMs: state.cursorLagMs,
          unread: unread.length,
          unreadSince: unread[0]?.dueAt,
          blockedUntil: (state.blockedUntil ?? 0) > now ? state.blockedUntil : undefined,
          refused: state.refused,
          refusedAt: state.refusedAt,
          tokenLeftMs: state.tokenUntil === undefined ? undefined : state.tokenUntil - now,
        });
      }),
    ),
  );
}

/** Since it was read well it fails. */
function failureOf({ polledWellAt = 0, failedAt = 0, failure }: AccountState) {
  return failedAt > polledWellAt ? { failedAt, failure } : {};
}

function lightOf(
  { at, cases, circuit, accounts }: Omit<StatusAnswer, "light">,
  sweptAt: number | undefined,
): StatusAnswer["light"] {
  const isSilent = sweptAt === undefined || at - sweptAt > SWEEP_IS_LATE_MS;
  if (circuit.state === "open" || isSilent || (cases.oldestAt !== undefined && at - cases.oldestAt > DAY))
    return "down";
  const isWrong = ({ tokenLeftMs = 1, blockedUntil, failedAt }: StatusAnswer["accounts"][number]) =>
    tokenLeftMs <= 0 || blockedUntil !== undefined || failedAt !== undefined;
  return cases.open > 0 || accounts.some(isWrong) ? "look" : "well";
}
