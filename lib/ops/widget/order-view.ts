/** One case, and the history of a purchase: its orders side by side, what happened, and what a person can do. Pure. */
import type { AuditEntry, CaseLine, CaseView, OrderView, SourceView, TraceEvent } from "../answers.ts";
import type { CaseAnswer, TraceAnswer } from "../questions.ts";
import { actionsOf } from "./forms.ts";
import { badge, button, duration, facts, link, readFrame, stateBadge, table, type View, when } from "./frame.ts";
import { type Html, type HtmlValue, html } from "./html.ts";
import { searchForm } from "./views.ts";

export function caseView(view: View, { case: held, orders, actions, audit }: CaseAnswer): string {
  const { say, text } = view;
  const back = { ask: "case", case: held.id };
  return readFrame(
    view,
    undefined,
    html`<h2><code>${held.reason}</code> ${held.resolved ? badge(`${say("resolved")}: ${held.resolved.how}`, "good") : badge(duration(held.ageMs), "warn")}</h2>`,
    html`<p class="kj-todo"><strong>${say("todo")}.</strong> ${text(held.todo)}</p>`,
    caseFacts(view, held),
    changesOf(view, held),
    held.erasedAt !== undefined && html`<p>${badge(say("erased"), "warn")}</p>`,
    orders.length > 0 && html`<h2>${say(orders.length > 1 ? "twoOrders" : "order")}</h2>`,
    html`<div class="kj-side">${orders.map((order) => orderCard(view, order))}</div>`,
    html`<h2>${say("actions")}</h2>`,
    actionsOf(view, actions, orders, back),
    auditOf(view, audit),
  );
}

function caseFacts(view: View, held: CaseView): Html {
  const { say } = view;
  const { resolved } = held;
  return facts([
    [say("account"), held.account],
    [say("orderAtSource"), html`${held.sourceOrder} ${link(held.panel, say("panel"))}`],
    [say("waits"), html`${when(view, held.firstAt)}${held.count > 1 && html` · ${held.count} ${say("times")}`}`],
    [say("detail"), held.detail],
    [
      say("resolved"),
      resolved && html`${resolved.how}, ${when(view, resolved.at)} ${byOf(view, resolved)} ${resolved.note}`,
    ],
  ]);
}

function changesOf({ say }: View, { changes }: CaseView): HtmlValue {
  if (changes.length === 0) return undefined;
  const rows = changes.map(({ what, from, to }) => [what, from ?? "–", to ?? "–"]);
  return html`<h3>${say("changed")}</h3>${table([say("what"), say("given"), say("now")], rows)}`;
}

function orderCard(view: View, order: OrderView): Html {
  const { say, text } = view;
  const { erp, reason, next, apart } = order;
  return html`<section class="kj-card"><h3>${stateBadge(view, order.state)} ${reason !== undefined && html`<code>${reason}</code>`}</h3>${facts(
    [
      [
        say("erpNumber"),
        erp ? html`<strong>${erp.number}</strong> <span class="kj-dim">(${erp.how})</span>` : say("notInErp"),
      ],
      [say("total"), order.totals.map(({ amount, currency }) => `${amount} ${currency}`).join(" · ")],
      [say("placed"), order.placedAt !== undefined && when(view, order.placedAt)],
      [say("accepted"), when(view, order.acceptedAt)],
      [say("attempts"), order.attempts > 0 && order.attempts],
      [say("next"), html`${text(next.text)} ${next.at !== undefined && when(view, next.at)}`],
      [say("apart"), apart.length > 0 && html`<code>${apart.join(" ")}</code>`],
      ["id", html`<code>${order.order}</code>`],
    ],
  )}${order.sources.map((source) => sourceCard(view, source))}<p>${button(view, "read", say("showOrder"), { ask: "trace", of: order.order }, { quiet: true })}</p></section>`;
}

function sourceCard(view: View, source: SourceView): Html {
  const { say } = view;
  const { account, sourceOrder, number, total, lines, buyer, role, readiness } = source;
  return html`<details><summary>${account} ${number ?? sourceOrder}</summary>${facts([
    [say("orderAtSource"), html`${sourceOrder} ${link(source.panel, say("panel"))}`],
    [say("stateOf"), role === "report" ? readiness : `${role}, ${readiness}`],
    [say("lastReport"), when(view, source.heardAt ?? source.seenAt)],
    [say("total"), total && `${total.amount} ${total.currency}`],
    [
      say("goods"),
      lines.map(
        ({ name, sku, quantity, gross }) => html`${quantity} × ${name} ${sku !== undefined && `(${sku})`} ${gross}<br>`,
      ),
    ],
    [say("buyer"), buyer],
  ])}</details>`;
}

