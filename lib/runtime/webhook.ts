/** From an HTTP event to a channel and back: the only place where what was received becomes work and an HTTP answer. */
import type { Delivery, Received, Reply } from "../channels/channel.ts";
import { intake, type Outcome } from "../intake.ts";
import { holdRaw } from "../ops/hold.ts";
import { METRICS, measure, refusalOf } from "../ops/metric.ts";
import type { Verdict } from "../order.ts";
import { type App, app } from "./app.ts";
import { type Connection, connectionOf } from "./config.ts";
import { intakeDeps } from "./intake-deps.ts";
import { logger } from "./logger.ts";
import { metrics } from "./metrics.ts";
import { answer, bodyOf, type HttpEvent, HttpFault, type HttpResult, headersOf, httpHandler } from "./middleware.ts";

/** @param channelName the channel that a function was deployed for; absent, the path names it: `/webhooks/{channel}/…` */
export function webhookHandler(channelName?: string) {
  return httpHandler(async (event) =>
    receiveWebhook(await app(), channelName ?? event.rawPath.split("/")[2] ?? "", event),
  );
}

/** Answers once everything that the message says is durable. Throws `HttpFault` 503 `not-stored` when it is not. */
async function receiveWebhook(app: App, channelName: string, event: HttpEvent): Promise<HttpResult> {
  const connection = connectionOf(app.config, channelName, event.pathParameters?.account ?? "");
  const receive = connection?.channel.receive?.bind(connection.channel);
  if (!connection || !receive) return refusal(404, "unknown-account");
  const methods = connection.channel.methods ?? ["POST"];
  const { method } = event.requestContext.http;
  if (!methods.includes(method)) return refusal(405, "method-not-allowed", { allow: methods.join(", ") });
  const delivery = deliveryOf(event);
  if (delivery.body.byteLength > app.config.maxBodyBytes) return refusal(413, "body-too-large");
  const received = receive(delivery, connection.account, app.now());
  try {
    return await carryOut(received, app, connection, delivery.body);
  } catch (cause) {
    throw new HttpFault(503, "not-stored", { cause });
  }
}

function deliveryOf(event: HttpEvent): Delivery {
  return {
    method: event.requestContext.http.method,
    headers: headersOf(event),
    query: event.queryStringParameters ?? {},
    secretPath: event.pathParameters?.secretPath,
    body: bodyOf(event),
  };
}

async function carryOut(received: Received, app: App, connection: Connection, raw: Buffer): Promise<HttpResult> {
  const { name } = connection;
  if (isAuthentic(received)) measure(metrics, METRICS.received, 1, [{ account: name }]);
  switch (received.kind) {
    case "refused":
      return refusal(received.status, received.code, {}, received.body);
    case "silent":
      if (received.confirm)
        logger.warn("registration not confirmed yet: open the address", { account: name, confirm: received.confirm });
      return silence(received.status);
    case "ignored": {
      const { reason, sourceOrder = "" } = received;
      app.explain({ verdict: "ignored", reason, account: name, sourceOrder });
      return verdict("ignored", { reason });
    }
    case "unusable":
      await holdRaw(app, name, received.sourceOrder, received.reason, received.keep ?? raw);
      return received.reply ? prescribed(received.reply) : verdict("held", { reason: received.reason });
    case "hints":
      await Promise.all(received.ids.map((id) => app.feeds.hint(name, id, app.now())));
      if (received.answer === "silent") return silence(200);
      return received.answer === "accepted" ? verdict("accepted") : prescribed(received.answer);
    case "answer":
      return prescribed(received.reply);
    case "sightings": {
      const { unusable = [] } = received;
      let outcome: Outcome = unusable[0]
        ? { verdict: "held", reason: unusable[0].reason }
        : { verdict: "ignored", reason: "no-order" };
      for (const { reason, sourceOrder } of unusable) await holdRaw(app, name, sourceOrder, reason, raw);
      for (const sighting of received.sightings) outcome = await intake(sighting, intakeDeps(app, connection, raw));
      return received.reply ? prescribed(received.reply) : verdict(outcome.verdict, outcome);
    }
    case "numbered": {
      const { sighting, keep = raw } = received;
      const number = await app.numbers.mint(name, sighting.sourceOrder);
      await intake(sighting, intakeDeps(app, connection, keep));
      if (received.readAgain) await app.feeds.hint(name, sighting.sourceOrder, app.now());
      return prescribed(received.reply(number));
    }
    default:
      return received satisfies never;
  }
}

/** Probes and questions are answered to anybody. */
function isAuthentic({ kind }: Received): boolean {
  return kind !== "refused" && kind !== "silent" && kind !== "answer";
}

function verdict(verdict: Verdict | "accepted", { reason, order }: Partial<Outcome> = {}): HttpResult {
  return answer(200, { verdict, ...(order && { order }), ...(reason && { reason }) });
}

function prescribed({ status, contentType, body }: Reply): HttpResult {
  return { statusCode: status, headers: { "content-type": contentType }, body };
}

/** Counted, because a wrong secret at a shop looks like any stranger's request, only more often. */
function refusal(status: number, code: string, headers?: Record<string, string>, body?: object): HttpResult {
  measure(metrics, METRICS.refusals, 1, [{ refusal: refusalOf(status) }], { code });
  return answer(status, body ?? { error: code }, headers);
}

function silence(status: number): HttpResult {
  return { statusCode: status };
}
