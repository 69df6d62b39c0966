/** The bridge's read for a report on shadow mode: off unless it is configured, with VAT, bounded, and of nobody's person. */
import { describe, expect, onTestFinished, test } from "vitest";
import { handlersOf, startBridge } from "../../../bridge/server.ts";
import { pollOnce } from "../../../bridge/work-poller.ts";
import { DAY } from "../../../lib/core/order.ts";
import { bridgeErp, type ErpOverBridge } from "../../../lib/erp/bridge/client.ts";
import { outboxErp } from "../../../lib/erp/bridge/outbox.ts";
import { compare } from "../../../lib/erp/comparing.ts";
import { Writer } from "../../../lib/erp/writers.ts";
import { http } from "../../../lib/runtime/http.ts";
import type { WaproSqlOptions } from "../../../local/simulators/wapro-sql.ts";
import { versionOf } from "../../../local/simulators/wapro-version.ts";
import { SECRETS } from "../../bridge/bridge-world.ts";
import { openWapro } from "../../bridge/wapro-world.ts";
import { memoryClaims } from "../../support/memory-claims.ts";
import { memoryDesk } from "../../support/memory-desk.ts";
import { NOW, report } from "../../support/sightings.ts";
import { openPull } from "./pull-world.ts";

type Opened = { erp: ErpOverBridge; sql: Awaited<ReturnType<typeof openWapro>>["sql"] };

async function called(shadow: boolean, options: Partial<WaproSqlOptions> = {}): Promise<Opened> {
  const { erp, sql } = await openWapro(options);
  const now = () => NOW;
  const failed = () => undefined;
  const server = await startBridge({ erp, secrets: SECRETS, host: "127.0.0.1", port: 0, now, failed, shadow });
  onTestFinished(server.stop);
  let asked = 0;
  const unique = () => `q${++asked}`;
  return { erp: bridgeErp({ name: "wapro", baseUrl: server.url, secrets: SECRETS, http, now, unique }), sql };
}

async function fetching(shadow: boolean, options: Partial<WaproSqlOptions> = {}): Promise<Opened> {
  const { erp: wapro, sql } = await openWapro(options);
  const { outbox, unique, pull, stop } = await openPull(wapro, () => NOW);
  onTestFinished(stop);
  let now = NOW;
  const wait = async (ms: number) => {
    await pollOnce({ ...pull, handlers: handlersOf(wapro, () => NOW, shadow) });
    now += ms;
  };
  const timeouts = { readMs: 2_000, writeMs: 20_000 };
  return { erp: outboxErp({ name: "wapro", outbox, now: () => now, unique, wait, timeouts }), sql };
}

const mug = { vat: "23", gross: 3999 };
const book = { vat: "5", gross: 2000 };

describe.each([
  ["called", called],
  ["fetching", fetching],
] as const)("a bridge that is %s", (_, open) => {
  test("refuses where its configuration does not say `shadow`, and Kojarz says which setting is missing", async () => {
    const { erp, sql } = await open(false);
    sql.foreign({ customerNumber: "B_1", total: 3999 });
    expect(await erp.shadow?.(0)).toEqual({ outcome: "refused", reason: "shadow-off" });
    expect(await comparedBy(erp)).toMatchObject({
      erpOrders: [],
      refused: 'the bridge does not answer reports: set "shadow": true in its bridge.json, and start it again',
    });
    // What the watch asks goes on.
    expect(await erp.list(0)).toMatchObject({ orders: [{ customerNumber: "B_1" }] });
  });

  test("answers ids, times, totals and VAT of every writer's orders, and nothing else", async () => {
    const { erp, sql } = await open(true);
    const theirs = sql.foreign({ customerNumber: "B_1", total: 5999, lines: [mug, book] });
    const bare = sql.foreign({ internetId: "77", total: 100 });
    const page = await erp.shadow?.(0);
    const same = { currency: "PLN", cancelled: false, createdAt: NOW };
    const shares = [
      { gross: 3999, vat: { kind: "rate", rate: "23" } },
      { gross: 2000, vat: { kind: "rate", rate: "5" } },
    ];
    expect(page).toEqual({
      outcome: "listed",
      orders: [
        { ...theirs, ...same, customerNumber: "B_1", total: 5999, shares },
        { ...bare, ...same, internetId: "77", total: 100 },
      ],
      cursor: bare.erpId,
    });
    expect(await comparedBy(erp)).toMatchObject({ erpOrders: [{ shares, keys: [{ rank: 2 }] }, { total: 100 }] });
  });
});

