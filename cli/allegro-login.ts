/** What Allegro is asked about an application, as the application itself. */
import type { Http, HttpAnswer } from "../lib/runtime/http.ts";

export type Application = { authUrl: string; clientId: string; clientSecret: string; userAgent: string };

/** @param path behind `/auth/oauth/`: `token`, `device` */
export function askLogin(
  http: Http,
  application: Application,
  path: string,
  form: Record<string, string>,
): Promise<HttpAnswer> {
  const { authUrl, clientId, clientSecret, userAgent } = application;
  return http(`${authUrl}/auth/oauth/${path}`, {
    method: "POST",
    headers: {
      Authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
      "Content-Type": "application/x-www-form-urlencoded",
      Accept: "application/json",
      "User-Agent": userAgent,
    },
    body: new URLSearchParams(form).toString(),
  });
}
