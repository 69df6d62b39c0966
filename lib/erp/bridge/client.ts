/** The ERP behind a bridge: the port over whatever carries a question there and an answer back. */

import type { Instant } from "../../core/order.ts";
import { type Erp, ErpUnavailable, type ErpWatch, type Submitted } from "../../core/ports/erp.ts";
import type { OperationName, Outcome } from "../../core/ports/outbox.ts";
import { present } from "../../core/writes.ts";
import { type BridgeAnswer, type BridgeRequest, type ErpState, Failure, operations } from "./contract.ts";
import { answerOf, CONTRACT, TOO_OLD, tooOldForKojarz } from "./contract-version.ts";
import { requestFor } from "./older-bridge.ts";
import { type Posted, type PostOptions, post } from "./post.ts";

/** What came of asking the bridge. */
export type Reply<N extends OperationName> =
  | { kind: "answer"; answer: BridgeAnswer<N> }
  /** Nothing reached the bridge, and nothing will. */
  | { kind: "not-sent"; cause?: unknown }
  /** The bridge itself says that it did nothing of it, or that it failed. */
  | { kind: "failed"; status: number; error: string; detail?: string | undefined }
  /** It may have been done. */
  | { kind: "unclear"; cause?: unknown };

/** Brings a question to the bridge, and its answer back. */
export type Carry = <N extends OperationName>(
  operation: N,
  request: BridgeRequest<N>,
  timeoutMs: number,
) => Promise<Reply<N>>;

export type Timeouts = {
  /** For every question that writes nothing. Milliseconds. */
  readMs: number;
  /** The longest wait for a submit or a cancel; a submit waits no longer than its deadline. */
  writeMs: number;
};

const TIMEOUTS: Timeouts = { readMs: 20_000, writeMs: 45_000 };

export type ErpOverBridge = Erp &
  ErpWatch & {
    /**
     * State and document numbers, of at most 100 ERP orders; one that the ERP does not know is left out.
     * Throws `ErpUnavailable` when it cannot know.
     */
    read(erpIds: readonly string[]): Promise<ErpState[]>;
  };

/** @param name the namespace of the ERP's order ids: one for each database, never changed */
export function erpOver(
  name: string,
  carry: Carry,
  now: () => Instant,
  { readMs, writeMs }: Timeouts = TIMEOUTS,
): ErpOverBridge {
  /** @throws ErpUnavailable unless there is a clear answer */
  async function ask<N extends OperationName>(
    operation: N,
    request: BridgeRequest<N>,
    timeoutMs: number,
  ): Promise<BridgeAnswer<N>> {
    return answered(operation, await carry(operation, request, timeoutMs));
  }

  return {
    name,
    find: async ({ keys, ...query }) => (await ask("find", { ...query, keys: [...keys] }, readMs)).hits,

    async submit({ keys, ...order }, deadline) {
      const sentAt = now();
      if (sentAt >= deadline) return { outcome: "rejected", reason: "erp-too-late", retry: true };
      const request = { order: { ...order, keys: [...keys] }, deadline, sentAt };
      return submittedOf(await carry("submit", request, Math.min(writeMs, deadline - sentAt)));
    },

    cancel: ({ erpId, number }, order) => ask("cancel", { erp: { erpId, number }, order }, writeMs),
    list: (since, cursor) => ask("list", present({ since, cursor }), readMs),
    async shadow(since, cursor) {
      const request: BridgeRequest<"shadow"> = present({ since, cursor });
      const reply = await carry("shadow", request, readMs);
      // A bridge of before lists as it always did; the VAT it does not tell.
      const isOlder = reply.kind === "failed" && reply.error === TOO_OLD;
      return isOlder ? { outcome: "listed", ...(await ask("list", request, readMs)) } : answered("shadow", reply);
    },
    read: async (erpIds) => (await ask("read", { erpIds: [...erpIds] }, readMs)).orders,
  };
}

/** @throws ErpUnavailable unless there is a clear answer */
function answered<N extends OperationName>(operation: N, reply: Reply<N>): BridgeAnswer<N> {
  if (reply.kind === "answer") return reply.answer;
  if (reply.kind === "failed") {
    const { status, error, detail } = reply;
    throw new ErpUnavailable(`the bridge answered ${status} ${error}${detail === undefined ? "" : `: ${detail}`}`);
  }
  throw new ErpUnavailable(`the bridge gave no answer to ${operation}`, { cause: reply.cause });
}

