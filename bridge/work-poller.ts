/** The bridge's end of pulling: fetch work, do it, say what became of it. */

import type { Work } from "../lib/core/ports/outbox.ts";
import {
  type operations as bridgeOperations,
  Failure,
  type Handlers,
  operations,
  pullOperations,
} from "../lib/erp/bridge/contract.ts";
import { type Failed, perform } from "../lib/erp/bridge/exchange.ts";
import { type PostOptions, post } from "../lib/erp/bridge/post.ts";

export type WorkPollerOptions = PostOptions & {
  handlers: Handlers<typeof bridgeOperations>;
  failed: Failed;
  /** Pieces of work in one fetch, done at the same time. */
  atOnce: number;
};

const TIMEOUT_MS = 20_000;

/** An ack that got lost is sent again; given up, the order is in doubt at Kojarz and is found there. */
const ACKS = 3;

/** No work came, and why: an address, a secret or a clock that is wrong looks like this. Its message holds no data. */
export class NotFetched extends Error {
  constructor(why: string, options?: ErrorOptions) {
    super(`no work was fetched: ${why}`, options);
    this.name = "NotFetched";
  }
}

/** One fetch with all that it brings. @returns how many pieces; undefined when none could be fetched, which `failed` hears */
export async function pollOnce(options: WorkPollerOptions): Promise<number | undefined> {
  const work = await fetchWork(options);
  if (work instanceof NotFetched) {
    options.failed("claim", work);
    return undefined;
  }
  await Promise.all(
    work.map(async ({ id, token, operation, request }) => {
      const outcome = await perform(operation, request, operations, options.handlers, options.failed);
      await acknowledge(options, { id, token, outcome });
    }),
  );
  return work.length;
}

async function fetchWork(options: WorkPollerOptions): Promise<Work[] | NotFetched> {
  const answered = await post(options, "claim", { max: options.atOnce }, TIMEOUT_MS);
  if (answered.kind !== "signed") {
    const { cause } = answered;
    return new NotFetched(cause instanceof Error ? cause.message : "no answer", { cause });
  }
  const answer = pullOperations.claim.answer.safeParse(answered.body);
  if (answered.status === 200 && answer.success) return answer.data.work;
  const detail = Failure.safeParse(answered.body).data?.detail;
  return new NotFetched(`Kojarz answered ${answered.status}${detail === undefined ? "" : `: ${detail}`}`);
}

async function acknowledge(
  options: WorkPollerOptions,
  request: { id: string; token: string; outcome: unknown },
): Promise<void> {
  for (let attempt = 1; attempt <= ACKS; attempt++) {
    const posted = await post(options, "ack", request, TIMEOUT_MS);
    if (posted.kind === "signed" && posted.status === 200) return;
  }
  options.failed("ack", new Error("Kojarz took no ack"));
}

/** `stop`: fetches nothing more, does what is in hand, and ends. */
export type WorkPoller = { stop(): Promise<void> };

/**
 * Looks again at once while there is work, else after `idleMs`, whatever happens: a bridge that has stopped asking looks
 * like one that has nothing to do. Of fetches that fail in a row only the first is told.
 */
export function startWorkPoller(
  options: WorkPollerOptions,
  wait: (ms: number, signal: AbortSignal) => Promise<void>,
  idleMs: number,
): WorkPoller {
  const end = new AbortController();
  let isTold = false;
  const failed: Failed = (operation, cause) => {
    if (!isTold || !(cause instanceof NotFetched)) options.failed(operation, cause);
  };
  const loop = async () => {
    while (!end.signal.aborted) {
      const done = await pollOnce({ ...options, failed }).catch((cause) => options.failed("pull", cause));
      isTold = done === undefined;
      if (!done) await wait(idleMs, end.signal).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    async stop() {
      end.abort();
      await running;
    },
  };
}
