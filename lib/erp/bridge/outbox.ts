/**
 * The other way to a merchant: the bridge is not called, it fetches its work over outbound HTTPS.
 *
 * The port stays as it is. A call becomes a piece of work in the outbox and waits for its outcome, a submit no longer
 * than its deadline; so the one who holds the order's lease is still the only one who marks it, and an ack needs no
 * second way into the order's states. Each piece is handed out once and its lease is its own end: what nobody fetched
 * by then is taken back and was never sent; what was fetched and not acked is in doubt, and ends in a find. The price
 * is a connector that waits for the bridge's next look, about a second, instead of an order that is written twice.
 */
import type { Instant } from "../../core/order.ts";
import type { Outbox, Work } from "../../core/ports/outbox.ts";
import { type Carry, type ErpOverBridge, erpOver, replyOf, type Timeouts } from "./client.ts";
import { type Handlers, operations, type pullOperations } from "./contract.ts";
import { answerOf, tooOldForKojarz } from "./contract-version.ts";
import { requestFor } from "./older-bridge.ts";
import type { Secrets } from "./signing.ts";

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
    async claim({ max }, contract) {
      const pieces = await outbox.handOut(max, now(), unique);
      const work = await Promise.all(pieces.map((piece) => handedOut(piece, contract, outbox, now())));
      return { work: work.filter((piece) => piece !== undefined) };
    },
    ack: async ({ id, token, outcome }) => ({ accepted: await outbox.ack(id, token, outcome) }),
  };
}

/**
 * The time that a submit has left is counted from here, not from when it was put into the outbox.
 * @param contract what the bridge speaks
 * @returns undefined where that cannot carry it: it is answered here instead
 */
async function handedOut(work: Work, contract: number, outbox: Outbox, now: Instant): Promise<Work | undefined> {
  const unknown = work.operation === "shadow" ? tooOldForKojarz(work.operation, contract) : undefined;
  if (unknown) {
    await outbox.ack(work.id, work.token, answerOf(unknown));
    return undefined;
  }
  const submit = work.operation === "submit" ? operations.submit.request.safeParse(work.request).data : undefined;
  if (!submit) return work;
  const fitting = await requestFor(contract, { ...submit, sentAt: now });
  if ("request" in fitting) return { ...work, request: fitting.request };
  await outbox.ack(work.id, work.token, { status: 200, body: fitting.refused });
  return undefined;
}
