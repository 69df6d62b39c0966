/**
 * A model of a WAPRO Mag database behind the bridge's executor: not SQL, but what each statement and procedure is known
 * to do. No unique key but the number, headers without any key until they are confirmed, parameters that are cut
 * without a word, one application lock for each name, changes that nobody sees before the commit.
 */
import { CommitUnknown, type Executor, type Run, StatementFailed, type Values } from "../../bridge/wapro/executor.ts";
import { PROCEDURES, type ProcedureName, type Statement } from "../../bridge/wapro/statements.ts";
import { warsawTime } from "../../bridge/wapro/time.ts";
import { formatMinor, parseMinor } from "../../lib/core/money.ts";
import type { ErpRef, Instant } from "../../lib/core/order.ts";
import { type OrderRow, openOrderTable, type Transaction } from "./wapro-orders.ts";
import { type Kept, type Version, versionOf } from "./wapro-version.ts";

const WAPRO_FAULTS = [
  /** Somebody holds the application lock. */
  "locked",
  /** The SKU is not in the warehouse. */
  "article-missing",
  /** The connection breaks at the commit: nothing was written, or all of it, or it will be. */
  "lost-before-commit",
  "lost-after-commit",
  "late-commit",
  /** The commit succeeds within a transaction that a procedure left open: nobody else ever sees what was written. */
  "swallowed-commit",
  /** The connection breaks while lines are written. */
  "lost-in-lines",
  /** The header procedure sets no id. */
  "no-id",
  /** The document type has no numbering: its procedure sets nothing. */
  "no-number-format",
  /** Of the numbering only what most callers just hand on is not set. */
  "number-format-half",
  /** The last procedure is chosen as a deadlock's victim. */
  "deadlock",
  /** The confirm procedure commits by itself, and then the connection breaks. */
  "confirm-commits",
  /** The confirm procedure keeps less of the customer number than its parameter takes. */
  "number-cut",
  /** A trigger keeps less of the internet id than it was given. */
  "internet-id-cut",
  /** The confirm procedure fails at a right that its caller lacks. */
  "right-missing",
  /** A sum comes back that is no amount. */
  "total-strange",
  /** The confirm procedure empties the free columns. */
  "own-id-lost",
  /** The rollback does not undo what the confirm procedure did. */
  "rollback-ignored",
  /** A statement outside a transaction gets no answer. */
  "question-fails",
  /** The order was shipped. */
  "shipped",
  /** The sums come out different from what the lines say. */
  "sum-differs",
] as const;
type WaproFault = (typeof WAPRO_FAULTS)[number];

export type WaproSqlOptions = {
  now: () => Instant;
  /** How far the server's clock is ahead of Warsaw's. */
  serverClock?: { aheadMs: number };
  version?: Version;
  /** `vat`: the code at the article. */
  articles?: ReadonlyArray<{ id: string; warehouse: number; sku: string; ean?: string; vat?: string }>;
  contractors?: ReadonlyArray<{ id: string; taxId: string; blocked?: boolean }>;
};

export type WaproSql = Executor & {
  /** The next call that can suffer it does. */
  arm(fault: WaproFault): void;
  readonly fired: Readonly<Record<WaproFault, number>>;
  /** Confirmed orders, as a person sees them. */
  rows(): OrderRow[];
  /** Headers that were never confirmed. */
  orphans(): OrderRow[];
  /** A header that somebody began and left, with the id of a Kojarz order or without. */
  addOrphan(user: number, createdAt: Instant, order?: string): void;
  /** Another integrator's order. */
  foreign(order: ForeignOrder): ErpRef;
  /** Another integrator's order, whose transaction is still open. */
  foreignOpen(order: ForeignOrder): { end(how: "committed" | "rolled back"): void };
  /** A document was made from the order. */
  ship(id: string, documents: { warehouse?: string; sale?: string }): void;
  /** Every statement so far, by name. */
  readonly statements: readonly string[];
};

type ForeignOrder = {
  internetId?: string;
  customerNumber?: string;
  total: number;
  /** `gross`: grosze under this `KOD_VAT`. */
  lines?: ReadonlyArray<{ vat: string; gross: number }>;
  cancelled?: boolean;
  createdAt?: Instant;
};

const NUMBER_LENGTH = 30;
const FREE_LENGTH = 100;

