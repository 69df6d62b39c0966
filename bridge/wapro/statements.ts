/**
 * Every statement that the bridge sends to WAPRO, as data. Values are bound, never written into a text; what varies in a
 * text are names of columns and parameters, and those come from the probe or from a closed list.
 *
 * Written directly is only what no known procedure takes: the internet id and our own order id, on an order that the
 * procedures made. Never a raw INSERT: reservations, sums and numbering would break.
 */

/** `text`: T-SQL with `@name` for each value. `name`: for logs and for what a person reads. */
export type Statement = { name: string; text: string };

/** The free columns of an order, varchar(100). One of them holds the id of the Kojarz order. */
export const OWN_COLUMNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => `POLE${n}` as const);
type OwnColumn = (typeof OWN_COLUMNS)[number];

/** By which column of an article a shop's SKU is looked for. */
export const SKU_COLUMNS = ["INDEKS_KATALOGOWY", "INDEKS_HANDLOWY", "KOD_KRESKOWY"] as const;
type SkuColumn = (typeof SKU_COLUMNS)[number];

export type Parameter = {
  name: string;
  /** Other names under which a version may know it. */
  also?: readonly string[];
  /** Without it the procedure cannot do its work. */
  required?: true;
  /** Characters that it has to take: SQL Server cuts a longer argument without a word. */
  length?: number;
  /** A text; every other parameter is a number, days included. */
  text?: true;
  /** The type of the variable that takes what the procedure gives back. */
  output?: string;
};

const required = true;
const text = true;

