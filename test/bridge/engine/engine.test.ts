/**
 * The bridge on a real engine: SQL Server, or whatever speaks TDS and T-SQL. `KOJARZ_TDS` names it; without it nothing
 * runs, and one line says so. docs/bridge-on-an-engine.md tells how to run it and what its lines mean.
 */
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { wrongClock } from "../../../bridge/wapro/clock.ts";
import { mssqlExecutor } from "../../../bridge/wapro/mssql.ts";
import { probe } from "../../../bridge/wapro/probe.ts";
import { cleanOrphans } from "../../../bridge/wapro/wapro.ts";
import type { ErpOrder } from "../../../lib/core/ports/erp.ts";
import { number, report, shopId } from "../../support/sightings.ts";
import { settings } from "../wapro-world.ts";
import { cutEverywhere } from "./cuts.ts";
import { openCuttingLine } from "./cutting-line.ts";
import { ENGINE, type Engine, openBridgeOn, openEngine } from "./engine-world.ts";
import { medianAndLongest, readBackLine, submitWatched, type Watched } from "./read-back.ts";
import { ORDER_TABLE, PROCEDURE_TEXTS } from "./wapro-schema.ts";

if (!ENGINE) console.log("KOJARZ_TDS names no server: the bridge was not tried on an engine");

let orders = 0;
const nextId = () => `o-${++orders}`;
const order = (id: string, changes: Partial<ErpOrder> = {}): ErpOrder => ({
  order: id,
  keys: [shopId(`i-${id}`), number(id)],
  currency: "PLN",
  total: 5899,
  seen: [],
  report: { ...report, number: id },
  ...changes,
});

