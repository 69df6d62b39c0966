/** Reading from Allegro's REST API. No token, no query and no body ever stands in an error's text. */
import type * as z from "zod/mini";
import { accountName } from "../../core/keys.ts";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { Blocked, type PullIo } from "../channel.ts";
import type { AllegroAccount } from "./account.ts";
import { AllegroUnauthorised, AllegroUnavailable } from "./errors.ts";
import { blockedUntil } from "./retry-after.ts";
import type { Tokens } from "./tokens.ts";

/** `body`: the JSON of `text`, which is the answer as it came. */
export type Answer = { status: 200 | 404 | 422; body: unknown; text: string };

export type AllegroClient = {
  /**
   * Every other status is thrown: `Blocked` for 429, `AllegroUnauthorised` where only the operator can help,
   * `AllegroUnavailable` for all the rest.
   */
  get(path: string, query?: Record<string, string>): Promise<Answer>;
  /** The same where only a 200 of this shape is of use. */
  list<T>(path: string, query: Record<string, string>, shape: z.ZodMiniType<T>): Promise<T>;
};

export function allegroClient(
  account: AllegroAccount,
  tokens: Tokens,
  io: Pick<PullIo, "http" | "budget" | "now">,
): AllegroClient {
  const name = accountName(account);

  async function call(path: string, query: Record<string, string>, token: string): Promise<HttpAnswer> {
    await io.budget.spend(1);
    const search = new URLSearchParams(query).toString();
    try {
      return await io.http(`${account.baseUrl}${path}${search && `?${search}`}`, {
        headers: {
          Accept: "application/vnd.allegro.public.v1+json",
          Authorization: `Bearer ${token}`,
          "User-Agent": account.userAgent,
        },
      });
    } catch (cause) {
      throw new AllegroUnavailable(`${name}: GET ${path}: no answer`, { cause });
    }
  }

  /** A token may be refused before its time: another process has refreshed, or Allegro has withdrawn it. */
  async function authorised(path: string, query: Record<string, string>): Promise<HttpAnswer> {
    const token = await tokens.access();
    const answer = await call(path, query, token);
    return answer.status === 401 ? call(path, query, await tokens.access(token)) : answer;
  }

  const client: AllegroClient = {
    async get(path, query = {}) {
      const answer = await authorised(path, query);
      const { status, text } = answer;
      switch (status) {
        case 200:
        case 404:
        case 422:
          return { status, body: jsonOf(answer), text };
        case 401:
          throw new AllegroUnauthorised(name, "token-refused");
        case 403:
          throw new AllegroUnauthorised(name, "forbidden");
        case 429:
          throw new Blocked(`${name}: too many calls`, blockedUntil(answer, account, io.now()));
        default:
          throw new AllegroUnavailable(`${name}: GET ${path}: ${status}${trace(answer)}`);
      }
    },

    async list(path, query, shape) {
      const { status, body } = await client.get(path, query);
      const parsed = shape.safeParse(body);
      if (status === 200 && parsed.success) return parsed.data;
      if (status !== 200) throw new AllegroUnavailable(`${name}: GET ${path}: ${status}`, { status });
      throw new AllegroUnavailable(`${name}: GET ${path}: an answer of another shape`, { cause: parsed.error });
    },
  };
  return client;
}

/** Allegro's support asks for it. */
function trace(answer: HttpAnswer): string {
  const id = answer.headers.get("trace-id");
  return id ? ` (trace-id ${id})` : "";
}
