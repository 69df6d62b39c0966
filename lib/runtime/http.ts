/** The one way out: an HTTP call with a deadline that never throws for a status and never logs a body. */

type HttpRequest = {
  method?: "GET" | "POST" | "PUT";
  headers?: Record<string, string>;
  body?: string;
  timeoutMs?: number;
};

export type HttpAnswer = { status: number; headers: Headers; text: string };

/** Throws only when no complete answer came (refused, cut, timed out); the cause is kept. */
export type Http = (url: string, request?: HttpRequest) => Promise<HttpAnswer>;

export const http: Http = async (url, { method = "GET", headers, body, timeoutMs = 30_000 } = {}) => {
  try {
    const answer = await fetch(url, {
      method,
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
      ...(headers && { headers }),
      ...(body !== undefined && { body }),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  } catch (cause) {
    throw new Error(`${method} ${new URL(url).origin}: no answer`, { cause });
  }
};

/** Parses JSON defensively: gateways answer 502 with HTML. */
export function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}
