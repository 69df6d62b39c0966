import { webhookHandler } from "../lib/runtime/webhook.ts";

export const handler = webhookHandler("woocommerce");
