/** The views of the reading widget: the state, the cases, the search. Pure. */
import type { CaseLine } from "../answers.ts";
import type { CasesAnswer, StatusAnswer } from "../questions.ts";
import { badge, button, duration, input, link, readFrame, table, type View, when } from "./frame.ts";
import { type Html, html } from "./html.ts";

const LIGHTS = { well: "good", look: "warn", down: "bad" } as const;

export function statusView(view: View, status: StatusAnswer): string {
  return readFrame(view, "state", lightOf(view, status), backlogOf(view, status), accountsOf(view, status));
}

function lightOf({ say, now }: View, { light, cases }: StatusAnswer): Html {
  const { open, more, oldestAt, byReason } = cases;
  const count = html`${more && `${say("atLeast")} `}${open}`;
  const oldest = oldestAt !== undefined && html`, ${say("age")} ${duration(now - oldestAt)}`;
  return html`<p class="kj-light kj-${LIGHTS[light]}" role="status"><span class="kj-dot" aria-hidden="true"></span>${say(light)}</p>
<p>${say("openCases")}: <strong>${count}</strong>${oldest}</p>
${
  byReason.length > 0 &&
  table(
    [say("reason"), say("openCases"), say("waits")],
    byReason.map(({ reason, open: ofReason, oldestAt: since }) => [
      html`<code>${reason}</code>`,
      ofReason,
      duration(now - since),
    ]),
  )
}`;
}

function backlogOf(view: View, { backlog, circuit }: StatusAnswer): Html {
  const { say, now } = view;
  const oldest =
    backlog.oldestDueAt !== undefined &&
    html`; ${say("oldestDue")} ${duration(Math.max(0, now - backlog.oldestDueAt))}`;
  const words = {
    closed: badge(say("circuitClosed"), "good"),
    open: html`${badge(say("circuitOpen"), "bad")} ${circuit.until !== undefined && when(view, circuit.until)}`,
    trying: badge(say("circuitTrying"), "warn"),
    unknown: badge(say("circuitUnknown")),
  };
  const redrive = { act: { do: "redrive", what: "backlog" }, back: { ask: "status" } };
  return html`<h2>${say("backlog")}</h2>
<p>${backlog.more && `${say("atLeast")} `}<strong>${backlog.due}</strong> ${say("dueNow")}${oldest}</p>
<p>${say("circuit")}: ${words[circuit.state]} ${circuit.at !== undefined && html`<span class="kj-dim">(${when(view, circuit.at)})</span>`}</p>
${whoField(view)}
<p>${button(view, "act", say("tryNow"), redrive, { confirm: say("tryNowConfirm"), primary: backlog.due > 0 })}</p>`;
}

function accountsOf(view: View, { accounts }: StatusAnswer): Html {
  const { say, now } = view;
  const ago = (at: number | undefined) => (at === undefined ? say("never") : duration(now - at));
  const rows = accounts.map((each) => {
    const { account, lastReportAt, lastOrderAt, polled, unread, unreadSince, blockedUntil, tokenLeftMs } = each;
    const since = unreadSince !== undefined && html` (${duration(now - unreadSince)})`;
    const redrive = { act: { do: "redrive", what: "feed", account }, back: { ask: "status" } };
    return [
      html`<strong>${account}</strong>${blockedUntil !== undefined && blockedUntil > now && html`<br>${badge(say("blocked"), "warn")} ${when(view, blockedUntil)}`}${refusedOf(view, each)}`,
      ago(lastReportAt),
      ago(lastOrderAt),
      polled ? lagOf(view, each) : html`<span class="kj-dim">${say("notPolled")}</span>`,
      html`${unread}${since}`,
      tokenOf(view, tokenLeftMs),
      polled ? button(view, "act", say("readNow"), redrive, { confirm: say("readNowConfirm") }) : "",
    ];
  });
  const headings = ["account", "lastReport", "lastOrder", "lag", "unread", "token"] as const;
  return html`<h2>${say("accounts")}</h2>${table([...headings.map(say), ""], rows)}`;
}

function lagOf(view: View, { pollLagMs, polledWellAt, failedAt, failure }: StatusAnswer["accounts"][number]) {
  const { say } = view;
  if (failedAt !== undefined)
    return html`${badge(say("fails"), "bad")} ${failure}<br><span class="kj-dim">${say("readWell")} ${polledWellAt === undefined ? say("never") : when(view, polledWellAt)}</span>`;
  if (pollLagMs === undefined) return "–";
  return pollLagMs > 0 ? badge(duration(pollLagMs), "warn") : "0 s";
}

function refusedOf({ say, now }: View, { refused = {}, refusedAt }: StatusAnswer["accounts"][number]): Html | false {
  if (refusedAt === undefined) return false;
  const counts = Object.entries(refused).map(([reason, count]) => `${count} ${reason}`);
  return html`<br><span class="kj-dim">${say("refusedMessages")} ${counts.join(", ")}, ${duration(now - refusedAt)}</span>`;
}

function tokenOf({ say }: View, leftMs: number | undefined): Html | string {
  if (leftMs === undefined) return "–";
  return leftMs <= 0 ? badge(say("tokenOver"), "bad") : duration(leftMs);
}

/** Who acts: typed, so the history says that it was typed. */
export function whoField({ say, context }: View): Html {
  return input("by", say("who"), { value: context.forms.by ?? "", hint: say("whoHint"), required: true });
}

export type CasesAsked = { reason?: string | undefined; account?: string | undefined; first?: string | undefined };

export function casesView(view: View, { cases, cursor }: CasesAnswer, asked: CasesAsked, isFirst: boolean): string {
  const { say } = view;
  const rows = cases.map((line) => caseRow(view, line));
  const more = cursor !== undefined && button(view, "read", say("more"), { ask: "cases", ...asked, cursor });
  const first = !isFirst && button(view, "read", say("firstPage"), { ask: "cases", ...asked });
  const turned = asked.first === "newest" ? "oldest" : "newest";
  return readFrame(
    view,
    "cases",
    html`<p>${button(view, "read", say(turned), { ask: "cases", ...asked, first: turned }, { quiet: true })}${
      asked.reason !== undefined &&
      html`<code>${asked.reason}</code> ${button(view, "read", say("allReasons"), { ask: "cases" }, { quiet: true })}`
    }</p>`,
    cases.length === 0 ? html`<p>${badge(say("well"), "good")} ${say("noCases")}</p>` : html``,
    cases.length > 0 && table([say("waits"), say("reason"), say("account"), say("orderAtSource"), ""], rows),
    html`<p>${first}${more}</p>`,
  );
}

function caseRow(view: View, line: CaseLine) {
  const { say, text } = view;
  const { id, reason, account, sourceOrder, count, ageMs, todo } = line;
  return [
    duration(ageMs),
    html`<strong><code>${reason}</code></strong>${count > 1 && html` <span class="kj-dim">${count} ${say("times")}</span>`}<br><small>${text(todo)}</small>`,
    account,
    html`${sourceOrder} ${link(line.panel, say("panel"))}`,
    button(view, "read", say("open"), { ask: "case", case: id }),
  ];
}

export function searchForm(view: View, of = ""): Html {
  const { say } = view;
  return html`<div role="search">${input("of", say("findLabel"), { value: of })}${button(view, "read", say("find"), { show: "trace" }, { primary: true })}</div>`;
}

export function searchView(view: View): string {
  return readFrame(view, "search", searchForm(view));
}
