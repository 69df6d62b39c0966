import { afterEach, describe, expect, test } from "vitest";
import { BaseLinkerAccount } from "../../lib/channels/baselinker/account.ts";
import { BaseLinkerRefused, BaseLinkerUnavailable } from "../../lib/channels/baselinker/client.ts";
import { baselinker } from "../../lib/channels/baselinker/index.ts";
import { Blocked, type WriteBack, type WriteBackNote } from "../../lib/channels/channel.ts";
import { http } from "../../lib/runtime/http.ts";
import { type BaseLinker, type BaseLinkerOptions, createBaseLinker } from "../../local/simulators/baselinker.ts";
import { memoryVault } from "../support/memory-vault.ts";

const TOKEN = "4000001-secret-token";
const NUMBER = "ZO 0285/26";

const opened: BaseLinker[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((simulator) => simulator.close()));
});

async function seller(options: Partial<BaseLinkerOptions> = {}) {
  const clock = { at: Date.UTC(2026, 10, 24, 12) };
  const api = await createBaseLinker({ token: TOKEN, now: () => clock.at, random: () => 0.5, ...options });
  opened.push(api);
  const spent: number[] = [];
  let callsLeft = Number.POSITIVE_INFINITY;

  function tellOf(config: Record<string, unknown>): WriteBack | undefined {
    const account = BaseLinkerAccount.parse({
      channel: "baselinker",
      account: "acme",
      baseUrl: api.url,
      token: TOKEN,
      callbackToken: "0123456789abcdef",
      ...config,
    });
    const spend = async (calls: number) => {
      if (callsLeft <= 0) throw new Error("no call left");
      callsLeft -= calls;
      spent.push(calls);
    };
    const io = { http, vault: memoryVault(() => clock.at), budget: { spend }, now: () => clock.at, random: () => 0.5 };
    return baselinker.writeBack?.(account, io);
  }

  return {
    api,
    clock,
    spent,
    tellOf,
    failAfter(calls: number) {
      callsLeft = calls;
    },
    async tell(id: number, config: Record<string, unknown>, number = NUMBER, note: WriteBackNote = {}) {
      await tellOf(config)?.(String(id), number, note);
      const { admin_comments, extra_field_1, extra_field_2, order_status_id } = orderOf(api, id);
      return { admin_comments, extra_field_1, extra_field_2, order_status_id };
    },
  };
}

function orderOf(api: BaseLinker, id: number) {
  const order = api.orders().find(({ order_id }) => order_id === id);
  if (!order) throw new Error(`no order ${id}`);
  return order;
}

const untouched = { admin_comments: "", extra_field_1: "", extra_field_2: "", order_status_id: 9001 };

