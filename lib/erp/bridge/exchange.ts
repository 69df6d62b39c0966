/** One signed question and its signed answer, without a transport: the same for a server of ours and for a function. */
import { ErpUnavailable } from "../../core/ports/erp.ts";
import type { Outcome } from "../../core/ports/outbox.ts";
import type { Handlers, Operations } from "./contract.ts";
import { answerOf, type BridgeTooOld, CONTRACT, contractOf } from "./contract-version.ts";
import { answerId, isAnswerId, type Secrets, sign, signedId } from "./signing.ts";

export type Incoming = {
  /** The path, for example `/v1/find`. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string;
};

export type Outgoing = { status: number; headers: Record<string, string>; body: string };

/** Hears of what failed, for the log of this end: the other one is told no more than that it did. */
export type Failed = (operation: string, cause: unknown) => void;

/** One of the two ends, as it is asked. */
export type End<O extends Operations> = {
  secrets: Secrets;
  operations: O;
  handlers: Handlers<O>;
  failed: Failed;
  /** False for a question that has come before and may change something; without it every one is taken. */
  isFirst?: (operation: keyof O & string, id: string, timestamp: number) => boolean;
  /** Whether the bridge is too old for a question of this version, or to ask it. */
  tooOld: (operation: keyof O & string, contract: number) => BridgeTooOld | undefined;
};

/** Never throws. What a handler threw goes to `failed`, not to the caller. */
export async function exchange<O extends Operations>(incoming: Incoming, end: End<O>): Promise<Outgoing> {
  const { secrets, operations, handlers, failed } = end;
  const operation = operationOf(incoming.path, operations);
  if (operation === undefined) return outgoing({ status: 404, body: { error: "unknown-operation" } });
  const id = signedId(secrets, incoming.headers, incoming.body);
  if (!id || !isQuestion(id, operation)) return UNSIGNED;
  const isFirst = end.isFirst?.(operation, id, Number(incoming.headers["webhook-timestamp"])) ?? true;
  if (!isFirst) return outgoing({ status: 409, body: { error: "used" } });
  const question = parsed(incoming.body);
  const tooOld = end.tooOld(operation, contractOf(question));
  if (tooOld) failed(operation, tooOld);
  const outcome = tooOld ? answerOf(tooOld) : await perform(operation, question, operations, handlers, failed);
  const body = JSON.stringify({ contract: CONTRACT, ...(outcome.body as object) });
  return { ...outgoing(outcome, body), headers: { ...JSON_TYPE, ...sign(secrets, answerId(id), body) } };
}

/**
 * What a question says of itself in its headers, before anybody reads its body.
 * @param incoming without a body
 * @param at seconds
 * @returns why it cannot be one of ours
 */
export function refusedUnread(
  { path, headers }: Omit<Incoming, "body">,
  operations: Operations,
  at: number,
): Outgoing | undefined {
  const operation = operationOf(path, operations);
  if (operation === undefined) return outgoing({ status: 404, body: { error: "unknown-operation" } });
  const { "webhook-id": id = "", "webhook-timestamp": time = "", "webhook-signature": signature = "" } = headers;
  const isLikely =
    isQuestion(id, operation) && Math.abs(at - Number(time)) <= TOLERANCE_S && /^v1,[\w+/=]{44}( |$)/.test(signature);
  return isLikely ? undefined : UNSIGNED;
}

/** As the signature's own; a second more, for the one that is just passing. */
const TOLERANCE_S = 5 * 60 + 1;

/** An answer is signed under another id than any question: neither is ever taken for the other. */
function isQuestion(id: string, operation: string): boolean {
  return id.startsWith(`${operation}_`) && !isAnswerId(id);
}

/** Runs one operation on a request that is trusted but not yet read. */
export async function perform<O extends Operations>(
  operation: keyof O & string,
  body: unknown,
  operations: O,
  handlers: Handlers<O>,
  failed: Failed,
): Promise<Outcome> {
  const request = operations[operation]?.request.safeParse(body);
  if (!request?.success) return { status: 400, body: { error: "invalid-request" } };
  try {
    return { status: 200, body: await handlers[operation](request.data as never, contractOf(body)) };
  } catch (cause) {
    failed(operation, cause);
    return cause instanceof ErpUnavailable
      ? { status: 503, body: { error: "erp-unavailable" } }
      : { status: 500, body: { error: "erp-error" } };
  }
}

const JSON_TYPE = { "content-type": "application/json" };
const UNSIGNED: Outgoing = outgoing({ status: 401, body: { error: "unsigned" } });

function outgoing({ status, body }: Outcome, text = JSON.stringify(body)): Outgoing {
  return { status, headers: { ...JSON_TYPE }, body: text };
}

function operationOf<O extends Operations>(path: string, operations: O): (keyof O & string) | undefined {
  const name = /^\/v1\/([a-z]+)$/.exec(path)?.[1];
  return name !== undefined && Object.hasOwn(operations, name) ? name : undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
