/**
 * Tables and procedures in T-SQL that are shaped as public code says WAPRO's are, for an engine of whoever runs the suite.
 * They are ours: of WAPRO's own there is nothing in them. What a procedure does wrong is switched by rows of `KOJARZ_FAULT`.
 */

/** A row of this name in `KOJARZ_FAULT` makes it so. */
const ENGINE_FAULTS = [
  /** The header procedure sets no id. */
  "no-id",
  /** There is no numbering for the document type. */
  "no-number-format",
  /** The sum rolls back and begins another transaction: the count is as it was. */
  "rolls-back-and-begins",
  /** The sum rolls back. */
  "rolls-back",
  /** The sum raises an error. */
  "raises",
  /** The confirm procedure commits by itself. */
  "commits",
  /** A trigger shortens the internet id. */
  "cuts-internet-id",
  /** A trigger empties the free columns with the confirmation. */
  "empties-own-column",
  /** The sums come out a złoty higher. */
  "sums-otherwise",
] as const;
export type EngineFault = (typeof ENGINE_FAULTS)[number];

const fault = (name: EngineFault) => `EXISTS (SELECT 1 FROM dbo.KOJARZ_FAULT WHERE NAME = '${name}')`;

const ID = "numeric(18, 0)";

export const ORDER_TABLE = `(
  ID_ZAMOWIENIA ${ID} IDENTITY(1, 1) NOT NULL PRIMARY KEY, ID_FIRMY ${ID}, ID_MAGAZYNU ${ID}, ID_KONTRAHENTA ${ID},
  NUMER varchar(30) NOT NULL DEFAULT '', NR_ZAMOWIENIA_KLIENTA varchar(30), ZAMOWIENIE_INTERNETOWE_ID varchar(50),
  DATA int, SYM_WAL varchar(3) DEFAULT '', WARTOSC_BRUTTO decimal(14, 4) DEFAULT 0, STATUS_ZAM char(1) DEFAULT '',
  STAN_REALIZ char(1) DEFAULT 'N', FLAGA_STANU tinyint DEFAULT 1, SEMAFOR ${ID},
  DATA_UTWORZENIA_WIERSZA datetime DEFAULT GETDATE(), UWAGI varchar(1000), OSOBA_ZAMAWIAJACA varchar(101),
  FORMA_PLATNOSCI varchar(50), ${[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => `POLE${n} varchar(100)`).join(", ")})`;

const TABLES = [
  "CREATE TABLE dbo.KOJARZ_FAULT (NAME varchar(40) NOT NULL)",
  "CREATE TABLE dbo.NUMERACJA (OSTATNI int NOT NULL)",
  "INSERT INTO dbo.NUMERACJA (OSTATNI) VALUES (0)",
  `CREATE TABLE dbo.ZAMOWIENIE ${ORDER_TABLE}`,
  "CREATE INDEX ZAMOWIENIE_NRZAMKLI ON dbo.ZAMOWIENIE (NR_ZAMOWIENIA_KLIENTA, ID_MAGAZYNU)",
  `CREATE TABLE dbo.POZYCJA_ZAMOWIENIA (
    ID_POZYCJI_ZAMOWIENIA ${ID} IDENTITY(1, 1) NOT NULL PRIMARY KEY, ID_ZAMOWIENIA ${ID}, ID_ARTYKULU ${ID}, KOD_VAT char(3),
    ZAMOWIONO decimal(16, 6), CENA_NETTO decimal(14, 4), CENA_BRUTTO decimal(14, 4), JEDNOSTKA varchar(10), OPIS varchar(500))`,
  `CREATE TABLE dbo.ARTYKUL (
    ID_ARTYKULU ${ID} NOT NULL PRIMARY KEY, ID_MAGAZYNU ${ID}, INDEKS_KATALOGOWY varchar(20), INDEKS_HANDLOWY varchar(20),
    KOD_KRESKOWY varchar(20), KOD_VAT char(3))`,
  `CREATE TABLE dbo.KONTRAHENT (ID_KONTRAHENTA ${ID} NOT NULL PRIMARY KEY, NIP varchar(20), ZABLOKOWANY tinyint)`,
  `CREATE TABLE dbo.POZYCJA_DOKUMENTU_MAGAZYNOWEGO (ID_POZ_ZAM ${ID}, ID_DOK_MAGAZYNOWEGO ${ID})`,
  `CREATE TABLE dbo.DOKUMENT_MAGAZYNOWY (ID_DOK_MAGAZYNOWEGO ${ID}, ID_DOKUMENTU_HANDLOWEGO ${ID}, NUMER varchar(30))`,
  `CREATE TABLE dbo.DOKUMENT_HANDLOWY (ID_DOKUMENTU_HANDLOWEGO ${ID}, NUMER varchar(30))`,
];

