/**
 * Who may use the console: this machine, and no page of another site that a person of this machine looks at.
 *
 * Another site can make a browser send requests here, and a name of its own can point here. So the name in `Host` must be
 * one of this machine, what comes from another origin is refused, and whatever acts must know the token of this start,
 * which only a page of ours can read: no CORS is granted.
 */
import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

const TOKEN_HEADER = "x-kojarz-token";

type Asked = Pick<IncomingMessage, "headers" | "socket">;

/** A tunnel to this machine connects from it too, but says for whom. */
export function isOfThisMachine({ socket, headers }: Asked): boolean {
  const isForwarded = headers.forwarded !== undefined || headers["x-forwarded-for"] !== undefined;
  const isNamedSo = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(headers.host ?? "");
  return /^(::1$|(::ffff:)?127\.)/.test(socket.remoteAddress ?? "") && isNamedSo && !isForwarded;
}

/** Not sent by a page of another site, as far as the browser says who sent it. */
export function isOfThisSite({ headers }: Asked): boolean {
  const { origin, host, "sec-fetch-site": site } = headers;
  const isOwn = origin === undefined || origin === `http://${host}`;
  return isOwn && (site === undefined || site === "same-origin" || site === "none");
}

export function hasToken({ headers }: Asked, token: string): boolean {
  const given = Buffer.from(String(headers[TOKEN_HEADER] ?? ""));
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
