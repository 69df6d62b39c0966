/** The executor over SQL Server. Values are bound by their type; a text never carries one. */
import sql from "mssql";
import * as z from "zod/mini";
import type { Instant } from "../../lib/core/order.ts";
import { present } from "../../lib/core/writes.ts";
import {
  AllBusy,
  CommitUnknown,
  type Executor,
  OutOfTime,
  StatementFailed,
  TransactionLost,
  type Values,
} from "./executor.ts";
import { isTransient } from "./failures.ts";
import { type Statement, TRANSACTION_STATE } from "./statements.ts";

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

/** What a statement may cost at most, and what of it the driver waits for the server to hear that it was given up. */
const STATEMENT_MS = 15_000;
const GIVING_UP_MS = 1_000;
/** For a connection of the pool, and for a new one. */
const CONNECTION_MS = 10_000;

/** As varchar, not nvarchar: WAPRO's columns are varchar, and their indexes serve no other type. */
const TEXT_LENGTH = 8_000;
/** As nvarchar: into a varchar the driver would write the letters of the database's own code page alone. */
const PEOPLES_TEXT_LENGTH = 4_000;

type Note = (line: string) => void;

/** Questions have connections of their own: writes that wait keep none of them, and what was written is read from outside. */
const CONNECTIONS = { asking: 2, writing: 4 } as const;

/** @throws when no connection comes about */
export function mssqlExecutor(
  settings: DatabaseSettings,
  note: Note,
  now: () => Instant = Date.now,
): Promise<Executor> {
  const { server, port, instance, database, user, password, encrypt, trustServerCertificate } = settings;
  const poolOf = (max: number) =>
    new sql.ConnectionPool(
      present({
        server,
        database,
        user,
        password,
        port,
        connectionTimeout: CONNECTION_MS,
        requestTimeout: STATEMENT_MS - GIVING_UP_MS,
        pool: { max, acquireTimeoutMillis: CONNECTION_MS },
        options: present<sql.IOptions>({
          encrypt,
          trustServerCertificate,
          appName: "kojarz-bridge",
          instanceName: port === undefined ? instance : undefined,
          cancelTimeout: GIVING_UP_MS,
          ...(AS_THE_LOGIN_HAS_IT as object),
        }),
      }),
    );
  return executorOver({ asking: poolOf(CONNECTIONS.asking), writing: poolOf(CONNECTIONS.writing) }, note, now);
}

/**
 * WAPRO's procedures run under the settings of WAPRO's own program, and not under American ones, which the driver sets. Its
 * types know no null.
 */
const AS_THE_LOGIN_HAS_IT = { language: null, dateFormat: null, datefirst: null };

/** Apart, so that finds are answered while every connection for writing waits. */
export type Pools = { asking: sql.ConnectionPool; writing: sql.ConnectionPool };

/** @throws when no connection comes about */
export async function executorOver({ asking, writing }: Pools, note: Note, now: () => Instant): Promise<Executor> {
  /** @throws OutOfTime */
  const limitOf = (until: Instant | undefined) => {
    const left = Math.min(STATEMENT_MS, (until ?? Infinity) - now());
    if (left <= 0) throw new OutOfTime();
    return { requestTimeout: Math.max(1, left - GIVING_UP_MS) };
  };
  // Unheard it would end the process. Only the kind: the driver's text may quote data.
  const tell = (cause: unknown) => note(`the database: ${cause instanceof Error ? cause.name : "unknown"}`);
  const close = async () => {
    await Promise.all([asking.close(), writing.close()]);
  };
  for (const pool of [asking, writing]) pool.on("error", tell);
  try {
    await asking.connect();
    await writing.connect();
  } catch (cause) {
    await close();
    throw cause;
  }
  return {
    run: async (statement, values, until) => query(requestOf(asking, limitOf(until)), statement, values),

    async transaction(work, until) {
      limitOf(until);
      const transaction = writing.transaction();
      await begin(transaction, writing);
      const request = () => requestOf(transaction, limitOf(until));
      const connection = heldBy(transaction);
      let result: Awaited<ReturnType<typeof work>>;
      let isOurs = false;
      try {
        await oneIsOpen(request());
        isOurs = true;
        result = await work(async (statement, values) => query(request(), statement, values));
        await oneIsOpen(request());
        limitOf(until);
      } catch (cause) {
        // What is open for the server and not for the driver ends with its connection.
        if (cause instanceof TransactionLost) connection.close();
        await transaction.rollback().catch(() => connection.close());
        throw isOurs || cause instanceof OutOfTime ? cause : new StatementFailed("begin", undefined, { cause });
      }
      try {
        await transaction.commit();
      } catch (cause) {
        connection.close();
        throw new CommitUnknown({ cause });
      }
      return result;
    },

    close,
  };
}