/** Only a clear word counts; a failure that the bridge met on the way leaves open what was written. */
function submittedOf(reply: Reply<"submit">): Submitted {
  switch (reply.kind) {
    case "answer":
      return reply.answer;
    case "not-sent":
      return { outcome: "rejected", reason: "erp-unreachable", retry: true };
    case "failed":
      // What is too old has written nothing; the order goes once the bridge is newer.
      if (reply.error === TOO_OLD)
        return { outcome: "rejected", reason: TOO_OLD, retry: true, ...(reply.detail && { detail: reply.detail }) };
      return reply.status === 400
        ? { outcome: "rejected", reason: "erp-bridge-refused-request", retry: false }
        : { outcome: "in-doubt" };
    case "unclear":
      return { outcome: "in-doubt" };
  }
}

export type BridgeOptions = PostOptions & {
  /** The namespace of the ERP's order ids: one name for each database, never changed. */
  name: string;
  now: () => Instant;
  timeouts?: Timeouts;
};

/** The bridge is called, over a VPN or a tunnel. */
export function bridgeErp({ name, baseUrl, secrets, http, now, unique, timeouts }: BridgeOptions): ErpOverBridge {
  return erpOver(name, carryByHttp({ baseUrl, secrets, http, unique }, now), now, timeouts);
}

function carryByHttp(io: PostOptions, now: () => Instant): Carry {
  /** What the bridge's last answer said that it speaks. */
  let bridge: number | undefined;

  async function ask(operation: OperationName, request: object, timeoutMs: number): Promise<Posted> {
    const posted = await post(io, operation, request, timeoutMs);
    if (posted.kind === "signed") bridge = posted.contract;
    return posted;
  }

  /** Only where nothing was asked before: a find comes before every submit, and tells. */
  async function learnt(timeoutMs: number): Promise<number | undefined> {
    if (bridge === undefined) await ask("read", { erpIds: [] } satisfies BridgeRequest<"read">, timeoutMs);
    return bridge;
  }

  async function submit(request: BridgeRequest<"submit">, timeoutMs: number): Promise<Reply<"submit">> {
    const until = now() + timeoutMs;
    const speaks = await learnt(timeoutMs);
    if (speaks === undefined) return { kind: "not-sent", cause: new Error("the bridge did not say what it speaks") };
    const tooOld = tooOldForKojarz("submit", speaks);
    if (tooOld) return replyOf("submit", answerOf(tooOld));
    const fitting = await requestFor(speaks, request);
    if ("refused" in fitting) return { kind: "answer", answer: fitting.refused };
    const posted = await ask("submit", fitting.request, Math.max(1, until - now()));
    return posted.kind === "signed" ? replyOf("submit", posted) : posted;
  }

  return async (operation, request, timeoutMs) => {
    if (operation === "submit") return submit(request as BridgeRequest<"submit">, timeoutMs) as never;
    // It would not know the question, nor sign what it says to that.
    const unknown =
      operation === "shadow" ? tooOldForKojarz(operation, (await learnt(timeoutMs)) ?? CONTRACT) : undefined;
    if (unknown) return replyOf(operation, answerOf(unknown));
    const posted = await ask(operation, request, timeoutMs);
    if (posted.kind !== "signed") return posted;
    const tooOld = operation === "cancel" ? undefined : tooOldForKojarz(operation, posted.contract);
    return replyOf(operation, tooOld ? answerOf(tooOld) : posted);
  };
}

/** An answer that is known to be the bridge's. */
export function replyOf<N extends OperationName>(operation: N, { status, body }: Outcome): Reply<N> {
  if (status !== 200) {
    const failure = Failure.safeParse(body);
    return failure.success ? { kind: "failed", status, ...failure.data } : { kind: "unclear", cause: failure.error };
  }
  const answer = operations[operation].answer.safeParse(body);
  return answer.success
    ? { kind: "answer", answer: answer.data as BridgeAnswer<N> }
    : { kind: "unclear", cause: new Error(`the bridge's answer to ${operation} does not follow the contract`) };
}
