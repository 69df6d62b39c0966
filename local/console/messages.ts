/** What came in and what became of it, one entry a message: the lines that `npm start` prints, and the console's live list. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from "aws-lambda";
import type { HttpHandler } from "../apigw-host.ts";
import type { LogLine } from "../tap.ts";

export type Message = {
  /** Counts up from 1. */
  n: number;
  at: number;
  /** The account that reported it; `erp` for what the ERP was given. */
  account: string;
  /** The source's own id of its order; "" where the message named none. */
  sourceOrder: string;
  /** The canonical order; "" where there is none. */
  order: string;
  /** What the sender was answered: an HTTP status, `poll` for what was fetched, `erp` for what the ERP was given. */
  status: string;
  /** The verdict, or the outcome at the ERP; "" for a message that was refused. */
  verdict: string;
  reason: string;
};

export type Messages = {
  /** Hears a line of the log. */
  log(line: LogLine): void;
  /** The same handler; each request that it answers is a message. */
  heard(handler: HttpHandler): HttpHandler;
  /** A request that no route takes. */
  unknown(path: string): void;
  /** Those after one, the oldest first. Only the latest are kept. */
  after(n: number): readonly Message[];
};

type Seen = Omit<Message, "n" | "at">;

const KEPT = 500;
/** What one request under way came to so far. */
const request = new AsyncLocalStorage<Seen[]>();

/** @param told of each message as it comes */
export function listenForMessages(now: () => number, told: (message: Message) => void): Messages {
  const kept: Message[] = [];
  let count = 0;

  function add(seen: Seen): void {
    const message = { n: ++count, at: now(), ...seen };
    kept.push(message);
    if (kept.length > KEPT) kept.shift();
    told(message);
  }

  return {
    log(line) {
      const seen = seenIn(line);
      if (!seen) return;
      const asked = request.getStore();
      if (asked && seen.status === "poll") asked.push(seen);
      else add(seen);
    },
    heard: (handler) => async (event, context) => {
      const seen: Seen[] = [];
      const result = await request.run(seen, () => handler(event, context));
      const status = statusOf(result);
      for (const each of seen) add({ ...each, status });
      if (seen.length === 0) add(refused(event, result, status));
      return result;
    },
    unknown: (path) =>
      add({ account: "-", sourceOrder: "", order: "", status: "404", verdict: "", reason: `unknown-path ${path}` }),
    after: (n) => kept.filter((message) => message.n > n),
  };
}

/** @returns nothing for a line that tells of no message */
export function seenIn(line: LogLine): Seen | undefined {
  const text = (name: string) => (line[name] === undefined ? "" : String(line[name]));
  const common = { sourceOrder: text("sourceOrder"), order: text("order"), reason: text("reason") };
  if (line.message === "verdict")
    return { ...common, account: text("account"), status: "poll", verdict: text("verdict") };
  if (line.message === "delivery")
    return { ...common, account: "erp", sourceOrder: text("erpNumber"), status: "erp", verdict: text("outcome") };
  return undefined;
}

function statusOf(result: APIGatewayProxyResultV2): string {
  return String(typeof result === "object" ? (result.statusCode ?? 200) : 200);
}

/** What was answered without a verdict: a refusal, a ping, an announcement that is read later. */
function refused({ rawPath }: APIGatewayProxyEventV2, result: APIGatewayProxyResultV2, status: string): Seen {
  const [, , channel = "", account = ""] = rawPath.split("/");
  const { error, verdict, reason } = wordsIn(typeof result === "object" ? result.body : result);
  return {
    account: `${channel}:${account}`,
    sourceOrder: "",
    order: "",
    status,
    verdict: verdict ?? "",
    reason: error ?? reason ?? "",
  };
}

function wordsIn(body: string | undefined): { error?: string; verdict?: string; reason?: string } {
  try {
    const said: unknown = JSON.parse(body ?? "");
    return typeof said === "object" && said !== null ? said : {};
  } catch {
    return {};
  }
}
