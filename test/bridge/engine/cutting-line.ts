/** A line to a database that breaks where it is told to. It knows no protocol: what a client sends after an answer is a request. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** `asked`: the request never arrives. `answered`: it does, and its answer never comes back. */
export type Cut = "asked" | "answered";

export type CuttingLine = {
  port: number;
  /** Requests since it was armed last, over all connections. */
  requests(): number;
  /** The n-th request from now on is cut, once, with its connection. Without arguments: none is. */
  arm(request?: number, cut?: Cut): void;
  /** Whether the cut that was armed has happened. */
  hasCut(): boolean;
  stop(): Promise<void>;
};

export async function openCuttingLine(port: number, host = "127.0.0.1"): Promise<CuttingLine> {
  const sockets = new Set<Socket>();
  let requests = 0;
  let armed: { request: number; cut: Cut } | undefined;
  let hasCut = false;

  const server = createServer((client) => {
    const database = connect(port, host);
    let isAnswered = true;
    let loses = false;
    const end = () => {
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", end).on("close", () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on("data", (data) => {
      if (isAnswered) {
        isAnswered = false;
        requests += 1;
        if (armed?.request === requests) {
          hasCut = true;
          loses = armed.cut === "answered";
          armed = undefined;
          if (!loses) return end();
        }
      }
      database.write(data);
    });
    database.on("data", (data) => {
      if (loses) return end();
      isAnswered = true;
      client.write(data);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    requests: () => requests,
    arm(request, cut = "asked") {
      requests = 0;
      hasCut = false;
      armed = request === undefined ? undefined : { request, cut };
    },
    hasCut: () => hasCut,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
