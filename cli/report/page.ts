/** The report on an export as one page. */
import type { Text } from "../../lib/ops/answers.ts";
import { dayChart, shareBar } from "./charts.ts";
import type { ErpReport, ShownDouble } from "./erp-report.ts";
import { documentOf, figures, type Language, table } from "./frame.ts";
import { html, type Markup } from "./html.ts";
import { REASON_WORDS, WORDS, type Word } from "./words.ts";

type Say = (text: Text) => string;

export function pageOf(report: ErpReport, first: Language): string {
  return documentOf(WORDS.title, (language) => bodyOf(report, language), first);
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
