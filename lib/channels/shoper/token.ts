/** The bearer token of Shoper's API: fixed in the configuration, or got for an administrator's name and password. */
import { createHash, randomUUID } from "node:crypto";
import * as z from "zod/mini";
import { accountName } from "../../core/keys.ts";
import { anyText, filledText } from "../../core/schemas.ts";
import { type HttpAnswer, jsonOf } from "../../runtime/http.ts";
import { Blocked, type PullIo, Refused } from "../channel.ts";
import { pauseAfter } from "../shared/pause.ts";
import type { ShoperAccount } from "./account.ts";
import { ShoperUnavailable, saidOf } from "./errors.ts";

/** A token with less left than this is replaced. */
const MARGIN_MS = 3_600_000;
const LOCK_MS = 30_000;
const ELSEWHERE_MS = 3_000;

const Kept = z.lazy(() => z.object({ token: anyText, expiresAt: z.number(), seed: anyText }));
type Kept = z.infer<typeof Kept>;

const Issued = z.lazy(() =>
  z.object({
    access_token: filledText,
    expires_in: z.coerce.number().check(z.positive()),
  }),
);

export type Token = {
  /** @param refused the token that the API has just answered 401 to */
  get(refused?: string): Promise<string>;
};

export function shoperToken(
  account: ShoperAccount,
  io: Pick<PullIo, "vault" | "now" | "random">,
  post: (path: string, authorization: string) => Promise<HttpAnswer>,
): Token {
  const name = accountName(account);
  const { apiToken, apiUser = "", apiPassword = "" } = account;
  const seed = createHash("sha256")
    .update(JSON.stringify([apiUser, apiPassword]))
    .digest("hex");
  let held: Kept | undefined;

  function isUsable(kept: Kept, refused: string | undefined): boolean {
    return kept.seed === seed && kept.token !== refused && kept.expiresAt - io.now() > MARGIN_MS;
  }

  async function stored(refused: string | undefined): Promise<Kept | undefined> {
    const kept = Kept.safeParse(await io.vault.read(name)).data;
    return kept && isUsable(kept, refused) ? kept : undefined;
  }

  async function issued(): Promise<Kept> {
    const answer = await post("auth", `Basic ${Buffer.from(`${apiUser}:${apiPassword}`).toString("base64")}`);
    const parsed = Issued.safeParse(jsonOf(answer));
    if (answer.status === 200 && parsed.success) {
      const { access_token: token, expires_in: seconds } = parsed.data;
      return { token, expiresAt: io.now() + seconds * 1000, seed };
    }
    const pause = pauseAfter(answer, io);
    if (pause) throw pause;
    if (answer.status >= 400 && answer.status < 500) throw new Refused(name, "auth", answer.status, saidOf(answer));
    throw new ShoperUnavailable(`${name}: auth: HTTP ${answer.status}`);
  }

  /** One process gets a token at a time; the next one finds it. */
  async function renewed(refused: string | undefined): Promise<Kept> {
    const lock = randomUUID();
    const elsewhere = () => new Blocked(`${name}: another process gets the token`, io.now() + ELSEWHERE_MS);
    if (!(await io.vault.lock(name, lock, io.now() + LOCK_MS))) throw elsewhere();
    try {
      const next = (await stored(refused)) ?? (await issued());
      if (!(await io.vault.save(name, lock, next))) throw elsewhere();
      return next;
    } finally {
      await io.vault.unlock(name, lock);
    }
  }

  return {
    async get(refused) {
      if (apiToken !== undefined) return apiToken;
      if (held && isUsable(held, refused)) return held.token;
      held = (await stored(refused)) ?? (await renewed(refused));
      return held.token;
    },
  };
}
