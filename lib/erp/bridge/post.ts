/** One signed question over HTTP: from Kojarz to a bridge, or from a bridge that pulls to Kojarz. */
import { type Http, type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import type { Outcome } from "./contract.ts";
import { answerId, type Secrets, sign, signedId } from "./signing.ts";

export type PostOptions = {
  /** Without the operation, for example `https://bridge.example:8443`. */
  baseUrl: string;
  secrets: Secrets;
  http: Http;
  unique: () => string;
};

export type Posted =
  | ({ kind: "signed" } & Outcome)
  /** No connection came about: nothing was received. */
  | { kind: "not-sent"; cause: unknown }
  | { kind: "unclear"; cause: unknown };

/** Never throws. Only an answer that is signed for this very question is one. */
export async function post(
  { baseUrl, secrets, http, unique }: PostOptions,
  operation: string,
  request: unknown,
  timeoutMs: number,
): Promise<Posted> {
  const id = `${operation}_${unique()}`;
  const body = JSON.stringify(request);
  let answer: HttpAnswer;
  try {
    const headers = { "content-type": "application/json", ...sign(secrets, id, body) };
    answer = await http(`${baseUrl}/v1/${operation}`, { method: "POST", headers, body, timeoutMs });
  } catch (cause) {
    return { kind: neverConnected(cause) ? "not-sent" : "unclear", cause };
  }
  const signed = signedId(secrets, Object.fromEntries(answer.headers), answer.text) === answerId(id);
  return signed
    ? { kind: "signed", status: answer.status, body: jsonOf(answer) }
    : { kind: "unclear", cause: new Error(`an answer that is not signed for this question, status ${answer.status}`) };
}

/** Before a connection stands, no byte of the question can have been received. */
const BEFORE_CONNECTING = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function neverConnected(cause: unknown): boolean {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ("code" in error && BEFORE_CONNECTING.has(String(error.code))) return true;
  }
  return false;
}