export const PROCEDURE_TEXTS = {
  RM_DodajZamowienie_Server: `
    @id_firmy ${ID}, @id_kontrahenta ${ID}, @id_magazynu ${ID}, @typ tinyint, @data int, @semafor ${ID}, @trybrejestracji tinyint,
    @brutto_netto varchar(6), @flaga_stanu tinyint, @id_zamowienia ${ID} OUTPUT AS
  BEGIN
    INSERT INTO dbo.ZAMOWIENIE (ID_FIRMY, ID_KONTRAHENTA, ID_MAGAZYNU, DATA, SEMAFOR, FLAGA_STANU)
    VALUES (@id_firmy, @id_kontrahenta, @id_magazynu, @data, @semafor, @flaga_stanu);
    IF NOT ${fault("no-id")} SET @id_zamowienia = SCOPE_IDENTITY();
  END`,
  RM_DodajPozycjeZamowienia: `
    @ID_POZYCJI_ZAMOWIENIA ${ID}, @ID_ZAMOWIENIA ${ID}, @ID_ARTYKULU ${ID}, @KOD_VAT char(3), @ZAMOWIONO decimal(16, 6),
    @ZREALIZOWANO decimal(16, 6), @ZAREZERWOWANO decimal(16, 6), @DO_REZERWACJI decimal(16, 6), @CENA_NETTO decimal(14, 4),
    @CENA_BRUTTO decimal(14, 4), @CENA_NETTO_WAL decimal(14, 4), @CENA_BRUTTO_WAL decimal(14, 4), @PRZELICZNIK decimal(16, 6),
    @JEDNOSTKA varchar(10), @NARZUT decimal(8, 4), @OPIS varchar(500), @ZNAK_NARZUTU tinyint, @trybrejestracji tinyint,
    @ID_DOSTAWY_REZ ${ID}, @ID_WARIANTU_PRODUKTU ${ID}, @ZNACZNIK_CENY char(1), @NR_SERII varchar(50),
    @TYP_TRANSKACJI_TRANSGRANICZNEJ varchar(50) AS
  BEGIN
    INSERT INTO dbo.POZYCJA_ZAMOWIENIA (ID_ZAMOWIENIA, ID_ARTYKULU, KOD_VAT, ZAMOWIONO, CENA_NETTO, CENA_BRUTTO, JEDNOSTKA, OPIS)
    VALUES (@ID_ZAMOWIENIA, @ID_ARTYKULU, @KOD_VAT, @ZAMOWIONO, @CENA_NETTO, @CENA_BRUTTO, @JEDNOSTKA, @OPIS);
  END`,
  RM_SumujZamowienie: `@id_zamowienia ${ID} AS
  BEGIN
    IF ${fault("rolls-back-and-begins")} BEGIN ROLLBACK TRANSACTION; BEGIN TRANSACTION; END
    IF ${fault("rolls-back")} ROLLBACK TRANSACTION;
    IF ${fault("raises")} RAISERROR('stopped', 16, 1);
    UPDATE dbo.ZAMOWIENIE SET WARTOSC_BRUTTO =
      (SELECT SUM(ROUND(ZAMOWIONO * CENA_BRUTTO, 2)) FROM dbo.POZYCJA_ZAMOWIENIA WHERE ID_ZAMOWIENIA = @id_zamowienia)
    WHERE ID_ZAMOWIENIA = @id_zamowienia;
    IF ${fault("sums-otherwise")}
      UPDATE dbo.ZAMOWIENIE SET WARTOSC_BRUTTO = WARTOSC_BRUTTO + 1 WHERE ID_ZAMOWIENIA = @id_zamowienia;
  END`,
  JL_PobierzFormatNumeracji_Server: `
    @id_firmy ${ID}, @dokument int, @id_typu ${ID}, @id_zasobu ${ID}, @format varchar(100) OUTPUT, @okres int OUTPUT,
    @auto int OUTPUT, @niezalezny int OUTPUT AS
  BEGIN
    IF NOT ${fault("no-number-format")}
    BEGIN
      SET @format = 'ZO ######/$$';
      SET @okres = 1;
      SET @auto = 1;
      SET @niezalezny = 2;
    END
  END`,
  RM_ZatwierdzZamowienie: `
    @ID_ZAMOWIENIA ${ID}, @ID_KONTRAHENTA ${ID}, @ID_TYPU ${ID}, @NUMER varchar(30), @NUM_FORMAT varchar(100),
    @NUM_OKRESNUMERACJI int, @NUM_AUTO int, @NUM_NIEZALEZNY int, @AUTONUMER int, @ID_FIRMY ${ID}, @ID_MAG ${ID}, @DATA int,
    @DATA_REALIZACJI int, @ZALICZKA decimal(14, 4), @PRIORYTET int, @AUTO_REZERWACJA int, @NR_ZAM_KLIENTA varchar(30), @TYP int,
    @ID_PRACOWNIKA ${ID}, @PRZELICZNIK_WAL decimal(14, 4), @DATA_KURS_WAL int, @SYM_WAL varchar(3), @DOK_WAL int,
    @FLAGA_STANU int, @trybrejestracji int, @RABAT_NARZUT decimal(8, 4), @ZNAK_RABATU int, @UWAGI varchar(1000),
    @ID_RACHUNKU ${ID}, @InformacjeDodatkowe varchar(1000), @OsobaZamawiajaca varchar(101), @Id_KONTAKTU ${ID},
    @FormaPlatnosci varchar(50), @DniPlatnosci int, @FakturaParagon int, @NumerPrzesylki varchar(50),
    @IdOperatoraPrzesylki ${ID} AS
  BEGIN
    DECLARE @next int;
    UPDATE dbo.NUMERACJA SET OSTATNI = OSTATNI + 1;
    SELECT @next = OSTATNI FROM dbo.NUMERACJA;
    UPDATE dbo.ZAMOWIENIE SET NUMER = 'ZO ' + RIGHT('000000' + CAST(@next AS varchar(10)), 6) + '/26',
      NR_ZAMOWIENIA_KLIENTA = @NR_ZAM_KLIENTA, UWAGI = @UWAGI, OSOBA_ZAMAWIAJACA = @OsobaZamawiajaca,
      FORMA_PLATNOSCI = @FormaPlatnosci, FLAGA_STANU = 0
    WHERE ID_ZAMOWIENIA = @ID_ZAMOWIENIA;
    IF ${fault("empties-own-column")} UPDATE dbo.ZAMOWIENIE SET POLE7 = NULL WHERE ID_ZAMOWIENIA = @ID_ZAMOWIENIA;
    IF ${fault("commits")} COMMIT TRANSACTION;
  END`,
  RM_UstawStanZamowien: `@id_zamowienia ${ID}, @id_sesji ${ID}, @tryb_inf_realiz int, @status_zam char(1) AS
  BEGIN
    UPDATE dbo.ZAMOWIENIE SET STATUS_ZAM = @status_zam WHERE ID_ZAMOWIENIA = @id_zamowienia AND STATUS_ZAM = '';
  END`,
  RM_UsunBlokadeZamowienia: `@ID_ZAMOWIENIA ${ID}, @Tryb int AS
  BEGIN
    UPDATE dbo.ZAMOWIENIE SET FLAGA_STANU = 0 WHERE ID_ZAMOWIENIA = @ID_ZAMOWIENIA;
  END`,
} as const;

