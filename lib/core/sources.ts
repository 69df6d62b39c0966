/** What the sources of an order say: who is heard in a report, whose an id is, and whose report goes to the ERP. Pure. */
import type { Key } from "./keys.ts";
import { agreesInWorth } from "./money.ts";
import type { Order, Sighting, Source } from "./order.ts";
import type { ErpOrder } from "./ports/erp.ts";

/** Who is heard in a stored report. Two accounts that hear of one shop in two ways are one reporter. */
export function reporterOf({ account, speaksFor }: Pick<Source, "account" | "speaksFor">): string {
  return speaksFor ?? account;
}

/** By the account, or by the one that it speaks for. */
export function isSameReporter(source: Source, { account, reporter }: Pick<Sighting, "account" | "reporter">): boolean {
  return source.account === account || reporterOf(source) === reporter;
}

/** Whether both are of one order of a source, whichever of its accounts they came by. */
export function isSameOrder(source: Source, sighting: Pick<Sighting, "account" | "reporter" | "sourceOrder">): boolean {
  return source.sourceOrder === sighting.sourceOrder && isSameReporter(source, sighting);
}

/** Whether an issuer's ids are this reporter's own. A marketplace issues over all its accounts. */
export function owns(reporter: string, issuer: string): boolean {
  return reporter === issuer || reporter.startsWith(`${issuer}:`);
}

/** Whether this reporter is the issuer of the order's best id. */
export function isOwner(order: Order, reporter: string): boolean {
  const best = Math.min(...order.keys.map(({ rank }) => rank));
  return order.keys.some(({ rank, issuer }) => rank === best && owns(reporter, issuer));
}

/** What the marketplace itself says of a purchase that it sold, once that can be sent. */
export function marketplaceReport(order: Order): Source | undefined {
  const marketplaces = order.keys.flatMap(({ rank, issuer }) => (rank === 1 ? issuer : []));
  return order.sources.find(
    (s) =>
      s.role === "report" &&
      s.readiness === "ready" &&
      s.money !== undefined &&
      marketplaces.some((issuer) => owns(reporterOf(s), issuer)),
  );
}

/** Equal totals, as far as rounding goes: two sources then mean the same goods. */
export function sendsTheSame(a: Source, b: Source): boolean {
  const lines = Math.max(a.report?.lines.length ?? 0, b.report?.lines.length ?? 0);
  return a.money !== undefined && b.money !== undefined && agreesInWorth(a.money, b.money, lines);
}

/**
 * The report that goes to the ERP: the first ready one of the whole purchase with goods and a known total, else the first. Who
 * relays a marketplace's purchase may have split it, merged it with another one or edited it: where the totals differ
 * the marketplace's own report goes.
 */
export function reportToForward(order: Order): Source | undefined {
  const reports = order.sources.filter((s) => s.role === "report");
  const ready = reports.filter((s) => s.readiness === "ready");
  const whole = ready.filter((s) => s.money && s.report && s.report.lines.length > 0);
  const sold = marketplaceReport(order);
  return whole.find((s) => !sold || sendsTheSame(s, sold)) ?? whole[0] ?? ready[0] ?? reports[0];
}

/** What goes to the ERP of an order; undefined where the report to forward states no total. */
export function erpOrderOf(order: Order, lead: Order["sources"][number]): ErpOrder | undefined {
  if (!lead.money || !lead.report) return undefined;
  return {
    order: order.id,
    keys: keysToFind(order),
    numbers: numbersOf(order),
    currency: lead.money.currency,
    total: lead.money.minor,
    ...(lead.money.due !== undefined && { due: lead.money.due }),
    report: lead.report,
  };
}

/** As its sources write them, each once. */
export function numbersOf({ sources }: Order): string[] {
  return [...new Set(sources.flatMap(({ report }) => report?.number?.trim() || []))];
}

/** The keys that the ERP is asked for: what the order is known by, and nothing that only shows a mistake. */
export function keysToFind({ keys }: Order): Key[] {
  return keys.filter(({ rank }) => rank < 5);
}

type Reported = Pick<Sighting, "account" | "sourceOrder">;

/** The order that a report is of by an operator's word: it was told apart from this one. */
export function orderApart(
  { apart = [] }: Pick<Order, "apart">,
  { account, sourceOrder }: Reported,
): string | undefined {
  return apart.find((one) => one.account === account && one.sourceOrder === sourceOrder)?.order;
}

/** What an order remembers once it is told apart from others: whose their reports are. */
export function apartFrom(
  { apart = [] }: Pick<Order, "apart">,
  others: ReadonlyArray<Pick<Order, "id" | "sources">>,
): NonNullable<Order["apart"]> {
  const theirs = others.flatMap(({ id, sources }) =>
    sources.map(({ account, sourceOrder }) => ({ account, sourceOrder, order: id })),
  );
  return [...apart.filter((one) => orderApart({ apart: theirs }, one) === undefined), ...theirs];
}
