import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { http, NoAnswer } from "../../lib/runtime/http.ts";

const servers: Array<ReturnType<typeof createServer>> = [];

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function failure(url: string, request?: Parameters<typeof http>[1]): Promise<NoAnswer> {
  const error = await http(url, request).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(NoAnswer);
  return error as NoAnswer;
}

test("a complete answer comes as it is, whatever its status", async () => {
  const url = await listen((_request, response) => response.writeHead(503, { "retry-after": "9" }).end("zajęte"));
  const answer = await http(url);
  expect([answer.status, answer.text, answer.headers.get("retry-after")]).toEqual([503, "zajęte", "9"]);
});

test("a redirect is named with the origin it leads to, and with nothing of its path or query", async () => {
  const url = await listen((_request, response) =>
    response.writeHead(301, { location: "https://www.shop.example/wp-json/?consumer_key=ck_1" }).end(),
  );
  const error = await failure(`${url}/orders?consumer_secret=cs_1`);
  expect(error.reason).toBe("redirect");
  expect(error.message).toBe(`GET ${url}: redirected with 301 to https://www.shop.example`);
});

test("an answer over the limit is refused, as it is after decoding", async () => {
  const packed = gzipSync("0".repeat(200_000));
  const url = await listen((_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(packed));
  expect(packed.byteLength).toBeLessThan(1_000);
  expect((await failure(url, { maxBytes: 100_000 })).reason).toBe("too-large");
  expect((await http(url, { maxBytes: 200_000 })).text).toHaveLength(200_000);
});

test("an answer that ends in the middle is cut, not complete", async () => {
  const url = await listen((_request, response) => {
    response.writeHead(200, { "content-length": "10" });
    response.write("half", () => response.destroy());
  });
  expect((await failure(url)).reason).toBe("cut");
});

test("an answer that never comes is a timeout, and a closed port was not reached", async () => {
  const url = await listen(() => undefined);
  expect((await failure(url, { timeoutMs: 50 })).reason).toBe("timeout");
  for (const server of servers) server.closeAllConnections();
  servers[0]?.close();
  expect((await failure(url)).reason).toBe("unreached");
});
