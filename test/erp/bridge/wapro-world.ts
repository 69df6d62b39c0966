/** A bridge's ERP over the modelled WAPRO database, with the clock in hand. */
import { probe } from "../../../lib/erp/bridge/wapro/probe.ts";
import { WaproSettings } from "../../../lib/erp/bridge/wapro/settings.ts";
import type { SubmitDeps } from "../../../lib/erp/bridge/wapro/submit.ts";
import { waproErp } from "../../../lib/erp/bridge/wapro/wapro.ts";
import { openWaproSql, type WaproSqlOptions } from "../../../lib/local/simulators/wapro-sql.ts";
import { NOW } from "../../support/sightings.ts";

export const WAREHOUSE = 3;

export const settings = WaproSettings.parse({
  firm: 1,
  warehouse: WAREHOUSE,
  user: 3000042,
  contractor: 900,
  shippingSku: "WYSYLKA",
  ownColumn: "POLE7",
});

export async function openWapro(
  options: Partial<WaproSqlOptions> & { settings?: Partial<WaproSettings>; clock?: { now: number } } = {},
) {
  const clock = options.clock ?? { now: NOW };
  const now = () => clock.now;
  const sql = openWaproSql({
    now,
    articles: [
      { id: "11", warehouse: WAREHOUSE, sku: "KUB-1" },
      { id: "12", warehouse: 4, sku: "KUB-1" },
      { id: "13", warehouse: WAREHOUSE, sku: "TALERZ", ean: "5900000000011" },
      { id: "19", warehouse: WAREHOUSE, sku: "WYSYLKA" },
    ],
    contractors: [
      { id: "501", taxId: "1234563218" },
      { id: "502", taxId: "5252525252", blocked: true },
    ],
    ...options,
  });
  const notes: string[] = [];
  const config = { ...settings, ...options.settings };
  const { wapro, report, missing } = await probe(sql.run, config);
  if (!wapro) throw new Error(`the probe found missing: ${missing.join(", ")}`);
  const deps: SubmitDeps = { executor: sql, wapro, settings: config, now, note: (line) => notes.push(line) };
  return { sql, deps, erp: waproErp("wapro", deps), clock, notes, report };
}
