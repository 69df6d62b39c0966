import { answer, httpHandler } from "../lib/runtime/lambda.ts";

export const handler = httpHandler(async () => answer(200, { status: "ok" }));
