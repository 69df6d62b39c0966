/** Where what is written differs from what the shop itself says, field by field. Pure. */
import type { Heard, Sent } from "./play.ts";
import type { ExpectedLine, ExpectedList, ExpectedNothing, ExpectedOrder, Vat } from "./recordings.ts";
import { refundedPieces, type Written, type WrittenCharge, type WrittenLine } from "./written.ts";

/** `kind`: by which faults are counted. */
export type Difference = { kind: string; text: string };

function differ(kind: string, what: string, came: unknown, expected: unknown): Difference[] {
  return came === expected ? [] : [{ kind, text: `${what} ${shown(came)}, expected ${shown(expected)}` }];
}

/** @param tolerance in minor units, of either sign */
function differWithin(tolerance: number, kind: string, what: string, came: number, expected: number): Difference[] {
  return Math.abs(came - expected) <= Math.abs(tolerance) ? [] : differ(kind, what, came, expected);
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join("+") : String(value);
}

/** A rate has to be that rate; what is untaxed may stand under any code that carries no tax. */
function differInVat(kind: string, what: string, came: readonly string[], expected: Vat | Vat[]): Difference[] {
  const wanted = [expected].flat();
  const isUntaxed = (vat: string) => /^(0|[a-z]+)$/i.test(vat);
  const rate = (vat: string) => (/^\d+(\.\d+)?$/.test(vat) ? Number(vat) : vat);
  const fits = (vat: string, of: Vat) => (of === "untaxed" ? isUntaxed(vat) : rate(vat) === of);
  const same =
    came.every((vat) => wanted.some((of) => fits(vat, of))) && wanted.every((of) => came.some((vat) => fits(vat, of)));
  return same ? [] : [{ kind, text: `${what} VAT ${shown(came)}, expected ${shown(wanted)}` }];
}

export function differencesOfOrder(
  expected: ExpectedOrder,
  heard: Heard,
  sent?: Sent,
  written?: Written,
): Difference[] {
  if (heard.kind === "nothing" && expected.replacedBy !== undefined)
    return differ("not read", "is", heard.sign, "replaced-by-an-edit");
  if (heard.kind !== "order") {
    const came = heard.kind === "nothing" ? `${heard.how} (${heard.sign})` : heard.kind;
    return differ("not read", "came out as", came, "an order");
  }
  const { sighting } = heard;
  const ids = sighting.keys.filter(({ kind, rank }) => kind === "internet-id" && rank === 2).map(({ value }) => value);
  const differences = [
    ...[expected.orderId, ...(expected.editOf ?? [])].flatMap((id) =>
      ids.includes(id) ? [] : [{ kind: "identity", text: `is not known by ${id}` }],
    ),
    ...differInState(expected, sighting.readiness, sent),
    ...differ("refund", "paid back", sighting.refunded ?? 0, expected.refundedMinor),
  ];
  if (expected.unwritable) return [...differences, ...(written && !written.refused ? unwritable(written) : [])];
  if (!sent?.order || !written) return [...differences, { kind: "total unknown", text: "the total is unknown" }];
  return [...differences, ...differInPieces(expected, refundedPieces(sighting)), ...differInWriting(expected, written)];
}

function unwritable({ sumMinor }: Written): Difference[] {
  return [{ kind: "written", text: `is written with ${sumMinor}, and nobody can know what was bought` }];
}

function differInState(expected: ExpectedOrder, readiness: string, sent: Sent | undefined): Difference[] {
  const { state, notState } = expected;
  if (notState?.some((not) => not === readiness)) return [{ kind: "state", text: `is ${readiness}` }];
  if (state === undefined) return [];
  if (state === "held") return readiness === "ready" ? [{ kind: "state", text: "is ready, expected held" }] : [];
  return [
    ...differ("state", "is", readiness, state),
    ...(state === "ready" && readiness === "ready" ? differInOutcome(expected, sent?.outcome ?? "") : []),
  ];
}

