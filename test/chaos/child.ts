/** The whole of Kojarz in a process of its own, to be killed: served as by `npm start`, with one kill point. */
import "../../lib/local/quiet.ts";
import { startLocal } from "../../lib/local/local.ts";
import { readOptions } from "../../lib/local/options.ts";
import { Kill, withKillPoint } from "./kill-points.ts";

const plan = process.env.CHAOS_KILL;
const kill = plan ? Kill.parse(JSON.parse(plan)) : undefined;
const local = await startLocal(readOptions(["--no-demo"], process.env), console.error, (app) =>
  kill ? withKillPoint(app, kill) : app,
);
process.on("SIGTERM", () => {
  local.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});
