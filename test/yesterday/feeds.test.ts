/** The feeds, the watch over the ERP and the bridge go on where the recording left them. */
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { pollOnce } from "../../bridge/work-poller.ts";
import { http } from "../../lib/runtime/http.ts";
import { expectHeldAsRecorded, openForTest, recorded, type Yesterday } from "./data.ts";
import { BRIDGE } from "./merchant.ts";
import { DAY, FORMS, HOUR, MINUTE, openPlatforms, RECORDED, replay, today } from "./platforms.ts";

const SHOPS = ["magento", "prestashop", "idosell", "shoper", "shopify"] as const;
const ACCOUNTS = [
  "woocommerce:main",
  "woocommerce:wholesale",
  "allegro:acme",
  "allegro:druga",
  "baselinker:acme",
  ...SHOPS.map((shop) => `${shop}:main`),
];

/** The platforms as they were, with what happened at them since, an hour after the recording. */
async function openWithPlatforms() {
  const yesterday = await openForTest();
  const { app, clock, url } = yesterday;
  const refresh = async (account: string) => String((await app.vault.read(account))?.refresh);
  const tokens = { acme: await refresh("allegro:acme"), druga: await refresh("allegro:druga") };
  const platforms = await openPlatforms(clock, url, tokens);
  onTestFinished(platforms.close);
  app.http = platforms.http;
  // The token that the shop gave first is the one in the vault.
  const authorization = `Basic ${Buffer.from("kojarz:shoper-password-1").toString("base64")}`;
  await http(`${platforms.shoper.url}/webapi/rest/auth`, { method: "POST", headers: { authorization } });
  replay(platforms, clock);
  clock.now = RECORDED + HOUR;
  today(platforms);
  clock.now += 5 * MINUTE;
  return { yesterday, platforms };
}

/** As often as the two shops need that show one order a page and take one call a minute. */
async function pollAll(yesterday: Yesterday): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    for (const account of ACCOUNTS) await yesterday.poll(account);
    yesterday.clock.now += MINUTE + 1000;
  }
}

const news = ({ explained }: Yesterday) =>
  explained.filter(({ verdict }) => verdict === "new").map(({ account, sourceOrder }) => `${account} ${sourceOrder}`);

describe("the feeds", () => {
  test("take what is new, what failed and what was left out, and nothing twice", async () => {
    const { yesterday } = await openWithPlatforms();
    await pollAll(yesterday);
    expect(new Set(news(yesterday))).toEqual(
      new Set([
        "woocommerce:main 273",
        // The rest of a walk that was on its way.
        "woocommerce:wholesale 9003",
        "woocommerce:wholesale 9004",
        `allegro:acme ${FORMS.today}`,
        "baselinker:acme 800000107",
        // Broken at the shop until now.
        "magento:main 1003",
        "magento:main 1005",
        "prestashop:main 3",
        // Kojarz failed while it took this one in.
        "idosell:main klient-3",
        "idosell:main klient-4",
        "shoper:main 3",
        "shopify:main 5866663018003",
        "shopify:main 5866663018004",
      ]),
    );
  });

  test("do not list again what was listed long before their cursors", async () => {
    const { yesterday } = await openWithPlatforms();
    await pollAll(yesterday);
    const old = [
      "woocommerce:main 271",
      "woocommerce:wholesale 9001",
      "magento:main 1001",
      "prestashop:main 1",
      "idosell:main klient-1",
      "shoper:main 1",
      "shopify:main 5866663018001",
    ];
    const said = yesterday.explained.map(({ account, sourceOrder }) => `${account} ${sourceOrder}`);
    expect(said.filter((order) => old.includes(order))).toEqual([]);
  });

  test("tell a person of nothing again, and count no message that a poll shows unchanged", async () => {
    const { yesterday } = await openWithPlatforms();
    await pollAll(yesterday);
    await expectHeldAsRecorded(yesterday);
  });

  test("read no form again that the journal had told of", async () => {
    const { yesterday, platforms } = await openWithPlatforms();
    yesterday.clock.now = RECORDED + MINUTE;
    expect(await yesterday.poll("allegro:druga")).toMatchObject({ ran: true, read: 0 });
    expect(platforms.druga.calls()).toMatchObject({ "/order/events": 1 });
    expect(platforms.druga.calls()).not.toHaveProperty("/order/checkout-forms/{id}");
  });

  test("renew a rotating token from the stored pair, also where the process died while it was renewed", async () => {
    const { yesterday, platforms } = await openWithPlatforms();
    for (const account of ["allegro:acme", "allegro:druga"])
      expect(await yesterday.poll(account)).toMatchObject({ ran: true });
    expect(platforms.allegro.calls()).toMatchObject({ token: 1 });
    expect(platforms.druga.calls()).toMatchObject({ token: 1 });
    expect(await yesterday.app.vault.read("allegro:druga")).not.toHaveProperty("begunAt");
  });

  test("use a stored token that is still good", async () => {
    const { yesterday, platforms } = await openWithPlatforms();
    await yesterday.poll("shoper:main");
    expect(platforms.shoper.tokens()).toBe(1);
  });

  test("leave an account alone while the lease of a run stands, and go on afterwards", async () => {
    const { yesterday } = await openWithPlatforms();
    yesterday.clock.now = RECORDED;
    expect((await yesterday.poll("prestashop:main")).ran).toBe(false);
    yesterday.clock.now = RECORDED + MINUTE;
    expect((await yesterday.poll("prestashop:main")).ran).toBe(true);
  });

  test("tell the platform the numbers that it still waits for", async () => {
    const { yesterday, platforms } = await openWithPlatforms();
    await yesterday.poll("baselinker:acme");
    const told = new Map(platforms.baselinker.orders().map((order) => [order.order_id, order.extra_field_1]));
    expect(told.get(800_000_103)).toBe("ZO 0020/26");
    expect(told.get(800_000_106)).toBe("ZO 0019/26");
  });
});

