/** What simulated Adobe I/O Events send of a shop, over sockets, taken in as the webhook takes it in. */
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { AdobeAccount } from "../../lib/channels/adobe/account.ts";
import { adobe } from "../../lib/channels/adobe/index.ts";
import { MagentoAccount } from "../../lib/channels/magento/account.ts";
import { mapOrder } from "../../lib/channels/magento/map.ts";
import { type AdobeOptions, createAdobeEvents } from "../../local/simulators/adobe.ts";
import { close, listen } from "../../local/simulators/local-server.ts";
import { createMagento } from "../../local/simulators/magento.ts";
import { memoryClaims } from "../support/memory-claims.ts";
import { onlySighting } from "../support/pulled.ts";
import { shopFloor } from "../support/shop-floor.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CLIENT = "0123456789abcdef0123456789abcdef";
const POLLED = { channel: "magento", account: "main", baseUrl: "https://sklep.example", accessToken: "t" };
const purchase = { lines: [{ name: "Kubek testowy", sku: "KUB-1", quantity: 2, gross: 7998 }] };

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const end of closing.splice(0)) await end();
});

/** A shop with its events, and a receiver that takes in what comes; while it is `down` it answers that status. */
async function setup(faults: AdobeOptions["faults"] = {}, clientId = CLIENT) {
  const claims = memoryClaims();
  const floor = shopFloor(claims);
  const now = () => floor.now;
  /** Less than a fault's probability lets it happen. */
  const luck = { at: 0.5 };
  const heard: Array<{ id: unknown; retry: unknown; body: string }> = [];
  const receiver = { down: undefined as number | undefined, account: undefined as AdobeAccount | undefined };
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { searchParams } = new URL(request.url ?? "/", "http://kojarz");
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const method = request.method ?? "";
    heard.push({ id: headers["x-adobe-event-id"], retry: headers["x-adobe-retry-count"], body: String(body) });
    if (receiver.down) return void response.writeHead(receiver.down).end();
    if (!receiver.account) return void response.writeHead(404).end();
    const delivery = { method, headers, query: Object.fromEntries(searchParams), secretPath: undefined, body };
    const received = adobe.receive?.(delivery, receiver.account, floor.now);
    if (received?.kind === "answer") return void response.end(received.reply.body);
    if (received?.kind === "sightings") for (const sighting of received.sightings) await floor.report(sighting);
    response.writeHead(received?.kind === "refused" ? received.status : 200).end();
  });
  const webhookUrl = await listen(server);
  const shop = await createMagento({ accessToken: "t", now, random: () => 0.5 });
  const events = createAdobeEvents({ shop, webhookUrl, clientId: CLIENT, now, random: () => luck.at, faults });
  const configure = () => {
    const { publicKeys } = events;
    const account = { channel: "adobe", account: "main", clientId, publicKeys: publicKeys(), issuer: "magento:main" };
    receiver.account = AdobeAccount.parse(account);
  };
  configure();
  closing.push(
    () => close(server),
    () => shop.close(),
  );
  /** Minute by minute, for as long. */
  const pass = async (ms: number) => {
    const statuses: number[] = [];
    for (const end = floor.now + ms; floor.now < end; ) {
      floor.now += MINUTE;
      statuses.push(...(await events.run()));
    }
    return statuses;
  };
  return { shop, events, floor, luck, receiver, heard, configure, pass, orders: () => [...claims.orders.values()] };
}

it("a registration is confirmed by its challenge", async () => {
  const { events } = await setup();
  expect(await events.register()).toBe(true);
});

