/** The routes of the HTTP API, as they are in the cloud; there a function for each channel stands behind them. */
import { handler as bridge } from "../../functions/bridge.ts";
import { handler as health } from "../../functions/health.ts";
import { handler as webhook } from "../../functions/webhook.ts";
import type { Routes } from "./apigw-host.ts";

export const routes: Routes = {
  "ANY /webhooks/{channel}/{account}": webhook,
  "ANY /webhooks/{channel}/{account}/{secretPath}": webhook,
  "POST /bridge/v1/{operation}": bridge,
  "GET /healthz": health,
  "HEAD /healthz": health,
};
