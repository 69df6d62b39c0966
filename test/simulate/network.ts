/** HTTP between everybody, in one process: the servers of the platforms are called without a socket, and Kojarz too. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";

export type Asked = { method: string; url: URL; headers: Record<string, string>; body: Buffer };
export type Said = { status: number; headers: Record<string, string>; body: string };

class NoConnection extends Error {}

export type Network = {
  /** For `serveBy`: the address under which a server is called from now on. */
  addressOf(server: Server): string;
  /** @throws NoConnection where nobody answers, or whoever is asked ends the connection */
  ask(asked: Asked): Promise<Said>;
  /** As the platforms ask. */
  fetch: typeof fetch;
};

/** @param kojarz what Kojarz answers to its webhooks */
export function createNetwork(host: string, kojarz: (asked: Asked) => Promise<Said>): Network {
  const servers = new Map<string, Server>();

  async function ask(asked: Asked): Promise<Said> {
    if (asked.url.origin === host) return kojarz(asked);
    const server = servers.get(asked.url.origin);
    if (!server) throw new NoConnection(`nobody is at ${asked.url.origin}`);
    return call(server, asked);
  }

  return {
    addressOf(server) {
      const url = `https://platform-${servers.size + 1}.test`;
      servers.set(url, server);
      return url;
    },
    ask,
    async fetch(input, init = {}) {
      const { method = "GET", body } = init;
      const form = body instanceof URLSearchParams ? { "content-type": "application/x-www-form-urlencoded" } : {};
      const headers = { ...form, ...Object.fromEntries(new Headers(init.headers ?? {})) };
      const url = new URL(String(input));
      const said = await ask({ method, url, headers, body: Buffer.from(body ? String(body) : "") });
      const hasBody = said.status !== 204 && method !== "HEAD";
      return new Response(hasBody ? said.body : null, { status: said.status, headers: said.headers });
    },
  };
}

/** What a handler of `node:http` reads and writes, and nothing else of it. */
function call(server: Server, { method, url, headers, body }: Asked): Promise<Said> {
  return new Promise((resolve, reject) => {
    const said: Said = { status: 200, headers: {}, body: "" };
    const request = {
      method,
      url: `${url.pathname}${url.search}`,
      headers,
      async *[Symbol.asyncIterator]() {
        if (body.byteLength > 0) yield body;
      },
    };
    const response = {
      writeHead(status: number, named: Record<string, string> = {}) {
        said.status = status;
        for (const [name, value] of Object.entries(named)) said.headers[name.toLowerCase()] = String(value);
        return response;
      },
      setHeader(name: string, value: string) {
        said.headers[name.toLowerCase()] = String(value);
        return response;
      },
      end(text: string | Buffer = "") {
        said.body = String(text);
        resolve(said);
        return response;
      },
      destroy: () => reject(new NoConnection("the connection was closed")),
    };
    server.emit("request", request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
}
