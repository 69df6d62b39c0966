/**
 * A model of a WAPRO Mag database behind the bridge's executor: not SQL, but what each statement and procedure is known
 * to do. No unique key but the number, headers without any key until they are confirmed, parameters that are cut
 * without a word, one application lock for each name, changes that nobody sees before the commit.
 */
import {
  CommitUnknown,
  type Executor,
  type Run,
  StatementFailed,
  type Values,
} from "../../erp/bridge/wapro/executor.ts";
import { PROCEDURES, type ProcedureName, type Statement } from "../../erp/bridge/wapro/statements.ts";
import { warsawTime } from "../../erp/bridge/wapro/time.ts";
import { formatMinor, parseMinor } from "../../money.ts";
import type { ErpRef, Instant } from "../../order.ts";
import { type OrderRow, openOrderTable, type Transaction } from "./wapro-orders.ts";
import { type Version, versionOf } from "./wapro-version.ts";

const WAPRO_FAULTS = [
  /** Somebody holds the application lock. */
  "locked",
  /** The SKU is not in the warehouse. */
  "article-missing",
  /** The connection breaks at the commit: nothing was written, or all of it, or it will be. */
  "lost-before-commit",
  "lost-after-commit",
  "late-commit",
  /** The connection breaks while lines are written. */
  "lost-in-lines",
  /** The last procedure is chosen as a deadlock's victim. */
  "deadlock",
  /** The confirm procedure commits by itself, and then the connection breaks. */
  "confirm-commits",
  /** The confirm procedure keeps less of the customer number than its parameter takes. */
  "number-cut",
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
  version?: Version;
  articles?: ReadonlyArray<{ id: string; warehouse: number; sku: string; ean?: string }>;
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
  foreign(order: {
    internetId?: string;
    customerNumber?: string;
    total: number;
    cancelled?: boolean;
    createdAt?: Instant;
  }): ErpRef;
  /** A document was made from the order. */
  ship(id: string, documents: { warehouse?: string; sale?: string }): void;
  /** Every statement so far, by name. */
  readonly statements: readonly string[];
};

const NUMBER_LENGTH = 30;
const FREE_LENGTH = 100;

