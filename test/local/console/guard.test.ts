/** The console acts, so it answers this machine and its own page alone. */
import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Host, startHost } from "../../../local/apigw-host.ts";
import { type Desk, openDesk } from "../../../local/console/desk.ts";
import { listenForMessages } from "../../../local/console/messages.ts";
import { keepMetrics } from "../../../local/console/metrics.ts";

let host: Host;
let desk: Desk;
const asked: string[] = [];

beforeAll(async () => {
  const operator = (which: string) => async () => {
    asked.push(which);
    return { which };
  };
  desk = openDesk({
    messages: listenForMessages(Date.now, () => undefined),
    metrics: keepMetrics(Date.now),
    operators: { read: operator("read"), act: operator("act"), compare: operator("compare") },
    now: Date.now,
    opened: Promise.resolve({ places: [], accounts: [], stories: undefined, erpFaults: {} }),
  });
  host = await startHost({ port: 0, routes: {}, desk, now: Date.now });
});
afterAll(() => host.stop());

type Answer = { status: number; headers: Record<string, unknown>; text: string };

function ask(method: string, path: string, headers: Record<string, string> = {}, body = "{}"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(`${host.url}${path}`, { method, headers }, (answer) => {
      let text = "";
      answer.on("data", (data) => (text += String(data)));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    call.on("error", reject);
    call.end(method === "POST" ? body : undefined);
  });
}

const own = () => ({ "x-kojarz-token": desk.token, "content-type": "application/json" });

test("its own page may act: same origin, with the token of this start", async () => {
  const answer = await ask("POST", "/console/invoke/act", {
    ...own(),
    origin: host.url,
    "sec-fetch-site": "same-origin",
  });
  expect(answer).toMatchObject({ status: 200, text: '{"payload":{"which":"act"}}' });
});

test("so may a program of this machine that knows the token", async () => {
  expect((await ask("POST", "/console/invoke/read", own())).status).toBe(200);
});

test.each([
  ["without a token", () => ({ "x-kojarz-token": "" })],
  ["with another token", () => ({ "x-kojarz-token": "x".repeat(desk.token.length) })],
  ["from another origin, token and all", () => ({ origin: "http://evil.example" })],
  ["from another port of this machine", () => ({ origin: "http://127.0.0.1:1" })],
  ["from a page without an origin, such as a sandboxed frame", () => ({ origin: "null" })],
  ["as a browser says that it crosses sites", () => ({ "sec-fetch-site": "cross-site" })],
  ["as a browser says that it comes from a neighbour", () => ({ "sec-fetch-site": "same-site" })],
  ["under a name that was made to point here", () => ({ host: "evil.example" })],
  ["under a name that begins like this machine's", () => ({ host: "localhost.evil.example" })],
  ["through a tunnel", () => ({ "x-forwarded-for": "203.0.113.5" })],
])("nothing is done %s", async (_, headers) => {
  for (const path of ["/console/invoke/act", "/console/invoke/read", "/console/story", "/console/erp-faults"]) {
    const before = asked.length;
    const { status, headers: answered } = await ask("POST", path, { ...own(), ...headers() });
    expect([path, status]).toEqual([path, 403]);
    expect(Object.keys(answered).filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(asked).toHaveLength(before);
  }
});

test("a preflight of another site is granted nothing", async () => {
  const { status, headers } = await ask("OPTIONS", "/console/invoke/act", {
    origin: "http://evil.example",
    "access-control-request-method": "POST",
    "access-control-request-headers": "x-kojarz-token",
  });
  expect(status).toBe(405);
  expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
});

test("the page, which holds the token, is shown to this machine alone, and framed by nobody", async () => {
  const page = await ask("GET", "/");
  expect(page.text).toContain(desk.token);
  expect(page.headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  for (const headers of [{ host: "evil.example" }, { "x-forwarded-for": "203.0.113.5" }]) {
    const { status, text } = await ask("GET", "/", headers);
    expect(status).toBe(404);
    expect(text).not.toContain(desk.token);
  }
});

test("each start has a token of its own", () => {
  const other = openDesk({ ...({} as Parameters<typeof openDesk>[0]) });
  expect(other.token).not.toBe(desk.token);
  expect(other.token.length).toBeGreaterThan(30);
});

test("bad input gets a clear answer", async () => {
  expect(await ask("POST", "/console/story", own(), "{")).toMatchObject({ status: 400, text: '{"error":"not-json"}' });
  expect(await ask("POST", "/console/erp-faults", own(), '{"find-fails":2}')).toMatchObject({ status: 400 });
  expect(await ask("POST", "/console/nowhere", own())).toMatchObject({ status: 404 });
});
