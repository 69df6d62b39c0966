/** The bridge program in a process of its own, to be killed; the database is the modelled one on `database.port`. */
import { readBridgeConfig } from "../../bridge/config.ts";
import { runBridge } from "../../bridge/program.ts";
import { socketExecutor } from "./wapro-socket.ts";

const stop = Promise.withResolvers<void>();
process.once("SIGTERM", () => stop.resolve());
const config = await readBridgeConfig(process.env);
process.exitCode = await runBridge(config, console.log, stop.promise, async ({ port = 0 }) => socketExecutor(port));
