/** A deployment that AWS would refuse half-way, for a quota of the account, ends before anything is made. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { deploymentFrom } from "../../infra/deployment.ts";
import { checkQuotas, concurrencyLimit } from "../../infra/quotas.ts";

const three = { KOJARZ_ACCOUNTS: "woocommerce:main@15 baselinker:acme@2 allegro:acme@1" };
/** Two webhooks of 10, three polls of 2, the connector's 4 and the sweep. */
const RESERVED = 31;
const told = (limit: number | undefined, more = {}) => {
  try {
    return checkQuotas(deploymentFrom({ ...three, ...more }), limit);
  } catch (error) {
    return String(error);
  }
};

test("a new account, which may run ten functions at once, is told what to set", () => {
  expect(told(10)).toContain(`KOJARZ_RESERVE_CONCURRENCY: the functions reserve ${RESERVED} runs at once`);
  expect(told(10)).toContain("this AWS account has 10. Set it to no");
  expect(told(10, { KOJARZ_RESERVE_CONCURRENCY: "no" })).toBeUndefined();
});

test("a hundred stay free: as many as that are enough, one less is not, and where AWS does not say nothing is refused", () => {
  expect(told(RESERVED + 100)).toBeUndefined();
  expect(told(RESERVED + 99)).toContain("KOJARZ_RESERVE_CONCURRENCY");
  expect(told(undefined)).toBeUndefined();
});

test("the limit is asked of Lambda; whoever may not ask goes on without", async () => {
  const answers = [
    { status: 200, body: { AccountLimit: { ConcurrentExecutions: 10 } } },
    { status: 403, body: { message: "not authorized to perform: lambda:GetAccountSettings" } },
  ];
  const asked: string[] = [];
  const signed: string[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.url));
    signed.push(String(request.headers.authorization));
    const { status, body } = answers.shift() ?? { status: 500, body: {} };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("SST_AWS_ACCESS_KEY_ID", "found-by-sst");
  vi.stubEnv("SST_AWS_SECRET_ACCESS_KEY", "test");
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await concurrencyLimit("eu-central-1")).toBe(10);
  expect(await concurrencyLimit("eu-central-1")).toBeUndefined();
  for (const header of signed) expect(header).toContain("Credential=found-by-sst/");
  expect(asked).toEqual(["/2016-08-19/account-settings", "/2016-08-19/account-settings"]);
});
