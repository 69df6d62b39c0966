/**
 * What every channel with a webhook must keep, whatever its platform.
 *
 * A channel brings deliveries that are authentic, and says how its platform proves a body; the suite changes them in
 * every way that senders, proxies, plugins and strangers do.
 */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { handler as webhook } from "../../functions/webhook.ts";
import { provideApp } from "../../lib/app/app.ts";
import { Settings } from "../../lib/app/config.ts";
import type { AccountBase, Channel, Received, WebhookRequest } from "../../lib/channels/channel.ts";
import { type Host, startHost } from "../../local/apigw-host.ts";
import { type WebhookFloor, webhookFloor } from "../support/webhook-floor.ts";
import { accepted, ordersKeepTheContract, type Told } from "./order-contract.ts";

type ContractSamples = {
  /** Authentic deliveries, each of at least one order, in as many shapes as are known. */
  orders: readonly [WebhookRequest, ...WebhookRequest[]];
  /** One order as it was from time to time, the oldest first; absent where deliveries carry no time of their own. */
  history?: readonly [WebhookRequest, WebhookRequest, ...WebhookRequest[]];
  /** An authentic delivery of a cancelled order; absent where deliveries only hint at orders. */
  cancelled?: WebhookRequest;
  /** An authentic order all of whose ids are missing or placeholders; absent where that cannot be said. */
  keyless?: WebhookRequest;
  /** Paths (dotted) of `orders[0]` without which it cannot be used. */
  required: readonly string[];
  /** Fields (dotted) by which a body says for whom it is: changed, it is refused, however well it is signed. */
  addressee?: readonly string[];
  /** Deliveries that prove nothing: no signature, a foreign one, a wrong secret in the path. */
  forged: readonly [WebhookRequest, ...WebhookRequest[]];
  /** `body`: the proof covers every byte of the body. `sender`: it only says who sends (a secret path, header, field). */
  proves: "body" | "sender";
  /** Its proof counts only for a body that is whole JSON. */
  provesJsonOnly?: true;
  /** The delivery with another body, proven as the platform would. */
  sign(delivery: WebhookRequest, body: Buffer): WebhookRequest;
  /** How the platform writes a body; JSON if absent. */
  format?: Format;
  /** Texts of the account that may appear in no result. */
  secrets: readonly string[];
};

export type Format = { read(body: Buffer): unknown; write(document: unknown): Buffer };

type ChannelContract<Account extends AccountBase> = {
  name: string;
  channel: Channel<Account>;
  account: Account;
  /** Of the same platform: nothing that is meant for `account` is taken in its name. */
  otherAccount: Account;
  samples: ContractSamples;
};

const NOW = Date.UTC(2026, 10, 24, 12);

const JSON_FORMAT: Format = {
  read: (body) => JSON.parse(body.toString()),
  write: (document) => Buffer.from(JSON.stringify(document)),
};

export function channelContract<Account extends AccountBase>(contract: ChannelContract<Account>): void {
  const { name, channel, account, otherAccount, samples } = contract;
  const { sign, format = JSON_FORMAT } = samples;
  const [order] = samples.orders;
  const receive = (delivery: WebhookRequest, as = account): Received => {
    if (!channel.receive) throw new Error(`${name} has no webhook`);
    return unnumbered(channel.receive(delivery, as, NOW));
  };
  const told = (delivery: WebhookRequest): Told => ({
    document: format.read(delivery.body),
    told: (document) => receive(sign(delivery, format.write(document))),
  });
  const [first, ...others] = samples.orders;

  describe(`${name} keeps the contract of a channel`, () => {
    it("a delivery is only read: its bytes and headers are as before", () => {
      const copy = { ...order, body: Buffer.from(order.body), headers: { ...order.headers } };
      receive(order);
      expect(order).toEqual(copy);
    });

    it("a delivery as it came is the same as its body written anew", () => {
      for (const sample of samples.orders)
        expect(accepted(receive(sample))).toEqual(told(sample).told(format.read(sample.body)));
    });

    it("what proves nothing is refused, and nothing of it is taken", () => {
      for (const sample of samples.forged) expectRefused(receive(sample));
    });

    it("what is meant for another account is refused", () => {
      for (const sample of samples.orders) expectRefused(receive(sample, otherAccount));
    });

    it("a body that somebody without the secret wrote is never taken", () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
          for (const sample of samples.forged) expectRefused(receive({ ...sample, body: Buffer.from(bytes) }));
        }),
      );
    });

    if (samples.proves === "body") tamperedBodies(samples, receive);

    const isRefused = (body: Buffer) => samples.provesJsonOnly === true && !isJson(body);

    it("an empty body is held or ignored when it is proven", () => {
      const received = receive(sign(order, Buffer.alloc(0)));
      if (isRefused(Buffer.alloc(0))) return expectRefused(received);
      expect(["unusable", "ignored", "refreshes"]).toContain(accepted(received).kind);
    });

    it("a body as large as may be is understood like a small one", () => {
      const document = {
        kojarz_padding: "x".repeat(Settings.parse({}).maxBodyBytes),
        ...Object(format.read(order.body)),
      };
      expect(told(order).told(document)).toEqual(receive(order));
    });

    it("the content type decides nothing about a proven body", () => {
      for (const type of ["text/plain", "application/x-www-form-urlencoded", undefined]) {
        const delivery = { ...order, headers: { ...order.headers, "content-type": type } };
        expect(receive(delivery)).toEqual(receive(order));
      }
    });

    it("whatever proven text comes, it is held, ignored or understood", () => {
      const text = fc.oneof(fc.string({ unit: "binary" }), fc.json());
      fc.assert(
        fc.property(text, (text) => {
          const body = Buffer.from(text);
          const received = receive(sign(order, body));
          if (isRefused(body)) expectRefused(received);
          else accepted(received);
        }),
      );
    });

    ordersKeepTheContract({
      ...samples,
      orders: [told(first), ...others.map(told)],
      history: samples.history && [
        told(samples.history[0]),
        told(samples.history[1]),
        ...samples.history.slice(2).map(told),
      ],
      cancelled: samples.cancelled && told(samples.cancelled),
      keyless: samples.keyless && told(samples.keyless),
      fixed: samples.addressee,
    });

    overHttp(contract);
  });
}

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString());
    return true;
  } catch {
    return false;
  }
}

