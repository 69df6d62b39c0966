/** Everything that is known of a purchase, by any number or id that a person may hold. */
import { channelNames } from "../channels/names.ts";
import type { Held } from "../core/held.ts";
import { KeyKind, normalise } from "../core/keys.ts";
import type { Order } from "../core/order.ts";
import type { KeyName } from "../core/ports/claims.ts";
import { casesOf, casesOfReports, type Reported } from "./case-ids.ts";
import { auditEntry, caseLine, type LookParts, panelsOf } from "./case-view.ts";
import { eventsOf, orderView } from "./order-view.ts";
import { actionsOnOrder } from "./possible-actions.ts";
import type { TraceAnswer } from "./questions.ts";

/** A number that several orders carry shows so many of them. */
const MAX_ORDERS = 10;

export async function trace(of: string, parts: LookParts): Promise<TraceAnswer> {
  const text = of.trim();
  const accounts = parts.book.accounts.map(({ name }) => name);
  const spellings = spellingsOf(text);
  const reports = spellings.flatMap((sourceOrder) => accounts.map((account) => ({ account, sourceOrder })));
  const [orders, loose, ignored] = await Promise.all([
    ordersOf(text, parts),
    casesFor(text, reports, parts),
    parts.desk.ignored(reports),
  ]);
  const traced = await Promise.all(orders.map((order) => tracedOrder(order, parts)));
  const known = new Set(traced.flatMap(({ cases }) => cases.map(({ id }) => id)));
  return {
    answer: "trace",
    at: parts.now(),
    of: text,
    orders: traced,
    cases: loose.filter(({ id }) => !known.has(id)).map((held) => caseLine(held, parts)),
    ignored,
    logQuery: logQueryOf([...spellings, ...orders.map(({ id }) => id)]),
  };
}

async function tracedOrder(order: Order, parts: LookParts): Promise<TraceAnswer["orders"][number]> {
  const [cases, audits] = await Promise.all([casesOf(order, parts.erp.name, parts.cases), parts.desk.audits(order.id)]);
  return {
    order: orderView(order, parts.now(), panelsOf(parts)),
    events: eventsOf(order),
    cases: cases.map((held) => caseLine(held, parts)),
    audit: audits.map(auditEntry),
    actions: actionsOnOrder(order, parts.now()),
  };
}

/** As it was typed, and as keys are written: a leading `#` or zeros are not in the index. */
function spellingsOf(text: string): string[] {
  return [...new Set([text, normalise(text) ?? text])];
}

/** The candidates' keys over all accounts in one batched read; the ERP's number by its index; Kojarz's own id. */
async function ordersOf(text: string, parts: LookParts): Promise<Order[]> {
  const { claims, desk, erp } = parts;
  const value = normalise(text);
  const issuers = issuersOf(parts);
  const names: KeyName[] =
    value === undefined ? [] : issuers.flatMap((issuer) => KeyKind.options.map((kind) => ({ kind, issuer, value })));
  const [found, numbered, own] = await Promise.all([
    claims.look([...names, { kind: "erp-order", issuer: erp.name, value: text }]),
    desk.withErpNumber(text),
    text.includes("/") ? undefined : claims.read(text),
  ]);
  const missing = numbered.filter((id) => !found.orders.has(id)).slice(0, MAX_ORDERS);
  const read = await Promise.all(missing.map((id) => claims.read(id)));
  const all = new Map([own, ...found.orders.values(), ...read].flatMap((order) => (order ? [[order.id, order]] : [])));
  const apart = [...all.values()].flatMap((order) => [
    order.mergedInto,
    ...(order.apart ?? []).map((one) => one.order),
  ]);
  const beside = await Promise.all(
    [...new Set(apart)].flatMap((id) => (id === undefined || all.has(id) ? [] : [claims.read(id)])),
  );
  return [...all.values(), ...beside.flatMap((order) => order ?? [])].slice(0, MAX_ORDERS);
}

/** Whoever may have given a number: each account, those that an account names, and marketplaces that others report. */
function issuersOf({ book }: LookParts): string[] {
  const accounts = book.accounts.flatMap(({ name, tells }) => [name, ...tells]);
  return [...new Set([...accounts, ...channelNames])];
}

async function casesFor(text: string, reports: readonly Reported[], { cases }: LookParts): Promise<Held[]> {
  const [own, ofReports] = await Promise.all([
    /^[0-9a-f]{32}$/.test(text) ? cases.read([text]) : [],
    casesOfReports(reports, cases),
  ]);
  return [...own, ...ofReports];
}

/** Every line of every function about it, the oldest first. */
function logQueryOf(words: readonly string[]): string {
  const terms = [...new Set(words)].map((word) => `@message like ${JSON.stringify(word)}`);
  return `fields @timestamp, message, account, sourceOrder, verdict, reason, outcome, order | filter ${terms.join(" or ")} | sort @timestamp asc | limit 200`;
}
