/**
 * A message whose mapping ends the process is counted before it is mapped, so that a person hears of it as of one whose
 * mapping fails. Its sender would repeat it for ever, or never again.
 */
import { createHash } from "node:crypto";
import type { Connection, Received, WebhookRequest } from "../channels/channel.ts";
import type { Instant } from "../core/order.ts";
import type { FeedStore } from "../core/ports/feeds.ts";
import { logger } from "../runtime/lambda.ts";

/** So often a message is begun that never comes to an end. */
const MOST_TRIES = 3;

/** The reason of its case, and the detail that says which way it went. */
export const GIVEN_UP = "cannot-be-taken-in";
export const ENDS_THE_PROCESS = "reading it ends the process";

/** What a message costs grows with its length alone: a smaller one ends no process, and needs no writes of its own. */
export const COUNTED_BYTES = 16_384;

export type TriesDeps = { feeds: Pick<FeedStore, "countTry" | "forgetTry">; now: () => Instant };

/** @param message names it among those of its account */
export async function counted<T>(
  { feeds, now }: TriesDeps,
  account: string,
  message: string,
  work: () => T | Promise<T>,
): Promise<T | "given-up"> {
  if ((await feeds.countTry(account, message, now())) > MOST_TRIES) return "given-up";
  try {
    return await work();
  } finally {
    await feeds.forgetTry(account, message);
  }
}

/** For the log alone: what an error says may be a stranger's text. */
export function failureOf(error: unknown, account: string, sourceOrder: string): string {
  logger.error("an order cannot be mapped", { account, sourceOrder, error: error as Error });
  return `mapping it fails: ${error instanceof Error ? error.name : "unknown"}`;
}

/** What a large webhook request says. Nothing of a stranger's is counted. */
export async function readCounted(
  deps: TriesDeps,
  connection: Connection,
  request: WebhookRequest,
  read: () => Received,
): Promise<Received> {
  if (!isProven(connection, request, deps.now())) return read();
  const received = await counted(deps, connection.name, nameOf(request.body), read);
  return received === "given-up" ? { kind: "unusable", reason: GIVEN_UP, detail: ENDS_THE_PROCESS } : received;
}

/**
 * What becomes of a message whose mapping fails: a person reads it.
 * @throws the error itself where a stranger sent it
 */
export function heldAsUnmapped(
  error: unknown,
  connection: Connection,
  request: WebhookRequest,
  now: Instant,
): Received {
  if (!isProven(connection, request, now)) throw error;
  return { kind: "unusable", reason: GIVEN_UP, detail: failureOf(error, connection.name, "") };
}

function isProven({ channel, account }: Connection, request: WebhookRequest, now: Instant): boolean {
  return channel.isProven?.(request, account, now) === true;
}

function nameOf(body: Buffer): string {
  return createHash("sha256").update(body).digest("hex").slice(0, 32);
}
