/** The ERP behind a bridge: the port over whatever carries a question there and an answer back. */

import type { Instant } from "../../order.ts";
import { type Erp, ErpUnavailable, type ErpWatch, type Submitted } from "../erp.ts";
import {
  type BridgeAnswer,
  type BridgeRequest,
  type ErpState,
  Failure,
  type OperationName,
  type Outcome,
  operations,
} from "./contract.ts";
import { type PostOptions, post } from "./post.ts";

/** What came of asking the bridge. */
export type Reply<N extends OperationName> =
  | { kind: "answer"; answer: BridgeAnswer<N> }
  /** Nothing reached the bridge, and nothing will. */
  | { kind: "not-sent"; cause?: unknown }
  /** The bridge itself says that it did nothing of it, or that it failed. */
  | { kind: "failed"; status: number; error: string }
  /** It may have been done. */
  | { kind: "unclear"; cause?: unknown };

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
    const reply = await carry(operation, request, timeoutMs);
    if (reply.kind === "answer") return reply.answer;
    if (reply.kind === "failed") throw new ErpUnavailable(`the bridge answered ${reply.status} ${reply.error}`);
    throw new ErpUnavailable(`the bridge gave no answer to ${operation}`, { cause: reply.cause });
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
    list: (since, cursor) => ask("list", { since, ...(cursor !== undefined && { cursor }) }, readMs),
    read: async (erpIds) => (await ask("read", { erpIds: [...erpIds] }, readMs)).orders,
  };
}

/** Only a clear word counts; a failure that the bridge met on the way leaves open what was written. */
function submittedOf(reply: Reply<"submit">): Submitted {
  switch (reply.kind) {
    case "answer":
      return reply.answer;
    case "not-sent":
      return { outcome: "rejected", reason: "erp-unreachable", retry: true };
    case "failed":
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
  return erpOver(name, carryByHttp({ baseUrl, secrets, http, unique }), now, timeouts);
}

function carryByHttp(io: PostOptions): Carry {
  return async (operation, request, timeoutMs) => {
    const posted = await post(io, operation, request, timeoutMs);
    return posted.kind === "signed" ? replyOf(operation, posted) : posted;
  };
}

/** An answer that is known to be the bridge's. */
export function replyOf<N extends OperationName>(operation: N, { status, body }: Outcome): Reply<N> {
  if (status !== 200) {
    const failure = Failure.safeParse(body);
    return failure.success
      ? { kind: "failed", status, error: failure.data.error }
      : { kind: "unclear", cause: failure.error };
  }
  const answer = operations[operation].answer.safeParse(body);
  return answer.success
    ? { kind: "answer", answer: answer.data as BridgeAnswer<N> }
    : { kind: "unclear", cause: new Error(`the bridge's answer to ${operation} does not follow the contract`) };
}
