/** The dashboard as CloudWatch's own JSON: what came in, what went out, what waits, what it costs. */
import type { Verdict } from "../lib/core/order.ts";
import { type Meaning, meanings } from "../lib/ops/held-meanings.ts";
import { METRICS, type Metric } from "../lib/ops/metric.ts";
import { table as keys } from "../lib/store/table.ts";
import type { FunctionSpec } from "./functions.ts";
import { PRICES } from "./prices.ts";

/** Names as AWS knows them. */
export type Names = {
  region: string;
  /** Of our own metrics. */
  namespace: string;
  table: string;
  api: string;
  functions: Readonly<Record<string, string>>;
  /** Of each function. */
  logGroups: Readonly<Record<string, string>>;
  queues: Readonly<Record<string, string>>;
  /** ARNs of the functions that operators look and act through. */
  doors: Readonly<Record<"read" | "act", string>>;
};

type Options = Readonly<Record<string, unknown>>;
/** `[namespace, metric, dimension, value, …, options]`, or `[{ expression }]`. */
type Line = readonly (string | Options)[];

type Graph = { title: string; lines: readonly Line[]; stat?: string; period?: number; wide?: true };
type Page = { markdown: string; wide: true };
/** A question to the logs: free until somebody looks. */
type Query = { title: string; query: string };
/** Shows what a function of ours answers; whoever looks at it needs the right to invoke that one. */
type Desk = { title: string; endpoint: string; params: Options; columns: number; height: number; refresh: boolean };
type Panel = Graph | Page | Query | Desk;

export type Widget =
  | { type: "text"; x: number; y: number; width: number; height: number; properties: { markdown: string } }
  | { type: "custom"; x: number; y: number; width: number; height: number; properties: Options }
  | { type: "metric" | "log"; x: number; y: number; width: number; height: number; properties: Options };

/** Every value that the dimensions take, found by CloudWatch itself: a new channel or reason needs no change here. */
function each({ namespace }: Names, { name, dimensions }: Metric, stat: string): Line {
  const search = `{${schema(namespace, dimensions)}} MetricName="${name}"`;
  return [{ expression: `SEARCH('${search}', '${stat}', 300)`, id: "all" }];
}

/** What a search looks through: CloudWatch wants a namespace with a dash in it quoted. */
function schema(namespace: string, dimensions: readonly string[]): string {
  return [`"${namespace}"`, ...dimensions].join(",");
}

function whole({ namespace }: Names, { name }: Metric, options: Options = {}): Line {
  return [namespace, name, "service", "kojarz", options];
}

function verdicts({ namespace }: Names, id: string, ...wanted: Verdict[]): Line {
  const { name, dimensions } = METRICS.sightings;
  const filter = wanted.map((verdict) => `verdict="${verdict}"`).join(" OR ");
  const search = `{${schema(namespace, dimensions)}} MetricName="${name}" AND (${filter})`;
  return [{ expression: `SUM(SEARCH('${search}', 'Sum', 300))`, label: id, id }];
}

export function dashboard(names: Names, functions: readonly FunctionSpec[]): { widgets: Widget[] } {
  const rows: Array<{ heading: string; panels: Panel[] }> = [
    { heading: "## Sprawy · Cases", panels: desks(names) },
    { heading: "## Zamówienia · Orders", panels: orders(names) },
    { heading: "## Wstrzymane: co to znaczy i co zrobić · Held: what it means, and what to do", panels: held() },
    { heading: "## ERP", panels: erp(names) },
    { heading: "## Zaległości · Backlog", panels: backlog(names) },
    { heading: "## Źródła · Sources", panels: sources(names) },
    { heading: "## AWS", panels: aws(names, functions) },
  ];
  return { widgets: laidOut(rows, names.region) };
}

/** A refresh shows a widget as it was at first: not while somebody reads a case or fills in a form. */
function desks({ doors: { read, act } }: Names): Panel[] {
  const half = { columns: COLUMNS / 2, height: 2 * HEIGHT };
  return [
    { title: "Sprawy i szukanie · Cases and search", endpoint: read, params: {}, refresh: false, ...half },
    { title: "Stan · State", endpoint: read, params: { ask: "status" }, refresh: true, ...half },
    {
      title: "Działania na wielu · Actions on many",
      endpoint: act,
      params: {},
      refresh: false,
      columns: COLUMNS,
      height: 2 * HEIGHT,
    },
  ];
}

/** Over the lines that functions write about each order, as far back as logs are kept. */
function asked({ logGroups }: Names, title: string, question: string): Query {
  const sources = Object.values(logGroups).map((name) => `SOURCE '${name}'`);
  return { title, query: [...sources, question].join(" | ") };
}