function differInOutcome({ currency, mayRefuse, unwritable, heldAs }: ExpectedOrder, outcome: string): Difference[] {
  const refusal = /^held (.+)$/.exec(outcome)?.[1];
  if (unwritable) return outcome === "delivered" ? [{ kind: "state", text: "is delivered, expected held" }] : [];
  if (mayRefuse && refusal) return [];
  const reason = currency === "PLN" ? heldAs : "erp-currency-unsupported";
  const wanted = reason ? `held ${reason}` : "delivered";
  return differ(refusal ?? "outcome", "is", outcome, wanted);
}

/** Where something was paid back and no row says how many pieces, the recording does not count them. */
function differInPieces({ lines, refundedMinor }: ExpectedOrder, came: ReadonlyMap<string, number>): Difference[] {
  if (refundedMinor > 0 && lines.every(({ quantityRefunded }) => quantityRefunded === undefined)) return [];
  return lines.flatMap(({ sku = "", quantityRefunded = "0" }) =>
    differ("refunded pieces", `${sku} pieces paid back`, came.get(sku) ?? 0, Number(quantityRefunded)),
  );
}

function differInWriting(expected: ExpectedOrder, written: Written): Difference[] {
  const { fees = [], shippingGrossMinor, shippingVatPercent, sumOffMinor = 0 } = expected;
  if (written.refused && expected.mayRefuse) return [];
  const isSent = expected.state === "ready" && expected.currency === "PLN";
  const refusal =
    written.refused && !isSent ? [{ kind: written.refused, text: `would be refused: ${written.refused}` }] : [];
  return [
    ...refusal,
    ...differInLines(expected, written),
    ...differInCharge("shipping", written.shipping, shippingGrossMinor, shippingVatPercent, sumOffMinor),
    ...fees.flatMap(({ name, grossMinor, vatPercent }) =>
      differInCharge("fee", feeOf(written, name), grossMinor, vatPercent, 0, name),
    ),
    ...differ("fee", "number of fees", written.fees.length, fees.length),
    ...differWithin(sumOffMinor, "sum", "sum", written.sumMinor, expected.grandTotalMinor),
    ...differ("total", "total", written.totalMinor, expected.grandTotalMinor),
    ...differ("currency", "currency", written.currency, expected.currency),
    ...differ("number", "number", written.number, expected.number),
    ...(expected.paid === undefined ? [] : differ("paid", "paid", written.paid, expected.paid)),
    ...differ("cash on delivery", "cash on delivery", written.cashOnDelivery, expected.cashOnDelivery),
    ...differ("NIP", "NIP", written.taxId?.replace(/^PL/i, ""), expected.taxId),
    ...differ("point", "point", written.point, expected.point),
    ...(expected.buyerNote === undefined || written.remarks.includes(expected.buyerNote)
      ? []
      : [{ kind: "note", text: `the buyer's note is missing: ${expected.buyerNote}` }]),
    ...(expected.privateNotes ?? [])
      .filter((note) => written.texts.includes(note))
      .map((note) => ({ kind: "note", text: `a private note leaves the house: ${note}` })),
  ];
}

/** As the shops call a fee, and its kind. */
const KINDS: Readonly<Record<string, string>> = { "gift wrapping": "wrapping" };

function feeOf({ fees }: Written, name: string): WrittenCharge | undefined {
  return fees.find(({ kind }) => kind === (KINDS[name] ?? name));
}

function differInLines(expected: ExpectedOrder, written: Written): Difference[] {
  const { lineToleranceMinor = 0, sumOffMinor = 0 } = expected;
  const tolerance = Math.max(lineToleranceMinor, Math.abs(sumOffMinor));
  const came = byArticle(written.lines);
  const wanted = byArticle(
    expected.lines.map(({ sku, ean, name = "", ...line }) => ({ ...line, article: sku || ean || name })),
  );
  const unasked = [...came.keys()].filter((article) => !wanted.has(article));
  return [
    ...[...wanted].flatMap(([article, lines]) => differInArticle(article, came.get(article), lines, tolerance)),
    ...unasked.map((article) => ({ kind: "line too many", text: `line ${article} is too many` })),
  ];
}