export function openWaproSql(options: WaproSqlOptions): WaproSql {
  const { now, articles = [], contractors = [] } = options;
  const version = options.version ?? versionOf("with internet id");
  const clock = () => now() + (options.serverClock?.aheadMs ?? 0);
  const orders = openOrderTable(clock);
  const locks = new Map<string, Transaction>();
  const documents = new Map<string, { warehouse?: string; sale?: string }>();
  const armed = new Set<WaproFault>();
  const fired = Object.fromEntries(WAPRO_FAULTS.map((fault) => [fault, 0])) as Record<WaproFault, number>;
  const statements: string[] = [];
  /** Transactions of other programs that are open now. */
  const open = new Set<Transaction>();

  function strikes(fault: WaproFault): boolean {
    const struck = armed.delete(fault);
    if (struck) fired[fault] += 1;
    return struck;
  }

  const procedures: Record<ProcedureName, (values: Kept, transaction: Transaction | undefined) => unknown[]> = {
    addOrder: (values, transaction) => {
      const row = orders.add({ user: Number(values.SEMAFOR), contractor: String(values.ID_KONTRAHENTA) }, transaction);
      return [{ ID_ZAMOWIENIA: strikes("no-id") ? null : row.id }];
    },
    addLine: (values, transaction) => {
      const row = orders.own(transaction, values.ID_ZAMOWIENIA, "addLine");
      if (row.lines.length > 0 && strikes("lost-in-lines")) throw new StatementFailed("addLine", undefined);
      row.lines.push({
        article: String(values.ID_ARTYKULU),
        name: String(values.OPIS),
        quantity: String(values.ZAMOWIONO),
        gross: parseMinor(String(values.CENA_BRUTTO), "PLN") ?? 0,
        net: parseMinor(String(values.CENA_NETTO), "PLN") ?? 0,
        vat: String(values.KOD_VAT),
      });
      return [];
    },
    sum: (values, transaction) => {
      const row = orders.own(transaction, values.ID_ZAMOWIENIA, "sum");
      row.total = sumOf(row.lines) + (strikes("sum-differs") ? 100 : 0);
      return [];
    },
    numberFormat: () => {
      if (strikes("no-number-format")) return [{ FORMAT: null, OKRES: null, AUTO: null, NIEZALEZNY: null }];
      return [{ FORMAT: "ZO ######/$$", OKRES: 1, AUTO: 1, NIEZALEZNY: strikes("number-format-half") ? null : 2 }];
    },
    confirm: (values, transaction) => {
      if (strikes("deadlock")) throw new StatementFailed("confirm", 1205);
      if (strikes("right-missing")) throw new StatementFailed("confirm", 229, { about: "NUMERACJA" });
      const row = orders.own(transaction, values.ID_ZAMOWIENIA, "confirm");
      row.number = orders.nextNumber();
      row.customerNumber = String(values.NR_ZAM_KLIENTA).slice(0, strikes("number-cut") ? 3 : NUMBER_LENGTH);
      row.remarks = String(values.UWAGI);
      row.buyer = String(values.OSOBA_ZAMAWIAJACA);
      row.payment = String(values.FORMA_PLATNOSCI);
      row.beingEdited = false;
      if (strikes("own-id-lost")) row.free = {};
      if (transaction && strikes("confirm-commits")) {
        orders.apply(transaction);
        throw new StatementFailed("confirm", undefined);
      }
      return [];
    },
    setState: (values, transaction) => {
      const row = orders.own(transaction, values.ID_ZAMOWIENIA, "setState");
      if (row.status === "") row.status = String(values.STATUS_ZAM);
      return [];
    },
    unlock: (values, transaction) => {
      orders.own(transaction, values.ID_ZAMOWIENIA, "unlock").beingEdited = false;
      return [];
    },
  };

  function shown(row: OrderRow, ownColumn: string) {
    return {
      erpId: String(row.id),
      number: row.number,
      internetId: row.internetId,
      customerNumber: row.customerNumber,
      own: row.free[ownColumn] ?? null,
      currency: "   ",
      total: row.number !== "" && strikes("total-strange") ? "?" : formatMinor(row.total, "PLN"),
      status: row.status,
      realised: row.realised,
      createdAt: row.createdAt,
    };
  }

  function question(statement: Statement, values: Kept, transaction: Transaction | undefined): unknown[] | undefined {
    const ownColumn = /(POLE\d+)/.exec(statement.text)?.[1] ?? "";
    const select = (wanted: (row: OrderRow) => boolean) =>
      orders
        .visible(transaction)
        .filter(wanted)
        .map((row) => shown(row, ownColumn));
    const counts = (row: OrderRow) => row.status !== "A" && row.createdAt >= String(values.since);
    const value = values.value;
    const numbered = statement.text.includes("NUMER <> ''");
    const ofDbo = statement.text.includes("schema_id = SCHEMA_ID('dbo')");
    switch (statement.name) {
      case "columns":
        return [...version.columns, ...(ofDbo ? [] : version.strays.columns)];
      case "parameters":
        return [...version.parameters, ...(ofDbo ? [] : version.strays.parameters)];
      case "definitions":
        return [...version.definitions];
      case "codePage":
        return [{ codePage: version.codePage }];
      case "session":
        return [{ language: "polski", dateFirst: 1, snapshot: version.snapshot }];
      case "clock":
        return [{ now: warsawTime(clock()) }];
      case "byOwn":
        return select((row) => isSame(row.free[ownColumn], value) && (row.number !== "" || !numbered));
      case "byInternetId":
      case "lastByInternetId":
        return select((row) => isSame(row.internetId, value) && counts(row));
      case "byNumber":
      case "lastByNumber":
        return select((row) => isSame(row.customerNumber, value) && counts(row));
      case "byId": {
        if (!/^\d{1,18}$/.test(String(values.id))) throw new StatementFailed("byId", 8114);
        const realised = transaction && strikes("shipped") ? { realised: "Z" } : {};
        return select((row) => String(row.id) === String(values.id)).map((row) => ({ ...row, ...realised }));
      }
      case "list":
        return select(
          (row) => row.number !== "" && row.id > Number(values.after) && row.createdAt >= String(values.since),
        ).slice(0, Number(/TOP \((\d+)\)/.exec(statement.text)?.[1]));
      case "shares":
        return orders
          .visible(transaction)
          .filter(({ id }) => id > Number(values.after) && id <= Number(values.last))
          .flatMap(({ id, lines }) =>
            [...Map.groupBy(lines, ({ vat }) => vat)].map(([code, of]) => ({
              erpId: String(id),
              code: code.padEnd(3),
              gross: formatMinor(sumOf(of), "PLN"),
            })),
          );
      case "documents": {
        const made = documents.get(String(values.id));
        return made ? [{ warehouse: made.warehouse ?? null, sale: made.sale ?? null }] : [];
      }
      case "contractorByTaxId": {
        const ignored = [...statement.text.matchAll(/, '([^']+)', ''\)/g)].map(([, mark = ""]) => mark);
        const plain = (taxId: string) => ignored.reduce((text, mark) => text.replaceAll(mark, ""), taxId.toUpperCase());
        return contractors
          .filter(({ taxId, blocked }) => plain(taxId) === values.taxId && !blocked)
          .map(({ id }) => ({ id }));
      }
      case "articleBySku":
      case "articleByEan": {
        if (strikes("article-missing")) return [];
        const column = statement.name === "articleBySku" ? "sku" : "ean";
        return articles
          .filter((article) => isSame(article[column], value) && article.warehouse === values.warehouse)
          .map(({ id, vat }) => ({ id, vat: statement.text.includes("KOD_VAT") ? (vat ?? null) : null }));
      }
      case "orphans":
        return orders
          .visible(transaction)
          .filter((row) => row.beingEdited && row.user === values.user && row.number === "" && row.status !== "A")
          .filter((row) => isLike(row.free[ownColumn], String(values.own)))
          .filter((row) => row.createdAt < String(values.before))
          .map((row) => ({ id: String(row.id) }));
      default:
        return undefined;
    }
  }

  async function lock(resource: string, transaction: Transaction): Promise<unknown[]> {
    if (strikes("locked")) return [{ result: -1 }];
    for (let holder = locks.get(resource); holder && holder !== transaction; holder = locks.get(resource))
      await holder.ended.promise;
    locks.set(resource, transaction);
    return [{ result: 0 }];
  }

  const updates: Record<string, (statement: Statement, values: Kept, transaction: Transaction | undefined) => void> = {
    writeOwn: ({ text }, { own, id }, transaction) => {
      if (String(own).length > FREE_LENGTH) throw new StatementFailed("writeOwn", 8152);
      orders.own(transaction, id, "writeOwn").free[/(POLE\d+)/.exec(text)?.[1] ?? ""] = String(own);
    },
    writeInternetId: (_, { internetId, id }, transaction) => {
      if (String(internetId).length > version.internetIdLength) throw new StatementFailed("writeInternetId", 8152);
      const kept = String(internetId).slice(0, strikes("internet-id-cut") ? 2 : undefined);
      orders.own(transaction, id, "writeInternetId").internetId = kept;
    },
  };

  async function execute(
    statement: Statement,
    bound: Values,
    transaction: Transaction | undefined,
  ): Promise<unknown[]> {
    statements.push(statement.name);
    version.check(statement, bound);
    const values = version.kept(statement, bound);
    // A statement is a moment of its own: others come between two of them.
    await new Promise((resolve) => setImmediate(resolve));
    if (statement.name === "lock") {
      if (!transaction) throw new StatementFailed("lock", 1201);
      return lock(String(values.resource), transaction);
    }
    const update = updates[statement.name];
    if (update) {
      update(statement, values, transaction);
      return [];
    }
    if (isProcedure(statement.name)) return procedures[statement.name](values, transaction);
    if (statement.text.includes("READCOMMITTEDLOCK") || (isOfOrders(statement) && version.snapshot === 0))
      await Promise.all([...open].map(({ ended }) => ended.promise));
    const rows = question(statement, values, transaction);
    if (!rows) throw new StatementFailed(statement.name, 2812);
    return rows;
  }

  function foreign(
    { internetId, customerNumber, total, lines = [], cancelled = false, createdAt = clock() }: ForeignOrder,
    transaction?: Transaction,
  ): ErpRef {
    const row = orders.add(
      {
        user: 7,
        createdAt: warsawTime(createdAt),
        number: orders.nextNumber(),
        internetId: internetId ?? null,
        customerNumber: customerNumber ?? null,
        total,
        lines: lines.map(({ vat, gross }) => ({ article: "", name: "", quantity: "1", gross, net: 0, vat })),
        status: cancelled ? "A" : "",
        beingEdited: false,
      },
      transaction,
    );
    return { erpId: String(row.id), number: row.number };
  }

  function end(transaction: Transaction): void {
    for (const [resource, holder] of locks) if (holder === transaction) locks.delete(resource);
    transaction.ended.resolve();
  }

  async function transactionOf<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const transaction: Transaction = { changed: new Map(), ended: Promise.withResolvers() };
    try {
      const result = await work((statement, values = {}) => execute(statement, values, transaction));
      if (strikes("lost-before-commit")) throw new CommitUnknown();
      if (strikes("late-commit")) {
        orders.applyLater(transaction, clock() + 1_000);
        throw new CommitUnknown();
      }
      if (strikes("swallowed-commit")) return result;
      orders.apply(transaction);
      if (strikes("lost-after-commit")) throw new CommitUnknown();
      return result;
    } catch (cause) {
      const confirmed = [...transaction.changed.values()].some((row) => row.number !== "");
      if (confirmed && strikes("rollback-ignored")) orders.apply(transaction);
      throw cause;
    } finally {
      end(transaction);
    }
  }

  return {
    async run(statement, values = {}) {
      if (strikes("question-fails")) throw new StatementFailed(statement.name, undefined);
      return execute(statement, values, undefined);
    },
    transaction: transactionOf,
    close: async () => undefined,
    arm: (fault) => {
      armed.add(fault);
    },
    fired,
    rows: () => orders.visible(undefined).filter((row) => row.number !== ""),
    orphans: () => orders.visible(undefined).filter((row) => row.number === "" && row.beingEdited),
    addOrphan: (user, createdAt, order) => {
      orders.add({
        user,
        createdAt: warsawTime(createdAt),
        free: order === undefined ? {} : { POLE7: `kojarz:${order}` },
      });
    },
    foreign,
    foreignOpen(order) {
      const transaction: Transaction = { changed: new Map(), ended: Promise.withResolvers() };
      open.add(transaction);
      foreign(order, transaction);
      return {
        end(how) {
          if (how === "committed") orders.apply(transaction);
          open.delete(transaction);
          transaction.ended.resolve();
        },
      };
    },
    ship: (id, made) => {
      documents.set(id, made);
    },
    statements,
  };
}

/** In grosze. */
function sumOf(lines: OrderRow["lines"]): number {
  return lines.reduce((sum, line) => sum + Math.round(Number(line.quantity) * line.gross), 0);
}

/** As a collation `…_CI_AS` compares: without case, and without blanks at the end. */
function isSame(kept: string | null | undefined, value: unknown): boolean {
  const plain = (text: unknown) => String(text).toLowerCase().trimEnd();
  return kept !== null && kept !== undefined && plain(kept) === plain(value);
}

/** It reads rows that another program may have changed and not committed. */
function isOfOrders({ text }: Statement): boolean {
  return text.includes("FROM dbo.ZAMOWIENIE");
}

/** `LIKE` with `%` at the end. */
function isLike(value: string | undefined, pattern: string): boolean {
  return value?.startsWith(pattern.slice(0, -1)) ?? false;
}

function isProcedure(name: string): name is ProcedureName {
  return Object.hasOwn(PROCEDURES, name);
}
