/** The report as one page that needs nothing else: no script, no font and no picture from anywhere. */
import type { Text } from "../../lib/ops/answers.ts";
import { dayChart, shareBar } from "./charts.ts";
import type { ErpReport, ShownDouble } from "./erp-report.ts";
import { html, type Markup } from "./html.ts";
import { STYLE } from "./style.ts";
import { REASON_WORDS, WORDS, type Word } from "./words.ts";

type Say = (text: Text) => string;

export type Language = "pl" | "en";

/** Both languages are in it, the one that is not read hidden: an owner and an integrator read the same file. */
export function pageOf(report: ErpReport, first: Language): string {
  const second = first === "pl" ? "en" : "pl";
  const { markup } = html`<!DOCTYPE html>
<html lang="${first}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Kojarz: ${WORDS.title[first]}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<nav aria-label="${WORDS.language[second]} / ${WORDS.language[first]}"><input type="checkbox" id="other" class="switch"><label for="other" class="switch-label" lang="${second}">${WORDS.language[first]}</label></nav>
<main class="first">${bodyOf(report, first)}</main>
<main class="second" lang="${second}">${bodyOf(report, second)}</main>
</body>
</html>
`;
  return markup;
}

function bodyOf(report: ErpReport, language: Language): Markup {
  const say: Say = (text) => text[language];
  const word = (name: Word) => WORDS[name][language];
  const { orders, surplus, suspected, from, to } = report;
  return html`<h1>${word("title")}</h1>
<p>${word("from")} ${from} ${word("to")} ${to}</p>
<dl class="figures">${figures([
    [word("orders"), String(orders)],
    [word("purchases"), String(suspected.length)],
    [word("surplus"), String(surplus.orders)],
    [word("worth"), worthText(report)],
    [word("share"), shareText(report)],
  ])}</dl>
<section aria-label="${word("limits")}" class="limits"><h2>${word("limits")}</h2><p>${word("says")}</p></section>
<h2>${word("byDay")}</h2>
<p class="legend"><span class="key all"></span>${word("all")} <span class="key double"></span>${word("doubles")}</p>
${dayChart(report.byDay, `${word("byDay")}: ${word("all")} ${orders}, ${word("doubles")} ${surplus.orders}`)}
<h2>${word("byReason")}</h2>
${table(
  [word("byReason"), word("purchases"), ""],
  report.byReason.map(({ reason, purchases }) => [
    html`<strong>${say(REASON_WORDS[reason].name)}</strong><br><span class="means">${say(REASON_WORDS[reason].means)}</span>`,
    html`${purchases}`,
    shareBar(purchases, suspected.length),
  ]),
  word("byReason"),
)}
<h2>${word("byWriter")}</h2>
${table(
  [word("writer"), word("orders"), word("doubles"), ""],
  report.writers.map(({ writer, orders: of, surplus: too }) => [
    html`<code>${writer || "-"}</code>`,
    html`${of}`,
    html`${too}`,
    shareBar(too, of),
  ]),
  word("byWriter"),
)}
<h2>${word("list")}</h2>
${suspected.length === 0 ? html`<p>${word("none")}</p>` : suspected.map((one) => doubleOf(one, say, word))}
<p class="small">${word("cancelled")}: ${report.cancelled}. ${word("unread")}: ${report.unread.length}. ${word("apart")}: ${report.apart}.</p>`;
}

export function worthText({ surplus }: ErpReport): string {
  return surplus.worth.map(({ currency, amount }) => `${amount} ${currency}`).join(", ") || "0";
}

export function shareText({ orders, surplus }: ErpReport): string {
  return orders === 0 ? "0 %" : `${((surplus.orders / orders) * 100).toFixed(1)} %`;
}

function figures(all: ReadonlyArray<readonly [string, string]>): Markup[] {
  return all.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
}

function doubleOf(
  { reason, shared, worth, currency, orders }: ShownDouble,
  say: Say,
  word: (name: Word) => string,
): Markup {
  const title = `${say(REASON_WORDS[reason].name)}${shared === undefined ? "" : `: ${shared}`}`;
  const rows = orders.map((order) => [
    html`${order.number}`,
    html`${order.date}`,
    html`${order.total}`,
    html`<code>${order.internetId || "-"}</code>`,
    html`<code>${order.customerNumber || "-"}</code>`,
  ]);
  const headings = (["number", "date", "total", "internetId", "customerNumber"] as const).map(word);
  return html`<details open><summary>${title} <span class="worth">${worth} ${currency}</span></summary>${table(headings, rows, title)}</details>`;
}

/** It scrolls by itself where it is wider than a phone, also by the keyboard. */
function table(headings: readonly string[], rows: ReadonlyArray<readonly Markup[]>, name: string): Markup {
  const head = headings.map((heading) => (heading === "" ? html`<td></td>` : html`<th scope="col">${heading}</th>`));
  const body = rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`);
  return html`<div class="wide" tabindex="0" role="group" aria-label="${name}"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
