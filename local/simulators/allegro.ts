/**
 * Allegro on 127.0.0.1: order API and token endpoint on one port, with state and with faults on purpose.
 *
 * It behaves as the platform was observed to, the unpleasant parts included: `from` is exclusive and without it the
 * oldest events come, a merged form answers 404, a call during a block prolongs the block, a refresh replaces both
 * tokens and makes the old access token worthless.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type ApiAnswer, eventsAnswer, formAnswer, listAnswer, refusal, statsAnswer } from "./allegro-api.ts";
import { type AllegroFault, faultDice } from "./allegro-faults.ts";
import { createJournal } from "./allegro-journal.ts";
import { createOauth } from "./allegro-oauth.ts";
import { createWorld } from "./allegro-world.ts";
import { close, listen } from "./local-server.ts";

export type { AllegroFault } from "./allegro-faults.ts";
export type { Purchase } from "./allegro-form.ts";

export type AllegroOptions = {
  clientId: string;
  clientSecret: string;
  /** The first refresh token, as a seller's login gave it. */
  refreshToken: string;
  now: () => number;
  random: () => number;
  /** Probability of each fault, 0 to 1. */
  faults?: Partial<Record<AllegroFault, number>>;
  /** From the fact to the journal; 11 to 21 s at Allegro. */
  eventDelayMs?: number;
  lateMs?: number;
  reorderMs?: number;
  /** How long a 429 lasts; a call meanwhile begins it anew. */
  blockMs?: number;
  accessTokenMs?: number;
  /** Event ids count from 1, as in some sandboxes. */
  countedIds?: boolean;
  /** What the seller allowed the application, as one text. */
  scope?: string;
  /** False where there is no `event-stats`, as in some sandboxes. */
  statistics?: boolean;
};

const MEDIA_TYPE = "application/vnd.allegro.public.v1+json";

export type AllegroSimulator = Awaited<ReturnType<typeof createAllegro>>;

export async function createAllegro(options: AllegroOptions) {
  const { now, random, eventDelayMs = 0, lateMs = 5_000, reorderMs = 2_000, blockMs = 60_000 } = options;
  const { countedIds = false, statistics = true } = options;
  const faults = faultDice(options.faults ?? {}, random);
  const journal = createJournal({ eventDelayMs, lateMs, reorderMs, countedIds }, faults, now, random);
  const world = createWorld(journal, faults, now, random);
  const oauth = createOauth(
    options,
    options.refreshToken,
    options.accessTokenMs ?? 43_199_000,
    now,
    random,
    options.scope,
  );
  const calls: Record<string, number> = {};
  let blockedUntil = 0;

  function count(name: string): void {
    calls[name] = (calls[name] ?? 0) + 1;
  }

  async function answerToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request));
    if (faults.strikes("http-5xx")) return html(response);
    const { status, body } = oauth.token(request.headers.authorization, form);
    count(status === 200 ? "token" : "token-refused");
    if (status === 200 && faults.strikes("token-lost-answer")) response.destroy();
    else json(response, status, body, "application/json");
  }

  /** What refuses a call before it is looked at, in the order in which the platform does. */
  function gate({ headers }: IncomingMessage): ApiAnswer | undefined {
    if (!headers["user-agent"] || /^node\b/i.test(headers["user-agent"])) {
      count("user-agent-refused");
      return refusal(403, "FORBIDDEN", "User-Agent does not name the application");
    }
    if (isBlocked()) return refusal(429, "TOO_MANY_REQUESTS", "Too many requests");
    if (!oauth.isValid(headers.authorization)) {
      count("unauthorized");
      return {
        status: 401,
        body: { error: "invalid_token", error_description: "Cannot convert access token to JSON" },
      };
    }
    if (options.scope !== undefined && !options.scope.includes("allegro:api:orders:read"))
      return refusal(403, "ACCESS_DENIED", "Access is denied");
    return headers.accept === MEDIA_TYPE ? undefined : refusal(406, "NOT_ACCEPTABLE", "Not acceptable");
  }

  function isBlocked(): boolean {
    if (now() >= blockedUntil && !faults.strikes("rate-limited")) return false;
    blockedUntil = now() + blockMs;
    count("blocked");
    return true;
  }

  function route({ pathname, searchParams }: URL): ApiAnswer {
    count(pathname.replace(/(?<=checkout-forms\/).+/, "{id}"));
    if (pathname === "/order/events") return eventsAnswer(searchParams, journal);
    if (pathname === "/order/event-stats" && statistics) return statsAnswer(journal);
    if (pathname === "/order/checkout-forms") return listAnswer(searchParams, world);
    const id = /^\/order\/checkout-forms\/([^/]+)$/.exec(pathname)?.[1];
    return id ? formAnswer(decodeURIComponent(id), world) : refusal(404, "NOT_FOUND", "No such resource");
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/auth/oauth/device") {
      await text(request);
      const { status, body } = oauth.device(request.headers.authorization, `http://${request.headers.host}`);
      return json(response, status, body, "application/json");
    }
    if (url.pathname === "/auth/oauth/token") return answerToken(request, response);
    const refused = gate(request);
    if (!refused && faults.strikes("http-5xx")) return html(response);
    const { status, body } = refused ?? route(url);
    json(response, status, body, MEDIA_TYPE);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const url = await listen(server);

  return {
    url,
    buy: world.buy,
    fillIn: world.fillIn,
    ready: world.ready,
    cancel: world.cancel,
    merge: world.merge,
    surcharge: world.surcharge,
    /** The truth: every form that Allegro still has. */
    forms: world.forms,
    revoke: oauth.revoke,
    agree: oauth.agree,
    agreesAtOnce: oauth.agreesAtOnce,
    login: oauth.login,
    fired: faults.fired,
    /** How often each resource answered, and `token`, `token-refused`, `unauthorized`, `blocked`, `user-agent-refused`. */
    calls: (): Readonly<Record<string, number>> => calls,
    close: () => close(server),
  };
}

function json(response: ServerResponse, status: number, body: object, type: string): void {
  response.writeHead(status, { "Content-Type": type, "trace-id": "simulated" }).end(JSON.stringify(body));
}

/** Gateways answer with a page. */
function html(response: ServerResponse): void {
  response.writeHead(503, { "Content-Type": "text/html" }).end("<html><body>Service Unavailable</body></html>");
}