describe("telling BaseLinker the ERP's number", () => {
  test.each(["extra_field_1", "extra_field_2"] as const)("it goes into %s and nowhere else", async (field) => {
    const shop = await seller();
    const id = shop.api.place();
    expect(await shop.tell(id, { erpNumberField: field })).toEqual({ ...untouched, [field]: NUMBER });
  });

  test("what the seller wrote into the comments stays", async () => {
    const shop = await seller();
    const id = shop.api.place({ admin_comments: "zapakować na prezent" });
    const config = { erpNumberField: "admin_comments" };
    const comments = `zapakować na prezent | ERP ${NUMBER}`;
    expect(await shop.tell(id, config)).toEqual({ ...untouched, admin_comments: comments });
    expect(await shop.tell(id, config)).toEqual({ ...untouched, admin_comments: comments });
  });

  test("a number that begins like one that stands there is another number", async () => {
    const shop = await seller();
    const id = shop.api.place({ admin_comments: "ERP ZO 1/261" });
    expect(await shop.tell(id, { erpNumberField: "admin_comments" }, "ZO 1/26")).toMatchObject({
      admin_comments: "ERP ZO 1/261 | ERP ZO 1/26",
    });
  });

  test("full comments are left as they are, and the status moves all the same", async () => {
    const shop = await seller();
    const full = "x".repeat(195);
    const id = shop.api.place({ admin_comments: full });
    const config = { erpNumberField: "admin_comments", statusAfterErp: 9005 };
    expect(await shop.tell(id, config)).toEqual({ ...untouched, admin_comments: full, order_status_id: 9005 });
  });

  test("the status moves too where one is configured, or alone", async () => {
    const shop = await seller();
    const [both, alone] = [shop.api.place(), shop.api.place()];
    expect(await shop.tell(both, { erpNumberField: "extra_field_1", statusAfterErp: 9005 })).toEqual({
      ...untouched,
      extra_field_1: NUMBER,
      order_status_id: 9005,
    });
    expect(await shop.tell(alone, { statusAfterErp: 9005 })).toEqual({ ...untouched, order_status_id: 9005 });
  });

  test("told again it changes nothing: an order that was sent meanwhile is not moved back", async () => {
    const shop = await seller();
    const id = shop.api.place();
    const config = { erpNumberField: "extra_field_1", statusAfterErp: 9005 };
    await shop.tell(id, config);
    shop.api.edit(id, { order_status_id: 9009 });
    const before = orderOf(shop.api, id);
    await shop.tell(id, config);
    expect(orderOf(shop.api, id)).toEqual(before);
  });

  test("what died between status and number is told in full the next time", async () => {
    const shop = await seller();
    const id = shop.api.place({ order_status_id: 9005 });
    const config = { erpNumberField: "extra_field_1", statusAfterErp: 9005 };
    expect(await shop.tell(id, config)).toMatchObject({ extra_field_1: NUMBER, order_status_id: 9005 });
    expect(shop.api.calls()).toHaveLength(2);
  });

  test.each([
    ["the number", ["read"], ""],
    ["the status", ["read", "number"], NUMBER],
  ])("what failed at %s moves an order only from where it was at first", async (_, answered, number) => {
    const shop = await seller();
    const config = { erpNumberField: "extra_field_1", statusAfterErp: 9005 };
    const [moved, left] = [shop.api.place(), shop.api.place()];
    for (const id of [moved, left]) {
      const note: WriteBackNote = {};
      shop.failAfter(answered.length);
      await expect(shop.tell(id, config, NUMBER, note)).rejects.toThrow("no call left");
      expect(orderOf(shop.api, id)).toMatchObject({ extra_field_1: number, order_status_id: 9001 });
      shop.failAfter(Number.POSITIVE_INFINITY);
      if (id === moved) shop.api.edit(id, { order_status_id: 9009 });
      await shop.tell(id, config, NUMBER, note);
    }
    expect(orderOf(shop.api, moved)).toMatchObject({ extra_field_1: NUMBER, order_status_id: 9009 });
    expect(orderOf(shop.api, left)).toMatchObject({ extra_field_1: NUMBER, order_status_id: 9005 });
  });

  test("a cancelled order gets its number and stays cancelled", async () => {
    const shop = await seller();
    const id = shop.api.place({ order_status_id: 9008 });
    const config = { erpNumberField: "extra_field_1", statusAfterErp: 9005, cancelledStatuses: [9008] };
    expect(await shop.tell(id, config)).toMatchObject({ extra_field_1: NUMBER, order_status_id: 9008 });
  });

  test("an order that BaseLinker does not have any more is no error, and nothing is written", async () => {
    const shop = await seller();
    await shop.tellOf({ erpNumberField: "extra_field_1" })?.("800009999", NUMBER, {});
    expect(shop.api.calls()).toHaveLength(1);
  });

  test("the time of the status, and so the version of the order, does not move with the number", async () => {
    const shop = await seller();
    const id = shop.api.place();
    const { date_in_status } = orderOf(shop.api, id);
    shop.clock.at += 60_000;
    await shop.tell(id, { erpNumberField: "extra_field_1" });
    expect(orderOf(shop.api, id).date_in_status).toBe(date_in_status);
  });

  test("every call is paid from the budget first", async () => {
    const shop = await seller();
    await shop.tell(shop.api.place(), { erpNumberField: "extra_field_1", statusAfterErp: 9005 });
    expect(shop.spent).toEqual([1, 1, 1]);
  });

  test("an account that wants to hear nothing is told nothing", async () => {
    const shop = await seller();
    expect(shop.tellOf({})).toBeUndefined();
  });
});

describe("when BaseLinker does not take it", () => {
  test("a blocked token ends the calls for as long as it is configured to rest", async () => {
    const shop = await seller({ faults: { "blocked-token": 1 } });
    const id = shop.api.place();
    const telling = shop.tell(id, { erpNumberField: "extra_field_1", blockSeconds: 300 });
    await expect(telling).rejects.toMatchObject({ name: Blocked.name, until: shop.clock.at + 300_000 });
    expect(orderOf(shop.api, id).extra_field_1).toBe("");
    expect(shop.api.fired["blocked-token"]).toBe(1);
  });

  test("a failing gateway or a wrong token is an exception: it is told later", async () => {
    const broken = await seller({ faults: { "http-502": 1 } });
    await expect(broken.tell(broken.api.place(), { statusAfterErp: 1 })).rejects.toThrow(BaseLinkerUnavailable);
    const other = await seller();
    const id = other.api.place();
    await expect(other.tell(id, { statusAfterErp: 1, token: "wrong" })).rejects.toThrow(BaseLinkerRefused);
  });

  test("a status that means cancelled is a mistake in the configuration", () => {
    const account = { channel: "baselinker", account: "acme", token: "t", callbackToken: "token-zwrotny-0001" };
    const parsed = BaseLinkerAccount.safeParse({ ...account, statusAfterErp: 9008, cancelledStatuses: [9008] });
    expect(parsed.error?.issues).toMatchObject([{ path: ["statusAfterErp"] }]);
  });
});
