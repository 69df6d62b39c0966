import { expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import {
  type AllegroOptions,
  type AllegroSimulator,
  createAllegro,
  type Purchase,
} from "../../../local/simulators/allegro.ts";
import { START, seeded } from "../../support/allegro.ts";

const MUG: Purchase = { lines: [{ name: "Kubek", quantity: 1, price: "19.99" }] };
const CLIENT = { clientId: "id", clientSecret: "secret", refreshToken: "seed" };
const MEDIA_TYPE = "application/vnd.allegro.public.v1+json";

const Tokens = z.object({ access_token: z.string(), refresh_token: z.string() });
const Events = z.object({ events: z.array(z.object({ id: z.string(), type: z.string() })) });
const List = z.object({ checkoutForms: z.array(z.object({ id: z.string() })), totalCount: z.int() });

async function sandbox(options: Partial<AllegroOptions> = {}) {
  const clock = { now: START };
  const simulator = await createAllegro({ ...CLIENT, now: () => clock.now, random: seeded(1), ...options });
  onTestFinished(simulator.close);
  const { access_token } = Tokens.parse(await (await refresh(simulator, "seed")).json());
  async function get(path: string, headers: Record<string, string> = {}) {
    return fetch(simulator.url + path, {
      headers: { Accept: MEDIA_TYPE, Authorization: `Bearer ${access_token}`, "User-Agent": "Test/1", ...headers },
    });
  }
  const events = async (query = "") => Events.parse(await (await get(`/order/events${query}`)).json()).events;
  const list = async (query: string) => List.parse(await (await get(`/order/checkout-forms?${query}`)).json());
  return { simulator, clock, get, events, list };
}

function refresh({ url }: AllegroSimulator, token: string): Promise<Response> {
  return fetch(`${url}/auth/oauth/token`, {
    method: "POST",
    headers: { Authorization: `Basic ${Buffer.from("id:secret").toString("base64")}` },
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: token }),
  });
}

test("an event's id is the microsecond in which it was written, a while after the fact", async () => {
  const { simulator, clock, events } = await sandbox({ eventDelayMs: 15_000 });
  simulator.buy(MUG);
  clock.now += 14_999;
  expect(await events()).toEqual([]);
  clock.now += 1;
  expect(await events()).toEqual([{ id: String((START + 15_000) * 1000), type: "BOUGHT" }]);
});

test("from is exclusive, may be any integer, and without it the oldest events come", async () => {
  const { simulator, clock, events } = await sandbox();
  const id = simulator.buy(MUG);
  clock.now += 1000;
  simulator.ready(id);
  const [first, second] = await events();
  const cursors = (await events()).map((event) => event.id);
  expect((await events("?limit=1"))[0]).toEqual(first);
  expect(await events(`?from=${cursors[0]}`)).toEqual([second]);
  expect(await events(`?from=${cursors[1]}`)).toEqual([]);
  expect(await events("?from=0")).toEqual([first, second]);
  expect(await events("?from=9223372036854775807")).toEqual([]);
  expect(await events("?type=READY_FOR_PROCESSING&type=BUYER_CANCELLED")).toEqual([second]);
});

test.each(["?from=-1", "?from=abc", "?from=9223372036854775808", "?limit=0", "?limit=1001"])(
  "GET /order/events%s is refused with 422",
  async (query) => {
    const { get } = await sandbox();
    expect((await get(`/order/events${query}`)).status).toBe(422);
  },
);

test("the journal forgets after 60 days, and its statistics are null when it is empty", async () => {
  const { simulator, clock, events, get } = await sandbox();
  expect(await (await get("/order/event-stats")).json()).toEqual({ latestEvent: null });
  simulator.buy(MUG);
  expect(await (await get("/order/event-stats")).json()).toMatchObject({ latestEvent: { id: String(START * 1000) } });
  clock.now += 11 * 3_600_000;
  expect(await events()).toHaveLength(1);
});

