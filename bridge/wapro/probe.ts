/** What this WAPRO offers: its columns and its procedures' parameters, compared with what the bridge needs. */
import * as z from "zod/mini";
import { anyText, nullishText } from "../../lib/core/schemas.ts";
import { NUMBER_LENGTH } from "./columns.ts";
import { type Described, describe, mistakeIn, type Need, Size } from "./described.ts";
import type { Run } from "./executor.ts";
import { type Alphabets, alphabetOf, POLISH_CODE_PAGE } from "./letters.ts";
import { DefinitionRow, examine, flag, isSame, ParameterRow } from "./probe-procedures.ts";
import { ownValue } from "./rows.ts";
import { vatCodesOf, type WaproSettings } from "./settings.ts";
import {
  type Columns,
  callOf,
  PROBES,
  PROCEDURES,
  type ProcedureName,
  type Queries,
  queriesOf,
  type Statement,
} from "./statements.ts";
import { type Texts, textsOf } from "./texts.ts";

/** What this version of WAPRO offers, as the probe found it. */
export type Wapro = {
  queries: Queries;
  calls: Readonly<Record<ProcedureName, Statement>>;
  /** Characters that fit the internet-id column; 0 where the version has none. */
  internetIdLength: number;
  alphabets: Alphabets;
  /** Whether documents made from an order can be read. */
  documents: boolean;
  texts: Texts;
};

export type Probed = {
  /** Undefined when something is missing that the bridge cannot do without. */
  wapro: Wapro | undefined;
  /** One line each, for a person. */
  report: string[];
  missing: string[];
};

const ColumnRow = z.extend(Size, {
  tableName: anyText,
  columnName: anyText,
  codePage: flag,
  mayRead: flag,
  mayWrite: flag,
});
type ColumnRow = z.infer<typeof ColumnRow>;

const CodePages = z.array(z.object({ codePage: flag }));
const Sessions = z.array(z.object({ language: nullishText, dateFirst: flag, snapshot: flag }));

