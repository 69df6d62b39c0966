/** The executor over SQL Server. Values are bound by their type; a text never carries one. */
import sql from "mssql";
import { CommitUnknown, type Executor, StatementFailed, type Values } from "./executor.ts";
import type { Statement } from "./statements.ts";

export type DatabaseSettings = {
  server: string;
  port?: number | undefined;
  /** A named instance, as WAPRO's installer makes one. Used where no port is given; needs the SQL Server Browser. */
  instance?: string | undefined;
  database: string;
  user: string;
  password: string;
  encrypt: boolean;
  trustServerCertificate: boolean;
};

const STATEMENT_TIMEOUT_MS = 15_000;

/** As varchar, not nvarchar: WAPRO's columns are varchar, and their indexes serve no other type. */
const TEXT_LENGTH = 8_000;

type Note = (line: string) => void;

/** @throws when no connection comes about */
export function mssqlExecutor(settings: DatabaseSettings, note: Note): Promise<Executor> {
  const { server, port, instance, database, user, password, encrypt, trustServerCertificate } = settings;
  const pool = new sql.ConnectionPool({
    server,
    database,
    user,
    password,
    ...(port !== undefined && { port }),
    connectionTimeout: STATEMENT_TIMEOUT_MS,
    requestTimeout: STATEMENT_TIMEOUT_MS,
    pool: { max: 4 },
    options: {
      encrypt,
      trustServerCertificate,
      appName: "kojarz-bridge",
      ...(port === undefined && instance !== undefined && { instanceName: instance }),
    },
  });
  return executorOver(pool, note);
}

/** @throws when no connection comes about */
export async function executorOver(pool: sql.ConnectionPool, note: Note): Promise<Executor> {
  // Unheard it would end the process. Only the kind: the driver's text may quote data.
  pool.on("error", (cause: unknown) => note(`the database: ${cause instanceof Error ? cause.name : "unknown"}`));
  await pool.connect();
  return {
    run: (statement, values) => query(pool.request(), statement, values),

    async transaction(work) {
      const transaction = pool.transaction();
      await transaction.begin();
      let result: Awaited<ReturnType<typeof work>>;
      try {
        result = await work((statement, values) => query(transaction.request(), statement, values));
      } catch (cause) {
        await endOn(transaction, () => transaction.rollback()).catch(() => undefined);
        throw cause;
      }
      try {
        await endOn(transaction, () => transaction.commit());
      } catch (cause) {
        throw new CommitUnknown({ cause });
      }
      return result;
    },

    close: () => pool.close(),
  };
}

/**
 * The driver gives a connection back to its pool however this went. Where it failed the transaction may still be open,
 * and whoever came next would ask and write inside it. Closed, the server rolls back what it did not commit.
 */
async function endOn(transaction: sql.Transaction, end: () => Promise<void>): Promise<void> {
  const connection = connectionOf(transaction);
  try {
    await end();
  } catch (cause) {
    connection?.close();
    throw cause;
  }
}

/** The driver shows it nowhere. Nothing once the server has ended the transaction by itself. */
function connectionOf(transaction: sql.Transaction): { close(): void } | null {
  return (transaction as unknown as { _acquiredConnection: { close(): void } | null })._acquiredConnection;
}

async function query(request: sql.Request, { name, text }: Statement, values: Values = {}): Promise<unknown[]> {
  for (const [parameter, value] of Object.entries(values)) {
    if (typeof value === "number") request.input(parameter, sql.Int, value);
    else request.input(parameter, sql.VarChar(TEXT_LENGTH), value);
  }
  try {
    const { recordsets } = await request.query(text);
    return Array.isArray(recordsets) ? (recordsets.at(-1) ?? []) : [];
  } catch (cause) {
    throw new StatementFailed(name, numberOf(cause), { cause });
  }
}

/** Only an answer of the server has a number; a timeout or a broken connection has none. */
function numberOf(cause: unknown): number | undefined {
  return cause instanceof sql.RequestError && cause.code === "EREQUEST" ? cause.number : undefined;
}
