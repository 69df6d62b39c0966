/** The ERP's orders as its list exports them: only the columns that are named here are read, and no other is kept. Pure. */
import { parseMinor } from "../../lib/core/money.ts";
import { present } from "../../lib/core/writes.ts";

export type ErpRow = {
  /** Which line of the file, from 1, headings included. */
  line: number;
  number: string;
  internetId: string;
  customerNumber: string;
  /** Days since 1970-01-01. */
  day: number;
  /** Minor units. */
  total: number;
  currency: string;
};

export const COLUMNS = ["number", "internetId", "customerNumber", "date", "total", "currency", "status"] as const;
export type Column = (typeof COLUMNS)[number];

/** Headings as WAPRO's list and its table name them, in small letters and without Polish letters' marks. */
const HEADINGS: Readonly<Record<Column, readonly string[]>> = {
  number: ["numer", "nr", "numer zamowienia", "nr zamowienia", "numer dokumentu", "number"],
  internetId: [
    "zamowienie_internetowe_id",
    "id zamowienia internetowego",
    "identyfikator zamowienia internetowego",
    "nr internetowy",
    "id internetowe",
    "internet id",
    "internetid",
  ],
  customerNumber: [
    "nr_zamowienia_klienta",
    "nr zamowienia klienta",
    "numer zamowienia klienta",
    "nr zam. klienta",
    "customer number",
    "customernumber",
  ],
  date: ["data", "data zamowienia", "data wystawienia", "data_utworzenia_wiersza", "date"],
  total: ["wartosc brutto", "wartosc_brutto", "brutto", "razem brutto", "razem", "wartosc", "total"],
  currency: ["waluta", "sym_wal", "currency"],
  status: ["status_zam", "status", "stan"],
};

const REQUIRED: readonly Column[] = ["number", "date", "total"];

export type ReadErp =
  | { kind: "rows"; rows: ErpRow[]; cancelled: number; unread: Array<{ line: number; column: Column }> }
  | { kind: "no-columns"; missing: Column[]; headings: string[] };

/**
 * @param cells the headings first
 * @param named headings that the caller names by hand
 */
export function erpRowsOf(cells: readonly string[][], named: Partial<Record<Column, string>> = {}): ReadErp {
  const [headings = [], ...lines] = cells;
  const at = columnsIn(headings, named);
  const missing = REQUIRED.filter((column) => at[column] === undefined);
  if (at.internetId === undefined && at.customerNumber === undefined) missing.push("internetId", "customerNumber");
  if (missing.length > 0) return { kind: "no-columns", missing, headings: [...headings] };
  const rows: ErpRow[] = [];
  const unread: Array<{ line: number; column: Column }> = [];
  let cancelled = 0;
  for (const [index, line] of lines.entries()) {
    const cell = (column: Column) => (at[column] === undefined ? "" : (line[at[column]] ?? ""));
    if (isCancelled(cell("status"))) cancelled += 1;
    else {
      const row = rowOf(index + 2, cell);
      if ("column" in row) unread.push(row);
      else rows.push(row);
    }
  }
  return { kind: "rows", rows, cancelled, unread };
}

function columnsIn(
  headings: readonly string[],
  named: Partial<Record<Column, string>>,
): Partial<Record<Column, number>> {
  const plain = headings.map(plainHeading);
  const found = COLUMNS.map((column) => {
    const byHand = named[column];
    const wanted = byHand === undefined ? HEADINGS[column] : [plainHeading(byHand)];
    const index = wanted.map((heading) => plain.indexOf(heading)).find((one) => one >= 0);
    return [column, index] as const;
  });
  return present(Object.fromEntries(found));
}

function plainHeading(heading: string): string {
  const text = heading.replace("\ufeff", "").trim().toLowerCase().replaceAll("ł", "l");
  return text.normalize("NFD").replace(/\p{Mn}/gu, "");
}

function rowOf(line: number, cell: (column: Column) => string): ErpRow | { line: number; column: Column } {
  const currency = cell("currency").toUpperCase() || "PLN";
  const day = dayOf(cell("date"));
  const total = parseMinor(amountText(cell("total")), currency);
  if (cell("number") === "") return { line, column: "number" };
  if (day === undefined) return { line, column: "date" };
  if (total === undefined) return { line, column: "total" };
  const ids = { internetId: cell("internetId"), customerNumber: cell("customerNumber") };
  return { line, number: cell("number"), ...ids, day, total, currency };
}

/** `STATUS_ZAM`; the list writes it out. */
function isCancelled(status: string): boolean {
  return /^(?:a|anul.*|cancel.*)$/i.test(status.trim());
}

/** `1 234,56 zł` and `1,234.56` as `1234.56`. */
function amountText(text: string): string {
  const figures = text.replace(/[\s\u00a0\u202f]|zł|PLN|EUR/gi, "");
  const decimal = Math.max(figures.lastIndexOf(","), figures.lastIndexOf("."));
  if (decimal < 0) return figures;
  return `${figures.slice(0, decimal).replace(/[,.]/g, "")}.${figures.slice(decimal + 1)}`;
}

const DAY = 86_400_000;
/** The ERP's own day count begins on 1800-12-28; day 61,730 of it is 1970-01-01. */
const CLARION_1970 = 61_730;

/** @returns days since 1970-01-01 of `2026-11-24`, `24.11.2026` (a time behind them is left out), or the ERP's own count */
export function dayOf(text: string): number | undefined {
  const iso = /^(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:\D|$)/.exec(text);
  const polish = /^(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?:\D|$)/.exec(text);
  if (/^\d{5}$/.test(text)) return Number(text) - CLARION_1970;
  const [year, month, date] = iso ? iso.slice(1, 4) : polish ? polish.slice(1, 4).reverse() : [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(date));
  // 2026-02-30 would be read as March.
  const isReal = new Date(at).getUTCMonth() === Number(month) - 1;
  return isReal ? at / DAY : undefined;
}

export function isoDay(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
