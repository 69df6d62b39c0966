/** The whole of Kojarz, its merchant and its platforms on one clock, in one process, from one seed. */
import { handlersOf } from "../../bridge/server.ts";
import type { App } from "../../lib/app/parts.ts";
import { connectionsOf } from "../../lib/channels/index.ts";
import { DAY, type Instant } from "../../lib/core/order.ts";
import type { Erp, ErpWatch } from "../../lib/core/ports/erp.ts";
import { breaker } from "../../lib/delivery/breaker.ts";
import { deliver } from "../../lib/delivery/deliver.ts";
import { deliverDeps } from "../../lib/delivery/lease.ts";
import { sweep, sweepDeps } from "../../lib/delivery/sweep.ts";
import { operations } from "../../lib/erp/bridge/contract.ts";
import { CONTRACT } from "../../lib/erp/bridge/contract-version.ts";
import { perform } from "../../lib/erp/bridge/exchange.ts";
import { outboxErp, pullHandlers } from "../../lib/erp/bridge/outbox.ts";
import { watchErp } from "../../lib/erp/watch.ts";
import { runFeed } from "../../lib/feeds/run.ts";
import { handOnTo } from "../../lib/feeds/write-back.ts";
import { receiveWebhook } from "../../lib/intake/webhook.ts";
import { settleCases } from "../../lib/ops/settle-cases.ts";
import { type Http, NoAnswer } from "../../lib/runtime/http.ts";
import { HttpFault } from "../../lib/runtime/lambda.ts";
import { parseConfig } from "../../local/config-file.ts";
import { type FakeErp, openFakeErp } from "../../local/fake-erp.ts";
import { createAllegro } from "../../local/simulators/allegro.ts";
import { createBaseLinker } from "../../local/simulators/baselinker.ts";
import { serveBy } from "../../local/simulators/local-server.ts";
import { createMagento } from "../../local/simulators/magento.ts";
import { createShop } from "../../local/simulators/woocommerce.ts";
import { seeded } from "../chaos/random.ts";
import { memoryOutbox } from "../support/memory-outbox.ts";
import { memoryVault } from "../support/memory-vault.ts";
import { type Clock, createClock } from "./clock.ts";
import { type Judged, judge } from "./judge.ts";
import { type Market, openDay, type Sold } from "./merchant.ts";
import { type Asked, createNetwork, type Network, type Said } from "./network.ts";
import { behindWeather, type Chances, newLife, partsFor } from "./parts.ts";
import { createStore, type Store } from "./store.ts";
import { createWeather, type Weather } from "./weather.ts";

export type Options = {
  days: number;
  seed: number;
  perDay: number;
  /** One line a month. */
  say?: (line: string) => void;
};

export type Simulated = Judged & {
  days: number;
  seed: number;
  /** Things that happened: with the seed, the place where something went wrong. */
  steps: number;
  counts: Partial<Record<string, number>>;
};

const START = Date.UTC(2026, 0, 1);
const HOST = "https://kojarz.test";
const MINUTE = 60_000;
const EVERY_MS = 15 * MINUTE;
/** After the last day everything answers, and what was put off comes to its end. */
const SETTLING_DAYS = 4;
const CHANCES: Chances = { crash: 0.0005, lostAnswer: 0.0005, skewMs: 2_000 };
const CALM: Chances = { crash: 0, lostAnswer: 0, skewMs: 0 };
/** What the simulated platforms are asked to keep: a year of old orders would only make each list slower. */
const KEPT_MS = 60 * DAY;

const SHOP_FAULTS = { "delivery-lost": 0.01, "delivery-late": 0.03, twin: 0.03, reordered: 0.1, "rest-5xx": 0.01 };
const MAGENTO_FAULTS = { "rest-503": 0.01, "rest-500": 0.005, "hint-lost": 0.05, "hint-thrice": 0.05 };
const BASELINKER_FAULTS = {
  "http-502": 0.01,
  "legacy-types": 0.05,
  "blocked-token": 0.001,
  "callback-lost": 0.05,
  "callback-twice": 0.05,
  "ties-reversed": 0.05,
};
const ALLEGRO_FAULTS = {
  "event-duplicate": 0.02,
  "event-late": 0.02,
  "event-missing": 0.005,
  "event-reordered": 0.02,
  "rate-limited": 0.002,
  "http-5xx": 0.01,
  "token-lost-answer": 0.05,
};
const ERP_FAULTS = {
  busy: 0.01,
  orphan: 0.003,
  "timeout-before": 0.005,
  "timeout-after-commit": 0.01,
  "late-commit": 0.01,
  "find-fails": 0.01,
  "cancel-refused": 0.1,
};

