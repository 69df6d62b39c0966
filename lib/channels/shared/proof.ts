/**
 * Who sent a webhook request: proven by a secret that it shows, or by a signature that is made with one; and whether it
 * comes from the shop that the account is.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";
import { ENOUGH_DIFFERENT, isStrong } from "../../core/schemas.ts";
import { present } from "../../core/writes.ts";
import type { Proving, Received, WebhookRequest } from "../channel.ts";

/** Shorter ones are guessed. A key that signs is never shown, and may be shorter. */
const SHORTEST = 16;
const SHORTEST_KEY = 12;
const SHORTEST_IN_ADDRESS = 20;
const SHORTEST_OF_PLATFORM = 8;

const strongText = (shortest: number) =>
  z
    .string()
    .check(z.refine((text) => isStrong(text, shortest), `at least ${shortest} characters, ${ENOUGH_DIFFERENT}`));

/** A text that a message shows to prove who sent it. */
export const ProvingSecret = z.lazy(() => strongText(SHORTEST));

/** A text that stands in an address, which is written into logs of others. */
export const AddressSecret = z.lazy(() => strongText(SHORTEST_IN_ADDRESS));

/** A key that its platform makes, of a length that nobody has written down: only what cannot be one is refused. */
export const PlatformSecret = z.lazy(() => strongText(SHORTEST_OF_PLATFORM));

/** A text that signs messages. */
export const SigningSecret = z.lazy(() => strongText(SHORTEST_KEY));

const SECRET_PREFIX = "whsec_";
const STANDARD_SECRET = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;

/** A secret of Standard Webhooks: `whsec_` and the key in base64. */
export const StandardSecret = z.lazy(() =>
  z.string().check(
    z.regex(STANDARD_SECRET, { error: "whsec_ and base64", abort: true }),
    z.refine(
      (secret) => isStrong(standardKeyOf(secret), SHORTEST),
      `a key of at least ${SHORTEST} bytes, ${ENOUGH_DIFFERENT}`,
    ),
  ),
);

/** @param secret `whsec_` and base64 */
export function standardKeyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");
}

/** @param named the messages say inside of what is proven which shop they are of, and that is compared */
export function provingAll(secrets: readonly string[], named?: boolean): Proving[] {
  return secrets.map((secret, index) => present({ path: ["secrets", String(index)], secret, named }));
}

/** @param shown secrets by the name of their setting */
export function provingShown(shown: Readonly<Record<string, string | undefined>>): Proving[] {
  return Object.entries(shown).flatMap(([name, secret]) => (secret === undefined ? [] : [{ path: [name], secret }]));
}

type Signed = Pick<WebhookRequest, "headers" | "body">;

/** Names of one header, as a platform has written it over time: the first one that is there counts. */
type Header = readonly [string, ...string[]];

/** A piece of what is signed: the raw body, the secret itself, a header's text, or fixed text between them. */
type Piece = "body" | "secret" | { header: Header } | { text: string };

/** How a platform signs, as a row of data. A channel has one; `isSigned` checks them all. */
export type SignatureScheme = {
  header: Header;
  /** `sha1`: a plain hash, where the secret is one of the pieces. */
  algorithm: "hmac-sha256" | "sha1";
  encoding: "base64" | "hex";
  /** In this order, without anything between them that is not named. */
  pieces: readonly Piece[];
  /** Stands before the signature in its header, for example `sha256=`. */
  prefix?: string;
  /** Between several signatures in one header: while a sender replaces its secret it signs with both. */
  separator?: string;
  /** The key that a configured secret stands for; without it the secret's own bytes in UTF-8. */
  keyOf?: (secret: string) => string | Buffer;
};

/** Of one header, however many it holds. */
const MAX_SIGNATURES = 10;

/**
 * True if one of the secrets made a signature of this request. Tries every secret and every signature and stops at none,
 * in constant time: how long it takes says nothing about which one fits.
 */
export function isSigned(scheme: SignatureScheme, request: Signed, secrets: readonly string[]): boolean {
  const given = signaturesIn(scheme, request);
  const expected = secrets.flatMap((secret) => signatureOf(scheme, request, secret) ?? []);
  return expected.flatMap((one) => given.map((other) => isSecret(other, one))).includes(true);
}

