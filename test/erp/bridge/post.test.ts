import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { post } from "../../../lib/erp/bridge/post.ts";
import { type Http, http } from "../../../lib/runtime/http.ts";
import { SECRETS } from "../../bridge/bridge-world.ts";

const asked = (baseUrl: string, way: Http) =>
  post({ baseUrl, secrets: SECRETS, http: way, unique: () => "1" }, "submit", {}, 2_000);

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

const failing = (code: string, syscall: string): Http => {
  const cause = Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
  return () => Promise.reject(new Error("no answer", { cause }));
};

test.each(["127.0.0.1", "localhost"])("where nobody listens on %s nothing was sent", async (host) => {
  expect((await asked(`http://${host}:${await closedPort()}`, http)).kind).toBe("not-sent");
});

test.each(["EHOSTUNREACH", "ENETUNREACH", "ECONNREFUSED"])(
  "%s proves that nothing was sent only while connecting: a standing connection ends with it too",
  async (code) => {
    expect((await asked("http://127.0.0.1:1", failing(code, "connect"))).kind).toBe("not-sent");
    for (const syscall of ["read", "write"])
      expect((await asked("http://127.0.0.1:1", failing(code, syscall))).kind).toBe("unclear");
  },
);