/** The driver's types do not know that it can have a limit of its own. */
function requestOf(from: sql.ConnectionPool | sql.Transaction, limit: { requestTimeout: number }): sql.Request {
  return (from as { request(overrides: typeof limit): sql.Request }).request(limit);
}

/** Nothing of it reached the database, or it is closed with its connection. */
async function begin(transaction: sql.Transaction, pool: sql.ConnectionPool): Promise<void> {
  try {
    await transaction.begin();
  } catch (cause) {
    if (isQueue(cause, pool)) throw new AllBusy({ cause });
    throw new StatementFailed("begin", undefined, { cause });
  }
}

/** Nobody gave one back in time; where there are fewer than there may be, the database lets no more come about. */
function isQueue(cause: unknown, pool: sql.ConnectionPool): boolean {
  const waited = cause instanceof Error && cause.message.startsWith("Failed to acquire a connection from the pool");
  return waited && pool.borrowed > 0 && pool.borrowed === pool.size;
}

type Connection = { close(): void; hasError?: boolean; on(event: string, heard: () => void): void };

/**
 * The connection that the transaction was begun on, which the driver shows nowhere. Where the server rolls back by itself,
 * the driver gives the connection back to its pool, though a procedure may have begun another transaction on it: whoever
 * came next would write inside that one, and nobody would commit it. So it is marked as broken before it goes back.
 */
function heldBy(transaction: sql.Transaction): Connection {
  const connection = (transaction as unknown as { _acquiredConnection: Connection })._acquiredConnection;
  transaction.once("rollback", (isByServer: boolean) => {
    if (isByServer) connection.hasError = true;
  });
  return connection;
}

const States = z.array(z.object({ opened: z.number(), state: z.number() }));

/** A commit within another transaction succeeds and commits nothing. */
async function oneIsOpen(request: sql.Request): Promise<void> {
  const [now] = States.parse(await query(request, TRANSACTION_STATE));
  if (now?.opened !== 1 || now.state !== 1) throw new TransactionLost();
}

async function query(request: sql.Request, { name, text }: Statement, values: Values = {}): Promise<unknown[]> {
  for (const [parameter, value] of Object.entries(values)) {
    if (typeof value === "number") request.input(parameter, sql.Int, value);
    else if (typeof value === "string" || value === null) request.input(parameter, sql.VarChar(TEXT_LENGTH), value);
    else request.input(parameter, sql.NVarChar(PEOPLES_TEXT_LENGTH), value.text);
  }
  try {
    const { recordsets } = await request.query(text);
    return Array.isArray(recordsets) ? (recordsets.at(-1) ?? []) : [];
  } catch (cause) {
    // The driver's word for a transaction that the server ended.
    if (cause instanceof sql.TransactionError) throw new TransactionLost({ cause });
    const number = numberOf(cause);
    throw new StatementFailed(name, number, {
      cause,
      about: number === undefined ? undefined : aboutOf(number, cause),
    });
  }
}

/**
 * The first error of what one statement failed with is why; those after it only say what it led to. But where a deadlock
 * or the like is among them, another try may do. Only an answer of the server has a number.
 */
function numberOf(cause: unknown): number | undefined {
  const numbers = errorsOf(cause).map(({ number }) => number);
  return numbers.find(isTransient) ?? numbers[0];
}

/** The parameter or the object that the server's text names. It quotes no value where it is about one of these. */
function aboutOf(number: number, cause: unknown): string | undefined {
  if (!ABOUT_A_NAME.has(number)) return undefined;
  const text = errorsOf(cause).find((error) => error.number === number)?.message ?? "";
  return /@\w+/.exec(text)?.[0] ?? /'([\w.@]{1,128})'/.exec(text)?.[1];
}

/** A parameter, a column, a table, a procedure; and to what a right is missing. */
const ABOUT_A_NAME: ReadonlySet<number> = new Set([201, 207, 208, 229, 230, 2812, 8144, 8145, 8162]);

function errorsOf(cause: unknown): Array<{ number: number; message: string }> {
  if (!(cause instanceof sql.RequestError)) return [];
  const before = (cause as { precedingErrors?: unknown }).precedingErrors;
  return [...(Array.isArray(before) ? before : []), cause].flatMap((error) =>
    error instanceof sql.RequestError && error.code === "EREQUEST" && error.number !== undefined
      ? [{ number: error.number, message: error.message }]
      : [],
  );
}
