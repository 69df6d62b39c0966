/** WooCommerce's REST API, as far as orders go. Every call is paid from the account's budget first. */
import { accountName } from "../../core/keys.ts";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { type PullIo, Refused } from "../channel.ts";
import { pauseAfter } from "../shared/pause.ts";
import { plainLine } from "../shared/wire.ts";
import type { WooAccount } from "./account.ts";
import { WooError } from "./body.ts";

export type Client = {
  account: string;
  /** @param path behind `/wp-json/wc/v3/`. @throws Blocked where the shop is down, or wants fewer calls */
  get(path: string, query?: URLSearchParams): Promise<HttpAnswer>;
  refused(what: string, answer: HttpAnswer): Refused;
};

type Keys = { key: string; secret: string };

/** The shop saw no key at all; wrong ones have a code of their own. */
const UNSEEN = "woocommerce_rest_cannot_view";

export function wooClient(
  account: WooAccount,
  { key, secret }: Keys,
  io: Pick<PullIo, "http" | "budget" | "now" | "random">,
): Client {
  const authorization = `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`;
  const inQuery = { consumer_key: key, consumer_secret: secret };
  const name = accountName(account);
  let isHeaderDropped = false;

  async function ask(path: string, query: URLSearchParams): Promise<HttpAnswer> {
    await io.budget.spend(1);
    const asked = new URLSearchParams([...query, ...(isHeaderDropped ? Object.entries(inQuery) : [])]);
    const url = `${account.baseUrl}/wp-json/wc/v3/${path}?${asked}`;
    const headers = { accept: "application/json", ...(!isHeaderDropped && { authorization }) };
    const answer = await io.http(url, { headers });
    const pause = pauseAfter(answer, io);
    if (pause) throw pause;
    return answer;
  }

  return {
    account: name,
    async get(path, query = new URLSearchParams()) {
      const answer = await ask(path, query);
      if (isHeaderDropped || answer.status !== 401 || codeOf(answer) !== UNSEEN) return answer;
      // Some servers keep the header to themselves. The address is encrypted as well: `baseUrl` is HTTPS.
      isHeaderDropped = true;
      const again = await ask(path, query);
      isHeaderDropped = again.status !== 401;
      return isHeaderDropped ? again : answer;
    },
    refused: (what, answer) => new Refused(name, what, answer.status, saidOf(answer)),
  };
}

/** WordPress's own word for an error, such as `rest_no_route`; undefined where the answer is none of its errors. */
export function codeOf(answer: HttpAnswer): string | undefined {
  return WooError.safeParse(jsonOf(answer)).data?.code;
}

function saidOf(answer: HttpAnswer) {
  const error = WooError.safeParse(jsonOf(answer)).data;
  return error && { code: error.code.slice(0, 60), message: plainLine(error.message) };
}
