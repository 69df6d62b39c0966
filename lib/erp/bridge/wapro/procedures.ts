/** The vendor's procedures, each with every value that it is given. */
import * as z from "zod/mini";
import { formatMinor } from "../../../money.ts";
import type { Instant } from "../../../order.ts";
import { anyText } from "../../../shapes.ts";
import type { Draft, DraftLine } from "./draft.ts";
import type { Run } from "./executor.ts";
import type { Wapro } from "./probe.ts";
import type { WaproSettings } from "./settings.ts";
import { clarionDay } from "./time.ts";

export type WriteDeps = { wapro: Wapro; settings: WaproSettings; now: () => Instant };

/** @returns the id of the header, which has no number and no key yet; undefined where the procedure gave none */
export async function addHeader(
  run: Run,
  contractor: string | number,
  { wapro, settings, now }: WriteDeps,
): Promise<string | undefined> {
  const rows = await run(wapro.calls.addOrder, {
    ID_FIRMY: settings.firm,
    ID_KONTRAHENTA: contractor,
    ID_MAGAZYNU: settings.warehouse,
    TYP: 1,
    DATA: clarionDay(now()),
    SEMAFOR: settings.user,
    TRYBREJESTRACJI: 0,
    BRUTTO_NETTO: "Brutto",
    FLAGA_STANU: 1,
  });
  const [header] = Header.parse(rows);
  return header?.ID_ZAMOWIENIA === "0" ? undefined : header?.ID_ZAMOWIENIA;
}

const Header = z.array(z.object({ ID_ZAMOWIENIA: z.coerce.string() }));

export async function addLine(run: Run, id: string, article: string, line: DraftLine, { wapro, settings }: WriteDeps) {
  await run(wapro.calls.addLine, {
    ID_POZYCJI_ZAMOWIENIA: 0,
    ID_ZAMOWIENIA: id,
    ID_ARTYKULU: article,
    KOD_VAT: line.vat,
    ZAMOWIONO: line.quantity,
    ZREALIZOWANO: 0,
    ZAREZERWOWANO: 0,
    DO_REZERWACJI: settings.reserve ? line.quantity : 0,
    CENA_NETTO: formatMinor(line.unitNet, "PLN"),
    CENA_BRUTTO: formatMinor(line.unitGross, "PLN"),
    CENA_NETTO_WAL: 0,
    CENA_BRUTTO_WAL: 0,
    PRZELICZNIK: 1,
    JEDNOSTKA: settings.unit,
    NARZUT: 0,
    OPIS: line.name,
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
  z.object({ FORMAT: anyText, OKRES: z.number(), AUTO: z.number(), NIEZALEZNY: z.number() }),
);

/** Gives the order its number and its customer number. False where this document type has no numbering. */
export async function confirm(
  run: Run,
  id: string,
  contractor: string | number,
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
  if (!format) return false;
  const day = clarionDay(now());
  await run(wapro.calls.confirm, {
    ID_ZAMOWIENIA: id,
    ID_KONTRAHENTA: contractor,
    ID_TYPU: settings.documentType,
    NUMER: "<auto>",
    NUM_FORMAT: format.FORMAT,
    NUM_OKRESNUMERACJI: format.OKRES,
    NUM_AUTO: format.AUTO,
    NUM_NIEZALEZNY: format.NIEZALEZNY,
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
    UWAGI: draft.remarks,
    ID_RACHUNKU: 0,
    INFORMACJE_DODATKOWE: "",
    OSOBA_ZAMAWIAJACA: draft.buyer,
    ID_KONTAKTU: 0,
    FORMA_PLATNOSCI: draft.payment,
    DNI_PLATNOSCI: 0,
    FAKTURA_PARAGON: 0,
    NUMER_PRZESYLKI: "",
    ID_OPERATORA_PRZESYLKI: 0,
  });
  return true;
}