function byArticle<Line extends { article: string }>(lines: readonly Line[]): ReadonlyMap<string, Line[]> {
  return Map.groupBy(lines, ({ article }) => article);
}

/** Lines of one article are compared in sum: the bridge may split them anew where prices do not divide. */
function differInArticle(
  article: string,
  came: readonly WrittenLine[] | undefined,
  wanted: readonly ExpectedLine[],
  tolerance: number,
): Difference[] {
  const what = `line ${article}`;
  if (!came) return [{ kind: "line missing", text: `${what} is missing` }];
  const names = came.map(({ name }) => name).join(" | ");
  const lacking = wanted.flatMap(({ nameHolds = [] }) => nameHolds.filter((text) => !names.includes(text)));
  const quantity = sum(came.map((line) => line.quantity));
  const gross = sum(came.map(({ grossMinor }) => grossMinor));
  return [
    ...differ("quantity", `${what} quantity`, quantity, sum(wanted.map((line) => Number(line.quantity)))),
    ...differWithin(tolerance, "line gross", `${what} gross`, gross, sum(wanted.map(({ grossMinor }) => grossMinor))),
    ...differInVat(
      "line VAT",
      what,
      came.flatMap(({ vat }) => vat),
      wanted.map(({ vatPercent }) => vatPercent),
    ),
    ...lacking.map((text) => ({ kind: "variant", text: `${what} name "${names}", expected with "${text}"` })),
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function differInCharge(
  kind: string,
  came: WrittenCharge | undefined,
  gross: number,
  vat: Vat | Vat[] | undefined,
  tolerance: number,
  what = kind,
): Difference[] {
  return [
    ...differWithin(tolerance, `${kind} gross`, `${what} gross`, came?.grossMinor ?? 0, gross),
    ...(came && gross !== 0 && vat !== undefined ? differInVat(`${kind} VAT`, what, came.vat, vat) : []),
  ];
}

/** A list that holds less than it counts is not at its end. */
export function differencesOfList({ orderIds, totalCount = 0 }: ExpectedList, heard: Heard): Difference[] {
  if (heard.kind === "order")
    return differencesOfList({ orderIds }, { kind: "list", orders: [idsOf(heard)], more: false });
  if (heard.kind === "nothing") {
    const isExpected = orderIds.length === 0 && (heard.how === "absent" || totalCount > 0);
    return isExpected ? [] : [{ kind: "not read", text: `came out as ${heard.how} (${heard.sign}), expected a list` }];
  }
  const missing = orderIds.filter((id) => !heard.orders.some((ids) => ids.includes(id)));
  return [
    ...missing.map((id) => ({ kind: "list", text: `order ${id} is not in the list` })),
    ...differ("list", "number of orders", heard.orders.length, orderIds.length),
    ...(orderIds.length === 0 && totalCount > 0 ? differ("list", "goes on", heard.more, true) : []),
  ];
}

function idsOf({ sighting }: Extract<Heard, { kind: "order" }>): string[] {
  return sighting.keys.map(({ value }) => value);
}

/** No order comes of it, nothing that could be one is taken for absent, and the sign says what the shop answered. */
export function differencesOfNothing(expected: ExpectedNothing, status: number, heard: Heard): Difference[] {
  if (heard.kind !== "nothing") return [{ kind: "read", text: `came out as ${heard.kind}, expected nothing` }];
  if (expected.ignored) return differ("sign", "is", `${heard.how} ${heard.sign}`, `ignored ${expected.reason}`);
  if (expected.absent) return differ("sign", "is", heard.how, "absent");
  if (expected.broken) return differ("sign", "is", heard.sign, "broken-at-shop");
  const code = /codes (\d+)/.exec(expected.reason)?.[1];
  const wanted = code ?? String(status);
  return [
    ...differ("sign", "is", heard.how, "failed"),
    ...(heard.sign.split(/\D+/).includes(wanted)
      ? []
      : differ("sign", "the sign is", heard.sign, `one with ${wanted}`)),
  ];
}
