/** What Allegro may refuse for good, and what it may fail to answer. */

/** Only the operator can help: log in again, or correct the application's id and secret. */
export class AllegroUnauthorised extends Error {
  readonly account: string;
  readonly reason: "invalid_grant" | "invalid_client" | "token-refused" | "forbidden";
  constructor(account: string, reason: AllegroUnauthorised["reason"], options?: ErrorOptions) {
    super(`${account}: ${ADVICE[reason]}`, options);
    this.name = "AllegroUnauthorised";
    this.account = account;
    this.reason = reason;
  }
}

const ADVICE = {
  invalid_grant: "the refresh token is no longer valid; log in again and configure the new one",
  invalid_client: "Allegro does not know this client id and secret; correct the configuration",
  "token-refused": "Allegro refuses a token that it has just issued; are baseUrl and authUrl of one environment?",
  forbidden: "the token may not read orders; log in again with the scope allegro:api:orders:read",
} as const;

/** No answer, or none that can be used. The next run asks again. */
export class AllegroUnavailable extends Error {
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  constructor(message: string, { status, ...options }: ErrorOptions & { status?: number } = {}) {
    super(message, options);
    this.name = "AllegroUnavailable";
    this.status = status;
  }
}
