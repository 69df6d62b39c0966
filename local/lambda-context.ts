import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";

/** A handler as Lambda calls it. */
export type LambdaHandler<Event = never, Result = unknown> = (event: Event, context: Context) => Promise<Result>;

/** The context that Lambda hands in, for one invocation that may last so long. */
export function lambdaContext(functionName: string, timeoutMs: number): Context {
  const end = performance.now() + timeoutMs;
  const gone = () => {
    throw new Error("the callbacks of the context are gone since Node 24");
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${functionName}`,
    memoryLimitInMB: "1024",
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, Math.round(end - performance.now())),
    done: gone,
    fail: gone,
    succeed: gone,
  };
}
