/**
 * Adobe Commerce Events through Adobe I/O: signed, at least once, in no order. Adobe repeats a webhook request for a day where
 * the answer is 429 or 5xx, and never after any other refusal.
 */
import * as z from "zod/mini";
import type { HeldReason } from "../../core/held-reasons.ts";
import type { Sighting } from "../../core/order.ts";
import { anyText, anything } from "../../core/schemas.ts";
import { present } from "../../core/writes.ts";
import type { Channel, Received, WebhookRequest } from "../channel.ts";
import { heldOnceFor } from "../shared/proof.ts";
import { jsonIn, Text } from "../shared/wire.ts";
import { AdobeAccount, settingsOf } from "./account.ts";
import { mapValue } from "./map.ts";
import { isSigned, proofOf } from "./signature.ts";

export const adobe: Channel<AdobeAccount> = {
  name: "adobe",
  account: AdobeAccount,
  refersTo: ({ issuer }) => (issuer === undefined ? [] : [{ path: ["issuer"], account: issuer }]),
  methods: ["GET", "POST"],
  receive,
  isProven: (request, { publicKeys }) => proofOf(request, publicKeys) === "proven",
  receiveKept: (body, account) => receivedOf(jsonIn(body), account),
};

/** CloudEvents; Adobe writes the recipient's name with and without underscores. */
const Event = z.object({
  type: Text,
  source: Text,
  recipient_client_id: Text,
  recipientclientid: Text,
  data: z.catch(z.optional(z.object({ value: anything })), undefined),
});

type Result =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "ignored"; reason: string; sourceOrder?: string }
  | { kind: "unusable"; reason: HeldReason; sourceOrder?: string; detail?: string; keep?: Buffer };

function receive(request: WebhookRequest, account: AdobeAccount): Received {
  if (request.method === "GET") return handshake(request.query.challenge);
  if (!isSigned(request)) {
    const asked = Validation.safeParse(jsonIn(request.body)).data;
    if (asked) return confirmation(asked.validationUrl);
  }
  switch (proofOf(request, account.publicKeys)) {
    case "not-proven":
      return { kind: "refused", status: 401, code: "bad-signature" };
    case "unknown-key":
      return { kind: "refused", status: 429, code: "unknown-key" };
    case "proven":
      return receivedOf(jsonIn(request.body), account);
  }
}

/** The registration is confirmed by the text that it asks with: an id, and nothing that a browser could run. */
function handshake(challenge: string | undefined): Received {
  if (challenge === undefined || !/^[\w.-]{1,200}$/.test(challenge))
    return { kind: "refused", status: 404, code: "no-challenge" };
  return { kind: "answer", reply: { status: 200, contentType: "text/plain", body: challenge } };
}

const Validation = z.lazy(() => z.object({ validationUrl: anyText }));

/**
 * Adobe's second way to confirm a registration: somebody opens its URL. It is not called from here, because anybody can
 * send one; and nobody is asked to open one that does not lead to Adobe.
 */
function confirmation(url: string): Received {
  return present({ kind: "silent", status: 200, confirm: isOfAdobe(url) ? url : undefined });
}

function isOfAdobe(url: string): boolean {
  const host = URL.parse(url)?.host ?? "";
  const isPlain = url.length <= 500 && /^https:\/\/[a-z0-9.-]+\/[\w./?=&%-]*$/.test(url);
  return isPlain && /\.adobe\.(io|com)$/.test(host);
}

/** One event, or a batch of them. */
function receivedOf(body: unknown, account: AdobeAccount): Received {
  if (body === undefined) return { kind: "unusable", reason: "not-json" };
  const events = Array.isArray(body) ? body : [body];
  // It may be our own configuration that names the wrong client: put off, it comes again once that is mended.
  if (events.some((event) => isForeign(event, account)))
    return { kind: "refused", status: 429, code: "wrong-recipient" };
  const results = events.map((event) => resultOf(event, account));
  const sightings = results.flatMap((result) => (result.kind === "sighting" ? [result.sighting] : []));
  const unusable = results.filter((result) => result.kind === "unusable");
  if (sightings.length > 0 || unusable.length > 1)
    return present({ kind: "sightings", sightings, unusable: unusable.length > 0 ? unusable : undefined });
  return unusable[0] ?? results.find((result) => result.kind === "ignored") ?? { kind: "ignored", reason: "no-events" };
}

/** Adobe signs the events of all its customers with the same keys. */
function isForeign(value: unknown, { clientId }: AdobeAccount): boolean {
  const event = Event.safeParse(value).data;
  const recipient = event?.recipient_client_id || event?.recipientclientid;
  return Boolean(recipient) && recipient !== clientId;
}

function resultOf(value: unknown, account: AdobeAccount): Result {
  const event = Event.safeParse(value);
  if (!event.success || !event.data.type) return { kind: "unusable", reason: "not-an-event" };
  const { type, source, data } = event.data;
  if (!(event.data.recipient_client_id || event.data.recipientclientid))
    return { kind: "unusable", reason: "no-recipient" };
  if (!account.eventTypes.includes(type)) return { kind: "ignored", reason: "not-about-orders" };
  if (isOfCopy(source, account)) return heldOnceFor(source.slice(0, MAX_SOURCE));
  return mapValue(data?.value, settingsOf(account));
}

const MAX_SOURCE = 200;

/** A staging environment that was made of the shop keeps its project, and so its client. What names no source is the shop's. */
function isOfCopy(source: string, { sources }: AdobeAccount): boolean {
  return source !== "" && sources.length > 0 && !sources.some((own) => own.toLowerCase() === source.toLowerCase());
}