export async function simulate({ days, seed, perDay, say = () => undefined }: Options): Promise<Simulated> {
  const random = seeded(seed);
  const clock = createClock(START);
  const end = START + days * DAY;
  const weather = createWeather(START, end, 5, seeded(seed + 1));
  const counts: Partial<Record<string, number>> = { ...weather.counts };
  let names = 0;
  const unique = () => `s${++names}`;
  const store = createStore(unique);
  const way = { clock, random, weather, chances: { ...CHANCES }, counts };
  const stage = { clock, random, weather, counts, store, way, unique };

  const network = createNetwork(HOST, (asked) => kojarzAnswers(asked));
  const before = globalThis.fetch;
  globalThis.fetch = network.fetch;
  serveBy(network.addressOf);
  try {
    const { market, config } = await openMarket(stage, seed);
    const whole = appOf(stage, config, network, market.erp, unique);
    const kojarz = kojarzOf(stage, whole);
    kojarzAnswers = kojarz.answer;
    for (const shop of Object.values(market.shops)) await activated(shop.activate(), clock);
    kojarz.begin(end + SETTLING_DAYS * DAY);
    const ledger: Sold[] = [];
    const verdict = judge(store, market.erp);
    for (let day = START; day < end + SETTLING_DAYS * DAY; day += DAY) {
      if (day < end) openDay(market, day, perDay, ledger);
      else Object.assign(way.chances, CALM);
      await clock.runUntil(day + DAY);
      await lookAfter(market, clock.now());
      counts.forgotten = (counts.forgotten ?? 0) + store.forget(clock.now(), random);
      verdict.look(ledger, clock.now());
      if ((day - START) % (30 * DAY) === 0)
        say(`day ${(day - START) / DAY}: ${ledger.length} purchases, step ${clock.steps()}`);
    }
    const judged = verdict.end(ledger, clock.now());
    market.erp.close();
    return { ...judged, days, seed, steps: clock.steps(), counts };
  } finally {
    serveBy(undefined);
    globalThis.fetch = before;
  }
}

type Stage = {
  clock: Clock;
  random: () => number;
  weather: Weather;
  counts: Partial<Record<string, number>>;
  store: Store;
  way: Parameters<typeof partsFor>[2];
  unique: () => string;
};

let kojarzAnswers: (asked: Asked) => Promise<Said> = async () => ({ status: 503, headers: {}, body: "" });

/** Calls of the platforms take time on this clock. */
async function activated(answer: Promise<number>, clock: Clock): Promise<void> {
  let status: number | undefined;
  void answer.then((said) => {
    status = said;
  });
  while (status === undefined) await clock.runUntil(clock.now() + 1_000);
  if (status !== 200) throw new Error(`a shop's ping was answered with ${status}`);
}

/** Somebody switches a webhook on again, late deliveries go out, and old orders go to an archive. */
async function lookAfter(market: Market, now: Instant): Promise<void> {
  for (const shop of Object.values(market.shops)) {
    if (!shop.webhook.active) void shop.activate();
    void shop.runQueue();
    for (const { id, date_created_gmt } of shop.orders())
      if (Date.parse(`${date_created_gmt}Z`) < now - KEPT_MS) shop.remove(id);
  }
  for (const { order_id, date_add } of market.baselinker.orders())
    if (date_add * 1000 < now - KEPT_MS) market.baselinker.remove(order_id);
}

