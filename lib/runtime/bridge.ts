/** From an HTTP event to Kojarz's end of pulling: `POST /bridge/v1/{operation}`, for a bridge that fetches its work. */
import { pullOperations } from "../erp/bridge/contract.ts";
import { exchange } from "../erp/bridge/exchange.ts";
import type { PullEnd } from "../erp/bridge/outbox.ts";
import { logger } from "./logger.ts";
import { answer, bodyOf, headersOf, httpHandler } from "./middleware.ts";

const failed = (operation: string, error: unknown) => logger.error("bridge operation failed", { operation, error });

/** @param end undefined where the bridge is called: then there is nothing to fetch here */
export function bridgeHandler(end: () => Promise<PullEnd | undefined>) {
  return httpHandler(async (event) => {
    const pull = await end();
    if (!pull) return answer(404, { error: "nothing-to-pull" });
    const incoming = {
      path: `/v1/${event.pathParameters?.operation ?? ""}`,
      headers: headersOf(event),
      body: bodyOf(event).toString("utf8"),
    };
    const { status, headers, body } = await exchange(incoming, pull.secrets, pullOperations, pull.handlers, failed);
    return { statusCode: status, headers, body };
  });
}
