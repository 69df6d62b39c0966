/** Allegro's token endpoint: both tokens are replaced by a refresh, and a spent refresh token works for 60 s more. */

export type TokenAnswer = { status: number; body: object };

const GRACE_MS = 60_000;
const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

export function createOauth(
  client: { clientId: string; clientSecret: string },
  seed: string,
  accessTokenMs: number,
  now: () => number,
  random: () => number,
  scope = "allegro:api:orders:read",
) {
  let refresh: string | undefined = seed;
  let access: { token: string; until: number } | undefined;
  /** Refresh tokens that were used, and when first. */
  const spent = new Map<string, number>();
  const basic = `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString("base64")}`;

  function opaque(kind: string): string {
    return `${kind}-${Array.from({ length: 6 }, () => Math.floor(random() * 0xffffff).toString(36)).join("")}`;
  }

  function isAccepted(token: string): boolean {
    const usedAt = spent.get(token);
    return usedAt === undefined ? token === refresh : now() - usedAt <= GRACE_MS;
  }

  function issue(): TokenAnswer {
    refresh = opaque("refresh");
    access = { token: opaque("access"), until: now() + accessTokenMs };
    return {
      status: 200,
      body: {
        access_token: access.token,
        token_type: "bearer",
        refresh_token: refresh,
        expires_in: Math.floor(accessTokenMs / 1000),
        scope,
        allegro_api: true,
      },
    };
  }

  /** Of the flow that was begun last: not agreed to, until the seller does. */
  let agrees = false;
  let device: { code: string; isAgreed: boolean } | undefined;

  function deviceToken(code: string | null): TokenAnswer {
    if (!device || code !== device.code) return { status: 400, body: { error: "invalid_request" } };
    if (!device.isAgreed) return { status: 400, body: { error: "authorization_pending" } };
    device = undefined;
    return issue();
  }

  return {
    device(authorization: string | undefined, url: string): TokenAnswer {
      if (authorization !== basic) return { status: 401, body: { error: "invalid_client" } };
      device = { code: opaque("device"), isAgreed: agrees };
      const interval = agrees ? 0.01 : 5;
      const verification_uri_complete = `${url}/skojarz-aplikacje?code=abc`;
      return {
        status: 200,
        body: { device_code: device.code, user_code: "abc", verification_uri_complete, expires_in: 3600, interval },
      };
    },
    /** From now on the seller agrees before the first question, and need not be waited for. */
    agreesAtOnce(): void {
      agrees = true;
    },
    /** The seller opens the address and agrees. */
    agree(): void {
      if (device) device.isAgreed = true;
    },
    token(authorization: string | undefined, form: URLSearchParams): TokenAnswer {
      if (authorization !== basic)
        return { status: 401, body: { error: "invalid_client", error_description: "Bad client credentials" } };
      // The application's own token, which reads nothing of a seller.
      if (form.get("grant_type") === "client_credentials")
        return { status: 200, body: { access_token: opaque("application"), token_type: "bearer", expires_in: 43_199 } };
      if (form.get("grant_type") === DEVICE_GRANT) return deviceToken(form.get("device_code"));
      if (form.get("grant_type") !== "refresh_token")
        return { status: 400, body: { error: "unsupported_grant_type", error_description: "Unsupported grant type" } };
      const given = form.get("refresh_token") ?? "";
      if (!isAccepted(given))
        return { status: 400, body: { error: "invalid_grant", error_description: `Invalid refresh token: ${given}` } };
      if (!spent.has(given)) spent.set(given, now());
      return issue();
    },
    isValid(authorization: string | undefined): boolean {
      return access !== undefined && authorization === `Bearer ${access.token}` && now() < access.until;
    },
    /** A password change, or the seller unlinks the application: both tokens are lost at once. */
    revoke(): void {
      refresh = undefined;
      access = undefined;
      spent.clear();
    },
    /** The seller logs in again. */
    login(): string {
      refresh = opaque("refresh");
      return refresh;
    },
  };
}
