/** Allegro's device flow: the seller opens an address and agrees; meanwhile the token is asked for again and again. */
import * as z from "zod/mini";
import type { Http, HttpAnswer } from "../../lib/runtime/http.ts";
import { jsonOf } from "../../lib/runtime/http.ts";
import { type Application, askLogin } from "../allegro-login.ts";
import { failed } from "../exit.ts";

export type DeviceIo = { http: Http; wait: (ms: number) => Promise<unknown>; tell: (line: string) => void };

const Started = z.object({
  device_code: z.string(),
  verification_uri_complete: z.url(),
  interval: z.coerce.number().check(z.positive(), z.lte(60)),
  expires_in: z.coerce.number().check(z.positive()),
});
const Issued = z.object({ refresh_token: z.string().check(z.minLength(1)), scope: z.optional(z.string()) });
const Refused = z.object({ error: z.string() });

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const SCOPE = "allegro:api:orders:read";
const SLOWER_S = 5;

/** @returns the refresh token that the account begins with */
export async function refreshTokenOf(application: Application, { http, wait, tell }: DeviceIo): Promise<string> {
  const ask = (path: string, form: Record<string, string>) => askLogin(http, application, path, form);
  const answer = await ask("device", { client_id: application.clientId });
  const started = Started.safeParse(jsonOf(answer));
  if (!started.success) throw failed(`Allegro refuses to begin: HTTP ${answer.status} ${errorIn(answer)}`);
  const { device_code, verification_uri_complete: address, interval, expires_in } = started.data;
  tell(`Open this address as the seller, and agree: ${address}`);
  let pause = interval;
  for (let waited = 0; waited < expires_in; waited += pause) {
    await wait(pause * 1000);
    const told = await ask("token", { grant_type: GRANT, device_code });
    const issued = Issued.safeParse(jsonOf(told)).data;
    if (told.status === 200 && issued) return withScope(issued);
    const error = errorIn(told);
    if (error === "slow_down") pause += SLOWER_S;
    else if (error !== "authorization_pending") throw failed(`Allegro refuses: HTTP ${told.status} ${error}`);
  }
  throw failed("nobody agreed in time: begin again");
}

function withScope({ refresh_token, scope }: z.infer<typeof Issued>): string {
  if (scope !== undefined && !scope.split(" ").includes(SCOPE))
    throw failed(`the application may not read orders: give it the scope ${SCOPE}`);
  return refresh_token;
}

function errorIn(answer: HttpAnswer): string {
  return Refused.safeParse(jsonOf(answer)).data?.error.slice(0, 60) ?? "";
}