async function openMarket({ clock, random }: Stage, seed: number): Promise<{ market: Market; config: string }> {
  const { now } = clock;
  const common = { now, random };
  const shopOf = (id: number, account: string, firstOrder: number) =>
    createShop({
      ...common,
      id,
      secret: `simulated-secret-of-${account}`,
      consumerKey: "ck",
      consumerSecret: "cs",
      webhookUrl: `${HOST}/webhooks/woocommerce/${account}`,
      firstOrder,
      retryAfterSeconds: 60,
      faults: SHOP_FAULTS,
    });
  const main = await shopOf(1, "main", 1_001);
  const b2b = await shopOf(2, "b2b", 1_501);
  const magento = await createMagento({
    ...common,
    accessToken: "simulated-magento",
    hint: { url: `${HOST}/webhooks/magento/main`, header: "x-kojarz-secret", secret: "simulated-magento-hint-secret" },
    firstOrder: 500_001,
    retryAfterSeconds: 60,
    faults: MAGENTO_FAULTS,
  });
  const baselinker = await createBaseLinker({
    ...common,
    token: "simulated-baselinker",
    callbackUrl: `${HOST}/webhooks/baselinker/acme/simulated-callback-token-0123456789`,
    faults: BASELINKER_FAULTS,
  });
  const allegro = await createAllegro({
    ...common,
    clientId: "simulated",
    clientSecret: "simulated-client-secret",
    refreshToken: `simulated-refresh-${seed}`,
    eventDelayMs: 15_000,
    lateMs: 60_000,
    faults: ALLEGRO_FAULTS,
  });
  const erp = openFakeErp({ file: ":memory:", now, random, faults: ERP_FAULTS });
  const pollSeconds = EVERY_MS / 1000;
  const shopAccount = (account: string, baseUrl: string) => ({
    channel: "woocommerce",
    account,
    baseUrl,
    secrets: [`simulated-secret-of-${account}`],
    consumerKey: "ck",
    consumerSecret: "cs",
    pollSeconds,
    marketplaceFields: [{ field: "_allegro_checkout_form_id", issuer: "allegro" }],
  });
  const config = {
    erpWriters: [{ column: "internetId", id: "uuid", issuer: "allegro", kind: "internet-id", rank: 1 }],
    accounts: [
      shopAccount("main", main.url),
      shopAccount("b2b", b2b.url),
      {
        channel: "magento",
        account: "main",
        baseUrl: magento.url,
        accessToken: "simulated-magento",
        hintSecret: "simulated-magento-hint-secret",
        pollSeconds,
      },
      {
        channel: "baselinker",
        account: "acme",
        baseUrl: baselinker.url,
        token: "simulated-baselinker",
        callbackToken: "simulated-callback-token-0123456789",
        sources: { "allegro/7001": "allegro:acme", "shop/101": "woocommerce:main" },
        pollSeconds,
      },
      {
        channel: "allegro",
        account: "acme",
        baseUrl: allegro.url,
        authUrl: allegro.url,
        clientId: "simulated",
        clientSecret: "simulated-client-secret",
        refreshToken: `simulated-refresh-${seed}`,
        pollSeconds,
      },
    ],
  };
  const shops = { "woocommerce:main": main, "woocommerce:b2b": b2b };
  return { market: { clock, random, shops, magento, baselinker, allegro, erp }, config: JSON.stringify(config) };
}

type Whole = App & { watch: ErpWatch };

function appOf(stage: Stage, config: string, network: Network, erp: FakeErp, unique: () => string): Whole {
  const { clock, random, store, weather, way } = stage;
  const reached = alternately(clock, behindWeather(erp, way), fetching(stage, behindWeather(erp, way)));
  let number = 0;
  const minted = new Map<string, number>();
  return {
    config: parseConfig(config),
    claims: store.claims,
    cases: store.cases,
    feeds: store.feeds,
    vault: memoryVault(clock.now),
    numbers: {
      async mint(account, sourceOrder) {
        const key = `${account}/${sourceOrder}`;
        const known = minted.get(key) ?? ++number;
        minted.set(key, known);
        return known;
      },
    },
    samples: { allow: async () => undefined, use: async () => false },
    // Operators do not act here, and what they would see is lost with nothing.
    desk: store.desk,
    bodies: { put: async (name) => name, read: async () => undefined, remove: async () => undefined },
    erp: reached,
    watch: reached,
    http: httpOver(network, weather, clock, random),
    explain: ({ verdict }) => {
      stage.counts[verdict] = (stage.counts[verdict] ?? 0) + 1;
    },
    now: clock.now,
    random,
    wait: clock.wait,
    unique,
  };
}

/** Every other month the bridge is called, and every other it fetches. */
function alternately(clock: Clock, called: Erp & ErpWatch, fetched: Erp & ErpWatch): Erp & ErpWatch {
  const one = () => (Math.floor((clock.now() - START) / (30 * DAY)) % 2 === 0 ? called : fetched);
  return {
    name: called.name,
    find: (query) => one().find(query),
    submit: (order, deadline) => one().submit(order, deadline),
    cancel: (ref, order) => one().cancel(ref, order),
    list: (since, cursor) => called.list(since, cursor),
  };
}

