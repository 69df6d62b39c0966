/**
 * Adobe Commerce Events through Adobe I/O: signed, at least once, in no order. Adobe repeats a delivery for a day where
 * the answer is 429 or 5xx, and never after any other refusal.
 */
import * as z from "zod/mini";
import type { HeldReason } from "../../held-reasons.ts";
import type { Sighting } from "../../order.ts";
import { anyText, anything } from "../../shapes.ts";
import type { Channel, Delivery, Received } from "../channel.ts";
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
};

/** CloudEvents; Adobe writes the recipient's name with and without underscores. */
const Event = z.object({
  type: Text,
  recipient_client_id: Text,
  recipientclientid: Text,
  data: z.catch(z.optional(z.object({ value: anything })), undefined),
});

type Result =
  | { kind: "sighting"; sighting: Sighting }
  | { kind: "ignored"; reason: string; sourceOrder?: string }
  | { kind: "unusable"; reason: HeldReason; sourceOrder?: string };

function receive(delivery: Delivery, account: AdobeAccount): Received {
  if (delivery.method === "GET") return handshake(delivery.query.challenge);
  if (!isSigned(delivery)) {
    const asked = Validation.safeParse(jsonIn(delivery.body)).data;
    if (asked) return confirmation(asked.validationUrl);
  }
  switch (proofOf(delivery, account.publicKeys)) {
    case "not-proven":
      return { kind: "refused", status: 401, code: "bad-signature" };
    case "unknown-key":
      return { kind: "refused", status: 429, code: "unknown-key" };
    case "proven":
      return receivedOf(jsonIn(delivery.body), account);
  }
}

/** The registration is confirmed by the text that it asks with: an id, and nothing that a browser could run. */
function handshake(challenge: string | undefined): Received {
  if (challenge === undefined || !/^[\w.-]{1,200}$/.test(challenge))
    return { kind: "refused", status: 404, code: "no-challenge" };
  return { kind: "answer", reply: { status: 200, contentType: "text/plain", body: challenge } };
}

const Validation = z.object({ validationUrl: anyText });

/**
 * Adobe's second way to confirm a registration: somebody opens its URL. It is not called from here, because anybody can
 * send one; and nobody is asked to open one that does not lead to Adobe.
 */
function confirmation(url: string): Received {
  const isAdobes = /^https:\/\/([a-z0-9-]+\.)+adobe\.(io|com)\/[\w./?=&%-]{0,500}$/.test(url);
  return { kind: "silent", status: 200, ...(isAdobes && { confirm: url }) };
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
    return { kind: "sightings", sightings, ...(unusable.length > 0 && { unusable }) };
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
  const { type, data } = event.data;
  if (!(event.data.recipient_client_id || event.data.recipientclientid))
    return { kind: "unusable", reason: "no-recipient" };
  if (!account.eventTypes.includes(type)) return { kind: "ignored", reason: "not-about-orders" };
  return mapValue(data?.value, settingsOf(account));
}
