/**
 * The access token of one account.
 *
 * Every refresh replaces both tokens, so one process refreshes at a time and the new pair is saved before it is used.
 * A spent refresh token works for 60 s more: whoever lost the answer, or comes after one who died between answer and
 * save, tries the old one again. That is why it stays in the vault until the new pair is there, and why the lock is much
 * shorter. Runs are a minute apart, and one that begins anew is slower than the one that died: so a renewal that can
 * wait begins when a third of the interval is over, and the next run sees that it was begun and makes it its first call.
 */
import { createHash, randomUUID } from "node:crypto";
import * as z from "zod/mini";
import { accountName } from "../../core/keys.ts";
import type { Instant } from "../../core/order.ts";
import { anyText, filledText } from "../../core/schemas.ts";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { Blocked, type Pull, type PullIo } from "../channel.ts";
import type { AllegroAccount } from "./account.ts";
import { AllegroUnauthorised, AllegroUnavailable } from "./errors.ts";
import { blockedUntil } from "./retry-after.ts";

/** All attempts and the save fit into the lock, and the lock well into the 60 s. */
const LOCK_MS = 30_000;
const TIMEOUT_MS = 12_000;
const LAST_ATTEMPT_MS = LOCK_MS - TIMEOUT_MS - 3_000;
const ATTEMPTS = 5;

/** A token with less left than this is renewed when a run has done its work; with less than the second, before it. */
const AGEING_MS = 600_000;
const URGENT_MS = 180_000;

/** When in a run a renewal that can wait begins, where runs are a minute apart. */
const LATE_MS = 20_000;

/** How long to wait for another process that is refreshing. */
const ELSEWHERE_MS = 3_000;

const Pair = z.lazy(() =>
  z.object({
    access: anyText,
    refresh: anyText,
    expiresAt: z.number(),
    seed: anyText,
    /** Its refresh token was used, or was about to be: what came of it nobody knows. */
    begunAt: z.exactOptional(z.number()),
  }),
);
type Pair = z.infer<typeof Pair>;

const Issued = z.lazy(() =>
  z.object({
    access_token: filledText,
    refresh_token: filledText,
    expires_in: z.coerce.number().check(z.positive()),
  }),
);
const Refusal = z.lazy(() => z.object({ error: anyText }));

export type Tokens = {
  /** @param refused the token that the API has just answered 401 to */
  access(refused?: string): Promise<string>;
  /** Renews an ageing token before that is urgent. */
  ahead: NonNullable<Pull["upkeep"]>;
};

export type TokenIo = Pick<PullIo, "http" | "vault" | "budget" | "now" | "wait">;

/** A store that is away does not cost the new pair: nobody else has it, and the old one works for 60 s only. */
const SAVING_MS = 45_000;
const SAVE_AGAIN_MS = 1_000;

/** By seed: a pair that this process could not save, and the refresh token that was stored when it was issued. */
type Unsaved = Map<string, { instead: string; next: Pair }>;
const unsavedIn = new WeakMap<PullIo["vault"], Unsaved>();

function unsavedFor(vault: PullIo["vault"]): Unsaved {
  const known = unsavedIn.get(vault) ?? new Map();
  unsavedIn.set(vault, known);
  return known;
}

