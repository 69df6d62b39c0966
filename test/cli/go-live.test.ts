/** What `kojarz check --go-live` says of each point of the list. */
import { describe, expect, test } from "vitest";
import { checked, look, ok } from "../../cli/check/findings.ts";
import { goLiveOf, type Seen } from "../../cli/check/go-live.ts";
import type { ErpShown } from "../../lib/erp/comparing.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const order: ErpShown = {
  erpId: "1",
  number: "ZO 1/26",
  createdAt: NOW,
  currency: "PLN",
  total: 100,
  cancelled: false,
  keys: [{ id: "internet 1", rank: 2 }],
};
const ready: Seen = {
  status: {
    answer: "status",
    at: NOW,
    light: "well",
    cases: { open: 0, more: false, byReason: [] },
    backlog: { due: 0, more: false },
    circuit: { state: "closed", at: NOW - 60_000 },
    accounts: [{ account: "woocommerce:main", lastReportAt: NOW, polled: true, unread: 0 }],
  },
  round: { up: true, watched: { ran: true, ended: true, listed: 1 } },
  erpOrders: [order],
  accounts: [checked("woocommerce:main", [ok("webhooks", "4 active")])],
  listeners: { confirmed: 1, pending: 0 },
};

/** The points that fail. */
const failing = (changes: Partial<Seen>) =>
  goLiveOf({ ...ready, ...changes }).findings.flatMap(({ check, state }) => (state === "fail" ? [check] : []));
const status = (changes: Partial<Seen["status"]>) => ({ status: { ...ready.status, ...changes } });

test("where everything is so, it can go live", () => {
  expect(failing({})).toEqual([]);
  expect(goLiveOf(ready).works).toBe(true);
});

describe("it may not go live", () => {
  test.each([
    [
      "while the watch has orders before it",
      "backfill",
      { round: { up: true, watched: { ran: true, ended: false, listed: 9 } } },
    ],
    [
      "where another round is at work",
      "backfill",
      { round: { up: true, watched: { ran: false, ended: false, listed: 0 } } },
    ],
    ["where the ERP is down", "backfill", { round: { up: false } }],
    ["where an ERP order is explained by no template", "writers", { erpOrders: [order, { ...order, keys: [] }] }],
    ["with open cases", "cases", status({ cases: { open: 2, more: false, byReason: [] } })],
    ["where the sweep does not run", "sweep", status({ circuit: { state: "unknown" } })],
    ["where the ERP is left alone", "sweep", status({ circuit: { state: "open", at: NOW } })],
    [
      "where an account was never heard of",
      "reports",
      status({ accounts: [{ account: "a:b", polled: true, unread: 0 }] }),
    ],
    ["where a subscription to the alarms waits", "alarms", { listeners: { confirmed: 1, pending: 1 } }],
    ["where nobody hears the alarms", "alarms", { listeners: { confirmed: 0, pending: 0 } }],
    ["where a webhook is not active", "webhooks", { accounts: [checked("a:b", [look("webhooks", "disabled")])] }],
  ] as const)("%s", (_, point, changes) => {
    expect(failing(changes as Partial<Seen>)).toEqual([point]);
  });

  test("where a connection cannot work", () => {
    const broken = { name: "a:b", works: false, findings: [] };
    expect(failing({ accounts: [broken] })).toEqual(["connections"]);
  });
});

test("where the ERP's side shows no orders, it says why, and holds nobody up", () => {
  const { findings, works } = goLiveOf({ ...ready, erpOrders: { refused: "no account is in shadow mode" } });
  expect(findings).toContainEqual(look("writers", "not compared: no account is in shadow mode"));
  expect(works).toBe(true);
});

test("where nobody else writes there is nothing to read back, and nobody is held up", () => {
  const round = { up: true, watched: { ran: false, ended: true, listed: 0 } };
  const { findings, works } = goLiveOf({ ...ready, round });
  expect(findings.find(({ check }) => check === "backfill")).toMatchObject({ state: "look" });
  expect(works).toBe(true);
});

test("orders that Kojarz wrote need no template", () => {
  expect(failing({ erpOrders: [{ ...order, keys: [], kojarzOrder: "k1" }] })).toEqual([]);
});

test("on one's own machine nobody is asked about alarms, and nobody is held up", () => {
  const { listeners: _, ...here } = ready;
  const { findings, works } = goLiveOf(here);
  expect(findings.find(({ check }) => check === "alarms")).toMatchObject({
    state: "look",
    says: "not asked here: only a deployment has alarms",
  });
  expect(works).toBe(true);
});
