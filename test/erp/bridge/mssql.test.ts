/** The real driver and its pool, over connections that are played: what becomes of one that may hold a transaction. */
import { EventEmitter } from "node:events";
import sql from "mssql";
import { describe, expect, onTestFinished, test } from "vitest";
import { CommitUnknown } from "../../../lib/erp/bridge/wapro/executor.ts";
import { executorOver } from "../../../lib/erp/bridge/wapro/mssql.ts";

type Answer = (error?: Error) => void;
type Step = "commit" | "rollback";

/** As much of a connection of tedious as the driver uses. */
class Played extends EventEmitter {
  readonly asked: string[] = [];
  readonly fails: ReadonlySet<Step>;
  closed: boolean;
  inTransaction = false;

  constructor(fails: ReadonlySet<Step>) {
    super();
    this.closed = false;
    this.fails = fails;
  }

  beginTransaction(answer: Answer): void {
    this.inTransaction = true;
    setImmediate(answer);
  }
  commitTransaction(answer: Answer): void {
    this.end("commit", answer);
  }
  rollbackTransaction(answer: Answer): void {
    this.end("rollback", answer);
  }
  execSql(request: { sqlTextOrProcedure: string; callback: Answer }): void {
    this.asked.push(request.sqlTextOrProcedure);
    setImmediate(() => request.callback(this.closed ? new Error("closed") : undefined));
  }
  close(): void {
    this.closed = true;
    setImmediate(() => this.emit("end"));
  }

  private end(step: Step, answer: Answer): void {
    const error = this.fails.has(step) ? new Error("no answer") : undefined;
    if (!error) this.inTransaction = false;
    setImmediate(() => answer(error));
  }
}

async function open(...fails: Step[]) {
  const made: Played[] = [];
  const notes: string[] = [];
  let isAway = false;
  const pool = new sql.ConnectionPool({ server: "played", pool: { max: 1 } });
  const create = async () => {
    if (isAway) throw new sql.ConnectionError("login failed for kojarz", "ELOGIN");
    const connection = new Played(new Set(fails));
    made.push(connection);
    return connection;
  };
  Object.assign(pool, { _poolCreate: create });
  const executor = await executorOver(pool, (line) => notes.push(line));
  onTestFinished(() => executor.close());
  const goAway = (away: boolean) => {
    isAway = away;
  };
  return { executor, made, notes, goAway };
}

const QUESTION = { name: "question", text: "SELECT 2" };
const askedBy = (made: readonly Played[]) => made.find(({ asked }) => asked.includes(QUESTION.text));

describe("a connection to the database", () => {
  test("serves again after its transaction was committed, or rolled back", async () => {
    const { executor, made } = await open();
    expect(await executor.transaction(async () => 7)).toBe(7);
    const thrown = executor.transaction(() => Promise.reject(new Error("no")));
    await expect(thrown).rejects.toThrow("no");
    await executor.run(QUESTION);
    expect(askedBy(made)).toMatchObject({ closed: false, inTransaction: false });
    expect(made.filter(({ closed }) => !closed)).toHaveLength(1);
  });

  test("whose commit got no answer is closed: nobody gets it with what may be open, not who waits for one", async () => {
    const { executor, made } = await open("commit");
    let waiting: Promise<unknown> | undefined;
    const written = executor.transaction(async () => {
      waiting = executor.run(QUESTION);
    });
    await expect(written).rejects.toThrow(CommitUnknown);
    await waiting;
    expect(askedBy(made)).toMatchObject({ inTransaction: false });
    expect(made.find(({ inTransaction }) => inTransaction)).toMatchObject({ closed: true });
  });

  test("whose rollback failed is closed too, and the first failure is what is told", async () => {
    const { executor, made } = await open("rollback");
    const thrown = executor.transaction(() => Promise.reject(new Error("the first")));
    await expect(thrown).rejects.toThrow("the first");
    await executor.run(QUESTION);
    expect(askedBy(made)).toMatchObject({ inTransaction: false });
    expect(made.find(({ inTransaction }) => inTransaction)).toMatchObject({ closed: true });
  });

  test("that comes about no more is noted without a word of the driver's, and ends nothing", async () => {
    const { executor, notes, goAway, made } = await open();
    goAway(true);
    for (const connection of made) connection.close();
    await expect(executor.run(QUESTION)).rejects.toThrow("statement question failed");
    expect(notes).toEqual(["the database: ConnectionError"]);
    goAway(false);
    expect(await executor.run(QUESTION)).toEqual([]);
  });
});
