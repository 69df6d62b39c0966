/** Allegro's token endpoint: both tokens are replaced by a refresh, and a spent refresh token works for 60 s more. */

export type TokenAnswer = { status: number; body: object };

const GRACE_MS = 60_000;

export function createOauth(
  client: { clientId: string; clientSecret: string },
  seed: string,
  accessTokenMs: number,
  now: () => number,
  random: () => number,
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
        scope: "allegro:api:orders:read",
        allegro_api: true,
      },
    };
  }

  return {
    token(authorization: string | undefined, form: URLSearchParams): TokenAnswer {
      if (authorization !== basic)
        return { status: 401, body: { error: "invalid_client", error_description: "Bad client credentials" } };
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
