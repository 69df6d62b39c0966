/** The bridge's end of pulling: fetch work, do it, say what became of it. */
import { type operations as bridgeOperations, type Handlers, operations, pullOperations } from "./contract.ts";
import { type Failed, perform } from "./exchange.ts";
import { type PostOptions, post } from "./post.ts";

export type PullOptions = PostOptions & {
  handlers: Handlers<typeof bridgeOperations>;
  failed: Failed;
  /** Pieces of work in one fetch, done at the same time. */
  atOnce: number;
};

const TIMEOUT_MS = 20_000;

/** An ack that got lost is sent again; given up, the order is in doubt at Kojarz and is found there. */
const ACKS = 3;

/** One fetch with all that it brings. @returns how many pieces; undefined when Kojarz did not answer */
export async function pullOnce(options: PullOptions): Promise<number | undefined> {
  const claimed = await post(options, "claim", { max: options.atOnce }, TIMEOUT_MS);
  if (claimed.kind !== "signed" || claimed.status !== 200) return undefined;
  const answer = pullOperations.claim.answer.safeParse(claimed.body);
  if (!answer.success) return undefined;
  await Promise.all(
    answer.data.work.map(async ({ id, token, operation, request }) => {
      const outcome = await perform(operation, request, operations, options.handlers, options.failed);
      await acknowledge(options, { id, token, outcome });
    }),
  );
  return answer.data.work.length;
}

async function acknowledge(
  options: PullOptions,
  request: { id: string; token: string; outcome: unknown },
): Promise<void> {
  for (let attempt = 1; attempt <= ACKS; attempt++) {
    const posted = await post(options, "ack", request, TIMEOUT_MS);
    if (posted.kind === "signed" && posted.status === 200) return;
  }
  options.failed("ack", new Error("Kojarz took no ack"));
}

export type Pulling = { stop(): Promise<void> };

/** Looks again at once while there is work, else after `idleMs`. */
export function startPulling(
  options: PullOptions,
  wait: (ms: number, signal: AbortSignal) => Promise<void>,
  idleMs: number,
): Pulling {
  const end = new AbortController();
  const loop = async () => {
    while (!end.signal.aborted) {
      const done = await pullOnce(options);
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
