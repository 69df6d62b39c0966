/** What every report's page is made of: one document that needs nothing else, no script, no font and no picture from anywhere. */
import type { Text } from "../../lib/ops/answers.ts";
import { html, type Markup } from "./html.ts";
import { STYLE } from "./style.ts";
import { WORDS } from "./words.ts";

export type Language = "pl" | "en";

/** Both languages are in it, the one that is not read hidden: an owner and an integrator read the same file. */
export function documentOf(title: Text, bodyOf: (language: Language) => Markup, first: Language): string {
  const second = first === "pl" ? "en" : "pl";
  const { markup } = html`<!DOCTYPE html>
<html lang="${first}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Kojarz: ${title[first]}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<nav aria-label="${WORDS.language[second]} / ${WORDS.language[first]}"><input type="checkbox" id="other" class="switch"><label for="other" class="switch-label" lang="${second}">${WORDS.language[first]}</label></nav>
<main class="first">${bodyOf(first)}</main>
<main class="second" lang="${second}">${bodyOf(second)}</main>
</body>
</html>
`;
  return markup;
}

export function figures(all: ReadonlyArray<readonly [string, string]>): Markup[] {
  return all.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
}

/** It scrolls by itself where it is wider than a phone, also by the keyboard. */
export function table(headings: readonly string[], rows: ReadonlyArray<readonly Markup[]>, name: string): Markup {
  const head = headings.map((heading) => (heading === "" ? html`<td></td>` : html`<th scope="col">${heading}</th>`));
  const body = rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`);
  return html`<div class="wide" tabindex="0" role="group" aria-label="${name}"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
