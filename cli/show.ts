/** Answers as a person reads them. */
import type { Acted, Done } from "../lib/ops/actions.ts";
import type { AuditEntry, CaseLine, OrderView, TraceEvent } from "../lib/ops/answers.ts";
import type { CaseAnswer, CasesAnswer, StatusAnswer, TraceAnswer } from "../lib/ops/questions.ts";
import { ago, columns, inLanguage, paint, plain, say, time } from "./terminal.ts";

const LIGHTS = { well: "green", look: "yellow", down: "red" } as const;
const SAYS = { well: "all is well", look: "something needs a look", down: "something is down" } as const;

export function showStatus({ light, cases, backlog, circuit, accounts, at }: StatusAnswer): void {
  say(paint(LIGHTS[light], SAYS[light]));
  const oldest = cases.oldestAt === undefined ? "" : `, the oldest for ${ago(at - cases.oldestAt)}`;
  say(`open cases   ${cases.open}${cases.more ? " or more" : ""}${oldest}`);
  for (const { reason, open } of cases.byReason) say(`             ${open} ${plain(reason)}`);
  say(`backlog      ${backlog.due}${backlog.more ? " or more" : ""} orders due`);
  say(`ERP          ${circuit.state}${circuit.until === undefined ? "" : ` until ${time(circuit.until)}`}`);
  say();
  const rows = accounts.map((each) => [
    each.account,
    each.lastReportAt === undefined ? "never" : `${ago(at - each.lastReportAt)} ago`,
    each.lastOrderAt === undefined ? "never" : `${ago(at - each.lastOrderAt)} ago`,
    lagOf(each, at),
    String(each.unread),
    tokenOf(each.tokenLeftMs),
    refusedOf(each, at),
  ]);
  table(["account", "last report", "last order", "lag", "unread", "token", "refused"], rows);
  for (const { account, failedAt, failure = "", blockedUntil } of accounts) {
    if (failedAt !== undefined) say(`${paint("red", "cannot be read")}  ${plain(account)}: ${plain(failure)}`);
    if (blockedUntil !== undefined)
      say(`${paint("yellow", "left alone")}  ${plain(account)} until ${time(blockedUntil)}`);
  }
}

/** Never read yet is not the same as read without delay. */
function lagOf({ polled, pollLagMs, polledWellAt, failedAt }: StatusAnswer["accounts"][number], at: number): string {
  if (!polled) return "-";
  if (failedAt !== undefined) return polledWellAt === undefined ? "never read" : `read ${ago(at - polledWellAt)} ago`;
  return pollLagMs === undefined ? "?" : ago(pollLagMs);
}

function refusedOf({ refused = {}, refusedAt }: StatusAnswer["accounts"][number], at: number): string {
  if (refusedAt === undefined) return "-";
  const counts = Object.entries(refused).map(([reason, count]) => `${count} ${plain(reason)}`);
  return `${counts.join(", ")}; last ${ago(at - refusedAt)} ago`;
}

function tokenOf(leftMs: number | undefined): string {
  if (leftMs === undefined) return "-";
  return leftMs <= 0 ? "over" : `for ${ago(leftMs)}`;
}

export function showCases({ cases, cursor }: CasesAnswer): void {
  if (cases.length === 0) {
    say("nothing waits for a person");
    return;
  }
  table(["case", "waits", "reason", "account", "order at its source", "times"], cases.map(caseRow));
  say(paint("dim", "what each means and what can be done: kojarz case ID"));
  if (cursor !== undefined) say(paint("dim", `there are more: kojarz cases --cursor ${cursor}`));
}

function caseRow({ id, ageMs, reason, account, sourceOrder, count }: CaseLine): string[] {
  return [id, ago(ageMs), reason, account, sourceOrder, String(count)];
}

export function showCase({ case: held, orders, actions, audit }: CaseAnswer): void {
  say(paint("bold", `${plain(held.reason)}  ${plain(held.account)} ${plain(held.sourceOrder)}`));
  say(inLanguage(held.todo));
  if (held.detail !== undefined) say(plain(held.detail));
  for (const { what, from, to } of held.changes) say(`  ${what}: ${plain(from ?? "-")} -> ${plain(to ?? "-")}`);
  if (held.panel !== undefined) say(plain(held.panel));
  if (held.resolved) say(paint("green", `resolved: ${plain(held.resolved.how)} at ${time(held.resolved.at)}`));
  for (const order of orders) showOrder(order);
  if (actions.length > 0) say(`\n${paint("bold", "what can be done")}`);
  for (const { action, label, fields } of actions)
    say(`  ${commandOf(action, fields)}   ${paint("dim", inLanguage(label))}`);
  for (const entry of audit)
    say(`${time(entry.at)}  ${entry.do}  ${plain(entry.before)} -> ${plain(entry.after)}  ${whoDid(entry)}`);
}

