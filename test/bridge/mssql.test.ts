/** The real driver and its pool, over connections that are played: what becomes of one that may hold a transaction. */
import { EventEmitter } from "node:events";
import sql from "mssql";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  AllBusy,
  CommitUnknown,
  type Executor,
  OutOfTime,
  StatementFailed,
  TransactionLost,
} from "../../bridge/wapro/executor.ts";
import { executorOver } from "../../bridge/wapro/mssql.ts";
import { TRANSACTION_STATE } from "../../bridge/wapro/statements.ts";

type Answer = (error?: Error) => void;
type Step = "commit" | "rollback";
type Bound = { name: string; type: { name: string } };

type Sent = EventEmitter & { sqlTextOrProcedure: string; callback: Answer; parameters: Bound[]; timeout?: number };
/** `@@TRANCOUNT` and `XACT_STATE()`. */
type State = { opened: number; state: number };
const ONE: State = { opened: 1, state: 1 };

/** As much of a connection of tedious as the driver uses. */
class Played extends EventEmitter {
  readonly asked: string[] = [];
  /** The type of each value that came with them, by its name. */
  readonly bound: Record<string, string> = {};
  readonly fails: ReadonlySet<Step>;
  closed: boolean;
  inTransaction = false;
  /** A transaction was begun within another. */
  nested = false;
  commits = 0;
  /** What the server says of its transactions from here on, one answer after another; the last one stays. */
  states: State[] = [];
  /** Milliseconds that each statement may take, by its text. */
  readonly limits: Record<string, number | undefined> = {};

  constructor(fails: ReadonlySet<Step>) {
    super();
    this.closed = false;
    this.fails = fails;
  }

  beginTransaction(answer: Answer): void {
    this.nested ||= this.inTransaction;
    this.inTransaction = true;
    setImmediate(answer);
  }
  commitTransaction(answer: Answer): void {
    this.end("commit", answer);
  }
  rollbackTransaction(answer: Answer): void {
    this.end("rollback", answer);
  }
  execSql(request: Sent): void {
    this.asked.push(request.sqlTextOrProcedure);
    this.limits[request.sqlTextOrProcedure] = request.timeout;
    for (const { name, type } of request.parameters) this.bound[name] = type.name;
    setImmediate(() => {
      if (request.sqlTextOrProcedure === TRANSACTION_STATE.text && !this.closed) this.tellState(request);
      request.callback(this.closed ? new Error("closed") : undefined);
    });
  }
  close(): void {
    this.closed = true;
    setImmediate(() => this.emit("end"));
  }

  private tellState(request: EventEmitter): void {
    const columns = (["opened", "state"] as const).map((colName) => ({ colName, type: { name: "Int" } }));
    const [said] = this.states.length > 1 ? this.states.splice(0, 1) : this.states;
    const one = Number(this.inTransaction);
    request.emit("columnMetadata", columns);
    request.emit(
      "row",
      columns.map((metadata) => ({ value: said?.[metadata.colName] ?? one, metadata })),
    );
    request.emit("done", undefined, false);
  }

  private end(step: Step, answer: Answer): void {
    const error = this.fails.has(step) ? new Error("no answer") : undefined;
    if (!error) this.inTransaction = false;
    if (step === "commit") this.commits += 1;
    setImmediate(() => answer(error));
  }
}

async function open(...fails: Step[]) {
  return opened({ fails });
}

async function opened({ fails = [], patienceMs = 30_000 }: { fails?: Step[]; patienceMs?: number }) {
  const clock = { now: 0 };
  const made: Played[] = [];
  const notes: string[] = [];
  let isAway = false;
  const create = async () => {
    if (isAway) throw new sql.ConnectionError("login failed for kojarz", "ELOGIN");
    const connection = new Played(new Set(fails));
    made.push(connection);
    return connection;
  };
  const played = () =>
    Object.assign(new sql.ConnectionPool({ server: "played", pool: { max: 1, acquireTimeoutMillis: patienceMs } }), {
      _poolCreate: create,
    });
  const executor = await executorOver(
    { asking: played(), writing: played() },
    (line) => notes.push(line),
    () => clock.now,
  );
  onTestFinished(() => executor.close());
  const goAway = (away: boolean) => {
    isAway = away;
  };
  return { executor, made, notes, goAway, clock };
}

const QUESTION = { name: "question", text: "SELECT 2" };
/** Within a transaction, so on a connection that others were given before. */
const ask = (executor: Executor) => executor.transaction((run) => run(QUESTION));
const nested = (made: readonly Played[]) => made.filter((connection) => connection.nested);
const askedBy = (made: readonly Played[]) => made.find(({ asked }) => asked.includes(QUESTION.text));

