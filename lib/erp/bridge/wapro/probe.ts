/** What this WAPRO offers: its columns and its procedures' parameters, compared with what the bridge needs. */
import * as z from "zod/mini";
import { anyText, nullishText } from "../../../shapes.ts";
import type { Run } from "./executor.ts";
import type { WaproSettings } from "./settings.ts";
import {
  type Columns,
  callOf,
  type Parameter,
  type ParameterNames,
  PROBES,
  PROCEDURES,
  type ProcedureName,
  plainName,
  type Queries,
  queriesOf,
  type Statement,
} from "./statements.ts";

export type Wapro = {
  queries: Queries;
  calls: Readonly<Record<ProcedureName, Statement>>;
  /** Characters that fit the internet-id column; 0 where the version has none. */
  internetIdLength: number;
  /** Whether documents made from an order can be read. */
  documents: boolean;
};

export type Probed = {
  /** Undefined when something is missing that the bridge cannot do without. */
  wapro: Wapro | undefined;
  /** One line each, for a person. */
  report: string[];
  missing: string[];
};

/** `sys.columns` and `sys.parameters` count bytes, and -1 is `max`. */
const Size = z.object({ typeName: nullishText, maxLength: z.nullish(z.number()) });
type Size = z.infer<typeof Size>;
const ColumnRow = z.extend(Size, { tableName: anyText, columnName: anyText });
const ParameterRow = z.extend(Size, { procedureName: anyText, parameterName: nullishText });

/** @throws when the database does not answer */
export async function probe(run: Run, settings: WaproSettings): Promise<Probed> {
  const columns = z.array(ColumnRow).parse(await run(PROBES.columns));
  const parameters = z.array(ParameterRow).parse(await run(PROBES.parameters));
  const lengths = new Map(columns.map((row) => [`${row.tableName}.${row.columnName}`, charsOf(row)]));
  const procedures = (Object.keys(PROCEDURES) as ProcedureName[]).map((name) => examine(name, parameters));
  const missing = [
    ...neededColumns(settings).filter((column) => !lengths.has(column)),
    ...procedures.flatMap((procedure) => procedure.missing),
  ];
  if ((lengths.get(NUMBER) ?? 30) < 30) missing.push(`${NUMBER} with 30 characters`);
  const internetIdLength = lengths.get(INTERNET_ID) ?? 0;
  const documents = DOCUMENT_COLUMNS.every((column) => lengths.has(column));
  const report = [
    internetIdLength > 0
      ? `${INTERNET_ID}: ${internetIdLength} characters`
      : `${INTERNET_ID}: not in this version; orders are recognised by number and by our own id alone`,
    documents ? "documents of an order: can be read" : "documents of an order: cannot be read in this version",
    ...procedures.map((procedure) => procedure.line),
    ...missing.map((name) => `missing: ${name}`),
  ];
  if (missing.length > 0) return { wapro: undefined, report, missing };
  const shape: Columns = { own: settings.ownColumn, sku: settings.skuColumn, internetId: internetIdLength > 0 };
  const wapro: Wapro = {
    queries: queriesOf(shape),
    calls: Object.fromEntries(procedures.map(({ name, names }) => [name, callOf(name, names)])) as Wapro["calls"],
    internetIdLength,
    documents,
  };
  return { wapro, report, missing };
}

const INTERNET_ID = "ZAMOWIENIE.ZAMOWIENIE_INTERNETOWE_ID";
const NUMBER = "ZAMOWIENIE.NR_ZAMOWIENIA_KLIENTA";

const ORDER_COLUMNS =
  "ID_ZAMOWIENIA NUMER SYM_WAL WARTOSC_BRUTTO STATUS_ZAM STAN_REALIZ DATA_UTWORZENIA_WIERSZA FLAGA_STANU SEMAFOR".split(
    " ",
  );

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

function neededColumns({ ownColumn, skuColumn }: WaproSettings): string[] {
  const articles = new Set(["ID_ARTYKULU", "ID_MAGAZYNU", "KOD_KRESKOWY", skuColumn]);
  return [
    NUMBER,
    `ZAMOWIENIE.${ownColumn}`,
    ...ORDER_COLUMNS.map((name) => `ZAMOWIENIE.${name}`),
    ...[...articles].map((name) => `ARTYKUL.${name}`),
    ...["ID_KONTRAHENTA", "NIP", "ZABLOKOWANY"].map((name) => `KONTRAHENT.${name}`),
  ];
}

/** Of `nvarchar` and `nchar` a character takes two bytes. */
function charsOf({ typeName, maxLength }: Size): number {
  const bytes = maxLength === -1 ? 8_000 : (maxLength ?? 0);
  return typeName === "nvarchar" || typeName === "nchar" ? Math.floor(bytes / 2) : bytes;
}

function examine(name: ProcedureName, rows: ReadonlyArray<z.infer<typeof ParameterRow>>) {
  const { procedure } = PROCEDURES[name];
  const parameters: readonly Parameter[] = PROCEDURES[name].parameters;
  const own = rows.filter((row) => row.procedureName.toUpperCase() === procedure.toUpperCase());
  const there = new Map(
    own.flatMap(({ parameterName, ...size }) =>
      parameterName ? [[plainName(parameterName), { actual: parameterName, length: charsOf(size) }]] : [],
    ),
  );
  const names: Record<string, string> = {};
  const missing: string[] = own.length === 0 ? [`procedure ${procedure}`] : [];
  for (const parameter of parameters) {
    const found = [parameter.name, ...(parameter.also ?? [])].map(plainName).find((plain) => there.has(plain));
    const known = found === undefined ? undefined : there.get(found);
    if (found !== undefined && known !== undefined) {
      names[parameter.name] = known.actual;
      there.delete(found);
      if (known.length < (parameter.length ?? 0))
        missing.push(`parameter ${parameter.name} of ${procedure} with ${parameter.length} characters`);
    } else if (parameter.required && own.length > 0) missing.push(`parameter ${parameter.name} of ${procedure}`);
  }
  return {
    name,
    names: names satisfies ParameterNames,
    missing,
    line: lineOf(
      procedure,
      own.length > 0,
      names,
      [...there.values()].map(({ actual }) => actual),
    ),
  };
}

function lineOf(procedure: string, exists: boolean, names: ParameterNames, unknown: readonly string[]): string {
  if (!exists) return `${procedure}: not in this version`;
  const more = unknown.length === 0 ? "" : `; not filled, its default must do: ${unknown.join(", ")}`;
  return `${procedure}: ${Object.keys(names).length} parameters known${more}`;
}
