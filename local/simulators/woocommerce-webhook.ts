/**
 * The webhook of the simulated shop, as measured on WooCommerce 11.0.1: one try a delivery, the seventh failure in a
 * row switches it off, and only a ping answered with exactly 200 ends the pings.
 */
import { createHash, createHmac } from "node:crypto";
import type { Instant } from "../../lib/core/order.ts";

export type Answer = { status: number; body: string };

export type WebhookOptions = { id: number; secret: string; url: string; source: () => string; now: () => Instant };

export type Webhook = {
  readonly active: boolean;
  /** It was made once, whether it is active now or not. */
  readonly known: boolean;
  /** In a row. Stays at 6 when the webhook is switched off, also after it is switched on again. */
  readonly failures: number;
  readonly pings: number;
  /** Switches it on and pings; the status of the answer, 0 without one. */
  activate(): Promise<number>;
  send(topic: string, body: string): Promise<Answer>;
};

const AGENT = "WooCommerce/11.0.1 Hookshot (WordPress/6.9.7)";

export function createWebhook({ id, secret, url, source, now }: WebhookOptions): Webhook {
  let active = false;
  let failures = 0;
  let pings = 0;
  let pendingPing = true;
  let known = false;

  async function ping(): Promise<number> {
    pings += 1;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const { status } = await post(url, headers, `webhook_id=${id}`, 5_000);
    if (status === 200) pendingPing = false;
    return status;
  }

  function count(status: number): void {
    if (status >= 200 && status < 303) failures = 0;
    else if (failures > 5) active = false;
    else failures += 1;
  }

  async function send(topic: string, body: string): Promise<Answer> {
    const [resource = "", event = ""] = topic.split(/\.(.*)/s);
    const headers = {
      "content-type": "application/json",
      "x-wc-webhook-source": `${source()}/`,
      "x-wc-webhook-topic": topic,
      "x-wc-webhook-resource": resource,
      "x-wc-webhook-event": event,
      "x-wc-webhook-signature": createHmac("sha256", secret).update(body).digest("base64"),
      "x-wc-webhook-id": String(id),
      "x-wc-webhook-delivery-id": deliveryId(id, now()),
    };
    const answer = await post(url, headers, body, 60_000);
    count(answer.status);
    if (active && pendingPing) await ping();
    return answer;
  }

  return {
    get active() {
      return active;
    },
    get known() {
      return known;
    },
    get failures() {
      return failures;
    },
    get pings() {
      return pings;
    },
    activate() {
      active = true;
      known = true;
      return ping();
    },
    send,
  };
}

/** Made of the webhook and the second, so two orders may carry the same one. */
function deliveryId(id: number, now: Instant): string {
  return createHash("md5")
    .update(`${id}${Math.floor(now / 1000)}`)
    .digest("hex");
}

async function post(url: string, headers: Record<string, string>, body: string, timeoutMs: number): Promise<Answer> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { ...headers, "user-agent": AGENT, accept: "*/*" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return { status: 0, body: "" };
  }
}
