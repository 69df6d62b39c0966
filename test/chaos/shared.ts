/** What several workers share: one engine, one ERP, one vault's key, and an address in front of them. */
import { randomBytes } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { startEngine } from "../../local/engine.ts";
import { openFakeErp } from "../../local/fake-erp.ts";
import { close, listen } from "../../local/simulators/local-server.ts";

const RESTART_EVERY_MS = 30_000;

/** An engine that is stopped and started again on the same data and port until `endRestarts`. */
export async function startSharedEngine(dataDir: string, port: number) {
  let engine = await startEngine({ dataDir, port });
  const end = new AbortController();
  const restarting = (async () => {
    while (!end.signal.aborted) {
      await wait(RESTART_EVERY_MS, undefined, { signal: end.signal }).catch(() => undefined);
      if (end.signal.aborted) return;
      await engine.stop();
      engine = await startEngine({ dataDir, port });
    }
  })();
  const endRestarts = async () => {
    end.abort();
    await restarting;
  };
  return {
    url: engine.endpoint,
    endRestarts,
    async stop() {
      await endRestarts();
      await engine.stop();
    },
  };
}

/** A load balancer: any worker, and none where that one is dead just now. */
export async function startFront(ports: readonly number[], random: () => number) {
  const server = createServer((request, response) => {
    const port = ports[Math.floor(random() * ports.length)];
    const { method = "GET", url = "/", headers } = request;
    const { host: _, connection: __, "content-length": ___, "transfer-encoding": ____, ...rest } = headers;
    const forward = async () => {
      const body = await buffer(request);
      const answer = await fetch(`http://127.0.0.1:${port}${url}`, {
        method,
        headers: rest as Record<string, string>,
        ...(body.byteLength > 0 && { body }),
        redirect: "manual",
      });
      const text = Buffer.from(await answer.arrayBuffer());
      response
        .writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" })
        .end(text);
    };
    forward().catch(() => response.destroy());
  });
  await listen(server);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

/** The first worker's folder, or another one that shows the same ERP and the same key. */
export function stateOf(folder: string, index: number, workers: number): string {
  const state = join(folder, "state");
  if (workers === 1) return state;
  const [key, erp] = [join(state, "vault.key"), join(state, "erp.db")];
  if (index === 0) {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    writeFileSync(key, randomBytes(32), { mode: 0o600 });
    openFakeErp({ file: erp, now: Date.now, random: () => 1 }).close();
    return state;
  }
  const own = join(folder, `state-${index}`);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  symlinkSync(key, join(own, "vault.key"));
  symlinkSync(erp, join(own, "erp.db"));
  return own;
}
