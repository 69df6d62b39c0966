/** The routes of the HTTP API, as they are in the cloud. */
import { handler as baselinker } from "../../functions/baselinker.ts";
import { handler as health } from "../../functions/health.ts";
import { handler as anyChannel } from "../../functions/webhook.ts";
import { handler as woocommerce } from "../../functions/woocommerce.ts";
import type { Routes } from "./apigw-host.ts";

export const routes: Routes = {
  "POST /webhooks/woocommerce/{account}": woocommerce,
  "ANY /webhooks/baselinker/{account}/{callbackToken}": baselinker,
  "ANY /webhooks/{channel}/{account}": anyChannel,
  "GET /healthz": health,
  "HEAD /healthz": health,
};
