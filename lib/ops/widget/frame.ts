/** What every view of the widgets is made of: its frame, buttons that call a function, times as the viewer reads them. Pure. */
import type { Text } from "../answers.ts";
import type { WidgetContext } from "./context.ts";
import { Html, type HtmlValue, html } from "./html.ts";
import { STATES, WORDS, type Word } from "./words.ts";

/** The ARNs of the two functions. */
export type Doors = { read: string; act: string };

export type View = {
  context: WidgetContext;
  doors: Doors;
  now: number;
  /** Names the request of a button: pressed twice, it acts once. */
  unique: () => string;
  /** Says a word of ours. */
  say(word: Word): string;
  /** Says a text that came with an answer. */
  text(text: Text): string;
};

export function viewOf(context: WidgetContext, doors: Doors, now: number, unique: () => string): View {
  return {
    context,
    doors,
    now,
    unique,
    say: (word) => WORDS[word][context.language],
    text: (text) => text[context.language],
  };
}

export type ButtonOptions = {
  /** Asked first, in a dialogue. */
  confirm?: string;
  primary?: boolean;
  /** Looks like a link. */
  quiet?: boolean;
  current?: boolean;
};

/**
 * A button that calls one of our functions and shows in its place what that answers. CloudWatch takes the `cwdb-action` that
 * follows an element at once; the form fields of the widget come with the call.
 */
export function button(
  { doors, unique }: View,
  door: keyof Doors,
  label: string,
  event: { act?: object; [name: string]: unknown },
  { confirm, primary, quiet, current }: ButtonOptions = {},
): Html {
  const sent = event.act === undefined ? event : { ...event, act: { ...event.act, request: unique() } };
  const kind = primary ? "kj-primary" : quiet ? "kj-quiet" : "";
  const asks = confirm === undefined ? undefined : html` confirmation="${confirm}"`;
  return html`<button type="button" class="kj-btn ${kind}"${current && html` aria-current="page"`}>${label}</button><cwdb-action action="call" display="widget" endpoint="${doors[door]}"${asks}>${JSON.stringify(sent)}</cwdb-action>`;
}

const TABS = ["cases", "search", "state"] as const;
export type Tab = (typeof TABS)[number];

const HOME: Readonly<Record<Tab, Record<string, unknown>>> = {
  cases: { ask: "cases" },
  search: { show: "search" },
  state: { ask: "status" },
};

export function readFrame(view: View, current: Tab | undefined, ...content: HtmlValue[]): string {
  const tabs = TABS.map((tab) =>
    button(view, "read", view.say(tab), HOME[tab], { quiet: true, current: tab === current }),
  );
  return frame(view, html`<nav class="kj-tabs">${tabs}</nav>`, content);
}

export function frame({ context }: View, ...content: HtmlValue[]): string {
  const dark = context.theme === "dark" ? " kj-dark" : "";
  return html`<style>${RAW_STYLE}</style><div class="kj${dark} cwdb-no-default-styles" lang="${context.language}">${content}</div>`
    .text;
}