export function traceView(view: View, trace: TraceAnswer): string {
  const { say } = view;
  const isNothing = trace.orders.length === 0 && trace.cases.length === 0 && trace.ignored.length === 0;
  return readFrame(
    view,
    "search",
    searchForm(view, trace.of),
    isNothing && html`<p role="status">${say("nothingFound")}</p>`,
    trace.orders.map((found) => tracedOrder(view, found, trace.of)),
    casesOf(view, trace.cases),
    ignoredOf(view, trace),
    html`<details><summary>${say("logQuery")}</summary><pre>${trace.logQuery}</pre></details>`,
  );
}

function tracedOrder(view: View, found: TraceAnswer["orders"][number], of: string): Html {
  const { say } = view;
  const { order, events, cases, audit, actions } = found;
  return html`${orderCard(view, order)}
<h2>${say("history")}</h2><ol class="kj-events">${events.map((event) => html`<li>${eventOf(view, event)}</li>`)}</ol>
${casesOf(view, cases)}
<h2>${say("actions")}</h2>${actionsOf(view, actions, [order], { ask: "trace", of })}
${auditOf(view, audit)}`;
}

function eventOf(view: View, event: TraceEvent): Html {
  const { say } = view;
  const { key, count, lastAt } = event;
  return html`${when(view, event.at)} <span class="kj-dim">${event.what}</span> <strong>${event.outcome}</strong> ${event.reason !== undefined && html`<code>${event.reason}</code>`} ${event.account} ${event.sourceOrder} ${event.erpNumber !== undefined && html`→ <strong>${event.erpNumber}</strong>`} ${key && html`<span class="kj-dim">${key.kind} ${key.issuer} ${key.value} (${key.rank})</span>`} ${event.by} ${count !== undefined && count > 1 && html`<span class="kj-dim">${count} ${say("times")}, ${lastAt !== undefined && when(view, lastAt)}</span>`}`;
}

function casesOf(view: View, cases: readonly CaseLine[]): HtmlValue {
  const { say, text } = view;
  if (cases.length === 0) return undefined;
  const rows = cases.map(({ id, reason, account, sourceOrder, ageMs, todo, resolved }) => [
    resolved ? `${say("resolved")}: ${resolved.how}` : duration(ageMs),
    html`<code>${reason}</code><br><small>${text(todo)}</small>`,
    account,
    sourceOrder,
    button(view, "read", say("open"), { ask: "case", case: id }),
  ]);
  return html`<h2>${say("cases")}</h2>${table([say("waits"), say("reason"), say("account"), say("orderAtSource"), ""], rows)}`;
}

function ignoredOf(view: View, { ignored }: TraceAnswer): HtmlValue {
  const { say } = view;
  if (ignored.length === 0) return undefined;
  const rows = ignored.map(({ at, account, sourceOrder, reason, count }) => [
    when(view, at),
    account,
    sourceOrder,
    html`<code>${reason}</code>`,
    `${count} ${say("times")}`,
  ]);
  return html`<h2>${say("ignored")}</h2>${table([say("lastReport"), say("account"), say("orderAtSource"), say("reason"), ""], rows)}`;
}

function auditOf(view: View, audit: readonly AuditEntry[]): HtmlValue {
  const { say } = view;
  if (audit.length === 0) return undefined;
  const entries = audit.map(
    (entry) =>
      html`<li>${when(view, entry.at)} <strong>${entry.do}</strong> ${entry.before} → ${entry.after} ${byOf(view, entry)} ${entry.note}</li>`,
  );
  return html`<h2>${say("audit")}</h2><ol class="kj-events">${entries}</ol>`;
}

function byOf({ say }: View, { by, byProven }: { by?: string | undefined; byProven?: string | undefined }): HtmlValue {
  if (byProven !== undefined) return html`<span class="kj-dim">${byProven} (${say("proven")})</span>`;
  return by !== undefined && html`<span class="kj-dim">${by} (${say("unproven")})</span>`;
}