/** @throws when the database does not answer */
export async function probe(run: Run, settings: WaproSettings): Promise<Probed> {
  const columns = new Map(
    z
      .array(ColumnRow)
      .parse(await run(PROBES.columns))
      .map((row) => [nameOf(row), row]),
  );
  const parameters = z.array(ParameterRow).parse(await run(PROBES.parameters));
  const definitions = z.array(DefinitionRow).parse(await run(PROBES.definitions));
  const [collation] = CodePages.parse(await run(PROBES.codePage));
  const [session] = Sessions.parse(await run(PROBES.session));
  const codePage = collation?.codePage ?? POLISH_CODE_PAGE;
  const sizes = new Map([...columns].flatMap(([name, row]) => (row.mayRead === 0 ? [] : [[name, describe(row)]])));
  const needs = neededLengths(settings);
  const procedures = (Object.keys(PROCEDURES) as ProcedureName[]).map((name) => {
    const definition = definitions.find((row) => isSame(row.procedureName, PROCEDURES[name].procedure))?.definition;
    return examine(name, parameters, needs, definition ?? undefined);
  });
  const missing = [
    ...neededColumns(settings).flatMap((need) => missingOf(need, columns, sizes)),
    ...writtenColumns(needs).flatMap((need) => (sizes.has(need.name) ? missingOf(need, columns, sizes) : [])),
    ...[`ZAMOWIENIE.${settings.ownColumn}`, INTERNET_ID]
      .filter((column) => columns.get(column)?.mayWrite === 0)
      .map((column) => `the right to UPDATE ${column}`),
    ...procedures.flatMap((procedure) => procedure.missing),
  ];
  const internetIdLength = sizes.get(INTERNET_ID)?.length ?? 0;
  const tellsVat = sizes.has(ARTICLE_VAT);
  const tellsLines = LINE_COLUMNS.every((column) => sizes.has(column));
  const documents = DOCUMENT_COLUMNS.every((column) => sizes.has(column));
  const report = [
    internetIdLength > 0
      ? `${INTERNET_ID}: ${internetIdLength} characters`
      : `${INTERNET_ID}: not in this version; orders are recognised by number and by our own id alone`,
    documents ? "documents of an order: can be read" : "documents of an order: cannot be read in this version",
    tellsVat
      ? `${ARTICLE_VAT}: tells the VAT that a source does not say`
      : `${ARTICLE_VAT}: not in this version; an order with a VAT that its source does not say is held`,
    tellsLines
      ? "VAT of an order's lines: can be read, for a report on shadow mode"
      : "VAT of an order's lines: cannot be read in this version; a report on shadow mode compares totals alone",
    `letters that are kept: ${collation?.codePage ? `code page ${codePage}` : "unknown, taken for code page 1250"}`,
    ...otherCodePages(columns, codePage, settings),
    sessionLine(session),
    snapshotLine(session?.snapshot),
    ...(settings.vatCode === undefined
      ? []
      : ["vatCode is ignored: a VAT that a source does not say is the article's"]),
    ...procedures.map((procedure) => procedure.line),
    ...missing.map((name) => `missing: ${name}`),
  ];
  if (missing.length > 0) return { wapro: undefined, report, missing };
  const shape: Columns = {
    own: settings.ownColumn,
    sku: settings.skuColumn,
    internetId: internetIdLength > 0,
    vat: tellsVat,
    lines: tellsLines,
  };
  const alphabetIn = (column: string) => alphabetOf(codePage, columns.get(column)?.codePage ?? codePage);
  const wapro: Wapro = {
    queries: queriesOf(shape),
    calls: Object.fromEntries(procedures.map(({ name, names }) => [name, callOf(name, names)])) as Wapro["calls"],
    internetIdLength,
    alphabets: {
      internetId: alphabetIn(INTERNET_ID),
      number: alphabetIn(NUMBER),
      sku: alphabetIn(`ARTYKUL.${settings.skuColumn}`),
    },
    documents,
    texts: textsOf(
      (call, parameter) => procedures.find(({ name }) => name === call)?.sizes[parameter],
      (column) => sizes.get(column),
      codePage,
    ),
  };
  return { wapro, report, missing };
}

/** The database's collation tells no case apart, or its names are in capitals. */
function nameOf({ tableName, columnName }: ColumnRow): string {
  return `${tableName}.${columnName}`.toUpperCase();
}

const ARTICLE_VAT = "ARTYKUL.KOD_VAT";
const INTERNET_ID = "ZAMOWIENIE.ZAMOWIENIE_INTERNETOWE_ID";
const NUMBER = "ZAMOWIENIE.NR_ZAMOWIENIA_KLIENTA";

function missingOf(
  need: Need,
  columns: ReadonlyMap<string, ColumnRow>,
  sizes: ReadonlyMap<string, Described>,
): string[] {
  const size = sizes.get(need.name);
  if (!size) return [columns.has(need.name) ? `the right to SELECT ${need.name}` : need.name];
  const mistake = mistakeIn(size, need);
  return mistake === undefined ? [] : [`${need.name}${mistake}`];
}

const DOCUMENT_COLUMNS = [
  "POZYCJA_ZAMOWIENIA.ID_POZYCJI_ZAMOWIENIA",
  "POZYCJA_ZAMOWIENIA.ID_ZAMOWIENIA",
  "POZYCJA_DOKUMENTU_MAGAZYNOWEGO.ID_POZ_ZAM",
  "POZYCJA_DOKUMENTU_MAGAZYNOWEGO.ID_DOK_MAGAZYNOWEGO",
  "DOKUMENT_MAGAZYNOWY.ID_DOK_MAGAZYNOWEGO",
  "DOKUMENT_MAGAZYNOWY.ID_DOKUMENTU_HANDLOWEGO",
  "DOKUMENT_MAGAZYNOWY.NUMER",
  "DOKUMENT_HANDLOWY.ID_DOKUMENTU_HANDLOWEGO",
  "DOKUMENT_HANDLOWY.NUMER",
];