function orders(names: Names): Panel[] {
  return [
    asked(names, "Reports by account and verdict", VERDICTS),
    {
      title: "Duplicates prevented",
      lines: [verdicts(names, "prevented", "duplicate", "linked"), verdicts(names, "new", "new")],
    },
    asked(names, "Held by reason", HELD),
    { title: "Held", lines: [whole(names, METRICS.held)] },
  ];
}

const VERDICTS = 'filter message = "verdict" | stats count(*) as reports by account, verdict | sort account, verdict';
const HELD = 'filter verdict = "held" or outcome = "held" | stats count(*) as held by reason | sort held desc';
const STRANGERS = 'filter message = "stranger" | stats count(*) as requests by bin(1d) as day | sort day desc';
const FORWARDINGS = 'filter message = "delivery" | stats count(*) as orders by outcome, reason | sort orders desc';

const BY_HAND: Meaning = {
  pl: "Wpisując zamówienie do ERP ręcznie, podaj numer zamówienia klienta taki jak w źródle: po nim i po kwocie Kojarz rozpozna je, gdyby przyszło później.",
  en: "Whatever you enter in the ERP by hand, give it the customer order number of its source: by that and by the total Kojarz knows it should it come in later.",
};

/** The reasons of the graph above, for whoever reads it. CloudWatch lets a long text scroll. */
function held(): Panel[] {
  return [
    { markdown: `${BY_HAND.pl}\n\n${tableOf("powód", "co to znaczy i co zrobić", "pl")}`, wide: true },
    { markdown: `${BY_HAND.en}\n\n${tableOf("reason", "what it means, and what to do", "en")}`, wide: true },
  ];
}

function tableOf(reason: string, meaning: string, language: keyof Meaning): string {
  const rows = meanings().map(({ reasons, meaning: texts }) => `| ${reasons.join(", ")} | ${texts[language]} |`);
  return [`| ${reason} | ${meaning} |`, "| --- | --- |", ...rows].join("\n");
}

function erp(names: Names): Panel[] {
  const percentiles = ["p50", "p95", "p99"].map((stat) => whole(names, METRICS.deliveryTime, { stat, label: stat }));
  return [
    { title: "Webhook to ERP, ms", lines: percentiles },
    asked(names, "Deliveries by outcome", FORWARDINGS),
    { title: "Not confirmed by the ERP", lines: [whole(names, METRICS.inDoubt)] },
    { title: "ERP answers (1) or not (0)", lines: [whole(names, METRICS.erpUp)], stat: "Minimum" },
    { title: "Circuit: trying (1), open (2)", lines: [whole(names, METRICS.circuit)], stat: "Maximum" },
  ];
}

/** One value an order and look, and an order is looked at every 15 minutes at least: so many orders of that age. */
const LOOK_SECONDS = 900;
const AGES = [
  ["TC(:900)", "under 15 min"],
  ["TC(900:3600)", "15 min to 1 h"],
  ["TC(3600:86400)", "1 h to 1 day"],
  ["TC(86400:)", "over a day"],
] as const;

function backlog(names: Names): Panel[] {
  const ages = AGES.map(([stat, label]) => whole(names, METRICS.unfinishedAge, { stat, label }));
  const letters = Object.values(names.queues).map(
    (queue): Line => ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue],
  );
  return [
    { title: "Unfinished orders by age", lines: ages, period: LOOK_SECONDS },
    { title: "Orders due at a sweep", lines: [whole(names, METRICS.due)], stat: "Maximum" },
    { title: "Open cases", lines: [whole(names, METRICS.openCases)], stat: "Maximum" },
    { title: "Age of the oldest case, s", lines: [whole(names, METRICS.caseAge)], stat: "Maximum" },
    { title: "Dead letters", lines: letters, stat: "Maximum" },
  ];
}

function sources(names: Names): Panel[] {
  return [
    { title: "Cursor age beyond plan, s", lines: [each(names, METRICS.cursorAge, "Maximum")] },
    { title: "Longest unread order, s", lines: [each(names, METRICS.pollLag, "Maximum")] },
    { title: "Token valid for, s", lines: [each(names, METRICS.tokenLeft, "Minimum")] },
    asked(names, "Requests that are meant for no address", STRANGERS),
    { title: "Webhooks by account", lines: [each(names, METRICS.received, "Sum")] },
    {
      title: "Signature failures and other refusals",
      lines: [
        each(names, METRICS.refusals, "Sum"),
        [names.namespace, METRICS.turnedAway.name, { label: "turned away (429, 413)" }],
        [names.namespace, METRICS.refusedInLog.name, { label: "refused in all (4xx)" }],
      ],
    },
  ];
}

