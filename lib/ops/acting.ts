/** One action on one order or case: decided, written with its audit entry, and told. */
import type { Connection } from "../channels/channel.ts";
import { type Doing, type Ruling, stateIn } from "../core/actions.ts";
import type { Audit } from "../core/audit.ts";
import { type Held, heldId, isOfAccount } from "../core/held.ts";
import { DAY, KOJARZ, type Order } from "../core/order.ts";
import type { Cases } from "../core/ports/cases.ts";
import type { Write } from "../core/ports/claims.ts";
import type { Desk } from "../core/ports/desk.ts";
import type { Queues } from "../core/ports/queues.ts";
import type { Modes } from "../core/rules.ts";
import { reportToForward } from "../core/sources.ts";
import { present, retryRaces } from "../core/writes.ts";
import type { DeliverDeps } from "../delivery/lease.ts";
import type { FeedParts } from "../feeds/parts.ts";
import type { Action, Done, Moved, Refused } from "./actions.ts";
import type { Text } from "./answers.ts";
import type { Book } from "./book.ts";
import { type RefusalReason, refusalText } from "./refusals.ts";

/** The parts of the process that an action works with. */
export type ActParts = Pick<
  FeedParts,
  "bodies" | "claims" | "explain" | "feeds" | "now" | "random" | "unique" | "wait"
> & {
  cases: Cases;
  desk: Desk;
  erp: DeliverDeps["erp"];
  config: { windowDays: number; memoryDays: number; waitingDays: number; mode: Modes };
  book: Book;
  /** Absent where nothing is left behind in queues. */
  queues?: Queues;
  /** An account with all that its channel needs; asked for where a kept message is read anew, and nowhere else. */
  connect(account: string): Promise<Connection | undefined>;
};

/** The action with the name of its request. */
export type Asked<A extends Action = Action> = A & { request: string };

/** What was found of it when it was read. `held`: the case that it is about, where there is one. */
export type Target = { order?: Order; held?: Held };

export type Written =
  | { is: "written"; moved: Moved[] }
  /** `moved`: what the same request moved before. */
  | { is: "already"; moved?: Moved[] }
  | { is: "refused"; reason: RefusalReason };

type Decided = {
  ruling: Ruling;
  /** How the case of it ends with it; absent where it stays open. */
  ends?: string;
};

/**
 * Reads, decides and writes, again where somebody was faster.
 * @param decide sees the order and the case as they are stored now; may be called several times
 */
export async function actOnce(
  asked: Asked,
  target: { order?: string | undefined; case?: string | undefined },
  decide: (found: Target, doing: Doing) => Decided | RefusalReason | Promise<Decided | RefusalReason>,
  parts: ActParts,
): Promise<Written> {
  const written = await retryRaces<Written>(async () => {
    const earlier = await parts.desk.audited(asked.request);
    if (earlier.length > 0) return { is: "already", moved: earlier.map(movedOf) };
    const found = await targetOf(target, parts);
    if (typeof found === "string") return { is: "refused", reason: found };
    const now = parts.now();
    const decided = await decide(found, { now, stamp: parts.unique() });
    if (typeof decided === "string") return { is: "refused", reason: decided };
    return write(asked, found, decided, now, parts);
  }, parts);
  return written === "raced" ? { is: "refused", reason: "lost-the-race" } : written;
}

async function targetOf(
  { order: orderId, case: caseId }: { order?: string | undefined; case?: string | undefined },
  { cases, claims }: ActParts,
): Promise<Target | RefusalReason> {
  const [held] = caseId === undefined ? [] : await cases.read([caseId]);
  if (caseId !== undefined && !held) return "unknown-case";
  // The order that it names is an example of many.
  const id = orderId ?? (held && isOfAccount(held) ? undefined : held?.order);
  if (id === undefined) return held ? { held } : "no-target";
  const order = await claims.read(id);
  if (!order) return held ? { held } : "unknown-order";
  return present<Target>({ order, held: held ?? (await caseOf(order, cases)) });
}

