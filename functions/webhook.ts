/** The channel that this function was deployed for; locally, the one that the path names. */
import { webhookHandler } from "../lib/runtime/webhook.ts";

export const handler = webhookHandler(process.env.KOJARZ_CHANNEL);
