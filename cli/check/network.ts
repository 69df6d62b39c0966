/** Can the host be found, and is its certificate one that is accepted, and for how long? */
import { lookup } from "node:dns/promises";
import { connect } from "node:tls";
import { type Finding, fail, look, ok } from "./findings.ts";
import { REMEDIES } from "./remedies.ts";

type Certificate = { validUntil: number; error: string | undefined };

export type Network = {
  /** @throws where the name is not known */
  addresses(host: string): Promise<string[]>;
  /** @throws where nothing answers, or not by TLS */
  certificate(host: string, port: number): Promise<Certificate>;
};

const TIMEOUT_MS = 10_000;
const DAY = 86_400_000;
/** Certificates of 90 days are renewed a month before their end: one with less left is not renewed by itself. */
const SOON_MS = 14 * DAY;

export const network: Network = {
  async addresses(host) {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  },
  certificate: (host, port) =>
    new Promise((resolve, reject) => {
      // It is looked at, and nothing is sent over it: a bad one is to be described.
      const socket = connect({ host, port, servername: host, rejectUnauthorized: false, timeout: TIMEOUT_MS }, () => {
        const { valid_to } = socket.getPeerCertificate();
        const error = socket.authorized ? undefined : (socket.authorizationError?.toString() ?? "not accepted");
        resolve({ validUntil: Date.parse(valid_to), error });
        socket.destroy();
      });
      socket.once("timeout", () => socket.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      socket.once("error", reject);
    }),
};

/** @param address the base address of an API */
export async function networkOf(address: string, io: Network, now: number): Promise<Finding[]> {
  const { hostname, protocol, port } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, "");
  const found = await io.addresses(host).catch((error: unknown) => codeOf(error));
  if (typeof found === "string") return [fail("DNS", `${host}: ${found}`, REMEDIES.dns)];
  const dns = ok("DNS", `${host}: ${found.slice(0, 3).join(", ")}`);
  if (protocol === "http:") return [dns, ok("TLS", "none: this machine alone")];
  const certificate = await io.certificate(host, Number(port || 443)).catch((error: unknown) => codeOf(error));
  return [dns, tlsOf(certificate, now)];
}

function tlsOf(certificate: Certificate | string, now: number): Finding {
  if (typeof certificate === "string") return fail("TLS", certificate, REMEDIES.tls);
  const { validUntil, error } = certificate;
  const until = new Date(validUntil).toISOString().slice(0, 10);
  if (error !== undefined) return fail("TLS", `${error}, valid until ${until}`, REMEDIES.tls);
  if (validUntil - now < SOON_MS)
    return look("TLS", `the certificate ends on ${until}`, {
      pl: "Certyfikat sklepu niedługo się kończy: zapytaj jego hosting, czy sam się odnowi.",
      en: "The shop's certificate ends soon: ask its host whether it is renewed by itself.",
    });
  return ok("TLS", `valid until ${until}`);
}

function codeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
