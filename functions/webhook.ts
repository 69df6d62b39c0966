import { app } from "../lib/app/app.ts";
import { receiveWebhook } from "../lib/intake/webhook.ts";
import { httpHandler } from "../lib/runtime/lambda.ts";

/** The channel that this function was deployed for; locally, the one that the path names: `/webhooks/{channel}/…`. */
export const handler = httpHandler(async (event) =>
  receiveWebhook(await app(), process.env.KOJARZ_CHANNEL ?? event.rawPath.split("/")[2] ?? "", event),
);
