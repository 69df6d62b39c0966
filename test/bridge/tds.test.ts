/** The bridge's own driver against the modelled WAPRO, over a socket. */
import { expect, onTestFinished, test } from "vitest";
import { erpContract } from "../erp/erp-contract.ts";
import { NOW, number, report } from "../support/sightings.ts";
import { cutEverywhere } from "./engine/cuts.ts";
import { type CuttingLine, openCuttingLine } from "./engine/cutting-line.ts";
import { submitWatched } from "./engine/read-back.ts";
import { openOverTds } from "./tds/over-tds.ts";

const FAULT = {
  busy: "locked",
  refused: "article-missing",
  "timeout-before": "lost-before-commit",
  "timeout-after-commit": "lost-after-commit",
  "late-commit": "late-commit",
  "find-fails": "question-fails",
  "cancel-refused": "shipped",
} as const;

erpContract("WAPRO's procedures behind the driver", async () => {
  const { sql, erp, pass, close } = await openOverTds();
  return {
    erp,
    pass,
    failNext: (fault) => sql.arm(FAULT[fault]),
    foreign: async ({ currency: _, ...order }) => sql.foreign(order),
    count: async () => sql.rows().length,
    close,
  };
});

test("Polish letters and a text longer than a packet arrive as they are", async () => {
  const { sql, erp, close } = await openOverTds();
  onTestFinished(close);
  const note = `Zażółć gęślą jaźń, 20 m². ${"ó".repeat(900)}`;
  const order = { order: "o-1", keys: [number("Łódź/7")], currency: "PLN", total: 5899, report: { ...report, note } };
  expect(await erp.submit(order, NOW + 48_000)).toMatchObject({ outcome: "created" });
  expect(sql.rows()[0]?.customerNumber).toBe(report.number ?? "łódź/7");
  expect(sql.rows()[0]?.remarks).toContain("Zażółć gęślą jaźń, 20 m2.");
});

test("a procedure that rolls back and begins anew loses its own order alone: what is created after it is there", async () => {
  const { sql, served, erp, close } = await openOverTds();
  onTestFinished(close);
  const order = (id: string) => ({ order: id, keys: [number(id)], currency: "PLN", total: 5899, seen: [], report });
  const submit = (id: string) => erp.submit(order(id), NOW + 48_000);
  served.endsIn = "sum";
  expect(await submit("o-1")).toEqual({ outcome: "rejected", reason: "erp-transaction-lost", retry: false });
  const answers = [await submit("o-2"), await submit("o-3"), await submit("o-4")];
  expect(answers.map(({ outcome }) => outcome)).toEqual(["created", "created", "created"]);
  expect(sql.rows()).toHaveLength(3);
});

test("after its commit an order is read by one request, on another connection and by its key", async () => {
  const { served, deps, close } = await openOverTds();
  onTestFinished(close);
  const order = { order: "o-1", keys: [number("1")], currency: "PLN", total: 5899, report };
  const { answer, reads } = await submitWatched(order, NOW + 48_000, deps);
  if (answer.outcome !== "created") throw new Error(answer.outcome);
  expect(reads.map(({ statement }) => statement)).toEqual(["byId"]);
  const committed = served.heard.findIndex(({ asked }) => asked === "commit");
  const [alive, read, ...more] = served.heard.slice(committed + 1);
  expect({ alive, read, more }).toMatchObject({
    alive: { asked: "alive" },
    read: { asked: "byId", values: { id: answer.erp.erpId } },
    more: [],
  });
  expect(read?.connection).not.toBe(served.heard[committed]?.connection);
  expect(deps.wapro.queries.byId.text).toMatch(/ FROM dbo\.ZAMOWIENIE WHERE ID_ZAMOWIENIA = @id$/);
});

test.each([
  ["the first of them", [50_000, 266], { reason: "erp-sql-50000", retry: false }],
  ["a deadlock among them, so it is tried again", [50_000, 1205, 3998], { reason: "erp-sql-1205", retry: true }],
] as const)("of several errors of one statement counts %s", async (_, numbers, answer) => {
  const { served, erp, close } = await openOverTds();
  onTestFinished(close);
  served.fails = { statement: "confirm", numbers };
  const order = { order: "o-1", keys: [number("1")], currency: "PLN", total: 5899, report };
  expect(await erp.submit(order, NOW + 48_000)).toMatchObject({ outcome: "rejected", ...answer });
});

test("cut at every request of an order: none is lost, and none is there twice", async () => {
  const line = Promise.withResolvers<CuttingLine>();
  const world = await openOverTds(async (port) => {
    line.resolve(await openCuttingLine(port));
    return (await line.promise).port;
  });
  onTestFinished(world.close);
  onTestFinished(async () => (await line.promise).stop());
  const countOf = async (order: string) =>
    world.sql.rows().filter(({ free }) => free.POLE7 === `kojarz:${order}`).length;
  const outcomes = await cutEverywhere({ erp: world.erp, line: await line.promise, now: () => NOW, countOf });
  // Of all requests only the commit may have been heard where its answer is lost.
  expect(outcomes.answered.filter((word) => word === "in-doubt").length).toBeGreaterThan(0);
});
