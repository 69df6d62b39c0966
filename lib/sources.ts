/** What the sources of an order say: who is heard in a report, whose an id is, and whose report goes to the ERP. Pure. */
import { agrees } from "./money.ts";
import type { Order, Sighting, Source } from "./order.ts";

type Voice = Pick<Sighting, "account" | "speaksFor">;

/** Who is heard in a report. Two accounts that hear of one shop in two ways are one voice. */
export function voiceOf({ account, speaksFor }: Voice): string {
  return speaksFor ?? account;
}

export function isOfSameVoice(a: Voice, b: Voice): boolean {
  return a.account === b.account || voiceOf(a) === voiceOf(b);
}

/** Reports of one order of a source, whichever of its accounts they came by. */
export function isSameOrder(a: Voice & { sourceOrder: string }, b: Voice & { sourceOrder: string }): boolean {
  return a.sourceOrder === b.sourceOrder && isOfSameVoice(a, b);
}

/** Whether an issuer's ids are this voice's own. A marketplace issues over all its accounts. */
export function owns(voice: string, issuer: string): boolean {
  return voice === issuer || voice.startsWith(`${issuer}:`);
}

/** Whether this voice is the issuer of the order's best id. */
export function isOwner(order: Order, voice: string): boolean {
  const best = Math.min(...order.keys.map(({ rank }) => rank));
  return order.keys.some(({ rank, issuer }) => rank === best && owns(voice, issuer));
}

/** What the marketplace itself says of a purchase that it sold, once that can be sent. */
export function marketplaceReport(order: Order): Source | undefined {
  const marketplaces = order.keys.flatMap(({ rank, issuer }) => (rank === 1 ? issuer : []));
  return order.sources.find(
    (s) =>
      s.role === "report" &&
      s.readiness === "ready" &&
      s.money !== undefined &&
      marketplaces.some((issuer) => owns(voiceOf(s), issuer)),
  );
}

/** Equal totals, as far as rounding goes: two sources then mean the same goods. */
export function sendsTheSame(a: Source, b: Source): boolean {
  const lines = Math.max(a.report?.lines.length ?? 0, b.report?.lines.length ?? 0);
  return a.money !== undefined && b.money !== undefined && agrees(a.money, b.money, lines);
}

/**
 * The report that goes to the ERP: the first ready one of the whole purchase with a known total, else the first. Who
 * relays a marketplace's purchase may have split it, merged it with another one or edited it: where the totals differ
 * the marketplace's own report goes.
 */
export function leadOf(order: Order): Source | undefined {
  const reports = order.sources.filter((s) => s.role === "report");
  const ready = reports.filter((s) => s.readiness === "ready");
  const whole = ready.filter((s) => s.money && s.report);
  const sold = marketplaceReport(order);
  return whole.find((s) => !sold || sendsTheSame(s, sold)) ?? whole[0] ?? ready[0] ?? reports[0];
}