export function allegroTokens(account: AllegroAccount, io: TokenIo): Tokens {
  const name = accountName(account);
  const seed = fingerprint(account);
  const unsaved = unsavedFor(io.vault);
  let held: Pair | undefined;
  let renewing: Promise<Pair> | undefined;
  /** One renewal a run is enough, however short a token lives. */
  let isRenewed = false;

  /** The stored pair, unless the operator has configured a new seed since. */
  async function stored(): Promise<Pair | undefined> {
    const pair = Pair.safeParse(await io.vault.read(name));
    return pair.success && pair.data.seed === seed ? pair.data : undefined;
  }

  async function current(refused: string | undefined): Promise<Pair> {
    const pair = await stored();
    const usable = (one: Pair) => isUsable(one, refused, io.now());
    return pair && usable(pair) ? pair : refreshed(usable);
  }

  /** @param isGood what another process may have brought meanwhile */
  async function refreshed(isGood: (pair: Pair) => boolean): Promise<Pair> {
    await io.budget.spend(1);
    const token = randomUUID();
    if (!(await io.vault.lock(name, token, io.now() + LOCK_MS))) throw elsewhere(io.now());
    try {
      const pair = await stored();
      if (pair && isGood(pair)) return pair;
      const instead = pair?.refresh ?? account.refreshToken;
      const left = unsaved.get(seed);
      if (pair && left?.instead !== instead) await markBegun(pair, token);
      isRenewed = true;
      const next = left?.instead === instead ? left.next : await renewed(pair);
      unsaved.set(seed, { instead, next });
      if (!(await saved(token, next))) throw elsewhere(io.now());
      unsaved.delete(seed);
      return next;
    } finally {
      await io.vault.unlock(name, token);
    }
  }

  async function saved(token: string, next: Pair): Promise<boolean> {
    const until = io.now() + SAVING_MS;
    for (;;) {
      try {
        return await io.vault.save(name, token, next);
      } catch (cause) {
        if (!io.wait || io.now() >= until) throw cause;
        await io.wait(SAVE_AGAIN_MS);
      }
    }
  }

  /** Saving gives the lock back. */
  async function markBegun(pair: Pair, token: string): Promise<void> {
    const marked = await io.vault.save(name, token, { ...pair, begunAt: io.now() });
    if (!marked || !(await io.vault.lock(name, token, io.now() + LOCK_MS))) throw elsewhere(io.now());
  }

  /** The stored pair may come from an older chain (a restored table): then the configured seed gets one chance. */
  async function renewed(pair: Pair | undefined): Promise<Pair> {
    const known = pair ? [pair.refresh, account.refreshToken] : [account.refreshToken];
    const latest = io.now() + LAST_ATTEMPT_MS;
    for (const refresh of new Set(known)) {
      const next = await exchange(refresh, latest);
      if (next) return next;
    }
    throw new AllegroUnauthorised(name, "invalid_grant");
  }

  /** @returns undefined when Allegro does not accept this refresh token any more */
  async function exchange(refresh: string, latest: Instant): Promise<Pair | undefined> {
    const answer = await ask(refresh, latest);
    const body = jsonOf(answer);
    const issued = Issued.safeParse(body);
    if (answer.status === 200 && issued.success) {
      const { access_token, refresh_token, expires_in } = issued.data;
      return { access: access_token, refresh: refresh_token, expiresAt: io.now() + expires_in * 1000, seed };
    }
    if (answer.status === 429) throw new Blocked(`${name}: too many tokens`, blockedUntil(answer, account, io.now()));
    const { error } = Refusal.safeParse(body).data ?? {};
    if (error === "invalid_grant") return undefined;
    if (error === "invalid_client") throw new AllegroUnauthorised(name, "invalid_client");
    throw new AllegroUnavailable(`${name}: the token endpoint answered ${answer.status}`);
  }

  /** Tried again at once: a scheduled run may come too late for the 60 s. */
  async function ask(refresh: string, latest: Instant, attempt = 1): Promise<HttpAnswer> {
    const again = () => attempt < ATTEMPTS && io.now() < latest;
    try {
      const answer = await io.http(`${account.authUrl}/auth/oauth/token`, {
        method: "POST",
        headers: {
          Authorization: `Basic ${Buffer.from(`${account.clientId}:${account.clientSecret}`).toString("base64")}`,
          "Content-Type": "application/x-www-form-urlencoded",
          Accept: "application/json",
          "User-Agent": account.userAgent,
        },
        body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: refresh }).toString(),
        timeoutMs: TIMEOUT_MS,
      });
      return answer.status >= 500 && again() ? ask(refresh, latest, attempt + 1) : answer;
    } catch (cause) {
      if (again()) return ask(refresh, latest, attempt + 1);
      throw new AllegroUnavailable(`${name}: the token endpoint did not answer`, { cause });
    }
  }

  return {
    /** The vault is read once a run, and calls made at the same time wait for one refresh together. */
    async access(refused) {
      if (held && isUsable(held, refused, io.now())) return held.access;
      renewing ??= current(refused).finally(() => {
        renewing = undefined;
      });
      held = await renewing;
      return held.access;
    },

    ahead: {
      afterMs: Math.min(LATE_MS, (account.pollSeconds * 1000) / 3),
      isDue: () => !isRenewed && held !== undefined && !isYoung(held, io.now()),
      async run() {
        held = await refreshed((pair) => isYoung(pair, io.now()));
      },
    },
  };
}

function isUsable(pair: Pair, refused: string | undefined, now: Instant): boolean {
  return pair.access !== refused && pair.begunAt === undefined && pair.expiresAt - now > URGENT_MS;
}

function isYoung({ begunAt, expiresAt }: Pair, now: Instant): boolean {
  return begunAt === undefined && expiresAt - now > AGEING_MS;
}

function elsewhere(now: Instant): Blocked {
  return new Blocked("another process is refreshing the token", now + ELSEWHERE_MS);
}

/** Tells whether the configured seed is still the one that the stored pair grew from. */
function fingerprint({ clientId, refreshToken }: AllegroAccount): string {
  return createHash("sha256")
    .update(JSON.stringify([clientId, refreshToken]))
    .digest("hex");
}
