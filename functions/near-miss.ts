import { isNearMiss } from "../lib/intake/near-miss.ts";
import { METRICS, measure } from "../lib/ops/metric.ts";
import { answer, httpHandler, logger, metrics } from "../lib/runtime/lambda.ts";

/** As it was deployed; locally, as it is configured. */
async function addresses(): Promise<string[]> {
  if (process.env.KOJARZ_ADDRESSES !== undefined) return process.env.KOJARZ_ADDRESSES.split(" ");
  const { app } = await import("../lib/app/app.ts");
  return (await app()).config.accounts.map(({ channel, account }) => `${channel}/${account}`);
}

/** Answers what no other route does. The path is compared and forgotten: a secret may be part of it. */
export const handler = httpHandler(async ({ rawPath, requestContext: { http } }) => {
  if (isNearMiss(http.method, rawPath, await addresses()))
    measure(metrics, METRICS.refusals, 1, [{ refusal: "unknown-account" }]);
  else logger.info("stranger");
  return answer(404, { error: "unknown-path" });
});
