/** The one way out: an HTTP call with a deadline and a size limit. It never throws for a status and never logs a body. */
import { present } from "../core/writes.ts";

type HttpRequest = {
  method?: "GET" | "POST" | "PUT";
  headers?: Record<string, string>;
  body?: string;
  /** Until the whole answer is there, in milliseconds. */
  timeoutMs?: number;
  /** Of the decoded answer. */
  maxBytes?: number;
};

/** `text`: the decoded body, whole. */
export type HttpAnswer = { status: number; headers: Headers; text: string };

/** @throws NoAnswer when no complete answer came */
export type Http = (url: string, request?: HttpRequest) => Promise<HttpAnswer>;

/** `unreached`: no connection. `cut`: the answer began and did not end. */
export type NoAnswerReason = "unreached" | "timeout" | "redirect" | "too-large" | "cut";

/** Names the method and the origin, never the path or the query: keys may stand there. The cause is kept. */
export class NoAnswer extends Error {
  readonly reason: NoAnswerReason;
  constructor(reason: NoAnswerReason, asked: string, detail: string, options?: ErrorOptions) {
    super(`${asked}: ${detail}`, options);
    this.name = "NoAnswer";
    this.reason = reason;
  }
}

/** A page of 100 large orders has some MB; no platform's answer that we ask for comes near this. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Over the global `fetch`. A redirect is followed nowhere: it would take keys to another host. */
export const http: Http = async (url, { method = "GET", headers, body, timeoutMs = 30_000, maxBytes } = {}) => {
  const asked = `${method} ${new URL(url).origin}`;
  const signal = AbortSignal.timeout(timeoutMs);
  const init = present<RequestInit>({ method, redirect: "manual", signal, headers, body });
  const answer = await fetch(url, init).catch((cause: unknown) => {
    throw signal.aborted
      ? new NoAnswer("timeout", asked, `no answer within ${timeoutMs} ms`, { cause })
      : new NoAnswer("unreached", asked, "no answer", { cause });
  });
  const location = answer.headers.get("location");
  if (answer.status >= 300 && answer.status < 400 && location !== null) {
    await answer.body?.cancel();
    throw new NoAnswer("redirect", asked, `redirected with ${answer.status} to ${originOf(location, url)}`);
  }
  const text = await textOf(answer, maxBytes ?? MAX_BYTES, asked).catch((cause: unknown) => {
    if (cause instanceof NoAnswer) throw cause;
    throw signal.aborted
      ? new NoAnswer("timeout", asked, `no complete answer within ${timeoutMs} ms`, { cause })
      : new NoAnswer("cut", asked, "the answer was cut off", { cause });
  });
  return { status: answer.status, headers: answer.headers, text };
};

async function textOf({ body }: Response, maxBytes: number, asked: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new NoAnswer("too-large", asked, `the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks, size));
}

function originOf(location: string, base: string): string {
  return URL.parse(location, base)?.origin ?? "an address that cannot be read";
}

/** Parses JSON defensively: gateways answer 502 with HTML. */
export function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}
