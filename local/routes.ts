/** The routes of the HTTP API, as they are in the cloud; there a function for each channel stands behind them. */
import { handler as bridge } from "../functions/bridge.ts";
import { handler as health } from "../functions/health.ts";
import { handler as nearMiss } from "../functions/near-miss.ts";
import { handler as webhook } from "../functions/webhook.ts";
import { app } from "../lib/app/app.ts";
import type { HttpHandler, Routes } from "./apigw-host.ts";

/** In the cloud only channels that are deployed have a route. */
const deployed: HttpHandler = async (event, context) => {
  const { accounts } = (await app()).config;
  const isDeployed = accounts.some(({ channel }) => channel === event.pathParameters?.channel);
  return isDeployed ? webhook(event, context) : nearMiss(event, context);
};

export const routes: Routes = {
  "ANY /webhooks/{channel}/{account}": deployed,
  "ANY /webhooks/{channel}/{account}/{secretPath}": deployed,
  "POST /bridge/v1/{operation}": bridge,
  "GET /healthz": health,
  "HEAD /healthz": health,
  $default: nearMiss,
};
