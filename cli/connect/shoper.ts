/** What of a Shoper shop can be asked and made by its API while it is connected: its statuses and its webhook. */
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod/mini";
import type { ShoperAccount } from "../../lib/channels/shoper/account.ts";
import { filledText, textOrNumber } from "../../lib/core/schemas.ts";
import { type Http, type HttpAnswer, jsonOf } from "../../lib/runtime/http.ts";
import { TOPICS, Webhooks } from "../check/platforms/shoper.ts";
import { failed } from "../exit.ts";

type Ask = (method: "GET" | "POST" | "PUT", resource: string, body?: object) => Promise<HttpAnswer>;

/** @returns undefined where the shop gives no token: the check says why */
async function asking(account: ShoperAccount, http: Http): Promise<Ask | undefined> {
  const at = `${account.baseUrl}/webapi/rest`;
  const token = account.apiToken ?? (await tokenFor(account, at, http));
  if (token === undefined) return undefined;
  const headers = { authorization: `Bearer ${token}`, accept: "application/json", "content-type": "application/json" };
  return (method, resource, body) =>
    patiently(() => http(`${at}/${resource}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }));
}

/** The shop takes ten calls at once and two a second after that; the check may have used them up. */
async function patiently(call: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await call();
    if (answer.status !== 429 || tries === TRIES) return answer;
    await wait(Math.min(Number(answer.headers.get("retry-after")) || 2, 10) * 1000);
  }
}

const TRIES = 5;

const Issued = z.object({ access_token: filledText });

async function tokenFor({ apiUser, apiPassword }: ShoperAccount, at: string, http: Http): Promise<string | undefined> {
  const authorization = `Basic ${Buffer.from(`${apiUser}:${apiPassword}`).toString("base64")}`;
  const headers = { authorization, accept: "application/json" };
  const answer = await patiently(() => http(`${at}/auth`, { method: "POST", headers })).catch(() => undefined);
  return answer && Issued.safeParse(jsonOf(answer)).data?.access_token;
}

const Statuses = z.object({ list: z.array(z.object({ status_id: textOrNumber, type: textOrNumber })) });

/** Of the types that a status may have. */
const CANCELLED = "4";

/** @returns `lacks`: why the ids are not known */
export async function cancelledStatusesOf(
  account: ShoperAccount,
  http: Http,
): Promise<{ ids: string[] } | { lacks: string }> {
  const ask = await asking(account, http);
  const answer = await ask?.("GET", "statuses?limit=50").catch(() => undefined);
  const listed = answer?.status === 200 ? Statuses.safeParse(jsonOf(answer)).data?.list : undefined;
  if (!listed) return { lacks: "the shop does not list its statuses: may this user read them?" };
  const ids = listed.filter(({ type }) => String(type) === CANCELLED).map(({ status_id }) => String(status_id));
  return ids.length > 0 ? { ids } : { lacks: "the shop has no status of type 4: name those that mean cancelled" };
}

const JSON_FORMAT = 0;

/** @param isNewSecret what is registered already signs with another one, and is told this one */
export async function shoperWebhook(
  account: ShoperAccount,
  to: string,
  isNewSecret: boolean,
  http: Http,
): Promise<string[]> {
  const ask = await asking(account, http);
  if (!ask) throw failed("the shop gives no token");
  const listed = Webhooks.safeParse(jsonOf(await ask("GET", "webhooks?limit=50"))).data?.list;
  if (!listed) throw failed("the shop does not list its webhooks: may this user read them?");
  const ours = listed.find(({ url }) => url === to);
  const secret = account.secrets[0];
  const body = { url: to, format: JSON_FORMAT, active: 1, events: TOPICS, ...(secret !== undefined && { secret }) };
  if (!ours) {
    taken(await ask("POST", "webhooks", body));
    return ["webhook: made"];
  }
  const isWhole = isOn(ours.active) && TOPICS.every((event) => ours.events.includes(event));
  if (isWhole && !isNewSecret) return ["webhook: there already"];
  const events = [...new Set([...ours.events, ...TOPICS])];
  taken(await ask("PUT", `webhooks/${ours.webhook_id}`, { ...body, events }));
  return [isOn(ours.active) ? "webhook: mended" : "webhook: switched on"];
}

function isOn(active: boolean | string | number): boolean {
  return ["1", "true"].includes(String(active));
}

function taken({ status }: HttpAnswer): void {
  if (status >= 200 && status < 300) return;
  throw failed(`the shop refuses the webhook with HTTP ${status}: may this user write webhooks?`);
}
