/** The bridge's ERP through its own driver, over a socket, on the modelled WAPRO. */
import { mssqlExecutor } from "../../../bridge/wapro/mssql.ts";
import { probe } from "../../../bridge/wapro/probe.ts";
import type { SubmitDeps } from "../../../bridge/wapro/submit.ts";
import { waproErp } from "../../../bridge/wapro/wapro.ts";
import { openWaproSql } from "../../../local/simulators/wapro-sql.ts";
import { NOW } from "../../support/sightings.ts";
import { settings, WAREHOUSE } from "../wapro-world.ts";
import { serveWaproTds } from "./wapro-tds.ts";

/** @param through what the driver connects to instead, for the model's port */
export async function openOverTds(through = async (port: number) => port) {
  const clock = { now: NOW };
  const now = () => clock.now;
  const sql = openWaproSql({
    now,
    articles: [
      { id: "11", warehouse: WAREHOUSE, sku: "KUB-1", vat: "23" },
      { id: "19", warehouse: WAREHOUSE, sku: "WYSYLKA", vat: "23" },
    ],
  });
  const served = await serveWaproTds(sql, settings);
  const executor = await mssqlExecutor(
    {
      server: "127.0.0.1",
      port: await through(served.port),
      database: "WAPRO",
      user: "kojarz",
      password: "made-up",
      encrypt: false,
      trustServerCertificate: false,
    },
    () => undefined,
    now,
  );
  const { wapro } = await probe(executor.run, settings);
  if (!wapro) throw new Error("the probe found something missing");
  const deps: SubmitDeps = { executor, wapro, settings, now, note: () => undefined };
  return {
    sql,
    served,
    deps,
    erp: waproErp("wapro", deps),
    pass: (ms: number) => {
      clock.now += ms;
    },
    async close() {
      await executor.close();
      await served.stop();
    },
  };
}