/** The vendor's procedures for orders, with the parameters that public code names, in their order. */
export const PROCEDURES = {
  addOrder: {
    procedure: "RM_DodajZamowienie_Server",
    parameters: [
      { name: "ID_FIRMY", also: ["FIRMA"], required },
      { name: "ID_KONTRAHENTA", also: ["KONTRAHENT"], required },
      { name: "ID_MAGAZYNU", also: ["MAGAZYN", "ID_MAG"], required },
      { name: "TYP", required },
      { name: "DATA", required },
      { name: "SEMAFOR", also: ["ID_UZYTKOWNIKA", "UZYTKOWNIK"], required },
      { name: "TRYBREJESTRACJI" },
      { name: "BRUTTO_NETTO", required, length: 6, text },
      { name: "FLAGA_STANU" },
      { name: "ID_ZAMOWIENIA", also: ["ID"], required, output: "numeric(18, 0)" },
    ],
  },
  addLine: {
    procedure: "RM_DodajPozycjeZamowienia",
    parameters: [
      { name: "ID_POZYCJI_ZAMOWIENIA" },
      { name: "ID_ZAMOWIENIA", required },
      { name: "ID_ARTYKULU", required },
      { name: "KOD_VAT", required, text },
      { name: "ZAMOWIONO", required },
      { name: "ZREALIZOWANO" },
      { name: "ZAREZERWOWANO" },
      { name: "DO_REZERWACJI" },
      { name: "CENA_NETTO", required },
      { name: "CENA_BRUTTO", required },
      { name: "CENA_NETTO_WAL" },
      { name: "CENA_BRUTTO_WAL" },
      { name: "PRZELICZNIK" },
      { name: "JEDNOSTKA", required, text },
      { name: "NARZUT" },
      { name: "OPIS", text },
      { name: "ZNAK_NARZUTU" },
      { name: "TRYBREJESTRACJI" },
      { name: "ID_DOSTAWY_REZ" },
      { name: "ID_WARIANTU_PRODUKTU" },
      { name: "ZNACZNIK_CENY", text },
      { name: "NR_SERII", text },
      { name: "TYP_TRANSKACJI_TRANSGRANICZNEJ", also: ["TYP_TRANSAKCJI_TRANSGRANICZNEJ"], text },
    ],
  },
  sum: { procedure: "RM_SumujZamowienie", parameters: [{ name: "ID_ZAMOWIENIA", also: ["ID"], required }] },
  numberFormat: {
    procedure: "JL_PobierzFormatNumeracji_Server",
    parameters: [
      { name: "ID_FIRMY", required },
      { name: "DOKUMENT", required },
      { name: "ID_TYPU", required },
      { name: "ID_ZASOBU", also: ["ID_MAGAZYNU"], required },
      { name: "FORMAT", also: ["FORMAT_NUMERACJI"], required, output: "varchar(8000)", text },
      { name: "OKRES", also: ["OKRES_NUMERACJI", "OKRESNUMERACJI"], required, output: "int" },
      { name: "AUTO", also: ["PARAMETR1"], required, output: "int" },
      { name: "NIEZALEZNY", also: ["PARAMETR2"], required, output: "int" },
    ],
  },
  confirm: {
    procedure: "RM_ZatwierdzZamowienie",
    parameters: [
      { name: "ID_ZAMOWIENIA", required },
      { name: "ID_KONTRAHENTA", required },
      { name: "ID_TYPU", required },
      { name: "NUMER", required, text },
      { name: "NUM_FORMAT", also: ["FORMAT_NUMERACJI"], required, text },
      { name: "NUM_OKRESNUMERACJI", also: ["OKRES_NUMERACJI"], required },
      { name: "NUM_AUTO", also: ["PARAMETR1"], required },
      { name: "NUM_NIEZALEZNY", also: ["PARAMETR2"], required },
      { name: "AUTONUMER" },
      { name: "ID_FIRMY", required },
      { name: "ID_MAG", also: ["ID_MAGAZYNU"], required },
      { name: "DATA", required },
      { name: "DATA_REALIZACJI" },
      { name: "ZALICZKA" },
      { name: "PRIORYTET" },
      { name: "AUTO_REZERWACJA" },
      { name: "NR_ZAM_KLIENTA", also: ["NR_ZAMOWIENIA_KLIENTA"], required, length: 30, text },
      { name: "TYP", required },
      { name: "ID_PRACOWNIKA" },
      { name: "PRZELICZNIK_WAL" },
      { name: "DATA_KURS_WAL" },
      { name: "SYM_WAL", text },
      { name: "DOK_WAL" },
      { name: "FLAGA_STANU" },
      { name: "TRYBREJESTRACJI" },
      { name: "RABAT_NARZUT" },
      { name: "ZNAK_RABATU" },
      { name: "UWAGI", text },
      { name: "ID_RACHUNKU" },
      { name: "INFORMACJE_DODATKOWE", text },
      { name: "OSOBA_ZAMAWIAJACA", text },
      { name: "ID_KONTAKTU" },
      { name: "FORMA_PLATNOSCI", text },
      { name: "DNI_PLATNOSCI" },
      { name: "FAKTURA_PARAGON" },
      { name: "NUMER_PRZESYLKI", text },
      { name: "ID_OPERATORA_PRZESYLKI" },
    ],
  },
  setState: {
    procedure: "RM_UstawStanZamowien",
    parameters: [
      { name: "ID_ZAMOWIENIA", required },
      { name: "ID_SESJI", required },
      { name: "TRYB_INF_REALIZ" },
      { name: "STATUS_ZAM", required, text },
    ],
  },
  unlock: {
    procedure: "RM_UsunBlokadeZamowienia",
    parameters: [{ name: "ID_ZAMOWIENIA", required }, { name: "TRYB" }],
  },
} as const satisfies Record<string, { procedure: string; parameters: readonly Parameter[] }>;

export type ProcedureName = keyof typeof PROCEDURES;

/** Names are compared without `@`, case and underscores: versions and code bases write them differently. */
export function plainName(name: string): string {
  return name.replaceAll(/[@_]/g, "").toUpperCase();
}

/** From our name of a parameter to the database's, for those that the procedure has. */
export type ParameterNames = Readonly<Record<string, string>>;

