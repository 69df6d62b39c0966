/**
 * The modelled WAPRO database behind TDS, so that the bridge's own driver talks to it over a socket. A statement is known
 * by its text; a connection that breaks before its commit is a rollback.
 */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { type Executor, type Run, StatementFailed, type Values } from "../../../bridge/wapro/executor.ts";
import { probe } from "../../../bridge/wapro/probe.ts";
import type { WaproSettings } from "../../../bridge/wapro/settings.ts";
import { PROBES, type Statement, TRANSACTION_STATE } from "../../../bridge/wapro/statements.ts";
import * as tokens from "./answers.ts";
import { answer, type Message, messagesFrom, REQUEST } from "./packets.ts";
import { batchOf, callOf, TRANSACTION, transactionOf } from "./requests.ts";

export type WaproTds = {
  port: number;
  /** Called before each statement with its name, and as `commit` before that is done. */
  at: (moment: string) => Promise<void>;
  /** The statement after which the transaction is rolled back and another begun, once: the count is as it was. */
  endsIn: string | undefined;
  /** A statement that fails once with these errors, one after another. */
  fails: { statement: string; numbers: readonly number[] } | undefined;
  /** Every request so far, in the order of their arrival. */
  readonly heard: readonly Heard[];
  stop(): Promise<void>;
};

/**
 * `asked`: a statement by its name, `commit`, or what the driver asks by itself: `settings` of the session, and `alive`
 * before it gives a connection out.
 */
type Heard = { connection: number; asked: string; values: Values };

export async function serveWaproTds(sql: Executor, settings: WaproSettings): Promise<WaproTds> {
  const known = await statementsOf(sql, settings);
  const sockets = new Set<Socket>();
  const heard: Heard[] = [];
  let connections = 0;
  const served: WaproTds = {
    port: 0,
    at: async () => undefined,
    endsIn: undefined,
    fails: undefined,
    heard,
    stop,
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    const connection = ++connections;
    const hear = (asked: string, values: Values = {}) => heard.push({ connection, asked, values });
    serve(socket, sql, known, served, hear).catch((cause) => socket.destroy(cause));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  served.port = typeof address === "object" && address ? address.port : 0;
  return served;

  async function stop(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  }
}

/** Every statement that the bridge may send to this version, by its text. */
async function statementsOf(sql: Executor, settings: WaproSettings): Promise<ReadonlyMap<string, Statement>> {
  const { wapro } = await probe(sql.run, settings);
  const statements = [
    ...Object.values(PROBES),
    ...Object.values(wapro?.queries ?? {}),
    ...Object.values(wapro?.calls ?? {}),
  ];
  return new Map(statements.flatMap((statement) => (statement ? [[statement.text, statement]] : [])));
}

async function serve(
  socket: Socket,
  sql: Executor,
  known: ReadonlyMap<string, Statement>,
  served: WaproTds,
  hear: (asked: string, values?: Values) => void,
): Promise<void> {
  let open: OpenTransaction | undefined;
  /** `@@TRANCOUNT`: a commit within another transaction lowers it and commits nothing. */
  let depth = 0;
  const rollBack = async () => {
    await open?.end("rolled back");
    open = undefined;
    depth = 0;
  };
  try {
    for await (const message of messagesFrom(socket)) {
      if (message.resets) await rollBack();
      answer(socket, await answerTo(message));
    }
  } finally {
    await rollBack();
  }

  async function answerTo({ type, data }: Message): Promise<Buffer> {
    switch (type) {
      case REQUEST.prelogin:
        return tokens.prelogin();
      case REQUEST.login:
        return tokens.loggedIn();
      case REQUEST.batch:
        return run(batchOf(data), {});
      case REQUEST.rpc: {
        const { text, values } = callOf(data);
        return run(text, values);
      }
      case REQUEST.transaction:
        return change(transactionOf(data));
      case REQUEST.attention:
        return tokens.attention();
      default:
        throw new Error(`a message of the type ${type}`);
    }
  }

  async function run(text: string, values: Values): Promise<Buffer> {
    // What the driver sets at its start, and how it tries a connection before it gives it out.
    if (/^\s*set /i.test(text)) {
      hear("settings", { text });
      return tokens.done();
    }
    if (text === "SELECT 1;") {
      hear("alive");
      return tokens.rowsOf([{ one: 1 }]);
    }
    if (text === TRANSACTION_STATE.text) return tokens.rowsOf([{ opened: depth, state: depth === 0 ? 0 : 1 }]);
    const statement = known.get(text);
    if (!statement) return tokens.failed(102, `an unknown statement: ${text}`);
    hear(statement.name, values);
    await served.at(statement.name);
    if (open && served.endsIn === statement.name) return endAndBegin(open);
    if (served.fails?.statement === statement.name) {
      const { numbers } = served.fails;
      served.fails = undefined;
      return Buffer.concat(numbers.map((each) => tokens.failed(each, "refused")));
    }
    try {
      return tokens.rowsOf(await (open?.run ?? sql.run)(statement, values));
    } catch (cause) {
      if (cause instanceof StatementFailed && cause.number !== undefined) return tokens.failed(cause.number, "refused");
      throw cause;
    }
  }

  async function endAndBegin(ending: OpenTransaction): Promise<Buffer> {
    served.endsIn = undefined;
    await ending.end("rolled back");
    open = await openTransaction(sql);
    return tokens.endedAndBegan(ending.id, open.id);
  }

  async function change(how: number): Promise<Buffer> {
    if (how === TRANSACTION.begin) {
      open ??= await openTransaction(sql);
      depth += 1;
      return tokens.began(open.id);
    }
    const ending = open;
    if (!ending) return tokens.failed(3902, "no transaction is open");
    const isCommit = how === TRANSACTION.commit;
    if (isCommit && depth > 1) {
      depth -= 1;
      return tokens.done();
    }
    open = undefined;
    depth = 0;
    if (isCommit) {
      hear("commit");
      await served.at("commit");
    }
    await ending.end(isCommit ? "committed" : "rolled back");
    return tokens.ended(isCommit ? "committed" : "rolled back", ending.id);
  }
}

/** `end` throws where the line is to break before its answer: the client does not know. */
type OpenTransaction = { id: Buffer; run: Run; end(how: "committed" | "rolled back"): Promise<void> };

let transactions = 0;

async function openTransaction(sql: Executor): Promise<OpenTransaction> {
  const ready = Promise.withResolvers<Run>();
  const end = Promise.withResolvers<void>();
  const ended = sql.transaction(async (run) => {
    ready.resolve(run);
    await end.promise;
  });
  const id = Buffer.alloc(8);
  id.writeUInt32LE(++transactions);
  return {
    id,
    run: await ready.promise,
    async end(how) {
      if (how === "committed") end.resolve();
      else end.reject(new RolledBack());
      await ended.catch((cause) => {
        if (!(cause instanceof RolledBack)) throw cause;
      });
    },
  };
}

class RolledBack extends Error {}