describe.skipIf(!ENGINE)("the bridge on an engine", { timeout: 120_000 }, () => {
  let engine: Engine;
  let bridge: Awaited<ReturnType<typeof openBridgeOn>>;
  const submit = (one: ErpOrder) => bridge.erp.submit(one, engine.now() + 48_000);
  const find = (one: ErpOrder) => bridge.erp.find({ order: one.order, keys: one.keys, since: 0 });

  beforeAll(async () => {
    engine = await openEngine(ENGINE ?? "");
    console.log(`engine: ${engine.version}`);
    bridge = await openBridgeOn(engine);
  }, 120_000);
  afterAll(async () => {
    await bridge.close();
    await engine.drop();
  }, 120_000);
  afterEach(() => engine.faults());

  test("the probe finds all that orders need", async () => {
    const { missing, report: lines } = await probe(bridge.deps.executor.run, settings);
    expect(missing).toEqual([]);
    expect(lines.slice(0, 3)).toEqual([
      "ZAMOWIENIE.ZAMOWIENIE_INTERNETOWE_ID: 50 characters",
      "documents of an order: can be read",
      "ARTYKUL.KOD_VAT: tells the VAT that a source does not say",
    ]);
    for (const line of lines) console.log(`probe: ${line}`);
  });

  test("an order is there as it was given, for others too", async () => {
    const id = nextId();
    const note = "Zażółć gęślą jaźń…";
    expect(await submit(order(id, { report: { ...report, number: id, note } }))).toMatchObject({ outcome: "created" });
    const [row] = await engine.run(`SELECT * FROM dbo.ZAMOWIENIE WHERE POLE7 = 'kojarz:${id}'`);
    expect(row).toMatchObject({ ZAMOWIENIE_INTERNETOWE_ID: `i-${id}`, NR_ZAMOWIENIA_KLIENTA: id, FLAGA_STANU: 0 });
    expect(Number(row?.WARTOSC_BRUTTO)).toBe(58.99);
    expect(row?.UWAGI).toContain(note);
    const lines = await engine.run(
      `SELECT KOD_VAT, CENA_BRUTTO FROM dbo.POZYCJA_ZAMOWIENIA WHERE ID_ZAMOWIENIA = ${row?.ID_ZAMOWIENIA} ORDER BY ID_POZYCJI_ZAMOWIENIA`,
    );
    expect(lines.map((line) => [String(line.KOD_VAT).trim(), Number(line.CENA_BRUTTO)])).toEqual([
      ["23", 25],
      ["23", 8.99],
    ]);
  });

  test("twelve owners of one order at once make one", async () => {
    const id = nextId();
    const answers = await Promise.all(Array.from({ length: 12 }, () => submit(order(id))));
    const made = answers.filter(({ outcome }) => outcome === "created");
    expect({ made: made.length, count: await engine.countOf(id) }).toEqual({ made: 1, count: 1 });
    expect(answers.every((answer) => answer.outcome !== "rejected" || answer.retry)).toBe(true);
  });

  test("two orders with one number at once: one is created, the other goes back to find", async () => {
    for (let round = 0; round < 5; round++) {
      const shared = number(nextId());
      const two = [nextId(), nextId()].map((id) =>
        order(id, { keys: [shared], report: { ...report, number: shared.value } }),
      );
      const answers = await Promise.all(two.map(submit));
      expect(answers.map((answer) => ("reason" in answer ? answer.reason : answer.outcome)).sort()).toEqual([
        "created",
        "erp-order-appeared",
      ]);
    }
  });

  test.each([
    ["no-id", "erp-gave-no-id"],
    ["no-number-format", "erp-no-number-format"],
    ["rolls-back", undefined],
    ["raises", "erp-sql-50000"],
    ["cuts-internet-id", "erp-internet-id-differs"],
    ["empties-own-column", "erp-own-id-lost"],
    ["sums-otherwise", "erp-total-differs"],
  ] as const)("a database that %s: held, nothing is left, and the next order is created", async (fault, reason) => {
    const id = nextId();
    await engine.faults(fault);
    const answer = await submit(order(id));
    expect(answer).toMatchObject({ outcome: "rejected", retry: false, ...(reason && { reason }) });
    expect(await engine.run(`SELECT ID_ZAMOWIENIA FROM dbo.ZAMOWIENIE WHERE POLE7 = 'kojarz:${id}'`)).toEqual([]);
    await engine.faults();
    expect(await submit(order(id))).toMatchObject({ outcome: "created" });
    expect(await engine.countOf(id)).toBe(1);
  });

  test("a procedure that rolls back and begins anew swallows no order after it", async () => {
    const lost = nextId();
    await engine.faults("rolls-back-and-begins");
    expect(await submit(order(lost))).toMatchObject({ outcome: "rejected" });
    await engine.faults();
    const ids = Array.from({ length: 8 }, nextId);
    const answers = await Promise.all(ids.map((id) => submit(order(id))));
    expect(answers.map(({ outcome }) => outcome)).toEqual(ids.map(() => "created"));
    expect(await Promise.all(ids.map(engine.countOf))).toEqual(ids.map(() => 1));
    expect(await engine.countOf(lost)).toBe(0);
  });

  test("a confirm procedure that commits by itself: in doubt, then found, and with its internet id", async () => {
    const one = order(nextId());
    await engine.faults("commits");
    expect(await submit(one)).toEqual({ outcome: "in-doubt" });
    await engine.faults();
    expect(await find(one)).toMatchObject([{ matched: "own", internetId: `i-${one.order}` }]);
    expect(await submit(one)).toMatchObject({ outcome: "already-exists" });
    expect(await engine.countOf(one.order)).toBe(1);
  });

  test.each(["NR_ZAMOWIENIA_KLIENTA", "ZAMOWIENIE_INTERNETOWE_ID"])(
    "what another writer has just put in is seen by the last look: %s",
    async (column) => {
      const one = order(nextId());
      const value = column === "NR_ZAMOWIENIA_KLIENTA" ? one.order.toUpperCase() : `i-${one.order} `;
      await engine.run(`INSERT INTO dbo.ZAMOWIENIE (NUMER, ${column}) VALUES ('ZO obce', '${value}')`);
      expect(await submit(one)).toMatchObject({ reason: "erp-order-appeared", retry: true });
      expect(await find(one)).toMatchObject([{ number: "ZO obce" }]);
    },
  );

  test.each([-60, 60])("and where the server's clock is %i minutes ahead: it is named, too", async (minutes) => {
    const now = () => engine.now() - minutes * 60_000;
    const elsewhere = await openBridgeOn({ ...engine, now });
    onTestFinished(() => elsewhere.close());
    expect(await wrongClock(elsewhere.deps.executor.run, now)).toContain(
      minutes > 0 ? "60 min ahead of" : "60 min behind",
    );
    const one = order(nextId());
    await engine.run(`INSERT INTO dbo.ZAMOWIENIE (NUMER, NR_ZAMOWIENIA_KLIENTA) VALUES ('ZO obce', '${one.order}')`);
    expect(await elsewhere.erp.submit(one, now() + 48_000)).toMatchObject({
      reason: "erp-order-appeared",
      retry: true,
    });
  });

  test("what another writer has not committed yet is waited for", async (context) => {
    if (engine.isBabelfish) return context.skip("Babelfish takes READCOMMITTEDLOCK and does not wait: not judged here");
    const one = order(nextId());
    const theirs = await engine.begin(
      `INSERT INTO dbo.ZAMOWIENIE (NUMER, NR_ZAMOWIENIA_KLIENTA) VALUES ('ZO obce', '${one.order}')`,
    );
    const ours = submit(one);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await theirs.end("committed");
    expect(await ours).toMatchObject({ reason: "erp-order-appeared", retry: true });
  });

  test("no ? that the buyer did not write is in any column, and none is asked for", async () => {
    const id = `Ż-${nextId()} № 漢🎁`;
    const lines = [{ sku: "KUB-1", name: `Kubek ${id}`, quantity: "2", gross: 5000 }];
    const one = order(nextId(), { keys: [number(id)], report: { ...report, number: id, note: id, lines } });
    expect(await submit(one)).toMatchObject({ outcome: "created" });
    const [row] = await engine.run(
      `SELECT z.ID_ZAMOWIENIA, z.NR_ZAMOWIENIA_KLIENTA, z.UWAGI, p.OPIS FROM dbo.ZAMOWIENIE AS z
       JOIN dbo.POZYCJA_ZAMOWIENIA AS p ON p.ID_ZAMOWIENIA = z.ID_ZAMOWIENIA WHERE z.POLE7 = 'kojarz:${one.order}'`,
    );
    expect(JSON.stringify(row)).not.toContain("?");
    expect(row?.NR_ZAMOWIENIA_KLIENTA).toMatch(/^ż-o-.*~/);
    expect(await bridge.erp.find({ order: "other", keys: one.keys, since: 0 })).toMatchObject([
      { kojarzOrder: one.order },
    ]);
  });

  test("a NIP is found however it is written, and two contractors of one are held", async () => {
    const buyer = (taxId: string) => order(nextId(), { report: { ...report, buyer: { taxId } } });
    const known = buyer("PL1234563218");
    expect(await submit(known)).toMatchObject({ outcome: "created" });
    const [row] = await engine.run(`SELECT ID_KONTRAHENTA FROM dbo.ZAMOWIENIE WHERE POLE7 = 'kojarz:${known.order}'`);
    expect(Number(row?.ID_KONTRAHENTA)).toBe(501);
    expect(await submit(buyer("7777777777"))).toMatchObject({ reason: "erp-contractor-ambiguous" });
  });

  test("an order is cancelled twice like once; what is not ours is refused", async () => {
    const one = order(nextId());
    const created = await submit(one);
    if (!("erp" in created)) throw new Error("not created");
    expect(await bridge.erp.cancel(created.erp, "another")).toMatchObject({ outcome: "refused" });
    expect(await bridge.erp.cancel(created.erp, one.order)).toEqual({ outcome: "cancelled" });
    expect(await bridge.erp.cancel(created.erp, one.order)).toEqual({ outcome: "cancelled" });
    const [foreign] = await engine.run(
      "INSERT INTO dbo.ZAMOWIENIE (NUMER) VALUES ('ZO obce'); SELECT CAST(SCOPE_IDENTITY() AS varchar(20)) AS id;",
    );
    expect(await bridge.erp.cancel({ erpId: String(foreign?.id), number: "" }, one.order)).toEqual({
      outcome: "refused",
      reason: "erp-order-of-another",
    });
  });

  test("what was left half-written is unlocked and cancelled, and nothing of anybody else's", async () => {
    const half = (user: number, own: string) =>
      engine.run(
        `INSERT INTO dbo.ZAMOWIENIE (SEMAFOR, POLE7, DATA_UTWORZENIA_WIERSZA) VALUES (${user}, ${own}, DATEADD(hour, -2, GETDATE()))`,
      );
    await half(settings.user, "'kojarz:left'");
    await half(settings.user, "NULL");
    await half(7, "'kojarz:left'");
    expect(await cleanOrphans(engine.now() - 3_600_000, bridge.deps)).toBe(1);
    const open = await engine.run("SELECT SEMAFOR FROM dbo.ZAMOWIENIE WHERE NUMER = '' AND FLAGA_STANU = 1");
    expect(open).toHaveLength(2);
  });

  test("pages of a list hold every order once, and the state of one is read", async () => {
    for (let n = 0; n < 205; n++) await engine.run(`INSERT INTO dbo.ZAMOWIENIE (NUMER) VALUES ('ZO x/${n}')`);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await bridge.erp.list(engine.now() - 3_600_000, cursor);
      seen.push(...page.orders.map(({ erpId }) => erpId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    const [all] = await engine.run(
      "SELECT COUNT(*) AS orders FROM dbo.ZAMOWIENIE WHERE NUMER <> '' AND DATA_UTWORZENIA_WIERSZA > DATEADD(hour, -1, GETDATE())",
    );
    expect({ seen: seen.length, distinct: new Set(seen).size }).toEqual({
      seen: Number(all?.orders),
      distinct: Number(all?.orders),
    });
    expect(await bridge.erp.read([seen[0] ?? "", "ZO 1/26", ""])).toHaveLength(1);
  });

  test("the VAT of orders is read as their lines have it", async () => {
    const answer = await bridge.erp.submit(order(nextId()), engine.now() + 30_000);
    if (!("erp" in answer)) throw new Error("not created");
    const [listed] = await engine.run(
      `SELECT WARTOSC_BRUTTO AS total FROM dbo.ZAMOWIENIE WHERE ID_ZAMOWIENIA = ${answer.erp.erpId}`,
    );
    const page = await bridge.erp.shadow?.(engine.now() - 60_000, String(Number(answer.erp.erpId) - 1));
    if (page?.outcome !== "listed") throw new Error("not listed");
    const shares = page.orders[0]?.shares ?? [];
    expect(shares.reduce((sum, { gross }) => sum + gross, 0)).toBe(Math.round(Number(listed?.total) * 100));
    expect(shares.every(({ vat }) => vat !== undefined)).toBe(true);
  });

  test("a statement that hangs ends with its caller's deadline, and finds are answered meanwhile", async () => {
    const one = order(nextId());
    const holding = await engine.begin("UPDATE dbo.NUMERACJA SET OSTATNI = OSTATNI");
    const begun = performance.now();
    const hung = bridge.erp.submit(one, engine.now() + 4_000);
    expect(await bridge.erp.find({ order: "nobody", keys: [], since: 0 })).toEqual([]);
    const answer = await hung;
    console.log(`hung statement, deadline 4 s: ${outcomeOf(answer)} after ${took(begun)}`);
    await holding.end("rolled back");
    expect(["rejected", "in-doubt"]).toContain(answer.outcome);
    if ((await find(one)).length === 0) expect(await submit(one)).toMatchObject({ outcome: "created" });
    expect(await engine.countOf(one.order)).toBe(1);
  });

  test("cut at every request: no order is lost, and none is there twice", { timeout: 900_000 }, async () => {
    const line = await openCuttingLine(engine.database.port ?? 1433, engine.database.server);
    onTestFinished(() => line.stop());
    const over = await openBridgeOn(engine, { server: "127.0.0.1", port: line.port });
    onTestFinished(() => over.close());
    const outcomes = await cutEverywhere({ erp: over.erp, line, now: engine.now, countOf: engine.countOf });
    for (const [cut, words] of Object.entries(outcomes)) console.log(`cut ${cut}: ${tally(words)}`);
  });

  test("after its commit an order is read once, outside its transaction", async () => {
    const watched: Watched[] = [];
    for (const one of Array.from({ length: 40 }, () => order(nextId()))) {
      // As the connector does, on a connection that the read after the commit finds open.
      await find(one);
      watched.push(await submitWatched(one, engine.now() + 48_000, bridge.deps));
    }
    expect(watched.map(({ answer, reads }) => [answer.outcome, ...reads.map(({ statement }) => statement)])).toEqual(
      watched.map(() => ["created", "byId"]),
    );
    console.log(`read back after commit: ${readBackLine(watched)}`);
  });

  test("eight at once", async () => {
    const ids = Array.from({ length: 40 }, nextId);
    const all = ids.map((id) => order(id));
    const watched: Watched[] = [];
    // On a machine that is busy with other things one may be told to come again.
    const submits = await timed(all, async (one) => {
      for (let mayRetry = true; mayRetry; ) {
        const last = await submitWatched(one, engine.now() + 48_000, bridge.deps);
        mayRetry = last.answer.outcome === "rejected" && last.answer.retry;
        if (!mayRetry) watched.push(last);
      }
    });
    expect(await Promise.all(ids.map(engine.countOf))).toEqual(ids.map(() => 1));
    const finds = await timed(all, find);
    const refs = new Map((await Promise.all(all.map(find))).map(([hit], n) => [ids[n], hit]));
    const cancels = await timed(all, (one) => {
      const { erpId = "", number: n = "" } = refs.get(one.order) ?? {};
      return bridge.erp.cancel({ erpId, number: n }, one.order);
    });
    for (const [what, times] of Object.entries({ submit: submits, find: finds, cancel: cancels }))
      console.log(`8 at once, ${what}: ${medianAndLongest(times)}`);
    console.log(`8 at once, read back after commit: ${readBackLine(watched)}`);
  });

  describe("a database with a mistake", () => {
    const probed = async (over: { user?: string; password?: string } = {}) => {
      const executor = await mssqlExecutor({ ...engine.database, ...over }, () => undefined, engine.now);
      const { missing, report: lines } = await probe(executor.run, settings).finally(() => executor.close());
      for (const line of missing) console.log(`probe, missing: ${line}`);
      return { missing, lines };
    };
    const isGone = async (what: string, as: string) => {
      await engine.run(`DROP ${what}`);
      onTestFinished(async () => {
        await engine.run(`CREATE ${what} ${as}`);
      });
    };
    const isChanged = async (what: string, text: string, from: string, to: string) => {
      if (!text.includes(from)) throw new Error("nothing to change");
      await isGone(what, text);
      await engine.run(`CREATE ${what} ${text.replace(from, to)}`);
      onTestFinished(async () => {
        await engine.run(`DROP ${what}`);
      });
    };
    const isProcedureChanged = (name: keyof typeof PROCEDURE_TEXTS, from: string, to: string) =>
      isChanged(`PROCEDURE dbo.${name}`, PROCEDURE_TEXTS[name], from, to);

    test("a procedure that is not there is missing", async () => {
      await isGone("PROCEDURE dbo.RM_SumujZamowienie", PROCEDURE_TEXTS.RM_SumujZamowienie);
      expect((await probed()).missing).toEqual(["procedure RM_SumujZamowienie, or the right to EXECUTE it"]);
    });

    test.each([
      ["RM_ZatwierdzZamowienie", "@TYP int,", "", /^parameter TYP of RM_ZatwierdzZamowienie$/],
      ["RM_ZatwierdzZamowienie", "@NR_ZAM_KLIENTA varchar(30)", "@NR_ZAM_KLIENTA varchar(8)", /with 30 characters$/],
      [
        "RM_ZatwierdzZamowienie",
        "@UWAGI varchar(1000)",
        "@UWAGI datetime",
        /^parameter UWAGI .* as a text \(it is datetime\)$/,
      ],
      [
        "RM_DodajZamowienie_Server",
        "@data int",
        "@data datetime",
        /^parameter DATA .* as a number \(it is datetime\)$/,
      ],
      ["RM_DodajPozycjeZamowienia", "@KOD_VAT char(3)", "@KOD_VAT char(1)", /^parameter KOD_VAT .* with 2 characters$/],
      ["JL_PobierzFormatNumeracji_Server", "@okres int OUTPUT", "@okres int", /^parameter OKRES .* as OUTPUT$/],
    ] as const)("%s: %s as %s is missing", async (procedure, from, to, line) => {
      await isProcedureChanged(procedure, from, to);
      expect((await probed()).missing).toEqual([expect.stringMatching(line)]);
    });

    test("a parameter without a default is missing, or fails the first order by its name", async () => {
      await isProcedureChanged("RM_ZatwierdzZamowienie", "@UWAGI varchar(1000),", "@UWAGI varchar(1000), @Nowy int,");
      const { missing, lines } = await probed();
      if (missing.length === 0) {
        expect(lines.some((line) => line.includes("its default must do: @Nowy"))).toBe(true);
        const answer = await submit(order(nextId()));
        console.log(`a parameter without a default: ${outcomeOf(answer)}`);
        expect(answer).toMatchObject({ outcome: "rejected" });
      } else expect(missing.map((line) => line.toLowerCase())).toEqual([WITHOUT_DEFAULT]);
    });

    test("tables and procedures of the same names in another schema change nothing", async () => {
      const before = await probed();
      await engine.run("CREATE SCHEMA integracja");
      await engine.run("CREATE TABLE integracja.ZAMOWIENIE (ZAMOWIENIE_INTERNETOWE_ID varchar(200))");
      await engine.run("CREATE PROCEDURE integracja.RM_SumujZamowienie @inny int AS SELECT 1");
      onTestFinished(async () => {
        await engine.run("DROP PROCEDURE integracja.RM_SumujZamowienie");
        await engine.run("DROP TABLE integracja.ZAMOWIENIE");
        await engine.run("DROP SCHEMA integracja");
      });
      expect(await probed()).toEqual(before);
    });

    test("a login that lacks a right is told which", async () => {
      const login = engine.database.database;
      const password = "Made-up-1";
      await engine.run(`CREATE LOGIN ${login} WITH PASSWORD = '${password}'`);
      await engine.run(`CREATE USER ${login} FOR LOGIN ${login}`);
      const granted: string[] = [];
      const grant = async (right: string) => {
        await engine.run(`GRANT ${right} TO ${login}`);
        granted.push(right);
      };
      onTestFinished(async () => {
        for (const right of granted) await engine.run(`REVOKE ${right} FROM ${login}`);
        await engine.run(`DROP USER ${login}`);
        await engine.run(`DROP LOGIN ${login}`);
      });
      const tables =
        "ZAMOWIENIE POZYCJA_ZAMOWIENIA ARTYKUL KONTRAHENT POZYCJA_DOKUMENTU_MAGAZYNOWEGO DOKUMENT_MAGAZYNOWY DOKUMENT_HANDLOWY";
      for (const table of tables.split(" ")) await grant(`SELECT ON dbo.${table}`);
      for (const procedure of Object.keys(PROCEDURE_TEXTS)) await grant(`EXECUTE ON dbo.${procedure}`);
      const toUpdate = [
        "the right to UPDATE ZAMOWIENIE.POLE7",
        "the right to UPDATE ZAMOWIENIE.ZAMOWIENIE_INTERNETOWE_ID",
      ];
      expect((await probed({ user: login, password })).missing).toEqual(toUpdate);
      await engine.run(`REVOKE EXECUTE ON dbo.RM_SumujZamowienie FROM ${login}`);
      expect((await probed({ user: login, password })).missing).toEqual([
        ...toUpdate,
        expect.stringMatching(/right to EXECUTE (?:RM_SumujZamowienie|it)$/),
      ]);
    });

    // Last: with its table goes what was ordered before.
    test.each([
      ["POLE7 varchar(100)", "POLE77 varchar(100)", "ZAMOWIENIE.POLE7"],
      ["POLE7 varchar(100)", "POLE7 varchar(20)", "ZAMOWIENIE.POLE7 with 43 characters"],
      ["WIERSZA datetime", "WIERSZA date", "ZAMOWIENIE.DATA_UTWORZENIA_WIERSZA as a date with its time (it is date)"],
    ])("ZAMOWIENIE: %s as %s is missing", async (from, to, line) => {
      await isChanged("TABLE dbo.ZAMOWIENIE", ORDER_TABLE, from, to);
      expect((await probed()).missing).toEqual([line]);
    });
  });
});

/** Babelfish keeps names of parameters in lower case. */
const WITHOUT_DEFAULT = "a value for @nowy of rm_zatwierdzzamowienie, which has no default";

async function timed<T>(all: readonly ErpOrder[], work: (one: ErpOrder) => Promise<T>): Promise<number[]> {
  const times: number[] = [];
  const waiting = [...all];
  const worker = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      const begun = performance.now();
      await work(one);
      times.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return times;
}

function outcomeOf(answer: { outcome: string; reason?: string }): string {
  return answer.reason ?? answer.outcome;
}

function took(begun: number): string {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`;
}

function tally(words: readonly string[]): string {
  const counts = Map.groupBy(words, (word) => word);
  return [...counts].map(([word, all]) => `${all.length} ${word}`).join(", ");
}