/** The call with the parameters that this version has, each bound under our name. */
export function callOf(name: ProcedureName, names: ParameterNames): Statement {
  const parameters: readonly Parameter[] = PROCEDURES[name].parameters;
  const present = parameters.filter((parameter) => names[parameter.name] !== undefined);
  const outputs = present.filter((parameter) => parameter.output !== undefined);
  const given = present.map((parameter) =>
    parameter.output === undefined
      ? `${names[parameter.name]} = @${parameter.name}`
      : `${names[parameter.name]} = @OUT_${parameter.name} OUTPUT`,
  );
  const call = `EXEC dbo.${PROCEDURES[name].procedure} ${given.join(", ")};`;
  if (outputs.length === 0) return { name, text: call };
  const declared = outputs.map((parameter) => `@OUT_${parameter.name} ${parameter.output}`).join(", ");
  const selected = outputs.map((parameter) => `@OUT_${parameter.name} AS ${parameter.name}`).join(", ");
  return { name, text: `DECLARE ${declared}; ${call} SELECT ${selected};` };
}

/** How many transactions are open one in another, and whether what is open can be committed (1). */
export const TRANSACTION_STATE: Statement = {
  name: "transactionState",
  text: "SELECT @@TRANCOUNT AS opened, CAST(XACT_STATE() AS int) AS state",
};

const PROCEDURE_NAMES = Object.values(PROCEDURES)
  .map(({ procedure }) => `'${procedure}'`)
  .join(", ");

/** What the probe asks before anything else. Who has no right at all to an object does not see it here. */
export const PROBES = {
  columns: {
    name: "columns",
    text:
      "SELECT t.name AS tableName, c.name AS columnName, TYPE_NAME(c.system_type_id) AS typeName, c.max_length AS maxLength, " +
      "CAST(COLLATIONPROPERTY(c.collation_name, 'CodePage') AS int) AS codePage, " +
      "HAS_PERMS_BY_NAME('dbo.' + t.name, 'OBJECT', 'SELECT', c.name, 'COLUMN') AS mayRead, " +
      "HAS_PERMS_BY_NAME('dbo.' + t.name, 'OBJECT', 'UPDATE', c.name, 'COLUMN') AS mayWrite FROM sys.columns AS c " +
      "JOIN sys.tables AS t ON t.object_id = c.object_id WHERE t.schema_id = SCHEMA_ID('dbo') AND t.name IN ('ZAMOWIENIE', 'POZYCJA_ZAMOWIENIA', " +
      "'ARTYKUL', 'KONTRAHENT', 'POZYCJA_DOKUMENTU_MAGAZYNOWEGO', 'DOKUMENT_MAGAZYNOWY', 'DOKUMENT_HANDLOWY')",
  },
  parameters: {
    name: "parameters",
    text:
      "SELECT o.name AS procedureName, p.name AS parameterName, TYPE_NAME(p.system_type_id) AS typeName, " +
      "p.max_length AS maxLength, CAST(p.is_output AS int) AS isOutput, " +
      "HAS_PERMS_BY_NAME('dbo.' + o.name, 'OBJECT', 'EXECUTE') AS mayRun FROM sys.objects AS o " +
      "LEFT JOIN sys.all_parameters AS p ON p.object_id = o.object_id WHERE o.type = 'P' " +
      `AND o.schema_id = SCHEMA_ID('dbo') AND o.name IN (${PROCEDURE_NAMES}) ORDER BY o.name, p.parameter_id`,
  },
  /** NULL where the login may not see it, or where it is encrypted. */
  definitions: {
    name: "definitions",
    text:
      "SELECT o.name AS procedureName, OBJECT_DEFINITION(o.object_id) AS definition FROM sys.objects AS o " +
      `WHERE o.type = 'P' AND o.schema_id = SCHEMA_ID('dbo') AND o.name IN (${PROCEDURE_NAMES})`,
  },
  clock: { name: "clock", text: "SELECT CONVERT(varchar(23), GETDATE(), 126) AS now" },
  /** Of the database, in which the parameters of its procedures are. */
  codePage: {
    name: "codePage",
    text:
      "SELECT CAST(COLLATIONPROPERTY(CAST(DATABASEPROPERTYEX(DB_NAME(), 'Collation') AS varchar(128)), 'CodePage') " +
      "AS int) AS codePage",
  },
  /** As the login has it, and whether readers wait for what others are writing. */
  session: {
    name: "session",
    text:
      "SELECT @@LANGUAGE AS language, CAST(@@DATEFIRST AS int) AS dateFirst, " +
      "CAST(d.is_read_committed_snapshot_on AS int) AS snapshot FROM sys.databases AS d WHERE d.name = DB_NAME()",
  },
} as const satisfies Record<string, Statement>;