export function openWaproSql(options: WaproSqlOptions): WaproSql {
  const { now, articles = [], contractors = [] } = options;
  const version = options.version ?? versionOf("with internet id");
  const orders = openOrderTable(now);
  const locks = new Map<string, Transaction>();
  const documents = new Map<string, { warehouse?: string; sale?: string }>();
  const armed = new Set<WaproFault>();
  const fired = Object.fromEntries(WAPRO_FAULTS.map((fault) => [fault, 0])) as Record<WaproFault, number>;
  const statements: string[] = [];

  function strikes(fault: WaproFault): boolean {
    const struck = armed.delete(fault);
    if (struck) fired[fault] += 1;
    return struck;
  }

  const procedures: Record<ProcedureName, (values: Values, transaction: Transaction | undefined) => unknown[]> = {
    addOrder: (values, transaction) => {
      const row = orders.add({ user: Number(values.SEMAFOR), contractor: String(values.ID_KONTRAHENTA) }, transaction);
      return [{ ID_ZAMOWIENIA: row.id }];
    },
    addLine: (values, transaction) => {
      const row = orders.own(transaction, values.ID_ZAMOWIENIA, "addLine");
      if (row.lines.length > 0 && strikes("lost-in-lines")) throw new StatementFailed("addLine", undefined);
      row.lines.push({
        article: String(values.ID_ARTYKULU),
        quantity: String(values.ZAMOWIONO),
        gross: parseMinor(String(values.CENA_BRUTTO), "PLN") ?? 0,
        vat: String(values.KOD_VAT),
      });
      return [];
    },
    sum: (values, transaction) => {
      const row = orders.own(transaction, values.ID_ZAMOWIENIA, "sum");
      const total = row.lines.reduce((sum, line) => sum + Math.round(Number(line.quantity) * line.gross), 0);
      row.total = total + (strikes("sum-differs") ? 100 : 0);
      return [];
    },
    numberFormat: () => [{ FORMAT: "ZO ######/$$", OKRES: 1, AUTO: 1, NIEZALEZNY: 2 }],
    confirm: (values, transaction) => {
      if (strikes("deadlock")) throw new StatementFailed("confirm", 1205);
      const row = orders.own(transaction, values.ID_ZAMOWIENIA, "confirm");
      row.number = orders.nextNumber();
      row.customerNumber = String(values.NR_ZAM_KLIENTA).slice(0, strikes("number-cut") ? 3 : NUMBER_LENGTH);
      row.remarks = String(values.UWAGI);
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
      total: formatMinor(row.total, "PLN"),
      status: row.status,
      realised: row.realised,
      createdAt: row.createdAt,
    };
  }

  function question(statement: Statement, values: Values, transaction: Transaction | undefined): unknown[] | undefined {
    const ownColumn = /(POLE\d+)/.exec(statement.text)?.[1] ?? "";
    const select = (wanted: (row: OrderRow) => boolean) =>
      orders
        .visible(transaction)
        .filter(wanted)
        .map((row) => shown(row, ownColumn));
    const counts = (row: OrderRow) => row.status !== "A" && row.createdAt >= String(values.since);
    const value = String(values.value).toLowerCase();
    const numbered = statement.text.includes("NUMER <> ''");
    switch (statement.name) {
      case "columns":
        return [...version.columns];
      case "parameters":
        return [...version.parameters];
      case "byOwn":
        return select((row) => row.free[ownColumn] === values.value && (row.number !== "" || !numbered));
      case "byInternetId":
        return select((row) => row.internetId?.toLowerCase() === value && counts(row));
      case "byNumber":
        return select((row) => row.customerNumber?.toLowerCase() === value && counts(row));
      case "byId": {
        const realised = transaction && strikes("shipped") ? { realised: "Z" } : {};
        return select((row) => String(row.id) === String(values.id)).map((row) => ({ ...row, ...realised }));
      }
      case "list":
        return select(
          (row) => row.number !== "" && row.id > Number(values.after) && row.createdAt >= String(values.since),
        ).slice(0, Number(/TOP \((\d+)\)/.exec(statement.text)?.[1]));
      case "documents": {
        const made = documents.get(String(values.id));
        return made ? [{ warehouse: made.warehouse ?? null, sale: made.sale ?? null }] : [];
      }
      case "contractorByTaxId":
        return contractors.filter(({ taxId, blocked }) => taxId === values.taxId && !blocked).map(({ id }) => ({ id }));
      case "articleBySku":
      case "articleByEan": {
        if (strikes("article-missing")) return [];
        const column = statement.name === "articleBySku" ? "sku" : "ean";
        return articles
          .filter((article) => article[column] === values.value && article.warehouse === values.warehouse)
          .map(({ id }) => ({ id }));
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

  const updates: Record<string, (statement: Statement, values: Values, transaction: Transaction | undefined) => void> =
    {
      writeOwn: ({ text }, { own, id }, transaction) => {
        if (String(own).length > FREE_LENGTH) throw new StatementFailed("writeOwn", 8152);
        orders.own(transaction, id, "writeOwn").free[/(POLE\d+)/.exec(text)?.[1] ?? ""] = String(own);
      },
      writeInternetId: (_, { internetId, id }, transaction) => {
        if (String(internetId).length > version.internetIdLength) throw new StatementFailed("writeInternetId", 8152);
        orders.own(transaction, id, "writeInternetId").internetId = String(internetId);
      },
    };

  async function execute(
    statement: Statement,
    values: Values,
    transaction: Transaction | undefined,
  ): Promise<unknown[]> {
    statements.push(statement.name);
    version.check(statement, values);
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
    const rows = question(statement, values, transaction);
    if (!rows) throw new StatementFailed(statement.name, 2812);
    return rows;
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
        orders.applyLater(transaction, now() + 1_000);
        throw new CommitUnknown();
      }
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
    foreign({ internetId, customerNumber, total, cancelled = false, createdAt = now() }) {
      const row = orders.add({
        user: 7,
        createdAt: warsawTime(createdAt),
        number: orders.nextNumber(),
        internetId: internetId ?? null,
        customerNumber: customerNumber ?? null,
        total,
        status: cancelled ? "A" : "",
        beingEdited: false,
      });
      return { erpId: String(row.id), number: row.number };
    },
    ship: (id, made) => {
      documents.set(id, made);
    },
    statements,
  };
}

/** `LIKE` with `%` at the end. */
function isLike(value: string | undefined, pattern: string): boolean {
  return value?.startsWith(pattern.slice(0, -1)) ?? false;
}

function isProcedure(name: string): name is ProcedureName {
  return Object.hasOwn(PROCEDURES, name);
}
