/** How the bridge reaches the database: one statement with named, bound values at a time. */
import type { Instant } from "../../lib/core/order.ts";
import type { Statement } from "./statements.ts";

/** A text for people, which goes out in all its letters. A bare string is an id, or another value that WAPRO searches by. */
export type PeoplesText = { text: string };

/** By the name of the variable, without its `@`. */
export type Values = Readonly<Record<string, string | number | null | PeoplesText>>;

/**
 * The rows of the statement's last result.
 * @param until it is given up then; without it, when a statement has taken as long as one may
 * @throws OutOfTime when it was not even begun by then
 * @throws StatementFailed
 */
export type Run = (statement: Statement, values?: Values, until?: Instant) => Promise<unknown[]>;

export type Executor = {
  /** Outside a transaction, and never on a connection that has one: for questions. */
  run: Run;
  /**
   * Commits when `work` returns. When `work` throws, rolls back and throws what it threw; a connection that is lost
   * before the commit is a rollback too.
   * @param until no statement goes on after it, and none is begun; nor is the commit
   * @throws OutOfTime when it was not committed by then
   * @throws AllBusy
   * @throws TransactionLost when the server ended the transaction in between
   * @throws CommitUnknown when the commit was sent and not confirmed
   */
  transaction<T>(work: (run: Run) => Promise<T>, until?: Instant): Promise<T>;
  close(): Promise<void>;
};

/** The order is there or it is not: only a find can tell. */
export class CommitUnknown extends Error {
  constructor(options?: ErrorOptions) {
    super("the commit was sent and not confirmed", options);
    this.name = "CommitUnknown";
  }
}

/** It was not begun, because whoever waits for it does so no longer. */
export class OutOfTime extends Error {
  constructor() {
    super("there is no time left for it");
    this.name = "OutOfTime";
  }
}

/** All connections for writing were in use for as long as anybody waits for one: the database is well, and has much to do. */
export class AllBusy extends Error {
  constructor(options?: ErrorOptions) {
    super("every connection for writing is in use", options);
    this.name = "AllBusy";
  }
}

/** A procedure ended the transaction that it was called in, or left another one open. Nothing was committed by us. */
export class TransactionLost extends Error {
  constructor(options?: ErrorOptions) {
    super("the transaction is not the one that was begun", options);
    this.name = "TransactionLost";
  }
}

/**
 * The database refused a statement, or did not answer: then there is no number. Its text may quote data, so only the number,
 * the statement, and the name of a parameter or an object that the text is about are kept.
 */
export class StatementFailed extends Error {
  readonly statement: string;
  readonly number: number | undefined;
  /** A name of the database's own, for example `@NowyParametr`. */
  readonly about: string | undefined;

  constructor(statement: string, number: number | undefined, { about, ...options }: ErrorOptions & About = {}) {
    super(`statement ${statement} failed${number === undefined ? "" : ` with SQL error ${number}`}`, options);
    this.name = "StatementFailed";
    this.statement = statement;
    this.number = number;
    this.about = about;
  }
}

type About = { about?: string | undefined };
