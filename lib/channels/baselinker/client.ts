/** BaseLinker's API: one address, one envelope. Every call is paid from the account's budget first. */
import * as z from "zod/mini";
import { type Http, type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { Blocked, type PullIo } from "../channel.ts";
import type { BaseLinkerAccount } from "./account.ts";

/** Calls one method. Throws `Blocked`, `BaseLinkerUnavailable` or `BaseLinkerRefused`. */
export type Connector = (method: string, parameters: Record<string, unknown>) => Promise<Record<string, unknown>>;

/** No usable answer came: the gateway failed, or something else answered. The same call may work later. */
export class BaseLinkerUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BaseLinkerUnavailable";
  }
}

/** The API answered and said no, for example to a wrong token. */
export class BaseLinkerRefused extends Error {
  readonly code: string;
  constructor(method: string, code: string) {
    super(`${method}: refused with ${code}`);
    this.name = "BaseLinkerRefused";
    this.code = code;
  }
}

/** Answers come with HTTP 200 even for errors; a failing gateway sends HTML. */
const Envelope = z.lazy(() =>
  z.discriminatedUnion("status", [
    z.looseObject({ status: z.literal("SUCCESS") }),
    z.object({
      status: z.literal("ERROR"),
      error_code: z.catch(z.string().check(z.regex(/^[A-Za-z0-9_]{1,64}$/)), "unknown"),
    }),
  ]),
);

/** The codes are not documented; these are the spellings that clients in the field have met. */
const BLOCKED = /^(ERROR_)?(BLOCKED_TOKEN|RATE_LIMIT|TOO_MANY_REQUESTS)$/i;

/**
 * Its calls throw `Blocked` (429, or a code of a blocked token), `BaseLinkerRefused` (any other code) and
 * `BaseLinkerUnavailable`.
 */
export function connectorOf(account: BaseLinkerAccount, io: Pick<PullIo, "http" | "budget" | "now">): Connector {
  return async (method, parameters) => {
    await io.budget.spend(1);
    const answer = await post(io.http, account, method, parameters);
    const envelope = Envelope.safeParse(jsonOf(answer)).data;
    const code = envelope?.status === "ERROR" ? envelope.error_code : undefined;
    // The stamp in the API's own message has no time zone, so the rest is counted from here.
    if (answer.status === 429 || (code && BLOCKED.test(code)))
      throw new Blocked(code ?? "HTTP 429", io.now() + account.blockSeconds * 1000);
    if (code) throw new BaseLinkerRefused(method, code);
    if (answer.status !== 200 || !envelope) throw new BaseLinkerUnavailable(`${method}: HTTP ${answer.status}`);
    return envelope;
  };
}

async function post(
  http: Http,
  account: BaseLinkerAccount,
  method: string,
  parameters: Record<string, unknown>,
): Promise<HttpAnswer> {
  const form = new URLSearchParams({ method, parameters: JSON.stringify(parameters) });
  try {
    return await http(`${account.baseUrl}/connector.php`, {
      method: "POST",
      headers: { "X-BLToken": account.token, "Content-Type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    });
  } catch (cause) {
    throw new BaseLinkerUnavailable(`${method}: no answer`, { cause });
  }
}