describe("one purchase is one order", () => {
  it.each([[{}], [{ twin: 1 }], [{ reordered: 1 }], [{ batched: 1 }], [{ twin: 1, reordered: 1, batched: 1 }]])(
    "however its events come: %o",
    async (faults) => {
      const { shop, events, floor, orders } = await setup(faults);
      const { entity_id: id } = shop.place({ ...purchase, state: "pending_payment" });
      events.announce(id);
      floor.now += 5000;
      shop.setState(id, "processing");
      events.announce(id);
      await events.run();
      expect(orders()).toMatchObject([
        { state: "pending", sources: [{ sourceOrder: String(id), readiness: "ready" }] },
      ]);
      expect(Object.entries(events.fired).flatMap(([fault, times]) => (times > 0 ? [fault] : []))).toEqual(
        Object.keys(faults),
      );
      expect(events.lost()).toEqual([]);
    },
  );

  it("edited by the shop's staff, which cancels it and makes another of it", async () => {
    const { shop, events, floor, orders } = await setup();
    const { entity_id: id } = shop.place(purchase);
    events.announce(id);
    floor.now += MINUTE;
    const edited = shop.edit(id, { lines: [{ name: "Kubek testowy", sku: "KUB-1", quantity: 1, gross: 3999 }] });
    events.announce(id);
    events.announce(edited.entity_id);
    await events.run();
    expect(orders()).toMatchObject([{ state: "pending", sources: [{ sourceOrder: String(id), readiness: "ready" }] }]);
  });

  it("cancelled, also where the news of it overtakes its creation by an hour", async () => {
    const { shop, events, floor, luck, pass, orders } = await setup({ late: 0.5 });
    const { entity_id: id } = shop.place(purchase);
    luck.at = 0;
    events.announce(id);
    luck.at = 1;
    floor.now += MINUTE;
    shop.setState(id, "canceled");
    events.announce(id);
    await events.run();
    expect(orders()).toMatchObject([{ state: "cancelled" }]);
    expect(await pass(HOUR)).toEqual([200]);
    expect(orders()).toMatchObject([{ state: "cancelled" }]);
    expect(events.fired.late).toBe(1);
  });

  it("told by events and by the poll of the same shop: what either says last is what counts", async () => {
    const { shop, events, floor, orders } = await setup();
    const poll = async () => {
      const settings = { ...MagentoAccount.parse(POLLED), account: "magento:main", issuer: "magento:main" };
      for (const order of shop.orders()) await floor.report(onlySighting(mapOrder(order, settings)));
    };
    const { entity_id: id } = shop.place(purchase);
    await poll();
    events.announce(id);
    await events.run();
    expect(orders()).toMatchObject([{ state: "pending", sources: [{}, {}] }]);
    floor.now += MINUTE;
    shop.setState(id, "canceled");
    events.announce(id);
    await events.run();
    expect(orders()).toMatchObject([{ state: "cancelled" }]);
    await poll();
    expect(orders()).toMatchObject([{ state: "cancelled" }]);
    expect(floor.explained.map(({ told }) => told)).not.toContain("cancel-disputed");
  });

  it("paid back in part: a person hears of it", async () => {
    const { shop, events, floor, orders } = await setup();
    const { entity_id: id } = shop.place(purchase);
    events.announce(id);
    await events.run();
    floor.now += MINUTE;
    shop.refund(id, 1000);
    events.announce(id);
    await events.run();
    expect(orders()).toMatchObject([{ state: "pending", sources: [{ refunded: 1000 }] }]);
    expect(floor.explained.map(({ told }) => told)).toContain("refunded");
  });
});

describe("what is not taken at once", () => {
  it("because we are away for twenty minutes comes again, with its first bytes and id", async () => {
    const { shop, events, receiver, heard, pass, orders } = await setup();
    const { entity_id: id } = shop.place(purchase);
    events.announce(id);
    shop.setState(id, "canceled");
    receiver.down = 503;
    expect(await events.run()).toEqual([503]);
    expect(await pass(20 * MINUTE)).toEqual([503, 503, 503, 503]);
    receiver.down = undefined;
    expect(await pass(20 * MINUTE)).toEqual([200]);
    expect(orders()).toMatchObject([{ state: "pending" }]);
    expect(new Set(heard.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
    expect(heard.map(({ retry }) => retry)).toEqual([undefined, "1", "2", "3", "4", "5"]);
    expect([events.active, events.lost()]).toEqual([true, []]);
  });

  it("because both keys are new waits until they are configured; with one of them new nothing waits", async () => {
    const { shop, events, configure, pass, orders } = await setup();
    events.rotateKey();
    events.announce(shop.place(purchase).entity_id);
    expect(await events.run()).toEqual([200]);
    events.rotateKey();
    events.announce(shop.place(purchase).entity_id);
    expect(await events.run()).toEqual([429]);
    expect(orders()).toHaveLength(1);
    configure();
    expect(await pass(MINUTE)).toEqual([200]);
    expect(orders()).toHaveLength(2);
  });

  it("because we name another client waits until that is mended: Adobe would not repeat a 401", async () => {
    const { shop, events, receiver, pass, orders } = await setup({}, "a mistyped client");
    events.announce(shop.place(purchase).entity_id);
    expect(await events.run()).toEqual([429]);
    if (receiver.account) receiver.account = { ...receiver.account, clientId: CLIENT };
    expect(await pass(MINUTE)).toEqual([200]);
    expect([orders().length, events.lost()]).toEqual([1, []]);
  });

  it.each([400, 401, 404, 413, 505])("is lost after a %i, and only the shop still has it", async (status) => {
    const { shop, events, receiver, pass } = await setup();
    events.announce(shop.place(purchase).entity_id);
    receiver.down = status;
    await events.run();
    receiver.down = undefined;
    expect(await pass(HOUR)).toEqual([]);
    expect(events.lost()).toHaveLength(1);
  });

  it("for a day is lost; and where nearly all that was tried failed, Adobe switches the registration off", async () => {
    const { shop, events, receiver, pass } = await setup();
    events.announce(shop.place(purchase).entity_id);
    receiver.down = 503;
    expect(await pass(HOUR)).toHaveLength(7);
    expect(events.active).toBe(true);
    await pass(24 * HOUR);
    expect(events.active).toBe(false);
    receiver.down = undefined;
    events.announce(shop.place(purchase).entity_id);
    expect(await pass(HOUR)).toEqual([]);
  });
});