export function table(headings: readonly string[], rows: readonly (readonly HtmlValue[])[]): Html {
  const cells = (row: readonly HtmlValue[]) =>
    row.map((cell, index) => html`<td data-label="${headings[index]}">${cell}</td>`);
  return html`<table class="kj-table"><thead><tr>${headings.map((each) => html`<th scope="col">${each}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table>`;
}

/** Names and values, one below the other; what is not there is left out. */
export function facts(pairs: ReadonlyArray<readonly [name: string, value: HtmlValue]>): Html {
  const there = pairs.filter(([, value]) => value !== undefined && value !== false && value !== "");
  return html`<dl class="kj-facts">${there.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

export function badge(text: string, kind: "good" | "warn" | "bad" | "plain" = "plain"): Html {
  return html`<span class="kj-badge kj-${kind}">${text}</span>`;
}

export function stateBadge({ context }: View, state: string): Html {
  const name = STATES[state]?.[context.language] ?? state;
  return badge(name, state === "held" ? "bad" : state === "delivered" ? "good" : "plain");
}

export function input(
  name: string,
  label: string,
  more: { value?: string; hint?: string; required?: boolean } = {},
): Html {
  const { value, hint, required } = more;
  return html`<label class="kj-field"><span>${label}${required && html` <span aria-hidden="true">*</span>`}</span><input type="text" name="${name}" value="${value ?? ""}" autocomplete="off"${required && html` aria-required="true"`}>${hint !== undefined && html`<small>${hint}</small>`}</label>`;
}

export function select(
  name: string,
  label: string,
  options: ReadonlyArray<readonly [value: string, label: string]>,
): Html {
  return html`<label class="kj-field"><span>${label}</span><select name="${name}">${options.map(([value, text]) => html`<option value="${value}">${text}</option>`)}</select></label>`;
}

/** On the viewer's clock: `2026-11-24 13:05`. */
export function when({ context }: View, at: number): Html {
  const local = new Date(at + context.offsetMinutes * 60_000).toISOString();
  return html`<time datetime="${new Date(at).toISOString()}">${local.slice(0, 16).replace("T", " ")}</time>`;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** `3 d`, `5 h`, `12 min`: the largest unit that it fills. */
export function duration(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => Math.abs(ms) >= each) ?? ["s", 1_000];
  return `${Math.round(ms / size)} ${unit}`;
}

/** Of an address that came from outside: only what a browser opens as a page, and never as a script. */
export function link(url: string | undefined, label: string): Html | undefined {
  if (url === undefined || !/^https?:\/\//i.test(url)) return undefined;
  return html`<a href="${url}" target="_blank" rel="noopener noreferrer">${label}</a>`;
}

/** CloudWatch's own colours, light and dark: the widget stands among its graphs. At least 4.5 to 1. */
const STYLE = `
.kj{--ink:#0f141a;--dim:#4a5563;--line:#c6c6cd;--soft:#f3f5f8;--link:#0057c2;--good:#00692b;--warn:#7a4a00;--bad:#b30d17;--on:#fff;--paper:#fff;font:14px/1.45 "Amazon Ember","Open Sans",system-ui,sans-serif;color:var(--ink);padding:4px 2px;overflow-wrap:anywhere}
.kj.kj-dark{--ink:#e4e6ea;--dim:#b4bbc5;--line:#424650;--soft:#1c242e;--link:#7dbcff;--good:#5fd68b;--warn:#f0b64c;--bad:#ff8a8a;--on:#0f141a;--paper:#0f1720}
.kj h2{font-size:16px;margin:14px 0 6px}.kj h3{font-size:14px;margin:12px 0 4px}.kj p{margin:6px 0}.kj small,.kj .kj-dim{color:var(--dim)}
.kj a{color:var(--link)}.kj code,.kj pre{font:12.5px/1.4 ui-monospace,Menlo,Consolas,monospace}.kj pre{background:var(--soft);padding:8px;border-radius:6px;white-space:pre-wrap;margin:4px 0}
.kj-tabs{display:flex;flex-wrap:wrap;gap:4px;border-bottom:1px solid var(--line);margin-bottom:8px}
.kj-btn{font:inherit;font-weight:600;color:var(--link);background:transparent;border:1.5px solid var(--link);border-radius:16px;padding:4px 14px;margin:2px 4px 2px 0;cursor:pointer;white-space:nowrap}
.kj-btn:hover{background:var(--soft)}.kj-btn:focus-visible,.kj input:focus-visible,.kj select:focus-visible,.kj summary:focus-visible,.kj a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.kj-primary{background:var(--link);color:var(--on)}.kj-primary:hover{background:var(--link);filter:brightness(1.08)}
.kj-quiet{border-color:transparent;border-radius:4px 4px 0 0;padding:4px 10px}.kj-tabs .kj-btn{margin:0;color:var(--ink)}.kj-tabs .kj-btn[aria-current]{color:var(--link);box-shadow:inset 0 -3px 0 var(--link)}
.kj-table{border-collapse:collapse;width:100%;margin:6px 0}.kj-table th{white-space:nowrap;text-align:left;font-weight:600;color:var(--dim);border-bottom:1px solid var(--line);padding:4px 8px 4px 0}.kj-table td{border-bottom:1px solid var(--line);padding:6px 8px 6px 0;vertical-align:top}
.kj-badge{display:inline-block;border:1px solid currentColor;border-radius:10px;padding:0 8px;font-size:12.5px;font-weight:600;white-space:nowrap}.kj-good{color:var(--good)}.kj-warn{color:var(--warn)}.kj-bad{color:var(--bad)}.kj-plain{color:var(--dim)}
.kj-facts{display:grid;grid-template-columns:minmax(90px,max-content) 1fr;gap:2px 12px;margin:6px 0}.kj-facts dt{color:var(--dim)}.kj-facts dd{margin:0}
.kj-side{display:grid;grid-template-columns:repeat(auto-fit,minmax(240px,1fr));gap:10px}.kj-card{border:1px solid var(--line);border-radius:10px;padding:8px 12px;background:var(--paper)}.kj-card h3{margin-top:2px}
.kj-field{display:block;margin:6px 0}.kj-field>span{display:block;color:var(--dim)}.kj-field small{display:block}.kj-field input,.kj-field select{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--dim);border-radius:8px;padding:5px 8px;width:100%;max-width:360px;box-sizing:border-box}
.kj-light{display:flex;align-items:center;gap:8px;font-size:16px;font-weight:600}.kj-dot{width:12px;height:12px;border-radius:50%;background:currentColor}
.kj-todo{border-left:3px solid var(--link);padding:2px 10px;background:var(--soft);border-radius:0 6px 6px 0}.kj-events{list-style:none;margin:6px 0;padding:0 0 0 14px;border-left:2px solid var(--line)}.kj-events li{margin:6px 0}
.kj details{margin:6px 0}.kj summary{cursor:pointer;color:var(--link);font-weight:600}
@media(max-width:520px){.kj-table thead{display:none}.kj-table tr{display:block;border-bottom:1px solid var(--line);padding:6px 0}.kj-table td{display:block;border:0;padding:1px 0}.kj-table td[data-label]:before{content:attr(data-label) ": ";color:var(--dim)}.kj-table td:last-child[data-label]:before{content:""}}
`;
const RAW_STYLE = Html.of([STYLE], []);
