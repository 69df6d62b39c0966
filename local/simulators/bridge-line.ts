/** The line between Kojarz and a bridge: a real proxy that can go wrong at every point of one call. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export const LINE_FAULTS = [
  /** Nobody listens. */
  "refused",
  /** The question is swallowed. */
  "timeout-before",
  /** The bridge does its work, and the answer is swallowed. */
  "timeout-after",
  /** A gateway answers instead, before or after the bridge did its work. */
  "5xx-before",
  "5xx-after",
  /** A login page with 200, before or after. */
  "garbage-before",
  "garbage-after",
  /** The connection breaks in the middle of the answer. */
  "cut",
  /** The answer is one of another question. */
  "stale-answer",
  /** One figure of the signed answer is another. */
  "tampered",
] as const;
export type LineFault = (typeof LINE_FAULTS)[number];

export type BridgeLine = {
  url: string;
  /** The next call of this operation that comes through suffers it. */
  arm(operation: string, fault: LineFault): void;
  readonly fired: Readonly<Record<LineFault, number>>;
  /** Resolved when this question, by its `webhook-id`, will get no answer because it or the answer was swallowed. */
  swallowed(question: string): Promise<void>;
  stop(): Promise<void>;
};

type Answer = { status: number; headers: Record<string, string>; body: string };

const PAGE: Answer = { status: 200, headers: { "content-type": "text/html" }, body: "<html>Zaloguj się</html>" };
const GATEWAY: Answer = { status: 502, headers: { "content-type": "text/html" }, body: "<html>Bad Gateway</html>" };

export async function openBridgeLine(target: string): Promise<BridgeLine> {
  const armed = new Map<string, LineFault>();
  const fired = Object.fromEntries(LINE_FAULTS.map((fault) => [fault, 0])) as Record<LineFault, number>;
  const asked = new Map<string, PromiseWithResolvers<void>>();
  let before: Answer | undefined;

  function questionOf(id: string): PromiseWithResolvers<void> {
    const question = asked.get(id) ?? Promise.withResolvers<void>();
    asked.set(id, question);
    return question;
  }

  const server = createServer((request, response) => {
    void carry(request, response);
  });

  async function carry(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = (request.url ?? "").split("/").at(-1) ?? "";
    const fault = armed.get(operation);
    armed.delete(operation);
    if (fault) fired[fault] += 1;
    const swallow = () => questionOf(String(request.headers["webhook-id"])).resolve();
    if (fault === "timeout-before") return swallow();
    if (fault === "5xx-before") return send(response, GATEWAY);
    if (fault === "garbage-before") return send(response, PAGE);
    const answer = await forward(target, request);
    const stale = before;
    before = answer;
    switch (fault) {
      case "timeout-after":
        return swallow();
      case "5xx-after":
        return send(response, GATEWAY);
      case "garbage-after":
        return send(response, PAGE);
      case "cut":
        response.writeHead(answer.status, { "content-length": answer.body.length + 1 });
        response.write(answer.body.slice(0, 5), () => response.destroy());
        return;
      case "stale-answer":
        return send(response, stale ?? answer);
      case "tampered":
        return send(response, { ...answer, body: answer.body.replace(/\d/, (digit) => String(9 - Number(digit))) });
      default:
        return send(response, answer);
    }
  }

  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    arm: (operation, fault) => {
      armed.set(operation, fault);
    },
    fired,
    swallowed: (question) => questionOf(question).promise,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

async function forward(target: string, request: IncomingMessage): Promise<Answer> {
  const headers = Object.entries(request.headers).flatMap(
    ([name, value]): Array<[string, string]> =>
      typeof value === "string" && !["host", "connection", "content-length"].includes(name) ? [[name, value]] : [],
  );
  const answer = await fetch(`${target}${request.url}`, { method: "POST", headers, body: await text(request) });
  const kept = [...answer.headers].filter(([name]) => name.startsWith("webhook-") || name === "content-type");
  return { status: answer.status, headers: Object.fromEntries(kept), body: await answer.text() };
}
