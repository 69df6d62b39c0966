/** What waits is done now: the orders of one reason, an account that was put off, the backlog to the ERP. */

import { retried } from "../core/actions.ts";
import { type ActParts, type Asked, actOnce, done as answered, auditAlone, refusal } from "./acting.ts";
import type { Acted, Done, Moved } from "./actions.ts";
import { accountIn } from "./book.ts";

/** Of one page: each order costs a few requests, and a page is to be answered within seconds. */
const CASES_PER_PAGE = 25;
const ORDERS_PER_PAGE = 50;
const TASKS = 200;

/** The longest time for which an order is put off: see `backoffMs`. */
const LONGEST_MS = 16 * 60_000;

const AGAIN = {
  pl: "Wszystkie zamówienia z tej strony są w drodze. Sprawy zamykają się same, gdy ERP je przyjmie.",
  en: "All orders of this page are on their way. Their cases close by themselves once the ERP has taken them.",
};

/** Every open case with this reason, a page at a time. */
export async function retryAll(
  asked: Asked & { do: "retry" },
  reason: string,
  retry: (asked: Asked, parts: ActParts) => Promise<Acted>,
  parts: ActParts,
): Promise<Acted> {
  const { reason: _, order: __, cursor, ...one } = asked;
  const page = await parts.cases.open({
    first: "oldest",
    limit: CASES_PER_PAGE,
    reason,
    ...(cursor !== undefined && { cursor }),
  });
  const moved: Moved[] = [];
  const left: Done["left"] = [];
  for (const { id } of page.cases) {
    const acted = await retry({ ...one, case: id, request: `${asked.request}/${id}` }, parts);
    if (acted.answer === "done") moved.push(...acted.moved);
    else left.push({ case: id, reason: acted.reason, text: acted.text });
  }
  const goesOn = page.cursor === undefined ? {} : { goesOn: { cursor: page.cursor } };
  return answered(asked, parts.now(), { moved, left, next: AGAIN, ...goesOn });
}

export async function redrive(asked: Asked & { do: "redrive" }, parts: ActParts): Promise<Acted> {
  switch (asked.what) {
    case "feed":
      return wakeFeed(asked, parts);
    case "backlog":
      return wakeBacklog(asked, parts);
    case "queues":
      return (await import("./redrive-queues.ts")).redriveQueues(asked, workOf(asked, parts), parts);
  }
}

/** The same work as of a feed or the backlog, as parts of one request. */
function workOf(asked: Asked & { do: "redrive" }, parts: ActParts) {
  return {
    feed: async (account: string) => void (await parts.feeds.wake(account, parts.now(), TASKS)),
    backlog: () => sendBacklog(asked, parts),
  };
}

const POLLED = {
  pl: "Konto jest odpytywane przy najbliższej okazji, także to, co było odłożone.",
  en: "The account is polled at the next turn, with all that was put off.",
};

async function wakeFeed(asked: Asked & { do: "redrive" }, parts: ActParts): Promise<Acted> {
  const { account } = asked;
  if (account === undefined) return refusal("no-target", asked.do);
  if (!accountIn(parts.book, account)) return refusal("unknown-account", asked.do);
  const woken = await parts.feeds.wake(account, parts.now(), TASKS);
  const moved = { before: `${account}: put off`, after: `${account}: ${woken} due now` };
  await auditAlone(asked, moved, parts);
  return answered(asked, parts.now(), { moved: [moved], next: POLLED });
}

const TRIED = {
  pl: "Sweep spróbuje teraz wysłać zaległe zamówienia, także przy otwartym bezpieczniku.",
  en: "The sweep tries the backlog now, even behind an open circuit.",
};

async function wakeBacklog(asked: Asked & { do: "redrive" }, parts: ActParts): Promise<Acted> {
  const moved = await sendBacklog(asked, parts);
  return answered(asked, parts.now(), { moved, next: TRIED });
}

async function sendBacklog(asked: Asked & { do: "redrive" }, parts: ActParts): Promise<Moved[]> {
  const { claims, desk, now } = parts;
  await desk.askToTryNow(now());
  const due = await claims.due(now() + LONGEST_MS, ORDERS_PER_PAGE * 4, "work");
  const moved: Moved[] = [];
  for (const order of due) {
    if (moved.length === ORDERS_PER_PAGE) break;
    const written = await actOnce(
      { ...asked, request: `${asked.request}/${order}` },
      { order },
      (found, doing) => ({
        ruling: found.order?.state === "pending" ? retried(found.order, doing) : { is: "already" },
      }),
      parts,
    );
    if (written.is === "written") moved.push(...written.moved);
  }
  return moved;
}
