import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { answer, eventHandler, type HttpEvent, httpHandler } from "../../lib/runtime/lambda.ts";
import { lambdaContext } from "../../local/lambda-context.ts";

let log: MockInstance<typeof process.stderr.write>;
beforeEach(() => {
  log = vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(() => log.mockRestore());

const event = { headers: {}, requestContext: { http: { method: "POST" } } } as HttpEvent;
/** middy keeps a second for itself: so long is left for the work. */
const context = (workMs: number) => lambdaContext("test", 1_000 + workMs);

test("work that is not done in time is aborted and answered 503 before Lambda ends it", async () => {
  let aborted = false;
  const handler = httpHandler(async (_, { signal }) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    aborted = true;
    return answer(200, {});
  });
  expect(await handler(event, context(20))).toMatchObject({ statusCode: 503, body: '{"error":"timeout"}' });
  expect(aborted).toBe(true);
});

test("a surprise is answered 500 without its text, and logged once with it", async () => {
  const handler = httpHandler(async () => Promise.reject(new Error("column of Jan")));
  expect(await handler(event, context(1_000))).toMatchObject({ statusCode: 500, body: '{"error":"internal"}' });
  expect(log).toHaveBeenCalledTimes(1);
  expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toMatchObject({ error: { cause: { message: "column of Jan" } } });
});

test("an event that fails is thrown on, so that its sender repeats it", async () => {
  const handler = eventHandler<unknown, void>(async () => Promise.reject(new Error("not now")));
  await expect(handler({}, context(1_000))).rejects.toThrow("not now");
  expect(log).toHaveBeenCalledTimes(1);
});

test("an event may say what it answers when its time is up", async () => {
  const never = new Promise<string>(() => undefined);
  const handler = eventHandler<unknown, string>(
    () => never,
    () => "late",
  );
  expect(await handler({}, context(20))).toBe("late");
});
