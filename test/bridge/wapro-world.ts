/** A bridge's ERP over the modelled WAPRO database, with the clock in hand. */
import { probe } from "../../bridge/wapro/probe.ts";
import { WaproSettings } from "../../bridge/wapro/settings.ts";
import type { SubmitDeps } from "../../bridge/wapro/submit.ts";
import { waproErp } from "../../bridge/wapro/wapro.ts";
import { openWaproSql, type WaproSqlOptions } from "../../local/simulators/wapro-sql.ts";
import { NOW } from "../support/sightings.ts";

export const WAREHOUSE = 3;

export const settings = WaproSettings.parse({
  firm: 1,
  warehouse: WAREHOUSE,
  user: 3000042,
  contractor: 900,
  services: {
    shipping: "WYSYLKA",
    codFee: "POBRANIE",
    paymentFee: "PLATNOSC",
    wrapping: "PAKOWANIE",
    insurance: "UBEZPIECZENIE",
    deposit: "KAUCJA",
    duty: "CLO",
    other: "INNE",
  },
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
      { id: "11", warehouse: WAREHOUSE, sku: "KUB-1", vat: "23 " },
      { id: "12", warehouse: 4, sku: "KUB-1", vat: "23 " },
      { id: "13", warehouse: WAREHOUSE, sku: "TALERZ", ean: "5900000000011", vat: "8  " },
      { id: "14", warehouse: WAREHOUSE, sku: "BEZ-VAT" },
      { id: "19", warehouse: WAREHOUSE, sku: "WYSYLKA", vat: "23 " },
      ...Object.values(settings.services)
        .flatMap((sku) => sku ?? [])
        .filter((sku) => sku !== "WYSYLKA")
        .map((sku, index) => ({ id: String(20 + index), warehouse: WAREHOUSE, sku, vat: "23 " })),
    ],
    contractors: [
      { id: "501", taxId: "1234563218" },
      { id: "502", taxId: "5252525259", blocked: true },
      { id: "503", taxId: "0000000000" },
      { id: "504", taxId: "1234567890" },
      { id: "505", taxId: "PL 666.666.66.66" },
      { id: "506", taxId: "777-777-77-77" },
      { id: "507", taxId: "PL7777777777" },
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
