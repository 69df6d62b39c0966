/** Why a platform gives nothing: kinds that a person has to tell apart, because each is mended elsewhere. Pure. */
import { AllegroUnauthorised } from "../../lib/channels/allegro/errors.ts";
import { Blocked } from "../../lib/channels/channel.ts";
import { plainLine } from "../../lib/channels/shared/wire.ts";
import { NoAnswer } from "../../lib/runtime/http.ts";
import { type Finding, fail } from "./findings.ts";
import { type Heard, jsonIn } from "./line.ts";
import { REMEDIES } from "./remedies.ts";
import type { Refusal, TroubleKind } from "./trouble-kinds.ts";

/** How one platform says no. */
export type Words = {
  /** Its own code and message, where the answer is a refusal. */
  said(answer: Heard): string | undefined;
  /** Which refusal it is. Undefined where its words do not tell. */
  refusal(answer: Heard): Refusal | undefined;
};

export type Trouble = { kind: TroubleKind; says: string };

/** What stands before shops and answers for them. */
const FIREWALL =
  /cloudflare|cf-ray|attention required|just a moment|sucuri|wordfence|incapsula|imperva|mod_?security|ddos-guard|akamai|access denied|captcha|blocked by|web application firewall/i;

const MAINTENANCE = /maintenance|briefly unavailable|przerwa techniczna|konserwacj|prace techniczne|zaraz wracamy/i;

export function troubleOf(error: unknown, last: Heard | undefined, words: Words): Trouble {
  const unanswered = causesOf(error).find((cause) => cause instanceof NoAnswer);
  if (unanswered) return noAnswer(unanswered);
  const said = last && answerTrouble(last, words);
  if (said) return said;
  const own = causesOf(error).find((cause) => cause instanceof AllegroUnauthorised);
  if (own) return { kind: own.reason === "forbidden" ? "no-rights" : "wrong-keys", says: own.message };
  if (error instanceof Blocked) return { kind: "too-many-calls", says: error.message };
  return { kind: "unexpected", says: error instanceof Error ? error.message : String(error) };
}

/** @returns undefined where the answer itself is as it should be */
export function answerTrouble(answer: Heard, words: Words): Trouble | undefined {
  const { status } = answer;
  const own = words.said(answer);
  const refusal = words.refusal(answer);
  const says = `HTTP ${status}${own === undefined ? "" : `: ${own}`}`;
  if (refusal) return { kind: refusal, says };
  if (jsonIn(answer) === undefined) return pageTrouble(answer);
  if (status === 429) return { kind: "too-many-calls", says };
  if (status === 503 && MAINTENANCE.test(answer.text)) return { kind: "maintenance", says };
  if (status >= 500) return { kind: "down", says };
  // Some say no with a status of success.
  return status >= 400 || own !== undefined ? { kind: "refused", says } : undefined;
}

/** Not the API, but something that speaks HTML. */
function pageTrouble(answer: Heard): Trouble | undefined {
  const { status, headers, text } = answer;
  const title = plainLine(/<(?:title|h1)[^>]{0,200}>([^<]{1,200})/i.exec(text)?.[1] ?? text.slice(0, 120)).trim();
  const says = `HTTP ${status}${title && `: a page "${title.slice(0, 100)}"`}`;
  const signs = `${headers.get("server") ?? ""} ${headers.has("cf-ray") ? "cf-ray" : ""} ${text}`;
  if (status === 503 && MAINTENANCE.test(text)) return { kind: "maintenance", says };
  if ([401, 403, 405, 406, 429, 503].includes(status) && FIREWALL.test(signs)) return { kind: "firewall", says };
  if (status === 404) return { kind: "not-there", says };
  if (status === 429) return { kind: "too-many-calls", says };
  if (status >= 500) return { kind: "down", says };
  return { kind: status < 300 && FIREWALL.test(signs) ? "firewall" : "page", says };
}

const RESOLVING = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "EAI_FAIL"]);
const TLS = /^(?:CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

function noAnswer(error: NoAnswer): Trouble {
  if (error.reason !== "unreached") return { kind: error.reason, says: error.message };
  const codes = causesOf(error).flatMap((cause) => (cause as NodeJS.ErrnoException).code ?? []);
  const code = codes.at(-1);
  const says = `${error.message}${code === undefined ? "" : ` (${code})`}`;
  if (codes.some((one) => RESOLVING.has(one))) return { kind: "dns", says };
  return { kind: codes.some((one) => TLS.test(one)) ? "tls" : "unreached", says };
}

function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors : [];
  return [error, ...inner.flatMap(causesOf), ...causesOf(error.cause)];
}

export function findingOf(check: string, { kind, says }: Trouble): Finding {
  return fail(check, `${kind}: ${says}`, REMEDIES[kind]);
}