describe("a connection for writing", () => {
  test("that others keep for long is no failure of the database", async () => {
    const { executor } = await opened({ patienceMs: 50 });
    const second = await executor.transaction(() => ask(executor).catch((error: unknown) => error));
    expect(second).toBeInstanceOf(AllBusy);
  });

  test("that the database lets no more come about is one", async () => {
    const { executor, goAway, made } = await opened({ patienceMs: 50 });
    await ask(executor);
    goAway(true);
    for (const connection of made) connection.close();
    await expect(ask(executor)).rejects.toThrow(StatementFailed);
  });
});

describe("a connection to the database", () => {
  test("serves again after its transaction was committed, or rolled back", async () => {
    const { executor, made } = await open();
    expect(await executor.transaction(async () => 7)).toBe(7);
    const thrown = executor.transaction(() => Promise.reject(new Error("no")));
    await expect(thrown).rejects.toThrow("no");
    await ask(executor);
    expect(askedBy(made)).toMatchObject({ closed: false, inTransaction: false });
    expect(made.filter(({ closed }) => !closed)).toHaveLength(1);
  });

  test("that asks is none of those that write", async () => {
    const { executor, made } = await open();
    await executor.transaction(() => executor.run(QUESTION));
    expect(askedBy(made)).toMatchObject({ inTransaction: false });
    expect(askedBy(made)?.asked).not.toContain(TRANSACTION_STATE.text);
  });

  test("whose commit got no answer is closed: nobody gets it with what may be open, not who waits for one", async () => {
    const { executor, made } = await open("commit");
    let waiting: Promise<unknown> | undefined;
    const written = executor.transaction(async () => {
      waiting = ask(executor).catch(() => undefined);
    });
    await expect(written).rejects.toThrow(CommitUnknown);
    await waiting;
    expect(askedBy(made)).toBeDefined();
    expect(nested(made)).toEqual([]);
    expect(made.find(({ inTransaction }) => inTransaction)).toMatchObject({ closed: true });
  });

  test("whose rollback failed is closed too, and the first failure is what is told", async () => {
    const { executor, made } = await open("rollback");
    const thrown = executor.transaction(() => Promise.reject(new Error("the first")));
    await expect(thrown).rejects.toThrow("the first");
    await ask(executor);
    expect(askedBy(made)).toMatchObject({ inTransaction: false });
    expect(nested(made)).toEqual([]);
    expect(made.find(({ inTransaction }) => inTransaction)).toMatchObject({ closed: true });
  });

  test.each<[string, State[]]>([
    ["is within another one", [{ opened: 2, state: 1 }]],
    ["is within another one since a procedure ran", [ONE, { opened: 2, state: 1 }]],
    ["can only be rolled back", [ONE, { opened: 1, state: -1 }]],
    ["is over", [ONE, { opened: 0, state: 0 }]],
  ])("whose transaction %s commits nothing, and is closed", async (_, states) => {
    const { executor, made } = await open();
    await ask(executor);
    for (const connection of made) connection.states = states;
    await expect(ask(executor)).rejects.toThrow(states.length > 1 ? TransactionLost : StatementFailed);
    expect(askedBy(made)).toMatchObject({ closed: true, commits: 1 });
  });

  test("gives a statement what its caller's deadline leaves, less what giving up costs, and 14 s at most", async () => {
    const { executor, made, clock } = await open();
    const limitOf = async (until?: number) => {
      await executor.run(QUESTION, {}, until);
      return askedBy(made)?.limits[QUESTION.text];
    };
    expect([await limitOf(), await limitOf(60_000), await limitOf(4_000)]).toEqual([14_000, 14_000, 3_000]);
    clock.now = 4_000;
    await expect(executor.run(QUESTION, {}, 4_000)).rejects.toThrow(OutOfTime);
    await expect(executor.transaction((run) => run(QUESTION), 4_000)).rejects.toThrow(OutOfTime);
    expect(made.flatMap(({ asked }) => asked).filter((text) => text === QUESTION.text)).toHaveLength(3);
  });

  test("takes ids as varchar, which the indexes serve, and texts for people in all their letters", async () => {
    const { executor, made } = await open();
    await executor.run(QUESTION, { id: "ZO-1", note: { text: "m²" }, user: 7, none: null });
    expect(askedBy(made)?.bound).toEqual({ id: "VarChar", note: "NVarChar", user: "Int", none: "VarChar" });
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
