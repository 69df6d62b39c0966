/**
 * The other way to a merchant: the bridge is not called, it fetches its work over outbound HTTPS.
 *
 * The port stays as it is. A call becomes a piece of work in the outbox and waits for its outcome, a submit no longer
 * than its deadline; so the one who holds the order's lease is still the only one who marks it, and an ack needs no
 * second way into the order's states. Each piece is handed out once and its lease is its own end: what nobody fetched
 * by then is taken back and was never sent; what was fetched and not acked is in doubt, and ends in a find. The price
 * is a connector that waits for the bridge's next look, about a second, instead of an order that is written twice.
 */
import type { Instant } from "../../order.ts";
import { type Carry, type ErpOverBridge, erpOver, replyOf, type Timeouts } from "./client.ts";
import {
  type Handlers,
  type OperationName,
  type Outcome,
  operations,
  type pullOperations,
  type Work,
} from "./contract.ts";
import type { Secrets } from "./signing.ts";

export type Outbox = {
  /** Durable when it returns. Nobody gets it at or after `until`. */
  put(work: { id: string; operation: OperationName; request: unknown }, until: Instant): Promise<void>;
  /** Pieces that nobody has, each under a token, first what is soonest over. None is given out twice. */
  claim(max: number, now: Instant, token: () => string): Promise<Work[]>;
  /** False when it was taken back meanwhile, or was another's. */
  ack(id: string, token: string, outcome: Outcome): Promise<boolean>;
  outcome(id: string): Promise<Outcome | undefined>;
  /** Ends it: nobody fetches it, no ack is taken. Says whether somebody had fetched it, and what was acked; asked again, the same. */
  takeBack(id: string): Promise<{ fetched: boolean; outcome?: Outcome }>;
};

export type OutboxOptions = {
  name: string;
  outbox: Outbox;
  now: () => Instant;
  unique: () => string;
  /** Milliseconds. */
  wait: (ms: number) => Promise<void>;
  timeouts?: Timeouts;
};

const LOOK_MS = 250;

export function outboxErp({ name, now, timeouts, ...io }: OutboxOptions): ErpOverBridge {
  return erpOver(name, carryByOutbox({ now, ...io }), now, timeouts);
}

function carryByOutbox({ outbox, now, unique, wait }: Omit<OutboxOptions, "name" | "timeouts">): Carry {
  return async (operation, request, timeoutMs) => {
    const id = unique();
    const until = now() + timeoutMs;
    try {
      await outbox.put({ id, operation, request }, until);
      let known = await outbox.outcome(id);
      while (!known && now() < until) {
        await wait(Math.min(LOOK_MS, until - now()));
        known = await outbox.outcome(id);
      }
      if (known) {
        // Only to be rid of it: what came of it is known.
        await outbox.takeBack(id).catch(() => undefined);
        return replyOf(operation, known);
      }
      const { fetched, outcome } = await outbox.takeBack(id);
      if (outcome) return replyOf(operation, outcome);
      return { kind: fetched ? "unclear" : "not-sent", cause: new Error("nobody did it in time") };
    } catch (cause) {
      return { kind: "unclear", cause };
    }
  };
}

/** Kojarz's end of pulling. */
export type PullEnd = { secrets: Secrets; handlers: Handlers<typeof pullOperations> };

/** What Kojarz answers a bridge that pulls. */
export function pullHandlers(
  outbox: Outbox,
  now: () => Instant,
  unique: () => string,
): Handlers<typeof pullOperations> {
  return {
    claim: async ({ max }) => ({
      work: (await outbox.claim(max, now(), unique)).map((work) => handedOut(work, now())),
    }),
    ack: async ({ id, token, outcome }) => ({ accepted: await outbox.ack(id, token, outcome) }),
  };
}

/** The time that a submit has left is counted from here, not from when it was put into the outbox. */
function handedOut(work: Work, now: Instant): Work {
  const submit = work.operation === "submit" ? operations.submit.request.safeParse(work.request).data : undefined;
  return submit ? { ...work, request: { ...submit, sentAt: now } } : work;
}
