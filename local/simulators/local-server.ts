/** What every simulated platform of this folder needs of `node:http`. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export type Asked = { method: string; url: URL; headers: IncomingMessage["headers"]; body: string };
export type Said = { status: number; body: unknown; headers?: Record<string, string> };

export type LocalServer = { url: string; close(): Promise<void> };

/** Serves JSON on 127.0.0.1; text bodies go out as they are. @param port 0 takes a free one */
export async function serveLocally(answer: (asked: Asked) => Said, port = 0): Promise<LocalServer> {
  const server = createServer((request, response) => {
    text(request)
      .then((body) => {
        const url = new URL(request.url ?? "/", "http://shop");
        const said = answer({ method: request.method ?? "GET", url, headers: request.headers, body });
        response.writeHead(said.status, { "content-type": "application/json", ...said.headers });
        response.end(typeof said.body === "string" ? said.body : JSON.stringify(said.body));
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  return { url: await listen(server, port), close: () => close(server) };
}

/** Where a platform is served without a socket: asked for its address instead of listening, it is called by `request`. */
type Address = (server: Server) => string;

let addressIn: Address | undefined;

/** From now on platforms are served in this process alone. A simulation does so, before it creates them. */
export function serveBy(address: Address | undefined): void {
  addressIn = address;
}

/** Listens on 127.0.0.1 and returns the address. @param port 0 takes a free one */
export async function listen(server: Server, port = 0): Promise<string> {
  if (addressIn) return addressIn(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Returns when nothing of it is left; open connections are cut. */
export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** Counts the faults that fired. */
export function createFaults<Fault extends string>(
  names: readonly Fault[],
  chances: Partial<Record<Fault, number>>,
  random: () => number,
) {
  const fired = Object.fromEntries(names.map((name) => [name, 0])) as Record<Fault, number>;
  return {
    fired,
    fires(fault: Fault): boolean {
      const happens = random() < (chances[fault] ?? 0);
      if (happens) fired[fault] += 1;
      return happens;
    },
  };
}

/** Minor units as a decimal with so many places. */
export function decimalOf(minor: number, places = 2): string {
  const digits = String(Math.abs(minor)).padStart(3, "0");
  const text = `${digits.slice(0, -2)}.${digits.slice(-2)}`;
  return `${minor < 0 ? "-" : ""}${text.padEnd(text.length + places - 2, "0")}`;
}

const WARSAW = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/Warsaw",
  dateStyle: "short",
  timeStyle: "medium",
});

/** The wall clock of a shop in Poland: `2026-11-24 13:00:00`. */
export function wallClock(at: number): string {
  return WARSAW.format(at);
}

/** Sends what a shop announces; the status of the answer, 0 without one. */
export async function announce(url: string, headers: Record<string, string>, body: string): Promise<number> {
  try {
    const answer = await fetch(url, { method: "POST", headers, body });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}
