/** Kojarz's end over sockets, and a bridge that fetches from it; between them the line with its faults. */

import { handlersOf, startSignedServer } from "../../../bridge/server.ts";
import { pollOnce } from "../../../bridge/work-poller.ts";
import type { Instant } from "../../../lib/core/order.ts";
import type { Outbox } from "../../../lib/core/ports/outbox.ts";
import type { ErpOverBridge } from "../../../lib/erp/bridge/client.ts";
import { pullOperations } from "../../../lib/erp/bridge/contract.ts";
import { tooOldForKojarz } from "../../../lib/erp/bridge/contract-version.ts";
import { outboxErp, pullHandlers } from "../../../lib/erp/bridge/outbox.ts";
import { openBridgeLine } from "../../../local/simulators/bridge-line.ts";
import { refusable, SECRETS, waitingFor } from "../../bridge/bridge-world.ts";
import { memoryOutbox } from "../../support/memory-outbox.ts";

export async function openPull(erp: ErpOverBridge, now: () => Instant, outbox: Outbox = memoryOutbox()) {
  let counter = 0;
  const unique = () => `w${++counter}`;
  const kojarz = await startSignedServer({
    operations: pullOperations,
    handlers: pullHandlers(outbox, now, unique),
    tooOld: tooOldForKojarz,
    secrets: SECRETS,
    host: "127.0.0.1",
    port: 0,
    failed: () => undefined,
  });
  const line = await openBridgeLine(kojarz.url);
  const failures: string[] = [];
  const { http, refuse, refusals } = refusable();
  const pull = {
    baseUrl: line.url,
    secrets: SECRETS,
    http: waitingFor(line, http),
    unique,
    atOnce: 2,
    handlers: handlersOf(erp, now),
    failed: (operation: string) => failures.push(operation),
  };
  return {
    outbox,
    unique,
    line,
    pull,
    failures,
    refuse,
    refusals,
    async stop() {
      await line.stop();
      await kojarz.stop();
    },
  };
}

/** The ERP through such a bridge, which looks for work whenever the one who waits looks for an outcome. */
export async function openPulled(erp: ErpOverBridge, { now, pass }: { now: () => Instant; pass(ms: number): void }) {
  const inner = memoryOutbox();
  let beforePut: (operation: string) => void = () => undefined;
  const outbox: Outbox = {
    ...inner,
    put(work, until) {
      beforePut(work.operation);
      return inner.put(work, until);
    },
  };
  const { pull, unique, ...rest } = await openPull(erp, now, outbox);
  return {
    ...rest,
    erp: outboxErp({
      name: erp.name,
      outbox,
      now,
      unique,
      wait: async (ms) => {
        await pollOnce(pull);
        pass(ms);
      },
      timeouts: { readMs: 2_000, writeMs: 20_000 },
    }),
    /** When the next piece of this kind is put there. */
    once(operation: string, strike: () => void) {
      beforePut = (put) => {
        if (put !== operation) return;
        beforePut = () => undefined;
        strike();
      };
    },
  };
}
