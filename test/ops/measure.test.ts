import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { heldReason } from "../../lib/core/held-reasons.ts";
import { measureBacklog, measureCircuit, measureErp, measureLag, measureToken } from "../../lib/ops/measure.ts";
import { refusalOf } from "../../lib/ops/metric.ts";
import { metrics } from "../../lib/runtime/lambda.ts";

let out: MockInstance<typeof process.stdout.write>;
beforeEach(() => {
  out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
});
afterEach(() => out.mockRestore());

type Emf = { _aws: { CloudWatchMetrics: [{ Dimensions: string[][]; Metrics: [{ Name: string; Unit: string }] }] } };
const published = () =>
  out.mock.calls.map(([line]) => {
    const emf = JSON.parse(String(line)) as Emf & Record<string, unknown>;
    const [{ Dimensions, Metrics }] = emf._aws.CloudWatchMetrics;
    const [{ Name, Unit }] = Metrics;
    const sets = Dimensions.map((set) => Object.fromEntries(set.map((name) => [name, emf[name]])));
    return { Name, Unit, value: emf[Name], sets };
  });

test("a sweep tells what is due, the age of each order that is to be delivered, and whether the ERP is kept from orders", () => {
  measureBacklog(metrics, { due: 2, ages: [61_500] });
  measureCircuit(metrics, { state: "open", opened: 1, until: 5 });
  expect(published()).toEqual([
    { Name: "DueOrders", Unit: "Count", value: 2, sets: [{ service: "kojarz" }] },
    { Name: "UnfinishedAge", Unit: "Seconds", value: 61, sets: [{ service: "kojarz" }] },
    { Name: "Circuit", Unit: "Count", value: 2, sets: [{ service: "kojarz" }] },
  ]);
});

test("a poll tells how far behind it is, by account, and nothing that it does not know", () => {
  measureLag(metrics, "allegro:acme", { cursorMs: 2_000 });
  expect(published()).toEqual([{ Name: "CursorAge", Unit: "Seconds", value: 2, sets: [{ account: "allegro:acme" }] }]);
});

test("a token tells how long it is good for; an account without one is silent", async () => {
  const vault = { read: async (account: string) => (account === "allegro:acme" ? { expiresAt: 5_000 } : undefined) };
  await measureToken(metrics, "woocommerce:main", vault, 1_000);
  await measureToken(metrics, "allegro:acme", vault, 9_000);
  expect(published()).toEqual([{ Name: "TokenLeft", Unit: "Seconds", value: -4, sets: [{ account: "allegro:acme" }] }]);
});

test("an ERP that does not answer is a measurement, and its reason is heard", async () => {
  const heard: unknown[] = [];
  const away = new Error("no answer");
  const find = vi.fn().mockRejectedValueOnce(away).mockResolvedValue([]);
  expect(await measureErp(metrics, { find }, 1, (error) => heard.push(error))).toBe(false);
  expect(await measureErp(metrics, { find }, 1, (error) => heard.push(error))).toBe(true);
  expect(heard).toEqual([away]);
  expect(published().map(({ value }) => value)).toEqual([0, 1]);
});

test("what varies freely is no dimension: an unknown reason is `other`, a status one of three refusals or none", () => {
  expect([heldReason("two-orders"), heldReason("Kontrahent 4711 zablokowany")]).toEqual(["two-orders", "other"]);
  expect([401, 404, 405, 413].map(refusalOf)).toEqual(["signature", "unknown-account", undefined, "too-large"]);
});