const TRIGGERS = [
  `CREATE TRIGGER KOJARZ_SHORTENS ON dbo.ZAMOWIENIE AFTER UPDATE AS
  BEGIN
    IF ${fault("cuts-internet-id")}
      UPDATE z SET ZAMOWIENIE_INTERNETOWE_ID = LEFT(z.ZAMOWIENIE_INTERNETOWE_ID, 2)
      FROM dbo.ZAMOWIENIE AS z JOIN inserted AS i ON i.ID_ZAMOWIENIA = z.ID_ZAMOWIENIA
      WHERE LEN(z.ZAMOWIENIE_INTERNETOWE_ID) > 2;
  END`,
];

const ARTICLES = [
  { id: 11, sku: "KUB-1", vat: "23" },
  { id: 13, sku: "TALERZ", vat: "8" },
  { id: 19, sku: "WYSYLKA", vat: "23" },
] as const;

const CONTRACTORS = [
  { id: 501, taxId: "123-456-32-18" },
  { id: 506, taxId: "777-777-77-77" },
  { id: 507, taxId: "PL7777777777" },
] as const;

/** Each to be sent as a batch of its own. */
export function schemaFor(warehouse: number): string[] {
  return [
    ...TABLES,
    ...Object.entries(PROCEDURE_TEXTS).map(([name, text]) => `CREATE PROCEDURE dbo.${name} ${text}`),
    ...TRIGGERS,
    ...ARTICLES.map(
      ({ id, sku, vat }) =>
        `INSERT INTO dbo.ARTYKUL (ID_ARTYKULU, ID_MAGAZYNU, INDEKS_KATALOGOWY, KOD_VAT) VALUES (${id}, ${warehouse}, '${sku}', '${vat}')`,
    ),
    ...CONTRACTORS.map(
      ({ id, taxId }) => `INSERT INTO dbo.KONTRAHENT (ID_KONTRAHENTA, NIP, ZABLOKOWANY) VALUES (${id}, '${taxId}', 0)`,
    ),
  ];
}
