/** Reports that were not taken in: fetched again from their platform, or read anew from what was kept of them. */
import type { Connection } from "../channels/channel.ts";
import { type Held, isOfAccount, namesAnOrder } from "../core/held.ts";
import { declaredReason } from "../core/held-reasons.ts";
import { Sighting } from "../core/order.ts";
import { RELEASED } from "../core/ports/feeds.ts";
import { intake, intakeDeps, type Outcome } from "../intake/intake.ts";
import {
  type ActParts,
  type Asked,
  actOnce,
  done as answered,
  auditAlone,
  refusal,
  told,
  type Written,
} from "./acting.ts";
import type { Acted } from "./actions.ts";
import { accountIn } from "./book.ts";
import type { RefusalReason } from "./refusals.ts";

const FETCHED = {
  pl: "Platforma zostanie o nie zapytana przy najbliższym odpytaniu, zwykle w ciągu kilku minut. Sprawa zamknie się sama, gdy zamówienie zostanie przyjęte.",
  en: "Its platform is asked for it at the next poll, usually within minutes. The case closes by itself once the order is taken in.",
};

const TAKEN_IN = {
  pl: "Wiadomość została przeczytana od nowa i przyjęta.",
  en: "The message was read anew and taken in.",
};

/** How soon the cases of what was done are looked at again. */
const SOON_MS = 10_000;

/** What was sent again closes its case once the ERP has it: it is not left for hours. */
export async function lookAtSoon(
  written: Extract<Written, { is: "written" }>,
  { cases, now }: ActParts,
): Promise<void> {
  const held = await cases.read(written.moved.flatMap((moved) => moved.case ?? []));
  for (const one of held) if (!one.resolved) await cases.lookAgain(one, now() + SOON_MS);
}

type Named = { account: string; sourceOrder: string; case?: string | undefined };

export async function reread(asked: Asked & { do: "reread" }, parts: ActParts): Promise<Acted> {
  const named = await namedBy(asked, parts);
  return typeof named === "string" ? refusal(named, asked.do) : fetchAgain(asked, named, parts);
}

async function namedBy(
  asked: { case?: string | undefined; account?: string | undefined; sourceOrder?: string | undefined },
  { cases }: ActParts,
): Promise<Named | RefusalReason> {
  const { account, sourceOrder } = asked;
  if (account !== undefined && sourceOrder !== undefined) return { account, sourceOrder, case: asked.case };
  if (asked.case === undefined) return "no-target";
  const [held] = await cases.read([asked.case]);
  return held ? { account: held.account, sourceOrder: held.sourceOrder, case: held.id } : "unknown-case";
}

async function fetchAgain(asked: Asked, named: Named, parts: ActParts, note?: string): Promise<Acted> {
  const account = accountIn(parts.book, named.account);
  if (!account) return refusal("unknown-account", asked.do);
  if (!account.fetches) return refusal("cannot-be-read-there", asked.do);
  if (!namesAnOrder(named)) return refusal("names-no-order", asked.do);
  await parts.feeds.requestRefresh(named.account, named.sourceOrder, parts.now(), note);
  await auditAlone(asked, { case: named.case, before: "held", after: note ?? "to-be-read" }, parts);
  const moved = [{ ...(named.case && { case: named.case }), before: "held", after: note ?? "to-be-read" }];
  return answered(asked, parts.now(), { moved, next: FETCHED });
}

/** Of a case that no order was made of: from its platform where that can be asked, else from what was kept. */
export async function sendAgain(asked: Asked, parts: ActParts, note?: string): Promise<Acted> {
  const named = await namedBy({ case: "case" in asked ? asked.case : undefined }, parts);
  if (typeof named === "string") return refusal(named, asked.do);
  const account = accountIn(parts.book, named.account);
  if (!account) return refusal("unknown-account", asked.do);
  return account.fetches && namesAnOrder(named)
    ? fetchAgain(asked, named, parts, note)
    : readKept(asked, named.case ?? "", parts, note === RELEASED);
}

export function releaseReport(asked: Asked, parts: ActParts): Promise<Acted> {
  return sendAgain(asked, parts, RELEASED);
}

export function reprocess(asked: Asked & { do: "reprocess" }, parts: ActParts): Promise<Acted> {
  return readKept(asked, asked.case, parts, false);
}

/** @param released a person lets it in, although it may be another one's */
async function readKept(asked: Asked, id: string, parts: ActParts, released: boolean): Promise<Acted> {
  const earlier = await parts.desk.audited(asked.request);
  if (earlier.length > 0) return told(asked, { is: "already" }, TAKEN_IN, parts);
  const [held] = await parts.cases.read([id]);
  if (!held) return refusal("unknown-case", asked.do);
  if (held.resolved) return refusal("already-closed", asked.do);
  const connection = await parts.connect(held.account);
  if (!connection) return refusal("unknown-account", asked.do);
  if (isOfAccount(held)) return refusal("names-no-order", asked.do);
  const body = held.body ? await parts.bodies.read(held.body) : undefined;
  if (!body) return refusal(held.erasedAt === undefined ? "no-body" : "data-erased", asked.do);
  const sightings = sightingsIn(body, connection, parts.now());
  if (sightings.length === 0) return askedInstead(asked, held, parts);
  const outcomes: Outcome[] = [];
  for (const sighting of sightings) {
    const deps = intakeDeps(parts, connection, body);
    outcomes.push(await intake(sighting, { ...deps, rules: { ...deps.rules, released } }));
  }
  const again = outcomes.find(({ verdict, reason }) => verdict === "held" && reason === held.reason);
  if (again) return refusal("still-unusable", asked.do);
  const ends = isOver(held, outcomes) ? { ends: "taken-in" } : {};
  const written = await actOnce(asked, { case: id }, () => ({ ruling: { is: "already" }, ...ends }), parts);
  const orders = outcomes.map(({ order, verdict }) => ({ ...(order && { order }), before: "none", after: verdict }));
  const answer = told(asked, written, TAKEN_IN, parts);
  return answer.answer === "done" ? { ...answer, moved: [...orders, ...answer.moved] } : answer;
}

/** A text that only its platform explains, as the answer of a list: the platform is asked for the order anew. */
async function askedInstead(asked: Asked, held: Held, parts: ActParts): Promise<Acted> {
  const { account, sourceOrder, id } = held;
  return accountIn(parts.book, account)?.fetches && namesAnOrder(held)
    ? fetchAgain(asked, { account, sourceOrder, case: id }, parts)
    : refusal("still-unusable", asked.do);
}

/** Read anew a report may say what is known already: that ends a case of a report that was not in, and no other. */
function isOver({ reason }: Held, outcomes: readonly Outcome[]): boolean {
  return declaredReason(reason)?.ending === "taken-in" || outcomes.some(({ verdict }) => verdict !== "duplicate");
}

/** What a feed held is a sighting already; a webhook's message is mapped by its channel as when it came. */
function sightingsIn(body: Buffer, { channel, account, name }: Connection, now: number): Sighting[] {
  const own = Sighting.safeParse(parsed(body));
  if (own.success && own.data.account === name) return [own.data];
  const received = channel.receiveKept?.(body, account, now);
  return received?.kind === "sightings" ? received.sightings : [];
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
