/** Receives a webhook request: finds its account, has the channel read it, does what it asks for and answers over HTTP. */

import type { AccountBase, Connection, Received, Reply, WebhookRequest } from "../channels/channel.ts";
import { channels } from "../channels/index.ts";
import { heldId } from "../core/held.ts";
import { accountName } from "../core/keys.ts";
import { DAY, type Instant, type Verdict } from "../core/order.ts";
import type { AccountState, Desk } from "../core/ports/desk.ts";
import type { Explanation } from "../core/ports/explain.ts";
import type { FeedStore } from "../core/ports/feeds.ts";
import type { Numbers } from "../core/ports/numbers.ts";
import type { Samples } from "../core/ports/samples.ts";
import { present } from "../core/writes.ts";
import { METRICS, measure, refusalOf } from "../ops/metric.ts";
import {
  answer,
  bodyOf,
  type HttpEvent,
  HttpFault,
  type HttpResult,
  headersOf,
  logger,
  metrics,
} from "../runtime/lambda.ts";
import { holdGone } from "./gone.ts";
import { holdRaw } from "./hold.ts";
import { type IntakeParts, intake, intakeDeps, type Outcome } from "./intake.ts";
import { countRefused } from "./refused.ts";
import { isSample, SAMPLE_HEADER } from "./sample.ts";
import { COUNTED_BYTES, heldAsUnmapped, readCounted } from "./tries.ts";

/** The parts of the process that a webhook works with. */
export type WebhookParts = IntakeParts & {
  feeds: Pick<FeedStore, "requestRefresh" | "countTry" | "forgetTry">;
  numbers: Numbers;
  samples: Samples;
  desk: Pick<Desk, "noteIgnored" | "saveAccountState" | "countRefused">;
  config: IntakeParts["config"] & { accounts: readonly AccountBase[]; maxBodyBytes: number };
};

/**
 * Answers once all that the request says is stored.
 * @param channelName the first part of the path behind `/webhooks/`
 * @throws `HttpFault` 503 `not-stored` where the store fails: the platform then sends it again, or a poll finds it
 */
export async function receiveWebhook(parts: WebhookParts, channelName: string, event: HttpEvent): Promise<HttpResult> {
  const connection = connectionOf(parts.config.accounts, channelName, event.pathParameters?.account ?? "");
  const receive = connection?.channel.receive?.bind(connection.channel);
  if (!connection || !receive) return refusal(404, "unknown-account");
  const methods = connection.channel.methods ?? ["POST"];
  const { method } = event.requestContext.http;
  if (!methods.includes(method)) return refusal(405, "method-not-allowed", { allow: methods.join(", ") });
  const request = webhookRequestOf(event);
  if (request.body.byteLength > parts.config.maxBodyBytes) {
    await countRefused(parts, connection.name, "body-too-large");
    return refusal(413, "body-too-large");
  }
  const said: Explanation[] = [];
  const explain = (explanation: Explanation) => {
    said.push(explanation);
    parts.explain(explanation);
  };
  const received = await readMessage(parts, connection, receive, request);
  try {
    if (received.kind === "refused") return await refuse(received, parts, connection.name);
    const token = request.headers[SAMPLE_HEADER];
    if (token !== undefined && isAuthentic(received)) return await sampled(parts, connection.name, token);
    const result = await carryOut(received, { ...parts, explain }, connection, request.body);
    if (isAuthentic(received)) await showHeard(parts, connection.name, said);
    return result;
  } catch (cause) {
    throw new HttpFault(503, "not-stored", { cause });
  }
}

async function readMessage(
  parts: WebhookParts,
  connection: Connection,
  receive: NonNullable<Connection["channel"]["receive"]>,
  request: WebhookRequest,
): Promise<Received> {
  const read = (): Received => {
    try {
      return receive(request, connection.account, parts.now());
    } catch (error) {
      return heldAsUnmapped(error, connection, request, parts.now());
    }
  };
  return request.body.byteLength < COUNTED_BYTES ? read() : readCounted(parts, connection, request, read);
}

/** When this process wrote last that an account reported, and that it began an order. */
const shown = new WeakMap<WebhookParts["desk"], Map<string, Instant>>();
const SHOWN_AGAIN_MS = 60_000;

/** For an operator's eyes alone: what cannot be written is left out, since the report itself is stored. */
async function showHeard({ desk, now }: WebhookParts, account: string, said: readonly Explanation[]): Promise<void> {
  const at = now();
  const times = shown.get(desk) ?? new Map<string, Instant>();
  shown.set(desk, times);
  const isDue = (what: keyof AccountState) =>
    at - (times.get(`${account} ${what}`) ?? -SHOWN_AGAIN_MS) >= SHOWN_AGAIN_MS;
  const heard: Array<keyof AccountState> = ["lastReportAt"];
  if (said.some(({ verdict }) => verdict === "new")) heard.push("lastOrderAt");
  const due = heard.filter(isDue);
  for (const what of due) times.set(`${account} ${what}`, at);
  const ignored = said.filter(({ verdict, sourceOrder }) => verdict === "ignored" && sourceOrder !== "");
  try {
    if (due.length > 0) await desk.saveAccountState(account, Object.fromEntries(due.map((what) => [what, at])));
    for (const message of ignored) await desk.noteIgnored(message, at);
  } catch (error) {
    logger.warn("not shown to operators", { account, error: error as Error });
  }
}

