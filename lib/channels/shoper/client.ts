/** Reading from Shoper's REST API. No token and no query stands in an error's text. */
import { accountName } from "../../core/keys.ts";
import { type HttpAnswer, jsonOf, NoAnswer } from "../../runtime/http.ts";
import { type PullIo, Refused } from "../channel.ts";
import { pauseAfter } from "../shared/pause.ts";
import type { ShoperAccount } from "./account.ts";
import { type Bucket, createBucket } from "./bucket.ts";
import { ShoperUnavailable, saidOf } from "./errors.ts";
import { shoperToken } from "./token.ts";

export type ShoperClient = {
  /** @returns the JSON of a 200, undefined for a 404; everything else is thrown */
  get(resource: string, query?: Record<string, string>): Promise<unknown>;
};

export function shoperClient(account: ShoperAccount, io: PullIo, bucket: Bucket = createBucket(io.now)): ShoperClient {
  const name = accountName(account);

  async function call(method: "GET" | "POST", path: string, authorization: string): Promise<HttpAnswer> {
    await io.budget.spend(1);
    try {
      return await io.http(`${account.baseUrl}/webapi/rest/${path}`, {
        method,
        headers: { authorization, accept: "application/json" },
      });
    } catch (cause) {
      throw new ShoperUnavailable(`${name}: ${cause instanceof NoAnswer ? cause.message : "no answer"}`, { cause });
    }
  }

  const token = shoperToken(account, io, (path, authorization) => call("POST", path, authorization));

  /** A token may be refused before its time: the shop withdrew it, or another process got a new one. */
  async function authorised(path: string): Promise<HttpAnswer> {
    const first = await token.get();
    const answer = await call("GET", path, `Bearer ${first}`);
    if (answer.status !== 401) return answer;
    const second = await token.get(first);
    return second === first ? answer : call("GET", path, `Bearer ${second}`);
  }

  return {
    async get(resource, query = {}) {
      const search = new URLSearchParams(query).toString();
      const answer = await bucket.through(() => authorised(`${resource}${search && `?${search}`}`));
      const { status } = answer;
      if (status === 404) return undefined;
      const pause = pauseAfter(answer, io);
      if (pause) throw pause;
      const [kind = resource] = resource.split("/");
      if (status >= 400 && status < 500) throw new Refused(name, kind, status, saidOf(answer));
      const body = jsonOf(answer);
      if (status !== 200 || body === undefined) throw new ShoperUnavailable(`${name}: ${kind}: HTTP ${status}`);
      return body;
    },
  };
}
