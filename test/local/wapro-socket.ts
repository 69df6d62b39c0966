/**
 * The modelled WAPRO database behind a socket, so that it outlives a bridge that dies: a connection that breaks before
 * its commit is a rollback. One connection a question or a transaction, one line of JSON a message.
 */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import * as z from "zod/mini";
import { CommitUnknown, type Executor, type Run, StatementFailed } from "../../bridge/wapro/executor.ts";

const Question = z.object({
  kind: z.enum(["question", "statement"]),
  statement: z.object({ name: z.string(), text: z.string() }),
  values: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.null(), z.object({ text: z.string() })]))),
});
const Message = z.union([Question, z.object({ kind: z.literal("commit") })]);

const Answer = z.union([
  z.object({ rows: z.array(z.unknown()) }),
  z.object({ failed: z.string(), number: z.optional(z.number()) }),
  z.object({ committed: z.boolean() }),
]);
type Answer = z.infer<typeof Answer>;

/** The other end is gone, or rolled back: to the database it is the same. */
class Gone extends Error {}

export type WaproSocket = {
  port: number;
  /** Called before each statement of a transaction with its name, and as `committed` before that is told. */
  at: (moment: string) => Promise<void>;
  stop(): Promise<void>;
};

export async function serveWapro(sql: Executor): Promise<WaproSocket> {
  const sockets = new Set<Socket>();
  const wapro: WaproSocket = { port: 0, at: async () => undefined, stop };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    serve(socket).catch(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  wapro.port = typeof address === "object" && address ? address.port : 0;
  return wapro;

  async function serve(socket: Socket): Promise<void> {
    const { next, tell } = lineOf(socket);
    const first = Message.parse(await next());
    if (first.kind === "question") return tell(await done(sql.run, first));
    await sql
      .transaction(async (run) => {
        for (let message = first; message.kind !== "commit"; message = Message.parse(await next())) {
          await wapro.at(message.statement.name);
          tell(await done(run, message));
        }
      })
      .then(
        () => wapro.at("committed").then(() => tell({ committed: true })),
        (cause: unknown) => {
          if (cause instanceof CommitUnknown) return tell({ committed: false });
          throw cause;
        },
      );
  }

  async function stop(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  }
}

async function done(run: Run, { statement, values }: z.infer<typeof Question>): Promise<Answer> {
  try {
    return { rows: await run(statement, values) };
  } catch (cause) {
    if (!(cause instanceof StatementFailed)) throw cause;
    return { failed: statement.name, ...(cause.number !== undefined && { number: cause.number }) };
  }
}

/** The bridge's end. */
export function socketExecutor(port: number): Executor {
  const open = async () => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return { socket, ...lineOf(socket) };
  };
  const asker =
    ({ next, tell }: Line, kind: "question" | "statement"): Run =>
    async (statement, values) => {
      tell({ kind, statement, ...(values && { values }) });
      const answer = Answer.parse(await next());
      if ("rows" in answer) return answer.rows;
      throw new StatementFailed(statement.name, "number" in answer ? answer.number : undefined);
    };
  return {
    async run(statement, values) {
      const { socket, ...line } = await open();
      try {
        return await asker(line, "question")(statement, values);
      } finally {
        socket.destroy();
      }
    },
    async transaction(work) {
      const { socket, ...line } = await open();
      try {
        const result = await work(asker(line, "statement"));
        line.tell({ kind: "commit" });
        const answer = await line.next().then(Answer.parse, () => undefined);
        if (!answer || !("committed" in answer) || !answer.committed) throw new CommitUnknown();
        return result;
      } finally {
        socket.destroy();
      }
    },
    close: async () => undefined,
  };
}

type Line = { next(): Promise<unknown>; tell(message: object): void };

function lineOf(socket: Socket): Line {
  const lines = createInterface({ input: socket.on("error", () => undefined) })[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await lines.next();
      if (done) throw new Gone();
      return JSON.parse(value) as unknown;
    },
    tell(message) {
      socket.write(`${JSON.stringify(message)}\n`);
    },
  };
}