/** What differs between versions and installations. `vat`: an article tells its VAT. `lines`: what an order holds is readable. */
export type Columns = { own: OwnColumn; sku: SkuColumn; internetId: boolean; vat: boolean; lines: boolean };

export type Queries = ReturnType<typeof queriesOf>;

/** Every question, for the columns that this version and this merchant have. */
export function queriesOf({ own, sku, internetId, vat, lines }: Columns) {
  const order =
    "SELECT CAST(ID_ZAMOWIENIA AS varchar(20)) AS erpId, NUMER AS number, " +
    `${internetId ? "ZAMOWIENIE_INTERNETOWE_ID" : "NULL"} AS internetId, NR_ZAMOWIENIA_KLIENTA AS customerNumber, ` +
    `${own} AS own, SYM_WAL AS currency, CAST(CAST(WARTOSC_BRUTTO AS decimal(18, 2)) AS varchar(30)) AS total, ` +
    "STATUS_ZAM AS status, STAN_REALIZ AS realised, " +
    "CONVERT(varchar(23), DATA_UTWORZENIA_WIERSZA, 126) AS createdAt FROM dbo.ZAMOWIENIE";
  const foreign = "COALESCE(STATUS_ZAM, '') <> 'A' AND DATA_UTWORZENIA_WIERSZA >= CAST(@since AS datetime)";
  const byInternetId = `ZAMOWIENIE_INTERNETOWE_ID = @value AND ${foreign} ORDER BY ID_ZAMOWIENIA`;
  const byNumber = `NR_ZAMOWIENIA_KLIENTA = @value AND ${foreign} ORDER BY ID_ZAMOWIENIA`;
  // Where the database shows readers what was committed last (READ_COMMITTED_SNAPSHOT), this one waits all the same.
  const waiting = `${order} WITH (READCOMMITTEDLOCK) WHERE`;
  const article =
    `SELECT CAST(ID_ARTYKULU AS varchar(20)) AS id, ${vat ? "KOD_VAT" : "NULL"} AS vat FROM dbo.ARTYKUL ` +
    "WHERE ID_MAGAZYNU = @warehouse";
  return {
    /** Held until the transaction ends. The result is negative where it was not granted in time. */
    lock: {
      name: "lock",
      text:
        "DECLARE @result int; EXEC @result = sp_getapplock @Resource = @resource, @LockMode = 'Exclusive', " +
        "@LockOwner = 'Transaction', @LockTimeout = @timeoutMs; SELECT @result AS result;",
    },
    /** Our id is written before the number: a header that was left without one is no order. */
    byOwn: { name: "byOwn", text: `${order} WHERE ${own} = @value AND NUMER <> '' ORDER BY ID_ZAMOWIENIA` },
    byInternetId: internetId ? { name: "byInternetId", text: `${order} WHERE ${byInternetId}` } : undefined,
    byNumber: { name: "byNumber", text: `${order} WHERE ${byNumber}` },
    /** The last look before an order is written: what another writer has not committed yet is waited for. */
    lastByInternetId: internetId ? { name: "lastByInternetId", text: `${waiting} ${byInternetId}` } : undefined,
    lastByNumber: { name: "lastByNumber", text: `${waiting} ${byNumber}` },
    byId: { name: "byId", text: `${order} WHERE ID_ZAMOWIENIA = @id` },
    list: {
      name: "list",
      text:
        `${order.replace("SELECT", "SELECT TOP (200)")} WHERE NUMER <> '' AND ID_ZAMOWIENIA > @after AND ` +
        "DATA_UTWORZENIA_WIERSZA >= CAST(@since AS datetime) ORDER BY ID_ZAMOWIENIA",
    },
    /** Gross by VAT of the orders of one page of `list`. */
    shares: lines
      ? {
          name: "shares",
          text:
            "SELECT CAST(z.ID_ZAMOWIENIA AS varchar(20)) AS erpId, z.KOD_VAT AS code, " +
            "CAST(CAST(SUM(ROUND(z.ZAMOWIONO * z.CENA_BRUTTO, 2)) AS decimal(18, 2)) AS varchar(30)) AS gross " +
            "FROM dbo.POZYCJA_ZAMOWIENIA AS z WHERE z.ID_ZAMOWIENIA > @after AND z.ID_ZAMOWIENIA <= @last " +
            "GROUP BY z.ID_ZAMOWIENIA, z.KOD_VAT ORDER BY z.ID_ZAMOWIENIA, z.KOD_VAT",
        }
      : undefined,
    documents: {
      name: "documents",
      text:
        "SELECT DISTINCT m.NUMER AS warehouse, h.NUMER AS sale FROM dbo.POZYCJA_ZAMOWIENIA AS z " +
        "JOIN dbo.POZYCJA_DOKUMENTU_MAGAZYNOWEGO AS p ON p.ID_POZ_ZAM = z.ID_POZYCJI_ZAMOWIENIA " +
        "LEFT JOIN dbo.DOKUMENT_MAGAZYNOWY AS m ON m.ID_DOK_MAGAZYNOWEGO = p.ID_DOK_MAGAZYNOWEGO " +
        "LEFT JOIN dbo.DOKUMENT_HANDLOWY AS h ON h.ID_DOKUMENTU_HANDLOWEGO = m.ID_DOKUMENTU_HANDLOWEGO " +
        "WHERE z.ID_ZAMOWIENIA = @id",
    },
    /** By the digits of a NIP, however people wrote it. */
    contractorByTaxId: {
      name: "contractorByTaxId",
      text:
        "SELECT CAST(ID_KONTRAHENTA AS varchar(20)) AS id FROM dbo.KONTRAHENT WHERE " +
        "REPLACE(REPLACE(REPLACE(REPLACE(UPPER(NIP), 'PL', ''), '-', ''), '.', ''), ' ', '') = @taxId " +
        "AND COALESCE(ZABLOKOWANY, 0) = 0 ORDER BY ID_KONTRAHENTA",
    },
    articleBySku: { name: "articleBySku", text: `${article} AND ${sku} = @value` },
    articleByEan: { name: "articleByEan", text: `${article} AND KOD_KRESKOWY = @value` },
    writeOwn: { name: "writeOwn", text: `UPDATE dbo.ZAMOWIENIE SET ${own} = @own WHERE ID_ZAMOWIENIA = @id` },
    writeInternetId: internetId
      ? {
          name: "writeInternetId",
          text: "UPDATE dbo.ZAMOWIENIE SET ZAMOWIENIE_INTERNETOWE_ID = @internetId WHERE ID_ZAMOWIENIA = @id",
        }
      : undefined,
    /**
     * Headers of one user that carry an id of ours and never got a number. One that was left before it got our id cannot
     * be told from what somebody else began under the same user: it stays open, for a person.
     */
    orphans: {
      name: "orphans",
      text:
        "SELECT CAST(ID_ZAMOWIENIA AS varchar(20)) AS id FROM dbo.ZAMOWIENIE WHERE FLAGA_STANU = 1 AND SEMAFOR = @user " +
        `AND ${own} LIKE @own AND COALESCE(NUMER, '') = '' AND COALESCE(STATUS_ZAM, '') <> 'A' ` +
        "AND DATA_UTWORZENIA_WIERSZA < CAST(@before AS datetime)",
    },
  } as const satisfies Record<string, Statement | undefined>;
}
