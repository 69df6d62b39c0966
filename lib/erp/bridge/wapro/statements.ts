/**
 * Every statement that the bridge sends to WAPRO, as data. Values are bound, never written into a text; what varies in a
 * text are names of columns and parameters, and those come from the probe or from a closed list.
 *
 * Written directly is only what no known procedure takes: the internet id and our own order id, on an order that the
 * procedures made. Never a raw INSERT: reservations, sums and numbering would break.
 */

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
  /** The type of the variable that takes what the procedure gives back. */
  output?: string;
};

const required = true;

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
      { name: "BRUTTO_NETTO", required },
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
      { name: "KOD_VAT", required },
      { name: "ZAMOWIONO", required },
      { name: "ZREALIZOWANO" },
      { name: "ZAREZERWOWANO" },
      { name: "DO_REZERWACJI" },
      { name: "CENA_NETTO", required },
      { name: "CENA_BRUTTO", required },
      { name: "CENA_NETTO_WAL" },
      { name: "CENA_BRUTTO_WAL" },
      { name: "PRZELICZNIK" },
      { name: "JEDNOSTKA", required },
      { name: "NARZUT" },
      { name: "OPIS" },
      { name: "ZNAK_NARZUTU" },
      { name: "TRYBREJESTRACJI" },
      { name: "ID_DOSTAWY_REZ" },
      { name: "ID_WARIANTU_PRODUKTU" },
      { name: "ZNACZNIK_CENY" },
      { name: "NR_SERII" },
      { name: "TYP_TRANSKACJI_TRANSGRANICZNEJ", also: ["TYP_TRANSAKCJI_TRANSGRANICZNEJ"] },
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
      { name: "FORMAT", also: ["FORMAT_NUMERACJI"], required, output: "varchar(100)" },
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
      { name: "NUMER", required },
      { name: "NUM_FORMAT", also: ["FORMAT_NUMERACJI"], required },
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
      { name: "NR_ZAM_KLIENTA", also: ["NR_ZAMOWIENIA_KLIENTA"], required, length: 30 },
      { name: "TYP", required },
      { name: "ID_PRACOWNIKA" },
      { name: "PRZELICZNIK_WAL" },
      { name: "DATA_KURS_WAL" },
      { name: "SYM_WAL" },
      { name: "DOK_WAL" },
      { name: "FLAGA_STANU" },
      { name: "TRYBREJESTRACJI" },
      { name: "RABAT_NARZUT" },
      { name: "ZNAK_RABATU" },
      { name: "UWAGI" },
      { name: "ID_RACHUNKU" },
      { name: "INFORMACJE_DODATKOWE" },
      { name: "OSOBA_ZAMAWIAJACA" },
      { name: "ID_KONTAKTU" },
      { name: "FORMA_PLATNOSCI" },
      { name: "DNI_PLATNOSCI" },
      { name: "FAKTURA_PARAGON" },
      { name: "NUMER_PRZESYLKI" },
      { name: "ID_OPERATORA_PRZESYLKI" },
    ],
  },
  setState: {
    procedure: "RM_UstawStanZamowien",
    parameters: [
      { name: "ID_ZAMOWIENIA", required },
      { name: "ID_SESJI", required },
      { name: "TRYB_INF_REALIZ" },
      { name: "STATUS_ZAM", required },
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

/** What the probe asks before anything else. */
export const PROBES = {
  columns: {
    name: "columns",
    text:
      "SELECT t.name AS tableName, c.name AS columnName, TYPE_NAME(c.system_type_id) AS typeName, c.max_length AS maxLength FROM sys.columns AS c " +
      "JOIN sys.tables AS t ON t.object_id = c.object_id WHERE t.name IN ('ZAMOWIENIE', 'POZYCJA_ZAMOWIENIA', " +
      "'ARTYKUL', 'KONTRAHENT', 'POZYCJA_DOKUMENTU_MAGAZYNOWEGO', 'DOKUMENT_MAGAZYNOWY', 'DOKUMENT_HANDLOWY')",
  },
  parameters: {
    name: "parameters",
    text:
      "SELECT o.name AS procedureName, p.name AS parameterName, TYPE_NAME(p.system_type_id) AS typeName, " +
      "p.max_length AS maxLength FROM sys.objects AS o " +
      "LEFT JOIN sys.parameters AS p ON p.object_id = o.object_id WHERE o.type = 'P' AND o.name IN (" +
      `${Object.values(PROCEDURES)
        .map(({ procedure }) => `'${procedure}'`)
        .join(", ")}) ORDER BY o.name, p.parameter_id`,
  },
} as const satisfies Record<string, Statement>;

/** What differs between versions and installations. */
export type Columns = { own: OwnColumn; sku: SkuColumn; internetId: boolean };

export type Queries = ReturnType<typeof queriesOf>;

export function queriesOf({ own, sku, internetId }: Columns) {
  const order =
    "SELECT CAST(ID_ZAMOWIENIA AS varchar(20)) AS erpId, NUMER AS number, " +
    `${internetId ? "ZAMOWIENIE_INTERNETOWE_ID" : "NULL"} AS internetId, NR_ZAMOWIENIA_KLIENTA AS customerNumber, ` +
    `${own} AS own, SYM_WAL AS currency, CAST(CAST(WARTOSC_BRUTTO AS decimal(18, 2)) AS varchar(30)) AS total, ` +
    "STATUS_ZAM AS status, STAN_REALIZ AS realised, " +
    "CONVERT(varchar(23), DATA_UTWORZENIA_WIERSZA, 126) AS createdAt FROM dbo.ZAMOWIENIE";
  const foreign = "COALESCE(STATUS_ZAM, '') <> 'A' AND DATA_UTWORZENIA_WIERSZA >= CONVERT(datetime, @since, 126)";
  const article = "SELECT CAST(ID_ARTYKULU AS varchar(20)) AS id FROM dbo.ARTYKUL WHERE ID_MAGAZYNU = @warehouse";
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
    byInternetId: internetId
      ? {
          name: "byInternetId",
          text: `${order} WHERE ZAMOWIENIE_INTERNETOWE_ID = @value AND ${foreign} ORDER BY ID_ZAMOWIENIA`,
        }
      : undefined,
    byNumber: {
      name: "byNumber",
      text: `${order} WHERE NR_ZAMOWIENIA_KLIENTA = @value AND ${foreign} ORDER BY ID_ZAMOWIENIA`,
    },
    byId: { name: "byId", text: `${order} WHERE ID_ZAMOWIENIA = @id` },
    list: {
      name: "list",
      text:
        `${order.replace("SELECT", "SELECT TOP (200)")} WHERE NUMER <> '' AND ID_ZAMOWIENIA > @after AND ` +
        "DATA_UTWORZENIA_WIERSZA >= CONVERT(datetime, @since, 126) ORDER BY ID_ZAMOWIENIA",
    },
    documents: {
      name: "documents",
      text:
        "SELECT DISTINCT m.NUMER AS warehouse, h.NUMER AS sale FROM dbo.POZYCJA_ZAMOWIENIA AS z " +
        "JOIN dbo.POZYCJA_DOKUMENTU_MAGAZYNOWEGO AS p ON p.ID_POZ_ZAM = z.ID_POZYCJI_ZAMOWIENIA " +
        "LEFT JOIN dbo.DOKUMENT_MAGAZYNOWY AS m ON m.ID_DOK_MAGAZYNOWEGO = p.ID_DOK_MAGAZYNOWEGO " +
        "LEFT JOIN dbo.DOKUMENT_HANDLOWY AS h ON h.ID_DOKUMENTU_HANDLOWEGO = m.ID_DOKUMENTU_HANDLOWEGO " +
        "WHERE z.ID_ZAMOWIENIA = @id",
    },
    contractorByTaxId: {
      name: "contractorByTaxId",
      text:
        "SELECT CAST(ID_KONTRAHENTA AS varchar(20)) AS id FROM dbo.KONTRAHENT WHERE " +
        "REPLACE(REPLACE(NIP, '-', ''), ' ', '') = @taxId AND COALESCE(ZABLOKOWANY, 0) = 0 ORDER BY ID_KONTRAHENTA",
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
        "AND DATA_UTWORZENIA_WIERSZA < CONVERT(datetime, @before, 126)",
    },
  } as const satisfies Record<string, Statement | undefined>;
}
