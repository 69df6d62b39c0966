/**
 * Allegro replaces a refresh token with every use, so asking for orders is no innocent question: the configured token is
 * used only where the caller agreed (`--renew`), and its successor is kept before anything else is asked.
 */
import * as z from "zod/mini";
import type { AllegroAccount } from "../../../lib/channels/allegro/account.ts";
import { anyText } from "../../../lib/core/schemas.ts";
import { askLogin } from "../../allegro-login.ts";
import { type Finding, fail, look, ok } from "../findings.ts";
import { type Heard, jsonIn } from "../line.ts";
import type { Asking, Platform } from "../platform.ts";
import { REMEDIES } from "../remedies.ts";
import { answerTrouble, findingOf } from "../trouble.ts";
import type { Refusal } from "../trouble-kinds.ts";
import { answerOf, fieldsOf, saidIn } from "./words.ts";

const Errors = z.object({ errors: z.array(z.object({ code: anyText, message: z.optional(anyText) })) });

export const allegro: Platform<AllegroAccount> = {
  words: {
    said(answer) {
      if (answer.status < 400) return undefined;
      const [error] = answerOf(Errors, answer)?.errors ?? [];
      return error ? saidIn([error.code, error.message]) : fieldsOf(answer, "error", "error_description");
    },
    refusal,
  },
  addresses: ({ baseUrl, authUrl }) => [baseUrl, authUrl],
  listing: "forms",
  withoutPull: "",
  async before(account, asking) {
    const findings = [await applicationOf(account, asking), agentOf(account)];
    if (!asking.renews && findings.every(({ state }) => state !== "fail")) findings.push(untried());
    return findings;
  },
  beside: async (_, __, { line }) => [scopeOf(line.heard)],
};

function refusal(answer: Heard): Refusal | undefined {
  if (jsonIn(answer) === undefined) return undefined;
  const error = fieldsOf(answer, "error");
  if (error === "invalid_client" || error === "invalid_grant" || answer.status === 401) return "wrong-keys";
  return answer.status === 403 ? "no-rights" : undefined;
}

/** Knowing the application costs no token of the seller. */
async function applicationOf(account: AllegroAccount, { line }: Asking): Promise<Finding> {
  const answer = await askLogin(line.http, account, "token", { grant_type: "client_credentials" });
  const last = line.last();
  const trouble = last && answerTrouble(last, allegro.words);
  if (trouble) return findingOf("application", trouble);
  return answer.status === 200
    ? ok("application", "client id and secret are known")
    : fail("application", `HTTP ${answer.status}`, REMEDIES.unexpected);
}

const NAMED = /^[\w.-]+\/[\w.-]+ \(\+https?:\/\/[^ )]+\)$/;

function agentOf({ userAgent }: AllegroAccount): Finding {
  if (NAMED.test(userAgent) && !userAgent.startsWith("Kojarz/0.1 ")) return ok("User-Agent", userAgent);
  return look("User-Agent", userAgent, {
    pl: "Allegro wymaga nazwy aplikacji takiej, jaką zarejestrowano: NazwaAplikacji/1.0 (+https://strona-o-niej). Ustaw userAgent.",
    en: "Allegro wants the application's name as it is registered: AppName/1.0 (+https://a-page-about-it). Set userAgent.",
  });
}

function untried(): Finding {
  return look("refresh token", "not tried: Allegro replaces it with every use", {
    pl: "Dopóki Kojarz jeszcze nie działa, użyj --renew: nowy token zapisze się w pliku konfiguracji. Gdy już działa, token pokazuje kojarz status.",
    en: "As long as Kojarz does not run yet, say --renew: the new token is written into the configuration file. Once it runs, kojarz status shows its token.",
  });
}

const Token = z.object({ access_token: anyText, scope: z.optional(anyText) });
const SCOPE = "allegro:api:orders:read";

function scopeOf(heard: readonly Heard[]): Finding {
  const tokens = heard.filter(({ url }) => url.endsWith("/auth/oauth/token"));
  const scope = tokens.map((answer) => answerOf(Token, answer)?.scope).findLast((one) => one !== undefined);
  if (scope === undefined) return look("scopes", "Allegro does not say them");
  return scope.split(" ").includes(SCOPE)
    ? ok("scopes", scope)
    : fail("scopes", `${scope || "none"}, without ${SCOPE}`, REMEDIES["no-rights"]);
}
