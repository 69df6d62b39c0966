/**
 * Adobe I/O Events behind a simulated Magento shop: each announced save becomes an event with the order as it was then.
 * Events are signed twice, come at least once and in no order, and wait, by the clock that is handed in, until `run`.
 */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Instant } from "../../lib/core/order.ts";
import { present } from "../../lib/core/writes.ts";
import { adobeEvent } from "./adobe-event.ts";
import { createFaults } from "./local-server.ts";
import type { MagentoShop } from "./magento.ts";

/**
 * `twin`: delivered once more. `reordered`: what is due comes in reverse. `late`: not sent before an hour has passed.
 * `batched`: all that is due for the first time comes in one body.
 */
const adobeFaults = ["twin", "reordered", "late", "batched"] as const;
type AdobeFault = (typeof adobeFaults)[number];

export type AdobeOptions = {
  shop: MagentoShop;
  webhookUrl: string;
  clientId: string;
  now: () => Instant;
  /** 0 to 1. */
  random: () => number;
  /** Probabilities, 0 to 1. */
  faults?: Partial<Record<AdobeFault, number>>;
};

export type AdobeEvents = {
  fired: Readonly<Record<AdobeFault, number>>;
  /** False once it was switched off: then nothing is sent any more. */
  readonly active: boolean;
  /** The public keys by their path, as https://static.adobeioevents.com shows them. */
  publicKeys(): Record<string, string>;
  /** The older of the two keys is replaced. */
  rotateKey(): void;
  /** The address is asked to repeat a text; whether it did. */
  register(): Promise<boolean>;
  announce(entityId: number): void;
  /** Sends what is due, and returns the statuses of the answers; 0 for none in time. */
  run(): Promise<number[]>;
  /** The events that were refused for good, or for a whole day. */
  lost(): readonly string[];
};

type Job = { eventId: string; body: string; attempts: number; firstAt: Instant | undefined; dueAt: Instant };
type Key = { path: string; publicKey: string; privateKey: KeyObject };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const TIMEOUT_MS = 10_000;
/** In minutes; the last one again and again. */
const WAITS = [1, 2, 4, 8, 15] as const;
/** Of so many tries of one day at least, that part may not fail. */
const TOO_MANY = { of: 10, part: 0.8 };

export function createAdobeEvents(options: AdobeOptions): AdobeEvents {
  const { shop, webhookUrl, clientId, now, random } = options;
  const { fired, fires } = createFaults(adobeFaults, options.faults ?? {}, random);
  const lost: string[] = [];
  let keys: [Key, Key] = [newKey(1), newKey(2)];
  let made = 2;
  let queue: Job[] = [];
  let events = 0;
  let tries: Array<{ at: Instant; failed: boolean }> = [];
  let active = true;

  async function attempt(job: Job): Promise<number> {
    const status = await post(webhookUrl, job, keys);
    const failed = status < 200 || status >= 300;
    tries = [...tries.filter(({ at }) => at > now() - DAY), { at: now(), failed }];
    const failures = tries.filter((one) => one.failed).length;
    if (tries.length >= TOO_MANY.of && failures / tries.length >= TOO_MANY.part) active = false;
    if (failed) again(job, status);
    return status;
  }

  /** Only what says "later" is sent again, for a day, with the same id and bytes. */
  function again(job: Job, status: number): void {
    const { attempts, firstAt = now() } = job;
    const wait = (WAITS[attempts] ?? 15) * MINUTE;
    const isLater = status === 0 || status === 429 || (status >= 500 && status !== 505);
    if (!isLater || now() + wait > firstAt + DAY) lost.push(job.eventId);
    else queue.push({ ...job, attempts: attempts + 1, firstAt, dueAt: now() + wait });
  }

  function dueNow(): Job[] {
    const due = queue.filter((job) => job.dueAt <= now());
    queue = queue.filter((job) => job.dueAt > now());
    if (due.length > 1 && fires("reordered")) due.reverse();
    const fresh = due.filter(({ attempts }) => attempts === 0);
    const [first] = fresh;
    if (!first || fresh.length < 2 || !fires("batched")) return due;
    const batch = { ...first, body: `[${fresh.map(({ body }) => body).join(",")}]` };
    return [...due.filter(({ attempts }) => attempts > 0), batch];
  }

  return {
    fired,
    get active() {
      return active;
    },
    publicKeys: () => Object.fromEntries(keys.map(({ path, publicKey }) => [path, publicKey])),
    rotateKey() {
      made += 1;
      keys = [keys[1], newKey(made)];
    },
    async register() {
      const challenge = `challenge-${made}`;
      const answer = await fetch(`${webhookUrl}?challenge=${challenge}`);
      return answer.ok && (await answer.text()) === challenge;
    },
    announce(entityId) {
      const order = shop.orders().find((one) => one.entity_id === entityId);
      if (!order) throw new Error(`the shop has no order ${entityId}`);
      events += 1;
      const eventId = `1f1c7d5e-0000-4000-8000-${String(events).padStart(12, "0")}`;
      const body = JSON.stringify(adobeEvent(order, { eventId, clientId, at: now() }));
      const dueAt = now() + (fires("late") ? 60 * MINUTE : 0);
      const job = { eventId, body, attempts: 0, firstAt: undefined, dueAt };
      queue.push(job, ...(fires("twin") ? [job] : []));
    },
    async run() {
      const statuses: number[] = [];
      for (const job of active ? dueNow() : []) statuses.push(await attempt(job));
      return statuses;
    },
    lost: () => lost,
  };
}

function newKey(number: number): Key {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const path = `/prod/keys/pub-key-${number}.pem`;
  return { path, publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(), privateKey };
}

async function post(url: string, { eventId, body, attempts }: Job, [first, second]: [Key, Key]): Promise<number> {
  const signed = ({ privateKey }: Key) => sign("sha256", Buffer.from(body), privateKey).toString("base64");
  const headers = present<Record<string, string>>({
    "content-type": "application/cloudevents+json",
    "x-adobe-event-id": eventId,
    "x-adobe-public-key1-path": first.path,
    "x-adobe-public-key2-path": second.path,
    "x-adobe-digital-signature-1": signed(first),
    "x-adobe-digital-signature-2": signed(second),
    "x-adobe-retry-count": attempts > 0 ? String(attempts) : undefined,
  });
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}