/** An order that is answered a number is an order like every other; which number it gets is the store's business. */
function unnumbered(received: Received): Received {
  return received.kind === "numbered" ? { kind: "sightings", sightings: [received.sighting] } : received;
}

function overHttp<Account extends AccountBase>({ channel, account, samples }: ChannelContract<Account>): void {
  const settings = Settings.parse({});
  const [order] = samples.orders;
  let host: Host;
  let floor: WebhookFloor;
  beforeAll(async () => {
    host = await startHost({ port: 0, now: () => NOW, routes: { "ANY /webhooks/{channel}/{account}": webhook } });
  });
  afterAll(() => host.stop());
  beforeEach(() => {
    floor = webhookFloor({ ...settings, accounts: [account] }, NOW);
    provideApp(() => floor.app);
  });

  async function post({ headers, query, body }: WebhookRequest, to = account.account): Promise<number> {
    const asked = Object.entries(query).map(([name, value]): [string, string] => [name, value ?? ""]);
    const own = Object.entries(headers).filter(
      ([name]) => !/^(host|content-length|connection|accept-encoding)$/.test(name),
    );
    const answer = await fetch(`${host.url}/webhooks/${channel.name}/${to}?${new URLSearchParams(asked)}`, {
      method: "POST",
      headers: own.map(([name, value]): [string, string] => [name, value ?? ""]),
      body: new Uint8Array(body),
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  const kept = () => floor.claims.orders.size + floor.claims.held.size + floor.hints.length + floor.bodies.size;

  it("over HTTP an order is answered 200 once it is kept", async () => {
    expect([await post(order), kept()]).toEqual([200, 1]);
  });

  it("over HTTP an account that nobody configured is answered 404, however well the order is proven", async () => {
    expect([await post(order, "nobody"), kept()]).toEqual([404, 0]);
  });

  it("over HTTP a body over the limit is answered 413, however well it is proven", async () => {
    const huge = samples.sign(order, Buffer.alloc(settings.maxBodyBytes + 1, " "));
    expect([await post(huge), kept()]).toEqual([413, 0]);
  });
}

function tamperedBodies(samples: ContractSamples, receive: (delivery: WebhookRequest) => Received): void {
  it("one changed bit anywhere in a proven body is refused", () => {
    const place = fc.tuple(fc.constantFrom(...samples.orders), fc.nat(), fc.integer({ min: 0, max: 7 }));
    fc.assert(
      fc.property(place, ([sample, at, bit]) => {
        const body = Buffer.from(sample.body);
        const index = at % body.length;
        body.writeUInt8(body.readUInt8(index) ^ (1 << bit), index);
        expectRefused(receive({ ...sample, body }));
      }),
      { numRuns: 300 },
    );
  });

  it("a proven body that was cut or has something behind it is refused", () => {
    const [order] = samples.orders;
    expectRefused(receive({ ...order, body: order.body.subarray(0, -1) }));
    expectRefused(receive({ ...order, body: Buffer.concat([order.body, Buffer.from("\n")]) }));
    expectRefused(receive({ ...order, body: Buffer.alloc(0) }));
  });
}

function expectRefused(result: Received): void {
  expect(result).toMatchObject({ kind: "refused", code: expect.stringMatching(/^[a-z-]+$/) });
}
