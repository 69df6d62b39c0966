/** How the bridge reaches the database: one statement with named, bound values at a time. */
import type { Statement } from "./statements.ts";

export type Values = Readonly<Record<string, string | number | null>>;

/** The rows of the statement's last result. */
export type Run = (statement: Statement, values?: Values) => Promise<unknown[]>;

export type Executor = {
  /** Outside a transaction: for questions. */
  run: Run;
  /**
   * Commits when `work` returns. When `work` throws, rolls back and throws what it threw; a connection that is lost
   * before the commit is a rollback too.
   * @throws CommitUnknown when the commit was sent and not confirmed
   */
  transaction<T>(work: (run: Run) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export class CommitUnknown extends Error {
  constructor(options?: ErrorOptions) {
    super("the commit was sent and not confirmed", options);
    this.name = "CommitUnknown";
  }
}

/** The database refused a statement. Its text may quote data, so only the number and the statement are kept. */
export class StatementFailed extends Error {
  readonly number: number | undefined;

  constructor(statement: string, number: number | undefined, options?: ErrorOptions) {
    super(`statement ${statement} failed${number === undefined ? "" : ` with SQL error ${number}`}`, options);
    this.name = "StatementFailed";
    this.number = number;
  }
}