/** The bridge that fetches: it looks a second after there is work, does it, and says what came of it. */
function fetching({ clock, random, unique }: Stage, erp: Erp & ErpWatch): Erp & ErpWatch {
  const outbox = memoryOutbox();
  const end = pullHandlers(outbox, clock.now, unique);
  const handlers = handlersOf({ ...erp, read: async () => [] }, clock.now);
  async function look(): Promise<void> {
    const { work } = await end.claim({ max: 8 }, CONTRACT);
    for (const { id, token, operation, request } of work) {
      const outcome = await perform(operation, request, operations, handlers, () => undefined);
      await clock.wait(20 + random() * 400);
      await end.ack({ id, token, outcome }, CONTRACT);
    }
  }
  const announced: typeof outbox = {
    ...outbox,
    async put(work, until) {
      await outbox.put(work, until);
      clock.at(clock.now() + 200 + random() * 1_000, () => void look());
    },
  };
  return outboxErp({ name: erp.name, outbox: announced, now: clock.now, unique, wait: clock.wait });
}

function httpOver(network: Network, weather: Weather, clock: Clock, random: () => number): Http {
  return async (address, { method = "GET", headers = {}, body = "" } = {}) => {
    const url = new URL(address);
    const asked = `${method} ${url.origin}`;
    if (weather.isPlatformDown(url.origin, clock.now()))
      throw new NoAnswer(random() < 0.5 ? "unreached" : "timeout", asked, "the platform is down");
    const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const said = await network.ask({ method, url, headers: named, body: Buffer.from(body) }).catch((cause: unknown) => {
      throw new NoAnswer("cut", asked, "the answer was cut off", { cause });
    });
    return { status: said.status, headers: new Headers(said.headers), text: said.body };
  };
}

/** The functions, woken as the cloud wakes them. */
function kojarzOf({ clock, random, counts, store, way }: Stage, whole: Whole) {
  const guard = breaker(whole.erp, clock.now);
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };

  /** One run of a function, in a process of its own that may die. */
  async function run<T>(story: string, work: (parts: Whole) => Promise<T>): Promise<T | undefined> {
    count(story);
    const life = newLife();
    const parts = partsFor({ ...whole, erp: guard.erp }, life, way);
    return Promise.race([work({ ...parts, breaker: guard.breaker }), life.died.then(() => undefined)]).catch(() => {
      count("failedRuns");
      return undefined;
    });
  }

  // The stream tells of every order that is to be forwarded, a moment later, and sometimes not at all.
  const { commit } = store.claims;
  whole.claims.commit = async (write, now) => {
    const committed = await commit(write, now);
    const after = write.order?.after;
    const isDuty = after && (after.state === "pending" || after.cancelRequested !== undefined);
    if (committed === "done" && isDuty && random() > 0.02)
      clock.at(
        clock.now() + 100 + random() * 900,
        () => void run("deliveries", (parts) => deliver(after.id, deliverDeps(parts))),
      );
    return committed;
  };

  async function answer({ method, url, headers, body }: Asked): Promise<Said> {
    const [, , channel = "", account = "", secretPath] = url.pathname.split("/");
    const event = {
      headers,
      queryStringParameters: Object.fromEntries(url.searchParams),
      pathParameters: { account, ...(secretPath !== undefined && { secretPath }) },
      requestContext: { http: { method } },
      body: body.toString("base64"),
      isBase64Encoded: true,
    };
    let status = 503;
    const result = await run("webhooks", async (parts) => {
      try {
        return await receiveWebhook(parts, channel, event as never);
      } catch (cause) {
        if (cause instanceof HttpFault) status = cause.status;
        throw cause;
      }
    });
    return { status: result?.statusCode ?? status, headers: {}, body: String(result?.body ?? "") };
  }

  function every(ms: number, until: Instant, act: () => void): void {
    const next = () => {
      act();
      if (clock.now() + ms <= until) clock.at(clock.now() + ms, next);
    };
    clock.at(clock.now() + random() * ms, next);
  }

  return {
    answer,
    begin(until: Instant): void {
      for (const connection of connectionsOf(whole.config))
        every(EVERY_MS, until, () => void run("polls", (parts) => runFeed(parts, connection)));
      every(EVERY_MS, until, () => {
        void run("sweeps", async (parts) => {
          await sweep({ ...sweepDeps(parts), handOn: handOnTo(parts) }, 500);
          await settleCases({ ...parts, windowMs: whole.config.windowDays * DAY }, 50);
        });
      });
      every(EVERY_MS, until, () => void run("watches", (parts) => watchErp(parts)));
    },
  };
}
