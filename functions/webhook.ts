/** Any channel: the path names it. */
import { webhookHandler } from "../lib/runtime/webhook.ts";

export const handler = webhookHandler();