describe("the watch over the ERP", () => {
  test("goes on behind its cursor, and tells nothing again", async () => {
    const yesterday = await openForTest(RECORDED + HOUR);
    yesterday.erp.foreign({ writer: "another integrator", currency: "PLN", total: 4400, internetId: FORMS.today });
    const { watched } = await yesterday.watch();
    expect(watched).toMatchObject({ ran: true, ended: true, registered: 1, duplicated: 0 });
    await expectHeldAsRecorded(yesterday);
  });

  test("knows the ERP orders of a whole window", async () => {
    const yesterday = await openForTest(RECORDED + 2 * HOUR);
    const { watched } = await yesterday.watch();
    expect(watched).toMatchObject({ registered: 0, duplicated: 0 });
    await expectHeldAsRecorded(yesterday);
  });
});

describe("a bridge that fetches its work", () => {
  let served: string[];
  beforeAll(() => {
    served = [];
  });

  function bridgeOf({ url, app }: Yesterday) {
    const say = <T>(operation: string, answer: T) => {
      return async (request: unknown): Promise<T> => {
        served.push(`${operation} ${JSON.stringify(request)}`);
        return answer;
      };
    };
    return {
      baseUrl: `${url}/bridge`,
      secrets: [...BRIDGE.secrets] as [string],
      http,
      unique: app.unique,
      atOnce: 10,
      failed: (operation: string) => served.push(`${operation} failed`),
      handlers: {
        find: say("find", { hits: [] }),
        submit: say("submit", { outcome: "created", erp: { erpId: "900", number: "ZO 0900/26" } } as const),
        cancel: say("cancel", { outcome: "cancelled" } as const),
        read: say("read", { orders: [] }),
        list: say("list", { orders: [] }),
        shadow: say("shadow", { outcome: "refused", reason: "shadow-off" } as const),
      },
    };
  }

  test("gets what waits, each piece once, and its answers reach who asked", async () => {
    const yesterday = await openForTest();
    const bridge = bridgeOf(yesterday);
    expect(await pollOnce(bridge)).toBe(2);
    expect(new Set(served.map((line) => line.split(" ")[0]))).toEqual(new Set(["list", "submit"]));
    expect(served.join()).toContain(`"number":"N-pending"`);
    const { work } = recorded;
    expect(await yesterday.outbox.outcome(work["waiting-submit"])).toMatchObject({
      status: 200,
      body: { outcome: "created", erp: { number: "ZO 0900/26" } },
    });
    expect(await yesterday.outbox.takeBack(work["waiting-list"])).toMatchObject({ fetched: true });
    expect(await pollOnce(bridge)).toBe(0);
  });

  test("gets nothing whose time is over", async () => {
    expect(await pollOnce(bridgeOf(await openForTest(RECORDED + DAY)))).toBe(0);
  });
});
