/**
 * Back to the source: the numbers that the ERP gave, told to the platforms that want to hear them.
 *
 * Each is an item of work of its own, durable until it is done, and comes last in a run: it never delays an order.
 */
import { Blocked, type PullIo, type TellNote } from "../channels/channel.ts";
import { heldMessage } from "../held.ts";
import type { Instant } from "../order.ts";
import type { App } from "../runtime/app.ts";
import type { Connection } from "../runtime/config.ts";
import { LeaseLost, type Ledger, mayReadSingly } from "./budget.ts";
import type { Hint } from "./feed-store.ts";
import { feedLeaseMs } from "./lease.ts";
import { MAX_ATTEMPTS, retryMs } from "./retry.ts";

const TOLD_PER_RUN = 50;
const ERRORS_TO_STOP = 3;
/** The last part of a lease is left to the call under way. */
const SHARE_OF_LEASE = 0.75;

/** The sweep's way to leave the work to the account's feed. */
export function handOnTo({ feeds, now }: Pick<App, "feeds" | "now">) {
  return (account: string, sourceOrder: string, erpNumber: string): Promise<void> =>
    feeds.hint(lane(account), [sourceOrder, erpNumber].map(encodeURIComponent).join("/"), now());
}

/** @throws `Blocked`, `LeaseLost`, or the first failure, after the others were tried */
export async function tellNumbers(
  app: App,
  { name, channel, account }: Connection,
  budget: Ledger,
  startedAt: Instant,
): Promise<void> {
  const { http, vault, now, random, feeds } = app;
  const io: PullIo = { http, vault, budget, now, random };
  const tell = channel.tell?.(account, io);
  if (!tell) return;
  const limit = account.callsPerMinute ?? channel.callsPerMinute;
  const until = startedAt + feedLeaseMs(app.config) * SHARE_OF_LEASE;
  const errors: unknown[] = [];
  for (const hint of await feeds.dueHints(lane(name), now(), TOLD_PER_RUN, "oldest")) {
    if (now() > until || errors.length >= ERRORS_TO_STOP || !mayReadSingly(budget.calls(), limit, now())) break;
    const { sourceOrder, erpNumber } = wordsOf(hint);
    const note: TellNote = hint.note === undefined ? {} : { seen: hint.note };
    try {
      await tell(sourceOrder, erpNumber, note);
      await feeds.settle(lane(name), hint);
    } catch (error) {
      const isOver = error instanceof Blocked || error instanceof LeaseLost;
      if (isOver && note.seen !== hint.note)
        await feeds.postpone(lane(name), hint, hint.dueAt, hint.attempts, note.seen);
      if (isOver) throw error;
      errors.push(error);
      await putOff(app, name, hint, note);
    }
  }
  if (errors.length > 0) throw errors[0];
}

async function putOff(app: App, account: string, hint: Hint, { seen }: TellNote): Promise<void> {
  const { feeds, claims, explain, now } = app;
  const attempts = hint.attempts + 1;
  if (attempts < MAX_ATTEMPTS)
    return feeds.postpone(lane(account), hint, now() + retryMs(hint.attempts), attempts, seen);
  const { sourceOrder, erpNumber } = wordsOf(hint);
  const reason = "number-not-told";
  const detail = `ERP order ${erpNumber}`;
  await claims.hold(heldMessage(account, sourceOrder, reason, { detail }), now());
  explain({ verdict: "held", reason, account, sourceOrder, note: detail });
  await feeds.settle(lane(account), hint);
}

function wordsOf({ id }: Hint): { sourceOrder: string; erpNumber: string } {
  const [sourceOrder = "", erpNumber = ""] = id.split("/").map(decodeURIComponent);
  return { sourceOrder, erpNumber };
}

/** No channel has this name, so the work is never taken for orders that have to be read. */
function lane(account: string): string {
  return `back:${account}`;
}