function aws({ table, api, functions, namespace }: Names, specs: readonly FunctionSpec[]): Panel[] {
  const perFunction = (metric: string): Line[] =>
    specs.map(({ id }) => ["AWS/Lambda", metric, "FunctionName", functions[id] ?? "", { label: id }]);
  const ofTable = (metric: string): Line => ["AWS/DynamoDB", metric, "TableName", table];
  return [
    { title: "DynamoDB units", lines: [ofTable("ConsumedReadCapacityUnits"), ofTable("ConsumedWriteCapacityUnits")] },
    { title: "DynamoDB conflicts", lines: [ofTable("TransactionConflict"), ofTable("ConditionalCheckFailedRequests")] },
    {
      title: "Function errors",
      lines: [...perFunction("Errors"), [namespace, METRICS.functionErrors.name, { label: "all" }]],
    },
    { title: "Function duration, ms", lines: perFunction("Duration"), stat: "p95" },
    { title: "Estimated cost of requests, USD a day", lines: cost(table, api, specs, functions), period: 86_400 },
  ];
}

/** Their writes are counted apart from the table's. */
const INDEXES = [keys.dueIndex.name, keys.findIndex.name];

/** Requests and units times `PRICES`; storage, logs, alarms and metrics come on top (see the table of costs). */
function cost(table: string, api: string, specs: readonly FunctionSpec[], functions: Names["functions"]): Line[] {
  const hidden = (id: string) => ({ id, visible: false, stat: "Sum" });
  const perMillion = (id: string, price: number) => `${id}*${price}/1000000`;
  const runs = specs.flatMap(({ id }, n): Line[] => [
    ["AWS/Lambda", "Invocations", "FunctionName", functions[id] ?? "", hidden(`i${n}`)],
    ["AWS/Lambda", "Duration", "FunctionName", functions[id] ?? "", hidden(`d${n}`)],
  ]);
  const runCosts = specs.flatMap(({ memoryMb }, n) => [
    perMillion(`FILL(i${n},0)`, PRICES.millionInvocations),
    `FILL(d${n},0)/1000*${memoryMb / 1024}*${PRICES.gigabyteSecond}`,
  ]);
  const terms = [
    perMillion("FILL(wru,0)", PRICES.millionWriteUnits),
    ...INDEXES.map((_, n) => perMillion(`FILL(x${n},0)`, PRICES.millionWriteUnits)),
    perMillion("FILL(rru,0)", PRICES.millionReadUnits),
    perMillion("FILL(req,0)", PRICES.millionApiRequests),
    ...runCosts,
  ];
  return [
    ["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", table, hidden("wru")],
    ["AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName", table, hidden("rru")],
    ...INDEXES.map(
      (index, n): Line => [
        "AWS/DynamoDB",
        "ConsumedWriteCapacityUnits",
        "TableName",
        table,
        "GlobalSecondaryIndexName",
        index,
        hidden(`x${n}`),
      ],
    ),
    ["AWS/ApiGateway", "Count", "ApiId", api, hidden("req")],
    ...runs,
    [{ expression: terms.join(" + "), label: "USD", id: "cost" }],
  ];
}

const COLUMNS = 24;
const HEIGHT = 6;

function laidOut(rows: ReadonlyArray<{ heading: string; panels: readonly Panel[] }>, region: string): Widget[] {
  let y = 0;
  return rows.flatMap(({ heading, panels }) => {
    const at = y;
    const title: Widget = { type: "text", x: 0, y: at, width: COLUMNS, height: 1, properties: { markdown: heading } };
    let x = 0;
    let below = 0;
    y += 1;
    const widgets = panels.map((panel): Widget => {
      const { width, height } = sizeOf(panel);
      if (x + width > COLUMNS) {
        x = 0;
        y += below;
        below = 0;
      }
      const place = { x, y, width, height };
      x += width;
      below = Math.max(below, height);
      if ("endpoint" in panel) return { type: "custom", ...place, properties: calledBy(panel) };
      if ("query" in panel) return { type: "log", ...place, properties: { ...panel, region, view: "table" } };
      if ("markdown" in panel) return { type: "text", ...place, properties: { markdown: panel.markdown } };
      return { type: "metric", ...place, properties: propertiesOf(panel, region) };
    });
    y += below;
    return [title, ...widgets];
  });
}

function sizeOf(panel: Panel): { width: number; height: number } {
  if ("endpoint" in panel) return { width: panel.columns, height: panel.height };
  return { width: "wide" in panel ? COLUMNS / 2 : COLUMNS / 4, height: HEIGHT };
}

function calledBy({ title, endpoint, params, refresh }: Desk): Options {
  return { title, endpoint, params, updateOn: { refresh, resize: false, timeRange: false } };
}

function propertiesOf({ title, lines, stat = "Sum", period = 300 }: Graph, region: string): Options {
  return { title, region, stat, period, view: "timeSeries", metrics: lines };
}
