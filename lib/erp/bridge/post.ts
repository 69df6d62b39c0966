/** One signed question over HTTP: from Kojarz to a bridge, or from a bridge that pulls to Kojarz. */

import type { Outcome } from "../../core/ports/outbox.ts";
import { type Http, type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { CONTRACT, contractOf } from "./contract-version.ts";
import { answerId, type Secrets, sign, signedId } from "./signing.ts";

export type PostOptions = {
  /** Without the operation, for example `https://bridge.example:8443`. */
  baseUrl: string;
  secrets: Secrets;
  http: Http;
  unique: () => string;
};

export type Posted =
  | ({ kind: "signed"; contract: number } & Outcome)
  /** No connection came about: nothing was received. */
  | { kind: "not-sent"; cause: unknown }
  | { kind: "unclear"; cause: unknown };

/**
 * Never throws. Only an answer that is signed for this very question is one.
 * @param request says its own version where it is not written in the present one
 */
export async function post(
  { baseUrl, secrets, http, unique }: PostOptions,
  operation: string,
  request: object,
  timeoutMs: number,
): Promise<Posted> {
  const id = `${operation}_${unique()}`;
  const body = JSON.stringify({ contract: CONTRACT, ...request });
  let answer: HttpAnswer;
  try {
    const headers = { "content-type": "application/json", ...sign(secrets, id, body) };
    answer = await http(`${baseUrl}/v1/${operation}`, { method: "POST", headers, body, timeoutMs });
  } catch (cause) {
    return { kind: neverConnected(cause) ? "not-sent" : "unclear", cause };
  }
  const signed = signedId(secrets, Object.fromEntries(answer.headers), answer.text) === answerId(id);
  if (!signed)
    return {
      kind: "unclear",
      cause: new Error(`an answer that is not signed for this question, status ${answer.status}`),
    };
  const said = jsonOf(answer);
  return { kind: "signed", contract: contractOf(said), status: answer.status, body: said };
}

/** What the system says of a connection that never stood; the same codes can end one that did. */
const NOT_CONNECTED = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"]);
const NOT_RESOLVED = new Set(["ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** Before a connection stands, no byte of the question can have been received. */
function neverConnected(cause: unknown): boolean {
  for (let error = cause; error instanceof Error; error = error.cause) {
    // A name with several addresses fails with one error for each.
    if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(neverConnected);
    const { code = "", syscall } = error as NodeJS.ErrnoException;
    if (NOT_RESOLVED.has(code) || (NOT_CONNECTED.has(code) && syscall === "connect")) return true;
  }
  return false;
}
