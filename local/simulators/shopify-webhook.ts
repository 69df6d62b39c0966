/**
 * The subscription of the simulated shop: a delivery that is not answered 2xx within 5 s is repeated 8 times within
 * 4 hours, with its first body and its first ids; when the last one fails too, the subscription is deleted. How the
 * 8 are spread is not published; here each waits about twice as long as the one before.
 */
import { createHmac } from "node:crypto";
import type { Instant } from "../../lib/core/order.ts";

export type ShopifyJob = {
  topic: string;
  body: string;
  /** Names what happened: equal for every topic that tells of it. */
  eventId: string;
  /** Names the delivery: equal on each retry. */
  webhookId: string;
  triggeredAt: Instant;
  attempts: number;
  dueAt: Instant;
};

export type ShopifySubscription = {
  readonly active: boolean;
  /** One try. Returns the status (0: no answer in time) and the job if it has to be tried again. */
  send(job: ShopifyJob): Promise<{ status: number; again?: ShopifyJob }>;
};

const MINUTE = 60_000;
const RETRIES = [1, 3, 7, 15, 30, 60, 120, 240].map((minutes) => minutes * MINUTE);
const TIMEOUT_MS = 5_000;

export type SubscriptionOptions = { shop: string; secret: string; webhookUrl: string; apiVersion: string };

export function createSubscription(options: SubscriptionOptions): ShopifySubscription {
  let active = true;
  return {
    get active() {
      return active;
    },
    async send(job) {
      const status = await post(options, job);
      if (status >= 200 && status < 300) return { status };
      const wait = RETRIES[job.attempts];
      if (wait === undefined) {
        active = false;
        return { status };
      }
      return { status, again: { ...job, attempts: job.attempts + 1, dueAt: job.triggeredAt + wait } };
    },
  };
}

async function post({ shop, secret, webhookUrl, apiVersion }: SubscriptionOptions, job: ShopifyJob): Promise<number> {
  try {
    const answer = await fetch(webhookUrl, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-shopify-topic": job.topic,
        "x-shopify-hmac-sha256": createHmac("sha256", secret).update(job.body).digest("base64"),
        "x-shopify-shop-domain": shop,
        "x-shopify-api-version": apiVersion,
        "x-shopify-webhook-id": job.webhookId,
        "x-shopify-event-id": job.eventId,
        "x-shopify-triggered-at": new Date(job.triggeredAt).toISOString(),
        "user-agent": "Shopify-Captain-Hook",
      },
      body: job.body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}
