/** An order as an operator sees it. Buyers are masked: enough to compare two purchases, not to know a person. Pure. */
import { stateIn } from "../core/actions.ts";
import { keyId } from "../core/keys.ts";
import { formatMinor } from "../core/money.ts";
import {
  type Instant,
  isShadowed,
  isUnfinished,
  type Order,
  type OrderEvent,
  type Report,
  type Source,
} from "../core/order.ts";
import { present } from "../core/writes.ts";
import type { Next, OrderView, SourceView, TraceEvent } from "./answers.ts";

/** @param panel where a platform shows this order to its staff */
export function orderView(order: Order, now: Instant, panel: PanelOf): OrderView {
  const { id, acceptedAt, placedAt, expiresAt, attempts, erp, totals, keys, sources, apart = [] } = order;
  const [state = order.state, reason] = stateIn(order).split(":", 2);
  return present<OrderView>({
    order: id,
    state,
    reason: order.reason ?? reason,
    acceptedAt,
    placedAt,
    expiresAt,
    attempts,
    erp,
    totals: totals.map(({ minor, currency }) => ({ amount: formatMinor(minor, currency), currency })),
    keys,
    sources: sources.map((source) => sourceView(source, panel)),
    apart: [...new Set(apart.map((one) => one.order))],
    next: nextOf(order, now),
  });
}

export type PanelOf = (account: string, sourceOrder: string) => string | undefined;

function sourceView(source: Source, panel: PanelOf): SourceView {
  const { account, sourceOrder, role, readiness, seenAt, heardAt, money, report } = source;
  return present<SourceView>({
    account,
    sourceOrder,
    role,
    readiness,
    seenAt,
    heardAt,
    number: report?.number,
    total: money && { amount: formatMinor(money.minor, money.currency), currency: money.currency },
    lines: (report?.lines ?? []).map(({ name, sku, quantity, gross }) =>
      present({ name, sku, quantity, gross: formatMinor(gross, money?.currency ?? "PLN") }),
    ),
    buyer: report && masked(report),
    panel: panel(account, sourceOrder),
  });
}

/** Initials, the start of the e-mail and the end of the telephone, the postcode. */
function masked({ buyer, shipping }: Report): string | undefined {
  const { name = "", postcode = "", city = "" } = shipping.address ?? buyer.billing ?? {};
  const initials = name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => `${[...word][0]}.`)
    .join(" ");
  const [local = "", host] = (buyer.email ?? "").split("@", 2);
  const email = host === undefined ? "" : `${local.slice(0, 1)}…@${host}`;
  const digits = (buyer.phone ?? "").replace(/\D/g, "");
  const phone = digits.length > 3 ? `…${digits.slice(-3)}` : "";
  const parts = [initials, email, phone, [postcode, city].filter(Boolean).join(" ")].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : undefined;
}

const TEXTS = {
  erp: {
    pl: "Sweep przekaże je do ERP o tej porze, jeśli nie wcześniej.",
    en: "The sweep forwards it to the ERP then, if not before.",
  },
  "in-erp": {
    pl: "Jest w ERP. Nic więcej się nie stanie, dopóki źródło nie powie czegoś nowego.",
    en: "It is in the ERP. Nothing more happens until a source says something new.",
  },
  lease: {
    pl: "Jest właśnie przekazywane do ERP, najpóźniej do tej pory.",
    en: "It is being forwarded to the ERP just now, until then at the latest.",
  },
  doubt: {
    pl: "ERP nie potwierdził zapisu. Kojarz sprawdzi o tej porze, czy jest, zanim wyśle ponownie.",
    en: "The ERP did not confirm. Kojarz looks for it then, before it sends again.",
  },
  cancel: { pl: "Kojarz anuluje je w ERP o tej porze.", en: "Kojarz cancels it in the ERP then." },
  waiting: {
    pl: "Czeka, aż źródło powie, że to zamówienie (opłacone, potwierdzone). O tej porze Kojarz zajrzy ponownie.",
    en: "It waits until its source says that it is an order (paid, confirmed). Kojarz looks again then.",
  },
  person: { pl: "Czeka na decyzję człowieka.", en: "It waits for a person's decision." },
  shadow: {
    pl: "Przyszło w trybie podglądu (shadow) i nie jest przekazywane. Kojarz poszuka go w ERP po wyjściu z tego trybu.",
    en: "It came in shadow mode and is not forwarded. Kojarz looks for it in the ERP once that mode is left.",
  },
  over: { pl: "Jest skończone.", en: "It is finished." },
  merged: { pl: "Włączono je do innego zamówienia.", en: "It was merged into another order." },
} as const;

function nextOf(order: Order, now: Instant): Next {
  const { state, dueAt, lease, inDoubtUntil, cancelRequested, mergedInto } = order;
  const next = (what: keyof typeof TEXTS, at?: Instant): Next => present<Next>({ what, at, text: TEXTS[what] });
  if (mergedInto !== undefined) return next("merged");
  if (isShadowed(order)) return next("shadow", dueAt);
  if (state === "held") return next("person");
  if (cancelRequested && isUnfinished(order)) return next("cancel", dueAt);
  if (state === "submitting")
    return (inDoubtUntil ?? 0) > now ? next("doubt", inDoubtUntil) : next("lease", lease?.until ?? dueAt);
  if (state === "pending") return next("erp", dueAt);
  if (state === "waiting") return next("waiting", dueAt);
  return next(state === "delivered" ? "in-erp" : "over");
}

/** An order of an older Kojarz remembers no events: then its reports say when they came. */
export function eventsOf(order: Order): TraceEvent[] {
  const { history } = order;
  const told = (history ?? []).map((event) => traceEvent(event, order));
  const named = new Set(told.map(({ account, sourceOrder }) => `${account}/${sourceOrder}`));
  const silent = order.sources.filter(({ account, sourceOrder }) => !named.has(`${account}/${sourceOrder}`));
  const reports = silent.map(({ account, sourceOrder, seenAt, role }) => ({
    at: seenAt,
    what: "report",
    outcome: role,
    account,
    sourceOrder,
  }));
  return [...told, ...reports].sort((a, b) => a.at - b.at);
}

const VERDICTS: ReadonlySet<string> = new Set(["new", "duplicate", "linked", "waiting", "late", "ignored"]);

function traceEvent(
  { at, what, why, account, sourceOrder, key, rank, count, lastAt }: OrderEvent,
  order: Order,
): TraceEvent {
  const isReport = account !== undefined && VERDICTS.has(what);
  const kind = isReport ? "report" : what === "action" ? "action" : what === "erased" ? "state" : "erp";
  const known = order.keys.find((one) => keyId(one) === key);
  return present<TraceEvent>({
    at,
    what: kind,
    outcome: kind === "action" ? (why ?? what) : what,
    reason: kind === "action" ? undefined : why,
    account,
    sourceOrder,
    key: known && { ...known, rank: (rank as typeof known.rank | undefined) ?? known.rank },
    erpNumber: what === "delivered" ? order.erp?.number : undefined,
    count,
    lastAt,
  });
}