describe("what WAPRO shows for a report", () => {
  test("the VAT of what Kojarz itself wrote, under what it stands for here", async () => {
    const { erp } = await openWapro();
    const answer = await erp.submit({ order: "order-1", keys: [], currency: "PLN", total: 5899, report }, NOW + 48_000);
    expect(answer).toMatchObject({ outcome: "created" });
    expect(await erp.shadow?.(0)).toMatchObject({
      orders: [{ kojarzOrder: "order-1", shares: [{ gross: 5899, vat: { kind: "rate", rate: "23" } }] }],
    });
  });

  test("codes of its own are read by the merchant's table, and one that nobody knows is no rate", async () => {
    const { erp, sql } = await openWapro({ settings: { vatCodes: { 23: "A", untaxed: "zw" } } });
    const lines = ["A", "zw", "?"].map((vat) => ({ vat, gross: 100 }));
    sql.foreign({ customerNumber: "B_1", total: 300, lines });
    expect(await erp.shadow?.(0)).toMatchObject({
      orders: [{ shares: [{ vat: { rate: "23" } }, { vat: { kind: "exempt", code: "zw" } }, { gross: 100 }] }],
    });
  });

  test("page by page, each order with its own", async () => {
    const { erp, sql } = await openWapro();
    for (let n = 1; n <= 203; n++) sql.foreign({ internetId: `n-${n}`, total: n, lines: [{ vat: "23", gross: n }] });
    const first = await erp.shadow?.(0);
    if (first?.outcome !== "listed") throw new Error("refused");
    const second = await erp.shadow?.(0, first.cursor);
    if (second?.outcome !== "listed") throw new Error("refused");
    const all = [...first.orders, ...second.orders];
    expect(all).toHaveLength(203);
    expect(all.every(({ total, shares }) => shares?.[0]?.gross === total)).toBe(true);
  });

  test("no further back than a report looks, whatever is asked", async () => {
    const { erp, sql } = await openWapro();
    sql.foreign({ customerNumber: "old", total: 1, createdAt: NOW - 94 * DAY });
    sql.foreign({ customerNumber: "new", total: 1, createdAt: NOW - 92 * DAY });
    expect(await erp.shadow?.(0)).toMatchObject({ orders: [{ customerNumber: "new" }] });
  });

  test("a version, or a login, that may not read lines tells totals alone", async () => {
    const version = versionOf("with internet id", { denied: ["SELECT POZYCJA_ZAMOWIENIA.CENA_BRUTTO"] });
    const { erp, sql, report: probed } = await openWapro({ version });
    sql.foreign({ customerNumber: "B_1", total: 3999, lines: [mug] });
    const page = await erp.shadow?.(0);
    expect(page).toMatchObject({ outcome: "listed", orders: [{ total: 3999 }] });
    expect(page?.outcome === "listed" && page.orders[0]).not.toHaveProperty("shares");
    expect(probed).toContain(
      "VAT of an order's lines: cannot be read in this version; a report on shadow mode compares totals alone",
    );
  });
});

function comparedBy(watch: ErpOverBridge) {
  const erpWriters = [
    Writer.parse({
      column: "customerNumber",
      template: "B_{id}",
      id: "digits",
      issuer: "baselinker:acme",
      kind: "internet-id",
      rank: 2,
    }),
  ];
  const parts = {
    desk: memoryDesk(memoryClaims()),
    watch,
    now: () => NOW,
    config: { erpWriters, mode: "shadow" as const },
  };
  return compare(parts, { compare: "erp-orders", since: NOW - 14 * DAY });
}
