/**
 * The database of the played ERP: what the connector has to live with in the real one.
 *
 * Two key columns without a unique key, a varchar(30), order headers that carry no key until they are confirmed, and
 * transactions that commit after the caller has stopped waiting. A late commit is a row with its time, applied by
 * whoever touches the database after it: a real ERP server does not die with our process.
 */
import { DatabaseSync } from "node:sqlite";
import * as z from "zod/mini";
import { formatMinor } from "../lib/core/money.ts";
import type { ErpRef, Instant } from "../lib/core/order.ts";
import { Contents, NO_CONTENTS } from "./fake-erp-contents.ts";

const SCHEMA = `
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT UNIQUE CHECK (length(number) <= 30),
    internet_id TEXT COLLATE NOCASE CHECK (length(internet_id) <= 50),
    customer_number TEXT COLLATE NOCASE CHECK (length(customer_number) <= 30),
    free_1 TEXT CHECK (length(free_1) <= 100),
    currency TEXT NOT NULL,
    total INTEGER NOT NULL,
    cancelled INTEGER NOT NULL DEFAULT 0,
    writer TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS orders_internet_id ON orders (internet_id);
  CREATE INDEX IF NOT EXISTS orders_customer_number ON orders (customer_number);
  CREATE INDEX IF NOT EXISTS orders_free_1 ON orders (free_1);
  CREATE INDEX IF NOT EXISTS orders_created_at ON orders (created_at, id);
  CREATE TABLE IF NOT EXISTS late_commits (commit_at INTEGER NOT NULL, entry TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS fired (fault TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
`;

/** Two processes may have the file open; a writer waits this long for the other. */
const BUSY_TIMEOUT_MS = 10_000;

/** One order as a writer hands it over. `total` is in minor units. */
export const Entry = z.object({
  writer: z.string(),
  internetId: z.optional(z.string()),
  customerNumber: z.optional(z.string()),
  /** The free field that holds the id of a Kojarz order. */
  kojarzOrder: z.optional(z.string()),
  currency: z.string(),
  total: z.int(),
  cancelled: z.optional(z.boolean()),
  contents: z.optional(Contents),
});
export type Entry = z.infer<typeof Entry>;

const Stored = z.pipe(
  z.object({
    id: z.int(),
    number: z.string(),
    internet_id: z.nullable(z.string()),
    customer_number: z.nullable(z.string()),
    free_1: z.nullable(z.string()),
    currency: z.string(),
    total: z.int(),
    cancelled: z.int(),
    writer: z.string(),
    created_at: z.int(),
    contents: z.nullable(z.string()),
  }),
  z.transform((row) => ({
    id: String(row.id),
    number: row.number,
    internetId: row.internet_id,
    customerNumber: row.customer_number,
    ...(row.free_1 !== null && { kojarzOrder: row.free_1 }),
    currency: row.currency,
    total: row.total,
    cancelled: row.cancelled === 1,
    writer: row.writer,
    createdAt: row.created_at,
    contents: row.contents === null ? NO_CONTENTS : Contents.parse(JSON.parse(row.contents)),
  })),
);
export type Stored = z.infer<typeof Stored>;

/** A confirmed order as a person sees it; `total` as a decimal string. */
export type Row = Omit<Stored, "total" | "createdAt" | "contents"> & { total: string } & Contents;

/** Where a list goes on: behind this order. */
export const Place = z.object({ createdAt: z.int(), id: z.string() });
export type Place = z.infer<typeof Place>;

export type WaproDatabase = {
  /** Header and confirmation in one transaction. A value that does not fit its column throws and nothing is written. */
  create(entry: Entry, at: Instant): ErpRef;
  /** The header alone: it has no number and no key, so nothing finds it. */
  createHeader(entry: Entry, at: Instant): void;
  createLater(entry: Entry, commitAt: Instant): void;
  byKojarzOrder(order: string): Stored[];
  /** Neither cancelled ones nor those created before `since`. */
  byColumn(column: "internet_id" | "customer_number", value: string, since: Instant): Stored[];
  byId(id: string): Stored | undefined;
  /** Whoever wrote them, oldest first, from `since` on and behind `after`. */
  list(since: Instant, after: Place | undefined, limit: number): Stored[];
  cancel(id: string): void;
  rows(): Row[];
  headers(): number;
  /** Removes one writer's headers that were never confirmed. Returns how many. */
  removeHeaders(writer: string, olderThan: Instant): number;
  countFault(fault: string): void;
  faults(): ReadonlyMap<string, number>;
  close(): void;
};

