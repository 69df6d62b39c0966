import { app } from "../lib/app/app.ts";
import { bridgeHandler } from "../lib/erp/bridge/endpoint.ts";

export const handler = bridgeHandler(async () => (await app()).pull);