/** The open case of an order that is held, by which a person hears of it. */
async function caseOf(order: Order, cases: Cases): Promise<Held | undefined> {
  if (order.state !== "held" || order.reason === undefined) return undefined;
  const { account, sourceOrder } = reportToForward(order) ?? { account: KOJARZ, sourceOrder: order.id };
  const [held] = await cases.read([heldId(account, sourceOrder, order.reason)]);
  return held?.resolved ? undefined : held;
}

async function write(
  asked: Asked,
  { order, held }: Target,
  { ruling, ends }: Decided,
  now: number,
  parts: ActParts,
): Promise<Written | "raced"> {
  if (ruling.is === "refused") return ruling;
  const isOpen = held !== undefined && !held.resolved && ends !== undefined;
  if (ruling.is === "already" && !isOpen) return { is: "already" };
  const resolve = isOpen ? [closedBy(asked, held, ends, now, parts)] : [];
  const moved = [...movedBy(ruling, held), ...(isOpen ? [{ case: held.id, before: "open", after: ends }] : [])];
  const audit = moved.length > 0 ? entriesOf(asked, moved, order, held, now, parts) : [];
  const changes =
    ruling.is === "writes" ? { order: ruling.order, also: ruling.also ?? [], keys: ruling.keys } : { keys: [] };
  const committed = await parts.claims.commit({ ...changes, resolve, audit }, now);
  if (committed === "raced") return "raced";
  return committed === "done" ? { is: "written", moved } : { is: "refused", reason: "too-many-keys" };
}

function movedOf({ order, case: about, before, after }: Audit): Moved {
  return present<Moved>({ order, case: about, before, after });
}

function closedBy(
  { by, byProven, note }: Asked,
  held: Held,
  how: string,
  at: number,
  { config }: ActParts,
): NonNullable<Write["resolve"]>[number] {
  return { held, resolution: present({ how, at, by, byProven, note }), until: at + config.windowDays * DAY };
}

function movedBy(ruling: Ruling, held: Held | undefined): Moved[] {
  if (ruling.is !== "writes") return [];
  const orders = [ruling.order, ...(ruling.also ?? [])];
  return orders.map(({ before, after }) =>
    present<Moved>({
      order: after.id,
      case: orders.length === 1 ? held?.id : undefined,
      before: before ? stateIn(before) : "none",
      after: stateIn(after),
    }),
  );
}

/** One entry for each order that it moved, and for a case that belongs to none. */
function entriesOf(
  { by, byProven, note, do: action, request }: Asked,
  moved: readonly Moved[],
  order: Order | undefined,
  held: Held | undefined,
  at: number,
  { config }: ActParts,
): Audit[] {
  const orders = moved.filter((one) => one.order !== undefined);
  const entries = orders.length > 0 ? orders : moved;
  return entries.map(({ order: id = order?.id, before, after }, index) =>
    present<Audit>({
      request,
      index,
      at,
      do: action,
      order: id,
      case: held?.id,
      before,
      after,
      by,
      byProven,
      note,
      until: at + config.memoryDays * DAY,
    }),
  );
}

/** Leaves word of something that a later run does. */
export async function auditAlone(
  asked: Asked,
  about: { order?: string | undefined; case?: string | undefined; before: string; after: string },
  parts: ActParts,
): Promise<void> {
  const now = parts.now();
  const { by, byProven, note, do: action, request } = asked;
  const until = now + parts.config.memoryDays * DAY;
  const audit = present<Audit>({ request, index: 0, at: now, do: action, ...about, by, byProven, note, until });
  await parts.claims.commit({ keys: [], audit: [audit] }, now);
}

export function done(asked: Asked, now: number, more: Partial<Done> & { next: Text }): Done {
  return {
    answer: "done",
    do: asked.do,
    at: now,
    request: asked.request,
    already: false,
    moved: [],
    left: [],
    ...more,
  };
}

export function refusal(reason: RefusalReason, action?: string): Refused {
  return present<Refused>({ answer: "refused", do: action, reason, text: refusalText(reason) });
}

/** What an action on one order comes to, as it is told. */
export function told(asked: Asked, written: Written, next: Text, parts: Pick<ActParts, "now">): Done | Refused {
  if (written.is === "refused") return refusal(written.reason, asked.do);
  const { moved = [] } = written;
  return done(asked, parts.now(), { moved, already: written.is === "already", next });
}
