/** From an HTTP event to Kojarz's end of pulling: `POST /bridge/v1/{operation}`, for a bridge that fetches its work. */

import { answer, bodyOf, headersOf, httpHandler, logger } from "../../runtime/lambda.ts";
import { pullOperations } from "./contract.ts";
import { BridgeTooOld, tooOldForKojarz } from "./contract-version.ts";
import { exchange, type Failed } from "./exchange.ts";
import type { PullEnd } from "./outbox.ts";

/** A bridge that is too old asks every second: it is told each time, and the log once. */
function telling(): Failed {
  let isTold = false;
  return (operation, error) => {
    if (error instanceof BridgeTooOld && isTold) return;
    isTold ||= error instanceof BridgeTooOld;
    logger.error("bridge operation failed", { operation, error });
  };
}

const ASKED_BY_A_BRIDGE = { operations: pullOperations, tooOld: tooOldForKojarz };

/** @param end undefined where the bridge is called: then there is nothing to fetch here */
export function bridgeHandler(end: () => Promise<PullEnd | undefined>) {
  const failed = telling();
  return httpHandler(async (event) => {
    const pull = await end();
    if (!pull) return answer(404, { error: "nothing-to-pull" });
    const incoming = {
      path: `/v1/${event.pathParameters?.operation ?? ""}`,
      headers: headersOf(event),
      body: bodyOf(event).toString("utf8"),
    };
    const { status, headers, body } = await exchange(incoming, { ...pull, ...ASKED_BY_A_BRIDGE, failed });
    return { statusCode: status, headers, body };
  });
}