const LINE_COLUMNS = ["ID_ZAMOWIENIA", "KOD_VAT", "ZAMOWIONO", "CENA_BRUTTO"].map(
  (name) => `POZYCJA_ZAMOWIENIA.${name}`,
);

/** The digits of a NIP. */
const NIP_LENGTH = 10;
/** A UUID, as Kojarz gives its orders. */
const OWN_LENGTH = ownValue("0".repeat(36)).length;

function neededColumns({ ownColumn, skuColumn }: WaproSettings): Need[] {
  const number = (table: string, ...names: string[]) =>
    names.map((name): Need => ({ name: `${table}.${name}`, kind: "number" }));
  const text = (table: string, ...names: string[]) =>
    names.map((name): Need => ({ name: `${table}.${name}`, kind: "text" }));
  return [
    { name: NUMBER, kind: "text", length: NUMBER_LENGTH },
    { name: `ZAMOWIENIE.${ownColumn}`, kind: "text", length: OWN_LENGTH },
    { name: "ZAMOWIENIE.DATA_UTWORZENIA_WIERSZA", kind: "time" },
    ...text("ZAMOWIENIE", "NUMER", "SYM_WAL", "STATUS_ZAM", "STAN_REALIZ"),
    ...number("ZAMOWIENIE", "ID_ZAMOWIENIA", "WARTOSC_BRUTTO", "FLAGA_STANU", "SEMAFOR"),
    ...text("ARTYKUL", ...new Set(["KOD_KRESKOWY", skuColumn])),
    ...number("ARTYKUL", "ID_ARTYKULU", "ID_MAGAZYNU"),
    { name: "KONTRAHENT.NIP", kind: "text", length: NIP_LENGTH },
    ...number("KONTRAHENT", "ID_KONTRAHENTA", "ZABLOKOWANY"),
  ];
}

/** What is looked at where it is there: an internet id, and what the procedures write into. Texts for people are cut to fit. */
function writtenColumns(needs: Readonly<Record<string, number>>): Need[] {
  return [
    { name: INTERNET_ID, kind: "text" },
    { name: ARTICLE_VAT, kind: "text" },
    ...Object.entries(needs).map(
      ([name, length]): Need => ({ name: `POZYCJA_ZAMOWIENIA.${name}`, kind: "text", length }),
    ),
  ];
}

/** What is longer than its parameter SQL Server cuts without a word. */
function neededLengths(settings: WaproSettings): Readonly<Record<string, number>> {
  const codes = Object.values(vatCodesOf(settings)).map(({ length }) => length);
  return { KOD_VAT: Math.max(...codes), JEDNOSTKA: settings.unit.length };
}

function otherCodePages(
  columns: ReadonlyMap<string, ColumnRow>,
  codePage: number,
  { skuColumn }: WaproSettings,
): string[] {
  return [INTERNET_ID, NUMBER, `ARTYKUL.${skuColumn}`].flatMap((name) => {
    const own = columns.get(name)?.codePage;
    if (own === undefined || own === null || own === codePage) return [];
    return [`${name}: has code page ${own}; what both know is kept`];
  });
}

function sessionLine(session: z.infer<typeof Sessions>[number] | undefined): string {
  const { language, dateFirst } = session ?? {};
  const day = dateFirst ? `, the week begins on day ${dateFirst}` : "";
  return `session, as the login has it: language ${language ?? "unknown"}${day}`;
}

function snapshotLine(snapshot: number | null | undefined): string {
  if (snapshot === undefined || snapshot === null) return "READ_COMMITTED_SNAPSHOT: unknown";
  return snapshot === 0
    ? "READ_COMMITTED_SNAPSHOT is off: a find waits for what others are just writing"
    : "READ_COMMITTED_SNAPSHOT is on: a find shows what is committed; the last look waits for what others are just writing";
}
