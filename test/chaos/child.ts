/** The whole of Kojarz in a process of its own, to be killed: served as by `npm start`, with one kill point. */
import "../../local/heard.ts";
import type { Faults } from "../../local/fake-erp.ts";
import { startLocal } from "../../local/local.ts";
import { readOptions } from "../../local/options.ts";
import { Kill, withKillPoint } from "./kill-points.ts";

const plan = process.env.CHAOS_KILL;
const kill = plan ? Kill.parse(JSON.parse(plan)) : undefined;
const options = readOptions(["--no-demo"], process.env);
if (kill) flap(options.erpFaults);
const local = await startLocal(options, console.error, (app) => (kill ? withKillPoint(app, kill) : app));
process.on("SIGTERM", () => {
  local.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
});

/** The ERP is away for some seconds now and then, for all workers at the same time, until the last kill. */
function flap(faults: Faults): void {
  const usual = faults["find-fails"] ?? 0;
  setInterval(() => {
    faults["find-fails"] = Date.now() % 20_000 < 4_000 ? 1 : usual;
  }, 100).unref();
}
