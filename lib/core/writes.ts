/**
 * How something is written: without undefined values, once, no larger than a store takes, so many at a time, and again
 * where somebody else was faster.
 */
import { keyId } from "./keys.ts";
import { type Instant, type Order, type OrderEvent, SHADOWED } from "./order.ts";
import type { Claims, Committed, DueLane, Write } from "./ports/claims.ts";

/** `T` where everything that may be left out may also be undefined. */
export type WithUndefined<T> = { [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] };

/**
 * The same properties without those that are undefined: nothing that is stored or sent has an undefined value.
 * `T` is what the caller expects there; name it where nothing else says it.
 */
export function present<T extends object | undefined = never>(properties: NoInfer<WithUndefined<T>>): T {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(properties as object)) if (value !== undefined) kept[name] = value;
  return kept as T;
}

/**
 * DynamoDB never takes a transaction that names one item twice, and the local engine calls it a lost race.
 * @throws whoever decided it made a mistake, which no reading again repairs
 */
export function checkOnce({ keys }: Write): void {
  const ids = new Set(keys.map(({ after }) => keyId(after)));
  if (ids.size < keys.length) throw new Error("one transaction writes a key twice");
}

/** What a store takes of one order, in bytes: an item of the table holds 400 KB, its other attributes included. */
export const MAX_ORDER_BYTES = 390_000;

/**
 * Over so many values of its partition key the index of due orders can be spread. One takes 1,000 writes a second, and DynamoDB
 * does not split a partition whose items come in the order of time: eight carry nearly all that a table may be written by default.
 */
export const MOST_PARTITIONS = 8;

/** What the connector adds to an order on its way: a lease, times, a reason, the ERP's number. */
const ROOM_BYTES = 4_000;

/** Of its JSON in UTF-8: what the store takes of it. */
export function bytesOf(order: Order): number {
  return Buffer.byteLength(JSON.stringify(order));
}

/**
 * In which lane of that index it waits. A source that has to be told the ERP's number is work, too; what is only kept in shadow
 * mode is none.
 */
export function laneOf({ state, reason, cancelRequested, sources }: Order): DueLane {
  if (state === "cancelled" || (state === "held" && reason === SHADOWED)) return "ends";
  if (state !== "delivered" || cancelRequested) return "work";
  return sources.some(({ erpNumber }) => erpNumber === "wanted") ? "work" : "ends";
}

/** An order that could be stored but not delivered would be unfinished for ever. */
export function leavesRoom(order: Order): boolean {
  return bytesOf(order) <= MAX_ORDER_BYTES - ROOM_BYTES;
}

/** A key may change its order when its window is over, or when the order that has it gives it up in the same write. */
export function mayMove({ before, after }: Write["keys"][number], { also = [] }: Write, now: Instant): boolean {
  if (!before || after.order === before.order || before.expiresAt <= now) return true;
  return also.some((order) => order.before.id === before.order);
}

/** The first events say how it began, the last ones how it is now. */
const FIRST_EVENTS = 10;
const MAX_EVENTS = 60;

/** The order with one more event. The same thing again is counted: an ERP that is down for a weekend is one event. */
export function withEvent(order: Order, event: OrderEvent): Order {
  const history = order.history ?? [];
  const last = history.at(-1);
  const isAgain = last !== undefined && sayingOf(last) === sayingOf(event);
  const again = isAgain && { ...last, count: (last.count ?? 1) + 1, lastAt: event.at };
  const all = again ? [...history.slice(0, -1), again] : [...history, event];
  const kept = all.length > MAX_EVENTS ? [...all.slice(0, FIRST_EVENTS), ...all.slice(FIRST_EVENTS + 1)] : all;
  return { ...order, history: kept };
}

function sayingOf({ what, why, account, sourceOrder, key }: OrderEvent): string {
  return [what, why, account, sourceOrder, key].join("\n");
}

/** What waiting before another try needs. */
export type Jitter = {
  /** 0 to 1. */
  random: () => number;
  wait: (ms: number) => Promise<void>;
};

/** Shop and BaseLinker announce the same order in the same moment: losing a race several times over is normal. */
const MAX_TRIES = 12;

/**
 * Tries until nobody else is faster. Between two tries it waits for a random time, of up to 20 ms at first and 640 ms at
 * last, so that those who met do not meet again.
 * @param attempt reads, decides and writes; `raced` where something was not as read. `tried`: how often it raced before
 * @returns what the attempt came to; `raced` after so many tries that somebody must be writing all the time
 */
export async function retryRaces<T>(
  attempt: (tried: number) => Promise<T | "raced">,
  { random, wait }: Jitter,
): Promise<T | "raced"> {
  for (let tried = 0; tried < MAX_TRIES; tried += 1) {
    if (tried > 0) await wait(random() * 10 * 2 ** Math.min(tried, 6));
    const result = await attempt(tried);
    if (result !== "raced") return result;
  }
  return "raced";
}

/** What is written of an order, and what came of it. Without `write` nothing is written. */
export type Update<T> = { write?: Write; result: T };

export type UpdateDeps = Jitter & { claims: Pick<Claims, "read" | "commit">; now: () => Instant };

/**
 * Changes one order. Whoever changed it meanwhile, it is read and decided again.
 * @param known the order as it was read last, which saves a request
 * @param decide sees the order as it is stored, or undefined where the store has forgotten it; may be called several times
 * @returns the result of the decision that was written, or what kept it from being written
 */
export function updateOrder<T>(
  known: Order,
  decide: (order: Order | undefined) => Update<T> | Promise<Update<T>>,
  deps: UpdateDeps,
): Promise<T | Exclude<Committed, "done">> {
  return retryRaces<T | "too-large">(async (tried) => {
    const order = tried === 0 ? known : await deps.claims.read(known.id);
    const { write, result } = await decide(order);
    const committed = write ? await deps.claims.commit(write, deps.now()) : "done";
    return committed === "done" ? result : committed;
  }, deps);
}

/**
 * Works through a list, so many items at a time. After a failure nothing new is started, and what is under way ends.
 * @param isOver asked before each item: true leaves this one and the rest undone
 * @throws what the first item that failed threw
 */
export async function forEachLimit<T>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
  isOver: () => boolean = () => false,
): Promise<void> {
  const failures: unknown[] = [];
  const rest = items[Symbol.iterator]();
  const worker = async () => {
    while (failures.length === 0 && !isOver()) {
      const next = rest.next();
      if (next.done) return;
      await work(next.value).catch((cause: unknown) => failures.push(cause));
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (failures.length > 0) throw failures[0];
}