/** As the widgets say it: a name that was typed is nobody's identity. */
function whoDid({ by, byProven }: AuditEntry): string {
  return byProven === undefined ? `${plain(by)} (typed)` : `${plain(byProven)} (proven)`;
}

/** The command that does what a button of the widget does. */
function commandOf(action: Readonly<Record<string, unknown>>, fields: readonly string[]): string {
  const { do: name, order, case: held, ...rest } = action;
  const positional =
    name === "merge"
      ? [rest.keep, rest.drop]
      : name === "unlink"
        ? [order, rest.account, rest.sourceOrder]
        : [order ?? held];
  const more = name === "done" && fields.includes("erpNumber") ? ["--erp-number …"] : [];
  return ["kojarz", name, ...positional, ...more]
    .filter((word) => word !== undefined)
    .map((word) => plain(String(word)))
    .join(" ");
}

function showOrder({ order, state, reason, erp, totals, sources, next }: OrderView): void {
  say(`\n${paint("bold", `order ${plain(order)}`)}  ${state}${reason === undefined ? "" : `: ${plain(reason)}`}`);
  say(`  ERP     ${erp ? `${plain(erp.number)} (${erp.how})` : "not there"}`);
  say(`  total   ${totals.map(({ amount, currency }) => `${amount} ${currency}`).join(", ") || "unknown"}`);
  for (const source of sources)
    say(
      `  ${plain(source.account)} ${plain(source.sourceOrder)} ${source.role}, ${source.readiness}, ${time(source.heardAt ?? source.seenAt)}`,
    );
  say(`  next    ${inLanguage(next.text)}${next.at === undefined ? "" : ` (${time(next.at)})`}`);
}

export function showTrace({ orders, cases, ignored, logQuery }: TraceAnswer): void {
  for (const found of orders) {
    showOrder(found.order);
    say();
    for (const line of columns(found.events.map(eventRow))) say(line);
    for (const entry of found.audit)
      say(`${time(entry.at)}  ${entry.do}  ${plain(entry.before)} -> ${plain(entry.after)}  ${whoDid(entry)}`);
    showLines(found.cases);
  }
  showLines(cases);
  for (const { at, account, sourceOrder, reason, count } of ignored)
    say(`${time(at)}  ignored ${count}×  ${plain(account)} ${plain(sourceOrder)}  ${plain(reason)}`);
  say(`\n${paint("dim", "repeats are in the log alone:")}\n${paint("dim", plain(logQuery))}`);
}

function showLines(cases: readonly CaseLine[]): void {
  if (cases.length === 0) return;
  say(`\n${paint("bold", "cases")}`);
  for (const line of columns(cases.map(caseRow))) say(`  ${line}`);
}

function eventRow({ at, what, outcome, reason, account, sourceOrder, erpNumber, count }: TraceEvent): string[] {
  return [
    time(at),
    what,
    `${outcome}${count !== undefined && count > 1 ? ` ${count}×` : ""}`,
    account ?? "",
    sourceOrder ?? erpNumber ?? "",
    reason ?? "",
  ];
}

/** @param all the pages of one action, the last one last */
export function showDone(all: readonly Done[]): void {
  for (const { moved, left, proof } of all) {
    for (const { order, case: held, before, after } of moved)
      say(`${plain(order ?? held ?? "")}  ${plain(before)} -> ${paint("green", plain(after))}`);
    for (const { order, case: held, reason, text } of left)
      say(`${plain(order ?? held ?? "")}  ${paint("yellow", "left as it was")}: ${plain(reason)}. ${inLanguage(text)}`);
    for (const { order, erased, kept } of proof ?? [])
      say(`${plain(order)}  erased: ${erased.map(plain).join(", ") || "nothing"}; kept: ${kept.map(plain).join(", ")}`);
  }
  const last = all.at(-1);
  if (!last) return;
  const scanned = all.reduce((sum, { scan }) => sum + (scan?.looked ?? 0), 0);
  if (last.scan) say(`looked at ${scanned} items`);
  say(`${all.every(({ already }) => already) ? "it was so already" : "done"}: ${inLanguage(last.next)}`);
}

export function refusalOf(answer: Extract<Acted, { answer: "refused" }>): string {
  return `${inLanguage(answer.text)} (${plain(answer.reason)})${answer.fields ? `: ${answer.fields.map(plain).join("; ")}` : ""}`;
}

function table(headings: readonly string[], rows: ReadonlyArray<readonly string[]>): void {
  const [first = "", ...lines] = columns([headings, ...rows]);
  say(paint("dim", first));
  for (const line of lines) say(line);
}
