/** One signed question and its signed answer, without a transport: the same for a server of ours and for a function. */
import { ErpUnavailable } from "../erp.ts";
import type { Handlers, Operations, Outcome } from "./contract.ts";
import { answerId, type Secrets, sign, signedId } from "./signing.ts";

export type Incoming = {
  /** The path, for example `/v1/find`. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: string;
};

export type Outgoing = { status: number; headers: Record<string, string>; body: string };

export type Failed = (operation: string, cause: unknown) => void;

/** Never throws. What a handler threw goes to `failed`, not to the caller. */
export async function exchange<O extends Operations>(
  incoming: Incoming,
  secrets: Secrets,
  operations: O,
  handlers: Handlers<O>,
  failed: Failed,
): Promise<Outgoing> {
  const operation = operationOf(incoming.path, operations);
  if (operation === undefined) return outgoing({ status: 404, body: { error: "unknown-operation" } });
  const id = signedId(secrets, incoming.headers, incoming.body);
  if (!id?.startsWith(`${operation}_`)) return outgoing({ status: 401, body: { error: "unsigned" } });
  const outcome = await perform(operation, parsed(incoming.body), operations, handlers, failed);
  const body = JSON.stringify(outcome.body);
  return { ...outgoing(outcome, body), headers: { ...JSON_TYPE, ...sign(secrets, answerId(id), body) } };
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
    return { status: 200, body: await handlers[operation](request.data as never) };
  } catch (cause) {
    failed(operation, cause);
    return cause instanceof ErpUnavailable
      ? { status: 503, body: { error: "erp-unavailable" } }
      : { status: 500, body: { error: "erp-error" } };
  }
}

const JSON_TYPE = { "content-type": "application/json" };

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