/** As it stands in the header; undefined where a header is missing that is signed. */
export function signatureOf(scheme: SignatureScheme, request: Signed, secret: string): string | undefined {
  const pieces = scheme.pieces.flatMap((piece) => bytesOf(piece, request, secret) ?? []);
  if (pieces.length < scheme.pieces.length) return undefined;
  const key = scheme.keyOf?.(secret) ?? secret;
  const hash = scheme.algorithm === "sha1" ? createHash("sha1") : createHmac("sha256", key);
  for (const piece of pieces) hash.update(piece);
  return `${scheme.prefix ?? ""}${hash.digest(scheme.encoding)}`;
}

/** The header's text; undefined where it is missing or empty. */
export function headerIn({ headers }: Pick<Signed, "headers">, names: Header): string | undefined {
  const name = names.find((one) => headers[one] !== undefined);
  return (name && headers[name]?.trim()) || undefined;
}

/** Compares what a stranger sent with what only the shop knows: in constant time, whatever the lengths. */
function isSecret(given: string, secret: string): boolean {
  const [a, b] = [given, secret].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

/** One that is shown, and the one before it while it is replaced. Each is compared, whichever fits. */
export function isOneOf(given: string, secrets: ReadonlyArray<string | undefined>): boolean {
  return secrets.flatMap((secret) => (secret === undefined ? [] : isSecret(given, secret))).includes(true);
}

function signaturesIn({ header, encoding, separator }: SignatureScheme, request: Signed): string[] {
  const text = headerIn(request, header);
  if (text === undefined) return [];
  // Hex may be written in capitals; base64 has one spelling.
  const given = encoding === "hex" ? text.toLowerCase() : text;
  return separator === undefined ? [given] : given.split(separator).slice(0, MAX_SIGNATURES);
}

function bytesOf(piece: Piece, request: Signed, secret: string): Buffer | undefined {
  if (piece === "body") return request.body;
  const text = piece === "secret" ? secret : "text" in piece ? piece.text : headerIn(request, piece.header);
  return text === undefined ? undefined : Buffer.from(text);
}

/** More than this of an address tells nobody anything. */
const MAX_NAME = 200;

type Known = { baseUrl: string; alsoKnownAs: readonly string[] };

/** Other addresses of the same shop: `https://sklep.example/en`, or `sklep.example` alone. */
export const AlsoKnownAs = z.lazy(() =>
  z._default(z.array(z.string().check(z.refine((text) => nameOf(text) !== undefined, "the address of a shop"))), []),
);

/**
 * A staging copy of a shop keeps the webhooks and their secrets, so its test orders are signed as well as the real ones.
 * @param source the address that the message names, with or without a scheme
 * @returns what becomes of a message of another shop: held once a shop, without what it says; undefined where it is this
 *   shop's, or names none
 */
export function heldAsOtherShop(source: string | undefined, known: Known): Received | undefined {
  if (source === undefined || source.trim() === "") return undefined;
  const name = nameOf(source) ?? source.trim().slice(0, MAX_NAME);
  const names = [known.baseUrl, ...known.alsoKnownAs].map(nameOf);
  return names.includes(name) ? undefined : heldOnceFor(name);
}

/** Of a message of another shop only its name is kept: nobody looks for its orders here. */
export function heldOnceFor(name: string): Extract<Received, { kind: "unusable" }> {
  const keep = Buffer.from(JSON.stringify({ source: name }));
  return { kind: "unusable", reason: "other-shop", sourceOrder: `shop:${name}`, detail: name, keep };
}

/** Host and path. With or without `www`, over http or https, with or without a slash behind it is one shop. */
function nameOf(address: string): string | undefined {
  const text = address.trim();
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `https://${text}`);
  if (!url?.hostname || /\s/.test(text)) return undefined;
  const host = url.hostname.replace(/^www\./, "").replace(/\.$/, "");
  const port = url.port === "443" || url.port === "80" ? "" : url.port;
  return `${host}${port && `:${port}`}${url.pathname.replace(/\/{1,9}$/, "")}`.slice(0, MAX_NAME);
}
