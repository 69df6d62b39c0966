/**
 * Any other shop: our own order in JSON (`schema.ts`), signed as Standard Webhooks say (standardwebhooks.com).
 *
 * The smallest channel there is, and so the example of how a platform is added: an account, a proof, a mapping.
 */
import * as z from "zod/mini";
import { problemsOf } from "../../core/config-errors.ts";
import { accountName } from "../../core/keys.ts";
import type { Instant } from "../../core/order.ts";
import { positiveNumber } from "../../core/schemas.ts";
import { present } from "../../core/writes.ts";
import type { Channel, Received, WebhookRequest } from "../channel.ts";
import { accountFields, IgnoreFields, UnnamedMarketplaceOrders } from "../shared/account-fields.ts";
import {
  headerIn,
  isSigned,
  provingAll,
  type SignatureScheme,
  StandardSecret,
  standardKeyOf,
} from "../shared/proof.ts";
import { jsonIn } from "../shared/wire.ts";
import orderSchema from "./order.schema.json" with { type: "json" };
import { StandardHead, StandardOrder } from "./schema.ts";
import { sightingOf } from "./sighting.ts";

/** JSON Schema, draft 2020-12: `schema.ts` as a sender may check a message with it. */
const published = JSON.stringify(orderSchema);

/** Svix, whose libraries many senders use, gave the specification its headers and keeps sending its own. */
const ID = ["webhook-id", "svix-id"] as const;
const TIMESTAMP = ["webhook-timestamp", "svix-timestamp"] as const;

/** Over the very bytes: read as text, bodies that are no UTF-8 would all be alike. */
export const SIGNATURE: SignatureScheme = {
  header: ["webhook-signature", "svix-signature"],
  algorithm: "hmac-sha256",
  encoding: "base64",
  pieces: [{ header: ID }, { text: "." }, { header: TIMESTAMP }, { text: "." }, "body"],
  prefix: "v1,",
  separator: " ",
  keyOf: standardKeyOf,
};

/** Who has more mistakes than this mends the first ones and sends again. */
const MAX_PROBLEMS = 10;

const StandardAccount = z.lazy(() =>
  z.strictObject({
    channel: z.literal("standard"),
    ...accountFields(),
    /** `whsec_` and base64, as the sender's library makes them. Several while one is being replaced. */
    secrets: z.array(StandardSecret).check(z.minLength(1)),
    /** How far the sender's clock may be from ours: an older message may be a recorded one. */
    toleranceSeconds: z._default(positiveNumber, 300),
    unnamedMarketplaceOrders: UnnamedMarketplaceOrders,
    /** `note`, where a sender writes one id of its own into it with every order: no trace is looked for there. */
    ignoreFields: IgnoreFields,
  }),
);
type StandardAccount = z.infer<typeof StandardAccount>;

export const standard: Channel<StandardAccount> = {
  name: "standard",
  account: StandardAccount,
  /** GET answers with the JSON Schema of an order. */
  methods: ["POST", "GET"],
  provedBy: ({ secrets }) => provingAll(secrets),
  receive,
  isProven: (request, account, now) => refusalOf(request, account, now) === undefined,
  receiveKept: (body, account) => receivedOf(jsonIn(body), account),
};

function receive(request: WebhookRequest, account: StandardAccount, now: Instant): Received {
  if (request.method === "GET")
    return { kind: "answer", reply: { status: 200, contentType: "application/schema+json", body: published } };
  const code = refusalOf(request, account, now);
  return code ? { kind: "refused", status: 401, code } : receivedOf(jsonIn(request.body), account);
}

/** Undefined where the account's sender made it, and not long ago. */
function refusalOf(request: WebhookRequest, { secrets, toleranceSeconds }: StandardAccount, now: Instant) {
  const sentAt = sentAtOf(request);
  if (sentAt === undefined || !isSigned(SIGNATURE, request, secrets)) return "bad-signature";
  return Math.abs(now - sentAt) > toleranceSeconds * 1000 ? "bad-timestamp" : undefined;
}

function receivedOf(body: unknown, account: StandardAccount): Received {
  const order = StandardOrder.safeParse(body);
  if (!order.success) return unreadable(body, order.error);
  const sighting = sightingOf(order.data, accountName(account), account);
  return { kind: "sightings", sightings: [sighting], settles: ["unreadable-order"] };
}

/** What is wrong is answered field by field, and held under the order's own id: a later message that is right ends it. */
function unreadable(body: unknown, error: z.core.$ZodError): Received {
  const { data: head } = StandardHead.safeParse(body);
  const problems = body === undefined ? [{ path: "", problem: "not JSON" }] : problemsOf(error);
  const told = problems.slice(0, MAX_PROBLEMS);
  return present<Received>({
    kind: "unusable",
    reason: "unreadable-order",
    sourceOrder: head?.orderId,
    detail: told.map(({ path, problem }) => `${path || "(top)"}: ${problem}`).join("; "),
    reply: {
      status: 422,
      contentType: "application/json",
      body: JSON.stringify({ error: "unreadable-order", problems: told }),
    },
  });
}

/** Whole seconds, written in one way only: the signature covers the number, not its spelling. */
function sentAtOf(request: WebhookRequest): Instant | undefined {
  const seconds = headerIn(request, TIMESTAMP) ?? "";
  return /^[1-9]\d{0,10}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}
