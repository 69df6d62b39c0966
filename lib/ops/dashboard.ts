/** The dashboard as CloudWatch's own JSON: what came in, what went out, what waits, what it costs. */
import type { Verdict } from "../order.ts";
import type { FunctionSpec } from "./functions.ts";
import { type Meaning, meanings } from "./held-meanings.ts";
import { METRICS, type Metric, NAMESPACE } from "./metric.ts";
import { PRICES } from "./prices.ts";

/** Names as AWS knows them. */
export type Names = {
  region: string;
  table: string;
  api: string;
  functions: Readonly<Record<string, string>>;
  queues: Readonly<Record<string, string>>;
};

type Options = Readonly<Record<string, unknown>>;
/** `[namespace, metric, dimension, value, …, options]`, or `[{ expression }]`. */
type Line = readonly (string | Options)[];

type Graph = { title: string; lines: readonly Line[]; stat?: string; period?: number; wide?: true };
type Page = { markdown: string; wide: true };
type Panel = Graph | Page;

export type Widget =
  | { type: "text"; x: number; y: number; width: number; height: number; properties: { markdown: string } }
  | { type: "metric"; x: number; y: number; width: number; height: number; properties: Options };

/** Every value that the dimensions take, found by CloudWatch itself: a new channel or reason needs no change here. */
function each({ name, dimensions }: Metric, stat: string): Line {
  const search = `{${[NAMESPACE, ...dimensions].join(",")}} MetricName="${name}"`;
  return [{ expression: `SEARCH('${search}', '${stat}', 300)`, id: "all" }];
}

function whole({ name }: Metric, options: Options = {}): Line {
  return [NAMESPACE, name, "service", "kojarz", options];
}

function verdicts(id: string, ...wanted: Verdict[]): Line {
  const { name, dimensions } = METRICS.sightings;
  const filter = wanted.map((verdict) => `verdict="${verdict}"`).join(" OR ");
  const search = `{${[NAMESPACE, ...dimensions].join(",")}} MetricName="${name}" AND (${filter})`;
  return [{ expression: `SUM(SEARCH('${search}', 'Sum', 300))`, label: id, id }];
}

export function dashboard(names: Names, functions: readonly FunctionSpec[]): { widgets: Widget[] } {
  const rows: Array<{ heading: string; panels: Panel[] }> = [
    { heading: "## Zamówienia · Orders", panels: orders() },
    { heading: "## Wstrzymane: co to znaczy i co zrobić · Held: what it means, and what to do", panels: held() },
    { heading: "## ERP", panels: erp() },
    { heading: "## Zaległości · Backlog", panels: backlog(names) },
    { heading: "## Źródła · Sources", panels: sources() },
    { heading: "## AWS", panels: aws(names, functions) },
  ];
  return { widgets: laidOut(rows, names.region) };
}

function orders(): Panel[] {
  return [
    { title: "Sightings by channel and verdict", lines: [each(METRICS.sightings, "Sum")], wide: true },
    {
      title: "Duplicates prevented",
      lines: [verdicts("prevented", "duplicate", "linked"), verdicts("new", "new")],
    },
    { title: "Held by reason", lines: [each(METRICS.held, "Sum")] },
  ];
}

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

function erp(): Panel[] {
  const percentiles = ["p50", "p95", "p99"].map((stat) => whole(METRICS.deliveryTime, { stat, label: stat }));
  return [
    { title: "Webhook to ERP, ms", lines: percentiles },
    { title: "Deliveries by outcome", lines: [each(METRICS.deliveries, "Sum")] },
    { title: "ERP answers (1) or not (0)", lines: [whole(METRICS.erpUp)], stat: "Minimum" },
    { title: "Circuit: closed (0), trying (1), open (2)", lines: [whole(METRICS.circuit)], stat: "Maximum" },
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

function backlog({ queues }: Names): Panel[] {
  const ages = AGES.map(([stat, label]) => whole(METRICS.unfinishedAge, { stat, label }));
  const letters = Object.values(queues).map(
    (queue): Line => ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue],
  );
  return [
    { title: "Unfinished orders by age", lines: ages, period: LOOK_SECONDS },
    { title: "Orders due at a sweep", lines: [whole(METRICS.due)], stat: "Maximum" },
    { title: "Dead letters", lines: letters, stat: "Maximum" },
  ];
}

function sources(): Panel[] {
  return [
    { title: "Cursor age beyond plan, s", lines: [each(METRICS.cursorAge, "Maximum")] },
    { title: "Longest unread order, s", lines: [each(METRICS.pollLag, "Maximum")] },
    { title: "Token valid for, s", lines: [each(METRICS.tokenLeft, "Minimum")] },
    { title: "Webhooks by account", lines: [each(METRICS.received, "Sum")] },
    {
      title: "Signature failures and other refusals",
      lines: [each(METRICS.refusals, "Sum"), [NAMESPACE, METRICS.turnedAway.name, { label: "turned away (429)" }]],
    },
  ];
}

function aws({ table, api, functions }: Names, specs: readonly FunctionSpec[]): Panel[] {
  const perFunction = (metric: string): Line[] =>
    specs.map(({ id }) => ["AWS/Lambda", metric, "FunctionName", functions[id] ?? "", { label: id }]);
  const ofTable = (metric: string): Line => ["AWS/DynamoDB", metric, "TableName", table];
  return [
    { title: "DynamoDB units", lines: [ofTable("ConsumedReadCapacityUnits"), ofTable("ConsumedWriteCapacityUnits")] },
    { title: "DynamoDB conflicts", lines: [ofTable("TransactionConflict"), ofTable("ConditionalCheckFailedRequests")] },
    { title: "Function errors", lines: perFunction("Errors") },
    { title: "Function duration, ms", lines: perFunction("Duration"), stat: "p95" },
    { title: "Estimated cost of requests, USD a day", lines: cost(table, api, specs, functions), period: 86_400 },
  ];
}

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
    perMillion("FILL(rru,0)", PRICES.millionReadUnits),
    perMillion("FILL(req,0)", PRICES.millionApiRequests),
    ...runCosts,
  ];
  return [
    ["AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", table, hidden("wru")],
    ["AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName", table, hidden("rru")],
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
    y += 1;
    const widgets = panels.map((panel): Widget => {
      const width = panel.wide ? COLUMNS / 2 : COLUMNS / 4;
      if (x + width > COLUMNS) {
        x = 0;
        y += HEIGHT;
      }
      const place = { x, y, width, height: HEIGHT };
      x += width;
      if ("markdown" in panel) return { type: "text", ...place, properties: { markdown: panel.markdown } };
      return { type: "metric", ...place, properties: propertiesOf(panel, region) };
    });
    y += HEIGHT;
    return [title, ...widgets];
  });
}

function propertiesOf({ title, lines, stat = "Sum", period = 300 }: Graph, region: string): Options {
  return { title, region, stat, period, view: "timeSeries", metrics: lines };
}
