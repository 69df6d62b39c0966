/** The console of `npm start`: its page, and what the page asks for. Answered to this machine alone; see `guard.ts`. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as z from "zod/mini";
import { dashboard, type Widget } from "../../infra/dashboard.ts";
import { type FunctionSpec, functionsOf } from "../../infra/functions.ts";
import { namespaceOf } from "../../lib/runtime/namespace.ts";
import { type HttpAnswer, hostAnswer, htmlAnswer, jsonAnswer } from "../apigw-event.ts";
import { SOURCES } from "../demo/purchases.ts";
import { FAULTS, type Faults } from "../fake-erp.ts";
import type { Place, ShownAccount } from "../front-page.ts";
import { type LambdaHandler, lambdaContext } from "../lambda-context.ts";
import { type Graph, graphOf } from "./graphs.ts";
import { hasToken, isOfThisMachine, isOfThisSite } from "./guard.ts";
import type { Messages } from "./messages.ts";
import type { LocalMetrics } from "./metrics.ts";
import { pageOf } from "./page.ts";
import type { Stories } from "./story.ts";

/** The two functions that stand behind the widgets, and the one that a report asks. */
type Operators = Readonly<Record<"read" | "act" | "compare", LambdaHandler<unknown, unknown>>>;

const NAMES = { read: "OperatorRead", act: "OperatorAct", compare: "ErpWatch" } as const;

export type DeskOptions = {
  messages: Messages;
  metrics: LocalMetrics;
  operators: Operators;
  now: () => number;
  /** What is there once everything has started; until then the page waits. */
  opened: Promise<Opened>;
};

export type Opened = {
  places: readonly Place[];
  accounts: readonly ShownAccount[];
  /** Absent where the platforms are real. */
  stories: Stories | undefined;
  /** Of the played ERP, to be changed while it runs; absent where the ERP is a real one. */
  erpFaults: Faults | undefined;
};

export type Desk = {
  /** What an action has to know: another one at each start. */
  token: string;
  /** @returns undefined for a path that is none of its own */
  answer(
    request: IncomingMessage,
    path: string,
    body: () => Promise<Buffer | "too-large">,
  ): Promise<HttpAnswer | undefined>;
};

const PAGE = join(import.meta.dirname, "page");
const require = createRequire(import.meta.url);

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "/console/console.js": [join(PAGE, "console.js"), "text/javascript"],
  "/console/widget.js": [join(PAGE, "widget.js"), "text/javascript"],
  "/console/story.js": [join(PAGE, "story.js"), "text/javascript"],
  "/console/graphs.js": [join(PAGE, "graphs.js"), "text/javascript"],
  "/console/words.js": [join(PAGE, "words.js"), "text/javascript"],
  "/console/console.css": [join(PAGE, "console.css"), "text/css"],
  "/console/uplot.js": [require.resolve("uplot/dist/uPlot.esm.js"), "text/javascript"],
  "/console/uplot.css": [require.resolve("uplot/dist/uPlot.min.css"), "text/css"],
};

/** Nothing comes from elsewhere, and nobody frames the page. Styles stand in the widgets as CloudWatch takes them. */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

const Order = z.array(z.enum(SOURCES)).check(z.minLength(3), z.maxLength(3));
const StoryBegin = z.object({ order: Order });
const StoryStep = z.object({ id: z.int() });
const NewFaults = z.partialRecord(z.enum(FAULTS), z.number().check(z.gte(0), z.lte(1)));

/** As long as a function behind a widget may take. */
const TIMEOUT_MS = 60_000;
const MINUTE = 60_000;
const RANGES = [10, 60, 120];
const POINTS = 60;

