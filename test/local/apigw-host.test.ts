import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { createConnection } from "node:net";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterEach, expect, test } from "vitest";
import { jsonAnswer } from "../../local/apigw-event.ts";
import { type Host, type HostOptions, match, startHost } from "../../local/apigw-host.ts";
import { routes } from "../../local/routes.ts";

let host: Host | undefined;
afterEach(async () => {
  await host?.stop();
  host = undefined;
});

async function start(options: Partial<HostOptions> & Pick<HostOptions, "routes">): Promise<Host> {
  host = await startHost({ port: 0, now: () => Date.UTC(2026, 0, 2, 3, 4, 5), ...options });
  return host;
}

/** A host whose one route answers with the event that it got. */
async function echo(routeKey = "POST /webhooks/{channel}/{account}"): Promise<Host> {
  return start({ routes: { [routeKey]: async (event) => ({ statusCode: 200, body: JSON.stringify(event) }) } });
}

const post = async (path: string, body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${host?.url}${path}`, { method: "POST", body, headers });
  return (await answer.json()) as APIGatewayProxyEventV2;
};

const bytesOf = ({ body = "", isBase64Encoded }: APIGatewayProxyEventV2) =>
  Buffer.from(body, isBase64Encoded ? "base64" : "utf8");

test("a request becomes an event of payload format 2.0", async () => {
  await echo();
  const event = await post("/webhooks/woocommerce/ma%20in?a=1&a=2&b=%C5%BC", "{}", {
    "content-type": "application/json",
    "X-WC-Webhook-Topic": "order.created",
  });
  expect(event).toMatchObject({
    version: "2.0",
    routeKey: "POST /webhooks/{channel}/{account}",
    rawPath: "/webhooks/woocommerce/ma%20in",
    rawQueryString: "a=1&a=2&b=%C5%BC",
    queryStringParameters: { a: "1,2", b: "ż" },
    pathParameters: { channel: "woocommerce", account: "ma in" },
    headers: { "x-wc-webhook-topic": "order.created", "content-type": "application/json" },
    requestContext: {
      http: { method: "POST", path: "/webhooks/woocommerce/ma%20in", protocol: "HTTP/1.1" },
      stage: "$default",
      time: "02/Jan/2026:03:04:05 +0000",
      timeEpoch: Date.UTC(2026, 0, 2, 3, 4, 5),
    },
    body: "{}",
    isBase64Encoded: false,
  });
});

test.each([
  ["JSON", "application/json", Buffer.from('{ "a":"zażółć",\r\n "b": "\\u0142"\t}')],
  ["JSON with a charset", "application/json; charset=utf-8", Buffer.from("\uFEFF{}")],
  ["JSON that is no UTF-8", "application/json", Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ["a form", "application/x-www-form-urlencoded", Buffer.from("webhook_id=7")],
  ["bytes", "application/octet-stream", Buffer.from([0, 1, 2, 255])],
])("%s arrives byte for byte", async (_, type, body) => {
  await echo();
  const event = await post("/webhooks/x/y", body, { "content-type": type });
  expect(bytesOf(event)).toEqual(body);
});

test("a form is base64, JSON is text", async () => {
  await echo();
  const form = await post("/webhooks/x/y", "webhook_id=7", { "content-type": "application/x-www-form-urlencoded" });
  const json = await post("/webhooks/x/y", "{}", { "content-type": "application/vnd.shop+json" });
  expect([form.isBase64Encoded, json.isBase64Encoded]).toEqual([true, false]);
});

/** Sends exactly these lines and returns everything that comes back. */
async function raw(request: string): Promise<string> {
  const socket = createConnection({ host: "127.0.0.1", port: host?.port ?? 0 });
  let answer = "";
  socket.on("data", (data) => {
    answer += String(data);
  });
  socket.end(request);
  await once(socket, "close");
  return answer;
}

test("a header that comes twice is one header with a comma, cookies are a list", async () => {
  await echo("GET /x");
  const answer = await raw(
    "GET /x HTTP/1.1\r\nHost: h\r\nX-Two: a\r\nx-two: b\r\nCookie: a=1; b=2\r\nConnection: close\r\n\r\n",
  );
  const event = JSON.parse(answer.slice(answer.indexOf("{"))) as APIGatewayProxyEventV2;
  expect(event.headers).toMatchObject({ "x-two": "a,b" });
  expect(event.headers.cookie).toBeUndefined();
  expect(event.cookies).toEqual(["a=1", "b=2"]);
});

test("HEAD reaches an ANY route and gets no body", async () => {
  const { url } = await start({ routes: { "ANY /x": async () => ({ statusCode: 200, body: "gone" }) } });
  const answer = await fetch(`${url}/x`, { method: "HEAD" });
  expect([answer.status, await answer.text()]).toEqual([200, ""]);
});

test.each([
  ["an unknown path", "/nothing", "POST", 404, "unknown-path"],
  ["another method", "/x", "GET", 404, "unknown-path"],
  ["a handler that throws", "/x", "POST", 500, "internal"],
  ["a handler that never ends", "/slow", "POST", 503, "timeout"],
])("%s is answered with API Gateway's status and a code, as every refusal", async (_, path, method, status, error) => {
  const { url } = await start({
    timeoutMs: 50,
    routes: {
      "POST /x": async () => Promise.reject(new Error("boom")),
      "POST /slow": () => new Promise(() => undefined),
    },
  });
  const answer = await fetch(url + path, { method });
  expect([answer.status, await answer.json()]).toEqual([status, { error }]);
});

test("a body over 10 MB is refused with 413", async () => {
  const { url } = await echo();
  const answer = await fetch(`${url}/webhooks/x/y`, { method: "POST", body: Buffer.alloc(10 * 1024 * 1024 + 1) });
  expect([answer.status, await answer.json()]).toEqual([413, { error: "body-too-large" }]);
});

test("whether it is up can be asked with and without a body", async () => {
  const { url } = await start({ routes });
  const [got, head] = [await fetch(`${url}/healthz`), await fetch(`${url}/healthz`, { method: "HEAD" })];
  expect([got.status, await got.json()]).toEqual([200, { status: "ok" }]);
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

test("a result without a status is the body of a 200", async () => {
  const { url } = await start({ routes: { "GET /x": async () => ({ hello: "there" }) as never } });
  const answer = await fetch(`${url}/x`);
  expect([answer.status, answer.headers.get("content-type"), await answer.json()]).toEqual([
    200,
    "application/json",
    { hello: "there" },
  ]);
});

test("a fixed path wins over a parameter, a method over ANY", () => {
  const handler = async () => "";
  const routes = { "ANY /a/{b}": handler, "POST /a/{b}": handler, "ANY /a/b": handler };
  expect(match(routes, "POST", "/a/b")?.routeKey).toBe("ANY /a/b");
  expect(match(routes, "POST", "/a/c")?.routeKey).toBe("POST /a/{b}");
  expect(match(routes, "GET", "/a/c")?.routeKey).toBe("ANY /a/{b}");
  expect(match(routes, "GET", "/a/")).toBeUndefined();
});

test("stopping lets a request under way end", async () => {
  const [entered, left] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
  const { url, stop } = await start({
    routes: {
      "GET /x": () => {
        entered.resolve();
        return left.promise;
      },
    },
  });
  const asked = fetch(`${url}/x`);
  await entered.promise;
  const stopped = stop();
  host = undefined;
  left.resolve("done");
  await stopped;
  expect(await (await asked).text()).toBe("done");
});

test("a page of this machine is shown to it alone, not to whom a tunnel forwards", async () => {
  const { url, port } = await start({
    routes: {},
    pages: { "/orders": async () => jsonAnswer([]), "/gone": async () => undefined },
  });
  expect((await fetch(`${url}/orders`)).status).toBe(200);
  expect((await fetch(`${url}/gone`)).status).toBe(404);
  expect((await fetch(`${url}/orders`, { headers: { "x-forwarded-for": "203.0.113.7" } })).status).toBe(404);
  expect(await statusFor(port, "sklep.example")).toBe(404);
});

/** `fetch` names the host that it asks. */
async function statusFor(port: number, host: string): Promise<number | undefined> {
  const asked = get({ port, path: "/orders", headers: { host } });
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}
