/**
 * What lies in the failure queues is done again. A letter holds no order: it says which run failed, or which part of the stream was
 * given up. So the account is polled now, or the backlog is sent now, and the letter goes.
 */
import * as z from "zod/mini";
import type { Letter } from "../core/ports/queues.ts";
import { anyText, anything } from "../core/schemas.ts";
import { type ActParts, type Asked, done as answered, auditAlone, refusal, told } from "./acting.ts";
import type { Acted, Done, Moved } from "./actions.ts";
import { accountIn } from "./book.ts";

/** What has to be done again: the poll of an account, or what the sweep does. */
export type Meant = { account: string } | "backlog" | "unknown";

const Poll = z.lazy(() => z.object({ account: anyText }));
/** Of a run that Lambda gave up after it had been tried again: with the event of the run. */
const FailedRun = z.lazy(() => z.object({ requestContext: z.looseObject({}), requestPayload: anything }));
/** Of a part of the stream: it names where in the stream, and no order. */
const FailedBatch = z.lazy(() => z.object({ DDBStreamBatchInfo: z.looseObject({}) }));
/** The event of a schedule that ran nothing: of the sweep or the watch. */
const Nothing = z.lazy(() => z.strictObject({}));

/** @param body of a letter, as Lambda or the scheduler wrote it */
export function meantBy(body: string): Meant {
  const letter = parsed(body);
  if (FailedBatch.safeParse(letter).success) return "backlog";
  const run = FailedRun.safeParse(letter);
  const event = run.success ? run.data.requestPayload : letter;
  const poll = Poll.safeParse(event);
  if (poll.success) return { account: poll.data.account };
  return Nothing.safeParse(event).success ? "backlog" : "unknown";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const REPEATED = {
  pl: "To, co się nie udało, jest robione jeszcze raz, a wiadomości zniknęły z kolejek. Jeśli wrócą, przyczyna nie jest usunięta: podaje ją log.",
  en: "What failed is done once more, and its letters are gone from the queues. Where they come back the cause is not mended: the log has it.",
};

const NOTHING_THERE = {
  pl: "W kolejkach błędów nic nie leży.",
  en: "Nothing lies in the failure queues.",
};

const STRANGE = {
  pl: "Tej wiadomości Kojarz nie napisał, więc została w kolejce. Przeczytaj ją w konsoli SQS.",
  en: "Kojarz did not write this letter, so it stays in its queue. Read it in the console of SQS.",
};

type Work = {
  feed(account: string): Promise<void>;
  backlog(): Promise<Moved[]>;
};

/** A page of letters. The work first, then the letters go: a crash between the two does it once more, which changes nothing. */
export async function redriveQueues(asked: Asked & { do: "redrive" }, work: Work, parts: ActParts): Promise<Acted> {
  const { queues } = parts;
  if (!queues) return refusal("no-queues", asked.do);
  const page = { ...asked, request: `${asked.request}/${asked.cursor ?? "1"}` };
  if ((await parts.desk.audited(page.request)).length > 0) return told(asked, { is: "already" }, REPEATED, parts);
  const letters = (await queues.receive()).map((letter) => ({ letter, meant: meantBy(letter.body) }));
  const known = letters.filter(({ meant }) => meant !== "unknown");
  const accounts = new Set(known.flatMap(({ meant }) => (typeof meant === "object" ? meant.account : [])));
  // An account that was taken out meanwhile has nothing to be done.
  for (const account of accounts) if (accountIn(parts.book, account)) await work.feed(account);
  const moved = known.some(({ meant }) => meant === "backlog") ? await work.backlog() : [];
  for (const { letter } of known) await queues.remove(letter);
  const gone = countsOf(known.map(({ letter }) => letter));
  for (const about of gone.slice(0, 1)) await auditAlone(page, about, parts);
  const left: Done["left"] = letters
    .filter(({ meant }) => meant === "unknown")
    .map(({ letter }) => ({ case: nameOf(letter), reason: "not-ours", text: STRANGE }));
  const goesOn = known.length > 0 ? { goesOn: { cursor: String(Number(asked.cursor ?? "1") + 1) } } : {};
  const next = letters.length === 0 && asked.cursor === undefined ? NOTHING_THERE : REPEATED;
  return answered(asked, parts.now(), { moved: [...gone, ...moved], left, next, ...goesOn });
}

function countsOf(letters: readonly Letter[]): Moved[] {
  const groups = [...Map.groupBy(letters, nameOf)];
  return groups.map(([name, of]) => ({ before: `${name}: ${of.length}`, after: "done again" }));
}

/** The last part of a queue's address. */
function nameOf({ queue }: Letter): string {
  return queue.split("/").at(-1) ?? queue;
}