export function openDesk(options: DeskOptions): Desk {
  const token = randomBytes(24).toString("base64url");

  const gets: Readonly<Record<string, (query: URLSearchParams) => Promise<HttpAnswer>>> = {
    "/": async () => htmlAnswer(pageOf({ ...(await options.opened), token })),
    "/console/messages": async (query) => jsonAnswer(options.messages.after(Number(query.get("after") ?? 0))),
    "/console/graphs": async (query) => jsonAnswer(graphsOf(await options.opened, Number(query.get("minutes")))),
    "/console/story": async (query) => {
      const followed = (await options.opened).stories?.look(Number(query.get("id")));
      return followed ? jsonAnswer(followed) : hostAnswer(404, "unknown-story");
    },
  };

  const posts: Readonly<Record<string, (body: unknown) => Promise<HttpAnswer>>> = {
    "/console/invoke/read": (event) => invoke("read", event),
    "/console/invoke/act": (event) => invoke("act", event),
    "/console/invoke/compare": (event) => invoke("compare", event),
    "/console/story": async (body) => {
      const { stories } = await options.opened;
      return stories ? jsonAnswer(stories.begin(StoryBegin.parse(body).order)) : hostAnswer(404, "no-story");
    },
    "/console/story/step": async (body) => {
      const followed = await (await options.opened).stories?.step(StoryStep.parse(body).id);
      return followed ? jsonAnswer(followed) : hostAnswer(404, "unknown-story");
    },
    "/console/erp-faults": async (body) => {
      const { erpFaults } = await options.opened;
      if (!erpFaults) return hostAnswer(404, "no-played-erp");
      const faults = NewFaults.parse(body);
      for (const fault of FAULTS) delete erpFaults[fault];
      return jsonAnswer(Object.assign(erpFaults, faults));
    },
  };

  /** As Lambda answers an invocation: with the result, or with the error under `FunctionError`. */
  async function invoke(which: keyof Operators, event: unknown): Promise<HttpAnswer> {
    const name = NAMES[which];
    try {
      return jsonAnswer({
        payload: await options.operators[which](event, lambdaContext(`kojarz-local-${name}`, TIMEOUT_MS)),
      });
    } catch (cause) {
      return jsonAnswer({ functionError: cause instanceof Error ? cause.message : "unknown" });
    }
  }

  function graphsOf({ accounts }: Opened, minutes: number) {
    const rangeMs = (RANGES.includes(minutes) ? minutes : 10) * MINUTE;
    const span = { now: options.now(), rangeMs, periodMs: rangeMs / POINTS };
    const all = options.metrics.all();
    const parts = localDashboard(accounts).flatMap((widget): Array<{ heading: string } | { graph: Graph }> => {
      if (widget.type === "text") return isHeading(widget) ? [{ heading: widget.properties.markdown.slice(3) }] : [];
      const graph = graphOf(widget, all, span);
      return graph ? [{ graph }] : [];
    });
    // A row of texts alone has nothing to draw.
    return parts.filter((part, index) => "graph" in part || "graph" in (parts[index + 1] ?? {}));
  }

  return {
    token,
    async answer(request, path, body) {
      if (path !== "/" && !path.startsWith("/console/")) return undefined;
      if (!isOfThisMachine(request)) return path === "/" ? undefined : hostAnswer(403, "another-machine");
      if (request.method === "GET") {
        const found = gets[path] ?? fileAt(path);
        const query = new URL(request.url ?? "/", "http://console").searchParams;
        return guarded(found ? await found(query) : hostAnswer(404, "unknown-path"));
      }
      return guarded(await posted(request, posts[path], body));
    },
  };

  async function posted(
    request: IncomingMessage,
    act: ((body: unknown) => Promise<HttpAnswer>) | undefined,
    read: () => Promise<Buffer | "too-large">,
  ): Promise<HttpAnswer> {
    if (request.method !== "POST") return hostAnswer(405, "method");
    if (!isOfThisSite(request)) return hostAnswer(403, "another-site");
    if (!hasToken(request, token)) return hostAnswer(403, "token");
    if (!act) return hostAnswer(404, "unknown-path");
    const body = await read();
    if (body === "too-large") return hostAnswer(413, "body-too-large");
    const parsed = parsedAs(body);
    return parsed === undefined ? hostAnswer(400, "not-json") : act(parsed).catch(mistakeOf);
  }
}

function mistakeOf(cause: unknown): HttpAnswer {
  if (cause instanceof z.core.$ZodError) return hostAnswer(400, "not-as-expected");
  throw cause;
}

function parsedAs(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function fileAt(path: string): (() => Promise<HttpAnswer>) | undefined {
  const [file, type] = FILES[path] ?? [];
  if (file === undefined) return undefined;
  return async () => ({
    status: 200,
    headers: { "content-type": `${type}; charset=utf-8` },
    body: await readFile(file),
  });
}

function guarded(answer: HttpAnswer): HttpAnswer {
  return { ...answer, headers: { ...answer.headers, ...HEADERS } };
}

function isHeading({ properties }: Widget & { type: "text" }): boolean {
  return properties.markdown.startsWith("## ");
}

/** The functions that a deployment of these accounts would have. */
function localFunctions(accounts: readonly ShownAccount[]): FunctionSpec[] {
  const deployed = accounts.map(({ name, pollMinutes }) => ({
    name,
    channel: name.split(":")[0] ?? name,
    ...(pollMinutes !== undefined && { pollMinutes }),
  }));
  return functionsOf({ accounts: deployed, bridge: "called" });
}

/** The dashboard of the cloud, under the names of this run. */
function localDashboard(accounts: readonly ShownAccount[]): Widget[] {
  const specs = localFunctions(accounts);
  const functions = Object.fromEntries(specs.map(({ id }) => [id, id]));
  const names = {
    region: "local",
    namespace: namespaceOf(undefined),
    table: "local",
    api: "local",
    functions,
    logGroups: {},
    queues: { StreamFailures: "StreamFailures" },
    doors: { read: "OperatorRead", act: "OperatorAct" },
  };
  return dashboard(names, specs).widgets;
}
