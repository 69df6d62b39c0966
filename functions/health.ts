import { answer, httpHandler } from "../lib/runtime/middleware.ts";

export const handler = httpHandler(async () => answer(200, { status: "ok" }));
