/**
 * Write-back: the numbers that the ERP gave go to the platforms that want to know them.
 *
 * Each is an item of work of its own, durable until it is done, and comes last in a run: it never delays an order.
 */

import { Blocked, type Connection, type PullIo, type WriteBackNote } from "../channels/channel.ts";
import { heldMessage } from "../core/held.ts";
import type { Instant } from "../core/order.ts";
import type { RefreshTask } from "../core/ports/feeds.ts";
import { LeaseLost, type Ledger, mayReadSingly } from "./budget.ts";
import { feedLeaseMs } from "./lease.ts";
import type { FeedParts } from "./parts.ts";
import { MAX_ATTEMPTS, retryMs } from "./retry.ts";

const WRITTEN_PER_RUN = 50;
const ERRORS_TO_STOP = 3;
/** The last part of a lease is left to the call under way. */
const SHARE_OF_LEASE = 0.75;

/** The sweep's way to leave the work to the account's feed. */
export function handOnTo({ feeds, now }: Pick<FeedParts, "feeds" | "now">) {
  return (account: string, sourceOrder: string, erpNumber: string): Promise<void> =>
    feeds.requestRefresh(lane(account), [sourceOrder, erpNumber].map(encodeURIComponent).join("/"), now());
}

/** @throws `Blocked`, `LeaseLost`, or the first failure, after the others were tried */
export async function writeNumbersBack(
  parts: FeedParts,
  { name, channel, account }: Connection,
  budget: Ledger,
  startedAt: Instant,
): Promise<void> {
  const { http, vault, now, random, feeds } = parts;
  const io: PullIo = { http, vault, budget, now, random };
  const writeBack = channel.writeBack?.(account, io);
  if (!writeBack) return;
  const limit = account.callsPerMinute ?? channel.callsPerMinute;
  const until = startedAt + feedLeaseMs(parts.config) * SHARE_OF_LEASE;
  const errors: unknown[] = [];
  for (const task of await feeds.dueRefreshes(lane(name), now(), WRITTEN_PER_RUN, "oldest")) {
    if (now() > until || errors.length >= ERRORS_TO_STOP || !mayReadSingly(budget.calls(), limit, now())) break;
    const { sourceOrder, erpNumber } = wordsOf(task);
    const note: WriteBackNote = task.note === undefined ? {} : { seen: task.note };
    try {
      await writeBack(sourceOrder, erpNumber, note);
      await feeds.settle(lane(name), task);
    } catch (error) {
      const isOver = error instanceof Blocked || error instanceof LeaseLost;
      if (isOver && note.seen !== task.note)
        await feeds.postpone(lane(name), task, task.dueAt, task.attempts, note.seen);
      if (isOver) throw error;
      errors.push(error);
      await putOff(parts, name, task, note);
    }
  }
  if (errors.length > 0) throw errors[0];
}

async function putOff(parts: FeedParts, account: string, task: RefreshTask, { seen }: WriteBackNote): Promise<void> {
  const { feeds, claims, explain, now } = parts;
  const attempts = task.attempts + 1;
  if (attempts < MAX_ATTEMPTS)
    return feeds.postpone(lane(account), task, now() + retryMs(task.attempts), attempts, seen);
  const { sourceOrder, erpNumber } = wordsOf(task);
  const reason = "number-not-told";
  const detail = `ERP order ${erpNumber}`;
  await claims.hold(heldMessage(account, sourceOrder, reason, { detail }), now());
  explain({ verdict: "held", reason, account, sourceOrder, note: detail });
  await feeds.settle(lane(account), task);
}

function wordsOf({ id }: RefreshTask): { sourceOrder: string; erpNumber: string } {
  const [sourceOrder = "", erpNumber = ""] = id.split("/").map(decodeURIComponent);
  return { sourceOrder, erpNumber };
}

/** No channel has this name, so the work is never taken for orders that have to be read. */
function lane(account: string): string {
  return `back:${account}`;
}