/** The account that the path names, with its channel. Undefined where this process does not serve it. */
function connectionOf(accounts: readonly AccountBase[], channelName: string, slug: string): Connection | undefined {
  const channel = channels.find(({ name }) => name === channelName);
  const account = accounts.find((one) => one.channel === channelName && one.account === slug);
  return channel && account && { name: accountName(account), channel, account };
}

function webhookRequestOf(event: HttpEvent): WebhookRequest {
  return {
    method: event.requestContext.http.method,
    headers: headersOf(event),
    query: event.queryStringParameters ?? {},
    secretPath: event.pathParameters?.secretPath,
    body: bodyOf(event),
  };
}

async function carryOut(
  received: Exclude<Received, Refused>,
  parts: WebhookParts,
  connection: Connection,
  raw: Buffer,
): Promise<HttpResult> {
  const { name, channel } = connection;
  if (isAuthentic(received) && !channel.needsPoll) measure(metrics, METRICS.received, 1, [{ account: name }]);
  switch (received.kind) {
    case "silent":
      if (received.confirm)
        logger.warn("registration not confirmed yet: open the address", { account: name, confirm: received.confirm });
      return silence(received.status);
    case "ignored": {
      const { reason, sourceOrder = "" } = received;
      parts.explain({ verdict: "ignored", reason, account: name, sourceOrder });
      return verdict("ignored", { reason });
    }
    case "unusable":
      await holdRaw(parts, name, received, received.keep ?? raw);
      return received.reply ? prescribed(received.reply) : verdict("held", { reason: received.reason });
    case "gone": {
      const { sourceOrder, keys } = received;
      if (await holdGone(parts, { account: name, sourceOrder }, keys))
        return verdict("held", { reason: "gone-at-source" });
      parts.explain({ verdict: "ignored", reason: "deleted", account: name, sourceOrder });
      return verdict("ignored", { reason: "deleted" });
    }
    case "refreshes":
      await Promise.all(received.ids.map((id) => parts.feeds.requestRefresh(name, id, parts.now())));
      if (received.answer === "silent") return silence(200);
      return received.answer === "accepted" ? verdict("accepted") : prescribed(received.answer);
    case "answer":
      return prescribed(received.reply);
    case "sightings": {
      const { unusable = [] } = received;
      let outcome: Outcome = unusable[0]
        ? { verdict: "held", reason: unusable[0].reason }
        : { verdict: "ignored", reason: "no-order" };
      for (const message of unusable) await holdRaw(parts, name, message, message.keep ?? raw);
      for (const sighting of received.sightings) outcome = await intake(sighting, intakeDeps(parts, connection, raw));
      await settle(received, parts, name);
      return received.reply ? prescribed(received.reply) : verdict(outcome.verdict, outcome);
    }
    case "numbered": {
      const { sighting, keep = raw } = received;
      const number = await parts.numbers.mint(name, sighting.sourceOrder);
      await intake(sighting, intakeDeps(parts, connection, keep));
      if (received.readAgain) await parts.feeds.requestRefresh(name, sighting.sourceOrder, parts.now());
      return prescribed(received.reply(number));
    }
    default:
      return received satisfies never;
  }
}

/** Closes what was held of these orders: this request says that it is over. */
async function settle(
  { sightings, settles = [] }: Extract<Received, { kind: "sightings" }>,
  { claims, now, config }: WebhookParts,
  account: string,
): Promise<void> {
  const resolution = { how: "taken-in", at: now() };
  const until = resolution.at + config.windowDays * DAY;
  const ids = sightings.flatMap(({ sourceOrder }) => settles.map((reason) => heldId(account, sourceOrder, reason)));
  await Promise.all(ids.map((id) => claims.unhold(id, resolution, until)));
}

type Refused = Extract<Received, { kind: "refused" }>;

/** A stranger's junk is counted for its account, and rings no alarm that is about a secret. */
async function refuse({ status, code, body }: Refused, parts: WebhookParts, account: string): Promise<HttpResult> {
  const isStrange = await countRefused(parts, account, code);
  return isStrange ? answer(status, body ?? { error: code }) : refusal(status, code, {}, body);
}

/** Whoever wanted a sample gets no order where the token is spent: nothing is taken in either way. */
async function sampled(parts: WebhookParts, account: string, token: string): Promise<HttpResult> {
  if (await isSample(parts, account, token)) {
    parts.explain({ verdict: "ignored", reason: "sample", account, sourceOrder: "" });
    return verdict("ignored", { reason: "sample" });
  }
  await countRefused(parts, account, "sample-token-unknown");
  return refusal(401, "sample-token-unknown");
}

/** A ping, a probe or a question proves nothing, and anybody may send one. */
function isAuthentic({ kind }: Received): boolean {
  return kind !== "refused" && kind !== "silent" && kind !== "answer";
}

function verdict(verdict: Verdict | "accepted", { reason, order }: Partial<Outcome> = {}): HttpResult {
  return answer(200, present({ verdict, order: order || undefined, reason: reason || undefined }));
}

function prescribed({ status, contentType, body }: Reply): HttpResult {
  return { statusCode: status, headers: { "content-type": contentType }, body };
}

/** Counts each refusal: a shop with a wrong secret looks like a stranger, but comes again and again. */
function refusal(status: number, code: string, headers?: Record<string, string>, body?: object): HttpResult {
  const refused = refusalOf(status);
  if (refused !== undefined) measure(metrics, METRICS.refusals, 1, [{ refusal: refused }], { code });
  return answer(status, body ?? { error: code }, headers);
}

function silence(status: number): HttpResult {
  return { statusCode: status };
}
