import { app } from "../lib/runtime/app.ts";
import { bridgeHandler } from "../lib/runtime/bridge.ts";

export const handler = bridgeHandler(async () => (await app()).pull);
