/** An ERP behind a real bridge: client, line with its faults, server, all over sockets. */
import { createServer } from "node:net";
import { startBridge } from "../../bridge/server.ts";
import type { Instant } from "../../lib/core/order.ts";
import { type BridgeOptions, bridgeErp, type ErpOverBridge } from "../../lib/erp/bridge/client.ts";
import type { Secrets } from "../../lib/erp/bridge/signing.ts";
import { type Http, NoAnswer, http as overTheNet } from "../../lib/runtime/http.ts";
import { type BridgeLine, openBridgeLine } from "../../local/simulators/bridge-line.ts";

export const SECRETS: Secrets = ["whsec_dGVzdC1zZWNyZXQtb2YtYS1icmlkZ2UtMDAwMQ=="];
export const OTHER_SECRETS: Secrets = ["whsec_YW5vdGhlci1zZWNyZXQtb2YtYS1icmlkZ2UtMDAwMg=="];

/** Nothing ends by it, unless something is broken. */
const PATIENCE_MS = 300_000;

export async function openBridge(erp: ErpOverBridge, now: () => Instant, over: Partial<BridgeOptions> = {}) {
  const failures: string[] = [];
  const server = await startBridge({
    erp,
    secrets: SECRETS,
    host: "127.0.0.1",
    port: 0,
    now,
    failed: (operation) => failures.push(operation),
  });
  const line = await openBridgeLine(server.url);
  let counter = 0;
  const { refuse, refusals, http } = refusable();
  const client = bridgeErp({
    name: erp.name,
    baseUrl: line.url,
    secrets: SECRETS,
    http: waitingFor(line, http),
    now,
    unique: () => `q${++counter}`,
    ...over,
  });
  return {
    erp: client,
    server,
    line,
    failures,
    refuse,
    refusals,
    async close() {
      await line.stop();
      await server.stop();
    },
  };
}

/**
 * Waits as long as it takes, however busy this machine is, and in vain exactly where the line has swallowed the question or
 * its answer: that call ends like one whose time is up.
 */
export function waitingFor(line: BridgeLine, http: Http): Http {
  return (url, request) => {
    const inVain = line.swallowed(request?.headers?.["webhook-id"] ?? "").then((): never => {
      throw new NoAnswer("timeout", "POST", "no answer in time");
    });
    return Promise.race([http(url, { ...request, timeoutMs: PATIENCE_MS }), inVain]);
  };
}

/** As `refused`: the next call of an operation goes to a port where nobody listens. */
export function refusable() {
  let refusing: string | undefined;
  let refusals = 0;
  const http: Http = async (url, request) => {
    if (refusing === undefined || !url.endsWith(`/v1/${refusing}`)) return overTheNet(url, request);
    refusing = undefined;
    refusals += 1;
    return overTheNet(url.replace(/:\d+\//, `:${await unusedPort()}/`), request);
  };
  const refuse = (operation: string) => {
    refusing = operation;
  };
  return { http, refuse, refusals: () => refusals };
}

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 9;
}
