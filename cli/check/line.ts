/** The HTTP client of the product with an ear: what each answer was, for whoever has to explain a failure. */
import type { Http } from "../../lib/runtime/http.ts";

/** An answer as it came. */
export type Heard = {
  /** Without its query: keys may stand there. */
  url: string;
  /** The names of what was asked for in the query, without values. */
  asked: readonly string[];
  status: number;
  headers: Headers;
  text: string;
  /** Epoch ms: when it was asked, and answered. */
  askedAt: number;
  at: number;
};

export type Line = {
  http: Http;
  heard: readonly Heard[];
  last(): Heard | undefined;
};

export function listenOn(http: Http, now: () => number): Line {
  const heard: Heard[] = [];
  return {
    heard,
    last: () => heard.at(-1),
    async http(address, request) {
      const url = new URL(address);
      const askedAt = now();
      const answer = await http(address, request);
      heard.push({
        url: `${url.origin}${url.pathname}`,
        asked: [...url.searchParams.keys()],
        status: answer.status,
        headers: answer.headers,
        text: answer.text,
        askedAt,
        at: now(),
      });
      return answer;
    },
  };
}

/** The JSON of an answer; undefined where it is none. */
export function jsonIn({ text }: Pick<Heard, "text">): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
