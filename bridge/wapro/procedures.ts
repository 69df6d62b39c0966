/** The vendor's procedures, each with every value that it is given. */
import * as z from "zod/mini";
import { formatMinor } from "../../lib/core/money.ts";
import type { Instant } from "../../lib/core/order.ts";
import { nullishText, textOrNumber } from "../../lib/core/schemas.ts";
import type { Draft, DraftLine, DraftVat } from "./draft.ts";
import type { Run } from "./executor.ts";
import { netOf } from "./prices.ts";
import type { Wapro } from "./probe.ts";
import type { WaproSettings } from "./settings.ts";
import { clarionDay } from "./time.ts";

export type WriteDeps = { wapro: Wapro; settings: WaproSettings; now: () => Instant };

/** @returns the id of the header, which has no number and no key yet; undefined where the procedure gave none */
export async function addHeader(
  run: Run,
  contractor: Contractor,
  { wapro, settings, now }: WriteDeps,
): Promise<string | undefined> {
  const rows = await run(wapro.calls.addOrder, {
    ID_FIRMY: settings.firm,
    ID_KONTRAHENTA: contractor.id,
    ID_MAGAZYNU: settings.warehouse,
    TYP: 1,
    DATA: clarionDay(now()),
    SEMAFOR: settings.user,
    TRYBREJESTRACJI: 0,
    BRUTTO_NETTO: "Brutto",
    FLAGA_STANU: 1,
  });
  const [header] = Header.parse(rows);
  const id = String(header?.ID_ZAMOWIENIA ?? "").trim();
  return /^[1-9]\d*$/.test(id) ? id : undefined;
}

/** A parameter that the procedure did not set is NULL. */
const Header = z.array(z.object({ ID_ZAMOWIENIA: z.nullish(textOrNumber) }));

/** A line with the one article that it is of, and the VAT that one of the two says. */
export type Placed = Omit<DraftLine, "vat"> & { article: string; vat: DraftVat };

export async function addLine(run: Run, id: string, line: Placed, { wapro, settings }: WriteDeps) {
  await run(wapro.calls.addLine, {
    ID_POZYCJI_ZAMOWIENIA: 0,
    ID_ZAMOWIENIA: id,
    ID_ARTYKULU: line.article,
    KOD_VAT: line.vat.code,
    ZAMOWIONO: line.quantity,
    ZREALIZOWANO: 0,
    ZAREZERWOWANO: 0,
    DO_REZERWACJI: settings.reserve ? line.quantity : 0,
    CENA_NETTO: formatMinor(netOf(line.unitGross, line.vat.rate), "PLN"),
    CENA_BRUTTO: formatMinor(line.unitGross, "PLN"),
    CENA_NETTO_WAL: 0,
    CENA_BRUTTO_WAL: 0,
    PRZELICZNIK: 1,
    JEDNOSTKA: settings.unit,
    NARZUT: 0,
    OPIS: { text: line.name },
    ZNAK_NARZUTU: 0,
    TRYBREJESTRACJI: 0,
    ID_DOSTAWY_REZ: 0,
    ID_WARIANTU_PRODUKTU: 0,
    // The price was typed by hand: the buyer's, not the catalogue's.
    ZNACZNIK_CENY: "m",
    NR_SERII: "",
    TYP_TRANSKACJI_TRANSGRANICZNEJ: "Nie dotyczy",
  });
}

const NumberFormat = z.array(
  z.object({
    FORMAT: nullishText,
    OKRES: z.nullish(z.number()),
    AUTO: z.nullish(z.number()),
    NIEZALEZNY: z.nullish(z.number()),
  }),
);

/** To whom the order goes, and whether that is the one for buyers whom WAPRO does not know. */
export type Contractor = { id: string | number; isStandIn: boolean };

/** Gives the order its number and its customer number. False where this document type has no numbering. */
export async function confirm(
  run: Run,
  id: string,
  contractor: Contractor,
  draft: Draft,
  deps: WriteDeps,
): Promise<boolean> {
  const { wapro, settings, now } = deps;
  const [format] = NumberFormat.parse(
    await run(wapro.calls.numberFormat, {
      ID_FIRMY: settings.firm,
      DOKUMENT: 2,
      ID_TYPU: settings.documentType,
      ID_ZASOBU: settings.warehouse,
    }),
  );
  // Where there is none, the procedure sets nothing, and the row of its outputs is there all the same.
  if (!format?.FORMAT?.trim()) return false;
  const day = clarionDay(now());
  await run(wapro.calls.confirm, {
    ID_ZAMOWIENIA: id,
    ID_KONTRAHENTA: contractor.id,
    ID_TYPU: settings.documentType,
    NUMER: "<auto>",
    NUM_FORMAT: format.FORMAT,
    NUM_OKRESNUMERACJI: format.OKRES ?? null,
    NUM_AUTO: format.AUTO ?? null,
    NUM_NIEZALEZNY: format.NIEZALEZNY ?? null,
    AUTONUMER: 0,
    ID_FIRMY: settings.firm,
    ID_MAG: settings.warehouse,
    DATA: day,
    DATA_REALIZACJI: day,
    ZALICZKA: 0,
    PRIORYTET: settings.priority,
    AUTO_REZERWACJA: settings.reserve ? 1 : 0,
    NR_ZAM_KLIENTA: draft.customerNumber,
    TYP: 1,
    ID_PRACOWNIKA: 0,
    PRZELICZNIK_WAL: 1,
    DATA_KURS_WAL: 0,
    SYM_WAL: "",
    DOK_WAL: 0,
    // As the program itself was seen to call it; the procedure is what puts the order's own flag back to 0.
    FLAGA_STANU: 1,
    TRYBREJESTRACJI: 0,
    RABAT_NARZUT: 0,
    ZNAK_RABATU: 0,
    UWAGI: { text: contractor.isStandIn ? draft.remarks.standIn : draft.remarks.own },
    ID_RACHUNKU: 0,
    INFORMACJE_DODATKOWE: "",
    OSOBA_ZAMAWIAJACA: { text: draft.buyer },
    ID_KONTAKTU: 0,
    FORMA_PLATNOSCI: { text: draft.payment },
    DNI_PLATNOSCI: 0,
    FAKTURA_PARAGON: 0,
    NUMER_PRZESYLKI: "",
    ID_OPERATORA_PRZESYLKI: 0,
  });
  return true;
}