export function openWaproDatabase(file: string, now: () => Instant): WaproDatabase {
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  useWal(db);
  db.exec(SCHEMA);
  addContents(db);

  const sql = prepareAll(db);

  function inTransaction<T>(work: () => T): T {
    db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      db.exec("COMMIT");
      return result;
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  }

  function writeHeader(entry: Entry, at: Instant): number {
    const { currency, total, cancelled = false, writer, contents } = entry;
    const kept = contents ? JSON.stringify(contents) : null;
    return Id.parse(sql.insert.get(currency, total, Number(cancelled), writer, at, kept)).id;
  }

  function write(entry: Entry, at: Instant): ErpRef {
    const id = writeHeader(entry, at);
    const year = YEAR.format(at);
    const number = `ZO ${String(Count.parse(sql.countNumbers.get(`ZO %/${year}`)).n + 1).padStart(4, "0")}/${year}`;
    sql.confirm.run(number, entry.customerNumber ?? null, entry.internetId ?? null, entry.kojarzOrder ?? null, id);
    return { erpId: String(id), number };
  }

  /** Applies the commits whose time has come; the common case reads only. */
  function settle(): void {
    if (sql.dueLate.all(now()).length === 0) return;
    inTransaction(() => {
      for (const row of sql.dueLate.all(now())) {
        const late = Late.parse(row);
        write(Entry.parse(JSON.parse(late.entry)), late.commit_at);
        sql.dropLate.run(late.id);
      }
    });
  }

  function settled<Args extends unknown[], T>(work: (...args: Args) => T): (...args: Args) => T {
    return (...args) => {
      settle();
      return work(...args);
    };
  }

  return {
    create: settled((entry, at) => inTransaction(() => write(entry, at))),
    createHeader: settled((entry, at) => {
      writeHeader(entry, at);
    }),
    createLater: settled((entry, commitAt) => {
      sql.addLate.run(commitAt, JSON.stringify(entry));
    }),
    byKojarzOrder: settled((order) => z.array(Stored).parse(sql.byOrder.all(order))),
    byColumn: settled((column, value, since) => z.array(Stored).parse(sql.byColumn[column].all(since, value))),
    byId: settled((id) => z.optional(Stored).parse(sql.byId.get(id))),
    list: settled((since, { createdAt, id } = { createdAt: since, id: "0" }, limit) =>
      z.array(Stored).parse(sql.list.all(since, createdAt, Number(id), limit)),
    ),
    cancel: settled((id) => {
      sql.cancel.run(id);
    }),
    rows: settled(() =>
      z
        .array(Stored)
        .parse(sql.all.all())
        .map(({ createdAt: _, contents, ...row }) => ({
          ...row,
          total: formatMinor(row.total, row.currency),
          ...contents,
        })),
    ),
    headers: () => Count.parse(sql.countHeaders.get()).n,
    removeHeaders: (writer, olderThan) => Number(sql.dropHeaders.run(writer, olderThan).changes),
    countFault: (fault) => {
      sql.addFired.run(fault);
    },
    faults: () =>
      new Map(
        z
          .array(Fired)
          .parse(sql.fired.all())
          .map(({ fault, count }) => [fault, count]),
      ),
    close: () => db.close(),
  };
}

/** Switching to WAL waits for nobody, so it is done only where it is still to be done: on a fresh file. */
function useWal(db: DatabaseSync): void {
  const { journal_mode } = z.object({ journal_mode: z.string() }).parse(db.prepare("PRAGMA journal_mode").get());
  if (journal_mode !== "wal") db.exec("PRAGMA journal_mode = WAL");
}

/** A file of before kept no contents. */
function addContents(db: DatabaseSync): void {
  const columns = z.array(z.object({ name: z.string() })).parse(db.prepare("PRAGMA table_info(orders)").all());
  if (!columns.some(({ name }) => name === "contents")) db.exec("ALTER TABLE orders ADD COLUMN contents TEXT");
}

function prepareAll(db: DatabaseSync) {
  const confirmed = "SELECT * FROM orders WHERE number IS NOT NULL";
  const foreign = `${confirmed} AND cancelled = 0 AND created_at >= ?`;
  return {
    insert: db.prepare(
      "INSERT INTO orders (currency, total, cancelled, writer, created_at, contents) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
    ),
    confirm: db.prepare("UPDATE orders SET number = ?, customer_number = ?, internet_id = ?, free_1 = ? WHERE id = ?"),
    countNumbers: db.prepare("SELECT count(*) AS n FROM orders WHERE number LIKE ?"),
    addLate: db.prepare("INSERT INTO late_commits (commit_at, entry) VALUES (?, ?)"),
    dueLate: db.prepare("SELECT rowid AS id, commit_at, entry FROM late_commits WHERE commit_at <= ? ORDER BY 2"),
    dropLate: db.prepare("DELETE FROM late_commits WHERE rowid = ?"),
    byOrder: db.prepare(`${confirmed} AND free_1 = ? ORDER BY id`),
    byColumn: {
      internet_id: db.prepare(`${foreign} AND internet_id = ? ORDER BY id`),
      customer_number: db.prepare(`${foreign} AND customer_number = ? ORDER BY id`),
    },
    byId: db.prepare(`${confirmed} AND id = ?`),
    list: db.prepare(`${confirmed} AND created_at >= ? AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?`),
    all: db.prepare(`${confirmed} ORDER BY id`),
    cancel: db.prepare("UPDATE orders SET cancelled = 1 WHERE id = ?"),
    countHeaders: db.prepare("SELECT count(*) AS n FROM orders WHERE number IS NULL"),
    dropHeaders: db.prepare("DELETE FROM orders WHERE number IS NULL AND writer = ? AND created_at < ?"),
    addFired: db.prepare("INSERT INTO fired VALUES (?, 1) ON CONFLICT (fault) DO UPDATE SET count = count + 1"),
    fired: db.prepare("SELECT fault, count FROM fired"),
  };
}

const Id = z.object({ id: z.int() });
const Count = z.object({ n: z.int() });
const Late = z.object({ id: z.int(), commit_at: z.int(), entry: z.string() });
const Fired = z.object({ fault: z.string(), count: z.int() });

/** WAPRO numbers by the year on the server's clock, which stands in Poland. */
const YEAR = new Intl.DateTimeFormat("en", { timeZone: "Europe/Warsaw", year: "2-digit" });
