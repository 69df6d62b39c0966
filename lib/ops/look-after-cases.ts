/**
 * What time does to cases: a new one is told to a person, one that is open for too long loses its personal data, and what a
 * closed one kept goes with its end. Run by the sweep, one run at a time.
 */
import { dataErased } from "../core/actions.ts";
import type { Held } from "../core/held.ts";
import { DAY, type Instant } from "../core/order.ts";
import type { Bodies } from "../core/ports/bodies.ts";
import type { Cases, OpenCase } from "../core/ports/cases.ts";
import type { Claims } from "../core/ports/claims.ts";
import { type UpdateDeps, updateOrder } from "../core/writes.ts";

/** Tells whoever is on duty, in a message of its own. Absent where nobody subscribed. */
export type Alerts = { send(subject: string, text: string): Promise<void> };

export type LookAfterDeps = UpdateDeps & {
  claims: Pick<Claims, "read" | "commit">;
  cases: Cases;
  bodies: Bodies;
  unique: () => string;
  alerts?: Alerts | undefined;
  /** By which the command line finds this deployment. */
  stage?: string | undefined;
  /** Hears why a message was not sent. It is tried again by the next run. */
  unsent: (error: unknown) => void;
  /** How long an open case keeps personal data, in milliseconds. */
  caseMs: number;
  /** When a message of cases was sent last. */
  toldAt?: Instant | undefined;
};

export type LookedAfter = { open: number; oldestMs: number; told: number; erased: number; toldAt?: Instant };

const MOST_OPEN = 5_000;
const MOST_OVER = 100;
const MINUTE = 60_000;
/** So long before its data go a person is told of a case again. */
const WARNING_MS = 7 * DAY;

export async function lookAfterCases(deps: LookAfterDeps): Promise<LookedAfter> {
  const { cases, now } = deps;
  const { cases: open } = await cases.open({ first: "oldest", limit: MOST_OPEN });
  const erased = await eraseOld(open, deps);
  for (const held of await cases.over(now(), MOST_OVER)) await eraseClosed(held, deps);
  const told = await tell(open, deps).catch((error: unknown) => {
    deps.unsent(error);
    return 0;
  });
  const oldestMs = open[0] ? Math.max(0, now() - open[0].firstAt) : 0;
  return { open: open.length, oldestMs, told, erased, ...(told > 0 && { toldAt: now() }) };
}

/** Ids and reason stay; from then on it can only be closed by `done` or `dismiss`. */
async function eraseOld(open: readonly OpenCase[], deps: LookAfterDeps): Promise<number> {
  const { cases, bodies, now, caseMs, unique } = deps;
  const old = open.filter(({ firstAt }) => firstAt + caseMs <= now());
  let erased = 0;
  for (const held of await cases.read(old.map(({ id }) => id))) {
    if (held.resolved || held.erasedAt !== undefined) continue;
    const order = held.order === undefined ? undefined : await deps.claims.read(held.order);
    if (order)
      await updateOrder(
        order,
        (current) => {
          const ruling = current && dataErased(current, { now: now(), stamp: unique() });
          return ruling?.is === "writes"
            ? { write: { order: ruling.order, keys: [] }, result: true }
            : { result: true };
        },
        deps,
      );
    if (held.body) await bodies.remove(held.body);
    if (await cases.erase(held, now())) erased += 1;
  }
  return erased;
}

/** The message first: of a case that is open again by then it goes with the next message that is kept of it. */
async function eraseClosed(held: Held, { cases, bodies }: LookAfterDeps): Promise<void> {
  if (held.body) await bodies.remove(held.body);
  await cases.forget(held);
}

const MOST_IN_ONE = 20;

/** At most one message a minute, several cases in one. Sent, then marked: a crash between the two tells it again. */
async function tell(open: readonly OpenCase[], deps: LookAfterDeps): Promise<number> {
  const { alerts, stage, cases, now, toldAt = 0, caseMs } = deps;
  if (!alerts || now() - toldAt < MINUTE) return 0;
  const untold = open.filter((held) => held.toldAt === undefined).map(({ id }) => id);
  const ending = open.filter(({ firstAt }) => firstAt + caseMs - WARNING_MS <= now()).map(({ id }) => id);
  const news = (await cases.read(untold.slice(0, MOST_IN_ONE))).filter(({ resolved }) => !resolved);
  const warned = (await cases.read(ending.slice(0, MOST_IN_ONE))).filter(
    ({ resolved, warnedAt, erasedAt }) => !resolved && warnedAt === undefined && erasedAt === undefined,
  );
  if (news.length + warned.length === 0) return 0;
  const more = untold.length - news.length;
  const { messageOf, subjectOf } = await import("./case-message.ts");
  await alerts.send(subjectOf(news.length + warned.length + more), messageOf(news, warned, more, stage));
  for (const { id } of news) await cases.markTold(id, "toldAt", now());
  for (const { id } of warned) await cases.markTold(id, "warnedAt", now());
  return news.length + warned.length;
}
