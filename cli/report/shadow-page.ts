/** The report on shadow mode as one page. */
import { dayChart } from "./charts.ts";
import { documentOf, figures, type Language, table } from "./frame.ts";
import { html, type Markup } from "./html.ts";
import { PARTS, type Part, type ShadowReport, type ShownPurchase } from "./shadow-report.ts";
import { SHADOW_WORDS, type ShadowWord } from "./shadow-words.ts";

export function shadowPageOf(report: ShadowReport, first: Language): string {
  return documentOf(SHADOW_WORDS.title, (language) => bodyOf(report, language), first);
}

function bodyOf(report: ShadowReport, language: Language): Markup {
  const word = (name: ShadowWord) => SHADOW_WORDS[name][language];
  const { from, to, erpOrders, doubled, leaving } = report;
  return html`<h1>${word("title")}</h1>
<p>${from} – ${to}</p>
<dl class="figures">${figures(figuresOf(report).map(([name, value]) => [word(name), value]))}</dl>
<section aria-label="${word("limits")}" class="limits"><h2>${word("limits")}</h2><p>${word("says")}</p></section>
<h2>${word("byDay")}</h2>
<p class="legend"><span class="key all"></span>${word("all")} <span class="key double"></span>${word("surplus")}</p>
${dayChart(report.byDay, `${word("byDay")}: ${word("all")} ${erpOrders}, ${word("doubled")} ${doubled.length}`)}
${PARTS.map((part) => partOf(part, report[part], word))}
${leaving ? leavingPart(leaving, word) : html``}`;
}

export function figuresOf(report: ShadowReport): Array<readonly [ShadowWord, string]> {
  const worth = report.worth.map(({ currency, amount }) => `${amount} ${currency}`).join(", ") || "0";
  return [
    ["purchases", String(report.purchases)],
    ["erpOrders", String(report.erpOrders)],
    ["doubled", String(report.doubled.length)],
    ["worth", worth],
    ["missing", String(report.missing.length)],
    ["differing", String(report.differing.length)],
    ["taxed", String(report.taxed.length)],
    ["vatUnknown", String(report.vatUnknown)],
    ["late", String(report.late.length)],
    ["standing", String(report.standing.length)],
    ["unexplained", String(report.unexplained.length)],
  ];
}

function partOf(part: Part, purchases: readonly ShownPurchase[], word: (name: ShadowWord) => string): Markup {
  return html`<h2>${word(part)}: ${purchases.length}</h2>${listOf(purchases, word(part), word, FURTHER[part])}`;
}

/** What the list of a part shows beside what every list does. */
type Column = readonly [ShadowWord, (purchase: ShownPurchase, word: (name: ShadowWord) => string) => Markup];

const FURTHER: Partial<Record<Part, readonly Column[]>> = {
  taxed: [
    ["vatOfPurchase", ({ vat }) => html`${vat?.purchase.join(", ") ?? ""}`],
    ["vatInErp", ({ vat }) => html`${vat?.inErp.join(", ") ?? ""}`],
  ],
  late: [["after", ({ hours }, word) => html`${hours ?? ""} ${word("hours")}`]],
};

function listOf(
  purchases: readonly ShownPurchase[],
  name: string,
  word: (name: ShadowWord) => string,
  further: readonly Column[] = [],
): Markup {
  if (purchases.length === 0) return html`<p>${word("none")}</p>`;
  const names: ShadowWord[] = [
    "purchase",
    "placed",
    "total",
    "numbers",
    "inErp",
    ...further.map(([heading]) => heading),
  ];
  const rows = purchases.map((one) => [
    html`<code>${one.purchase.join(", ")}</code>`,
    html`${one.placed}`,
    html`${one.total}`,
    html`${one.numbers.join(", ") || "-"}`,
    html`${one.inErp.join(", ") || "-"}`,
    ...further.map(([, cell]) => cell(one, word)),
  ]);
  return table(names.map(word), rows, name);
}

function leavingPart(leaving: NonNullable<ShadowReport["leaving"]>, word: (name: ShadowWord) => string): Markup {
  const { liveFrom, linked, forwarded, asked } = leaving;
  return html`<h2>${word("leaving")} (${liveFrom})</h2>
<p>${word("linked")}: ${linked}</p>
<h3>${word("forwarded")}: ${forwarded.length}</h3>${listOf(forwarded, word("forwarded"), word)}
<h3>${word("asked")}: ${asked.length}</h3>${listOf(asked, word("asked"), word)}`;
}