test("events older than 60 days are gone although the cursor is accepted", async () => {
  const { simulator, clock, events } = await sandbox({ accessTokenMs: 100 * 86_400_000 });
  simulator.buy(MUG);
  clock.now += 60 * 86_400_000 + 1;
  expect(await events("?from=0")).toEqual([]);
});

test("the list filters, sorts, pages and stops at 10,000", async () => {
  const { simulator, clock, get, list } = await sandbox();
  const [a, b, c] = Array.from({ length: 3 }, () => {
    clock.now += 1000;
    return simulator.buy(MUG);
  });
  simulator.ready(String(b));
  const ids = async (query: string) => (await list(query)).checkoutForms.map(({ id }) => id);
  expect(await ids("")).toEqual([c, b, a]);
  expect(await ids("sort=lineItems.boughtAt&limit=2&offset=1")).toEqual([b, c]);
  expect(await ids("status=READY_FOR_PROCESSING")).toEqual([b]);
  expect(await ids(`lineItems.boughtAt.gte=${new Date(START + 3000).toISOString()}`)).toEqual([c]);
  expect(await ids(`lineItems.boughtAt.lte=${new Date(START + 1000).toISOString()}`)).toEqual([a]);
  expect((await list("limit=1")).totalCount).toBe(3);
  expect((await get("/order/checkout-forms?limit=100&offset=9901")).status).toBe(422);
});

test("another media type gets 406, no name of an application 403, no token 401", async () => {
  const { get, simulator } = await sandbox();
  expect((await get("/order/events", { Accept: "application/json" })).status).toBe(406);
  expect((await get("/order/events", { "User-Agent": "node" })).status).toBe(403);
  const unauthorized = await get("/order/events", { Authorization: "Bearer old" });
  expect(unauthorized.status).toBe(401);
  expect(await unauthorized.json()).toMatchObject({ error: "invalid_token" });
  expect(simulator.calls()).toMatchObject({ "user-agent-refused": 1, unauthorized: 1 });
});

test("a refresh replaces both tokens, and the spent one works for 60 s more", async () => {
  const { simulator, clock, get } = await sandbox();
  clock.now += 60_000;
  expect((await refresh(simulator, "seed")).status).toBe(200);
  expect((await get("/order/events")).status).toBe(401);
  clock.now += 1;
  const spent = await refresh(simulator, "seed");
  expect(spent.status).toBe(400);
  expect(await spent.json()).toMatchObject({ error: "invalid_grant" });
});

test("a call during a block prolongs it", async () => {
  const faults = { "rate-limited": 1 };
  const { clock, get } = await sandbox({ faults });
  expect((await get("/order/events")).status).toBe(429);
  faults["rate-limited"] = 0;
  clock.now += 59_000;
  expect((await get("/order/events")).status).toBe(429);
  clock.now += 59_000;
  expect((await get("/order/events")).status).toBe(429);
  clock.now += 60_000;
  expect((await get("/order/events")).status).toBe(200);
});

test("each fault strikes when asked for, and is counted", async () => {
  const { simulator, events, get } = await sandbox({
    faults: { "event-duplicate": 1, "event-late": 1, "event-reordered": 1, "http-5xx": 0 },
    lateMs: 0,
    reorderMs: 0,
  });
  const old = simulator.buy(MUG);
  simulator.merge([old]);
  await get(`/order/checkout-forms/${old}`);
  expect(await events()).toHaveLength(4);
  expect(simulator.fired).toMatchObject({
    "event-duplicate": 2,
    "event-late": 4,
    "event-reordered": 4,
    "form-404-merged": 1,
  });
  const silent = await sandbox({ faults: { "event-missing": 1 } });
  silent.simulator.ready(silent.simulator.buy(MUG));
  expect((await silent.events()).map(({ type }) => type)).not.toContain("READY_FOR_PROCESSING");
  expect(silent.simulator.fired["event-missing"]).toBe(1);
});
