/** The secret between Kojarz and its bridge replaced step by step, both ways: every order goes through, and then the old secret opens nothing. */
import { expect, onTestFinished, test } from "vitest";
import { handlersOf, startBridge, startSignedServer } from "../../bridge/server.ts";
import { pollOnce } from "../../bridge/work-poller.ts";
import type { ErpOrder } from "../../lib/core/ports/erp.ts";
import { type BridgeOptions, bridgeErp } from "../../lib/erp/bridge/client.ts";
import { pullOperations } from "../../lib/erp/bridge/contract.ts";
import { tooOldForKojarz } from "../../lib/erp/bridge/contract-version.ts";
import { outboxErp, pullHandlers } from "../../lib/erp/bridge/outbox.ts";
import type { Secrets } from "../../lib/erp/bridge/signing.ts";
import { http } from "../../lib/runtime/http.ts";
import { openFakeErp } from "../../local/fake-erp.ts";
import { OTHER_SECRETS, SECRETS } from "../bridge/bridge-world.ts";
import { memoryOutbox } from "../support/memory-outbox.ts";
import { NOW, number, report, shopId } from "../support/sightings.ts";

const [OLD] = SECRETS;
const [NEW] = OTHER_SECRETS;
/** What the bridge has, and what Kojarz has, from step to step: the first signs, all are taken. */
const STEPS: ReadonlyArray<readonly [bridge: Secrets, kojarz: Secrets]> = [
  [[OLD], [OLD]],
  [[OLD, NEW], [OLD]],
  [
    [OLD, NEW],
    [NEW, OLD],
  ],
  [[NEW], [NEW, OLD]],
  [[NEW], [NEW]],
];
const order = (n: number): ErpOrder => ({
  order: `order-${n}`,
  keys: [shopId(String(271 + n)), number(String(1000 + n))],
  currency: "PLN",
  total: 5899,
  report,
});

test("a bridge that is called", async () => {
  const fakeErp = openFakeErp({ file: ":memory:", now: () => NOW, random: () => 0.5 });
  onTestFinished(() => fakeErp.close());
  const asked = async (bridge: Secrets, kojarz: Secrets, n: number) => {
    const at = { host: "127.0.0.1", port: 0, now: () => NOW, failed: () => undefined };
    const server = await startBridge({ erp: { ...fakeErp, read: async () => [] }, secrets: bridge, ...at });
    let counter = 0;
    const unique = () => `q${n}-${++counter}`;
    const options: BridgeOptions = {
      name: "wapro",
      baseUrl: server.url,
      secrets: kojarz,
      http,
      now: () => NOW,
      unique,
    };
    try {
      return await bridgeErp(options).submit(order(n), NOW + 48_000);
    } finally {
      await server.stop();
    }
  };
  for (const [n, [bridge, kojarz]] of STEPS.entries())
    expect(await asked(bridge, kojarz, n)).toMatchObject({ outcome: "created" });
  expect(await asked([NEW], [OLD], 8)).toMatchObject({ outcome: "rejected", reason: "erp-unreachable" });
  expect(fakeErp.rows()).toHaveLength(STEPS.length);
});

test("a bridge that fetches its work", async () => {
  const fakeErp = openFakeErp({ file: ":memory:", now: () => NOW, random: () => 0.5 });
  onTestFinished(() => fakeErp.close());
  const outbox = memoryOutbox();
  let counter = 0;
  const unique = () => `w${++counter}`;
  const fetched = async (bridge: Secrets, kojarz: Secrets) => {
    const server = await startSignedServer({
      operations: pullOperations,
      handlers: pullHandlers(outbox, () => NOW, unique),
      tooOld: tooOldForKojarz,
      secrets: kojarz,
      host: "127.0.0.1",
      port: 0,
      failed: () => undefined,
    });
    const handlers = handlersOf({ ...fakeErp, read: async () => [] }, () => NOW);
    try {
      await pollOnce({
        baseUrl: server.url,
        secrets: bridge,
        http,
        unique,
        atOnce: 2,
        handlers,
        failed: () => undefined,
      });
    } finally {
      await server.stop();
    }
  };
  const asked = async (bridge: Secrets, kojarz: Secrets, n: number) => {
    let looks = 0;
    const wait = async () => {
      looks += 1;
      if (looks > 3) throw new Error("the bridge did not do it");
      await fetched(bridge, kojarz).catch(() => undefined);
    };
    return outboxErp({ name: "wapro", outbox, now: () => NOW, unique, wait }).submit(order(n), NOW + 48_000);
  };
  for (const [n, [bridge, kojarz]] of STEPS.entries())
    expect(await asked(bridge, kojarz, n)).toMatchObject({ outcome: "created" });
  expect(await asked([OLD], [NEW], 8).catch(() => "unreached")).not.toMatchObject({ outcome: "created" });
  expect(fakeErp.rows()).toHaveLength(STEPS.length);
});
