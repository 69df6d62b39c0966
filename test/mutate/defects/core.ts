/** Defects of the decision: what is one purchase, what a report changes, what is written. */
import { defectsOf } from "../defect.ts";
import type { Mutation } from "../mutate.ts";

const order = defectsOf("lib/core/order.ts", "test/core/decide.test.ts");
const decide = defectsOf("lib/core/decide.ts", "test/core/decide.test.ts", "test/delivery/given.test.ts");
const further = defectsOf(
  "lib/core/further-report.ts",
  "test/core/decide.test.ts",
  "test/delivery/given.test.ts",
  "test/delivery/changes.test.ts",
);
const identity = defectsOf("lib/core/identity.ts", "test/core/decide.test.ts", "test/core/evidence.test.ts");
const secondHand = defectsOf("lib/core/identity.ts", "test/channels/baselinker-second-hand.test.ts");
const buyers = defectsOf("lib/core/identity.ts", "test/core/buyers.test.ts");
const record = defectsOf(
  "lib/core/record.ts",
  "test/core/decide.test.ts",
  "test/core/guesses.test.ts",
  "test/delivery/changes.test.ts",
  "test/delivery/given.test.ts",
);
const effect = defectsOf("lib/core/effect.ts", "test/delivery/changes.test.ts", "test/core/decide.test.ts");
const states = defectsOf("lib/core/states.ts", "test/delivery/deliver.test.ts", "test/delivery/sweep.test.ts");
const money = defectsOf("lib/core/money.ts", "test/core/money.test.ts", "test/core/worth.test.ts");
const keys = defectsOf("lib/core/keys.ts", "test/core/keys.test.ts");
const writes = defectsOf("lib/core/writes.ts", "test/core/writes.test.ts", "test/store/claims.test.ts");

export const core: readonly Mutation[] = [
  order(
    "a key still matches at the instant of its end",
    "return order.expiresAt > now || isUnfinished(order);",
    "return order.expiresAt >= now || isUnfinished(order);",
  ),
  order(
    "an unfinished order expires",
    "return order.expiresAt > now || isUnfinished(order);",
    "return order.expiresAt > now;",
  ),
  decide("a shared number still decides", "return !known?.shared || (", "return true || ("),
  decide(
    "two orders that a report joins are not left to a person",
    "if (first && more.length > 0) return ambiguous(first, more, sighting);",
    "",
  ),
  decide(
    "a doubt starts an order",
    "if (doubtful) return doubted(doubtful, waiting, evidence);",
    "if (doubtful && now < 0) return doubted(doubtful, waiting, evidence);",
  ),
  decide(
    "an internet id is forgotten with its window",
    'return known.kind === "internet-id" && known.memoryUntil > now;',
    "return false;",
  ),
  decide(
    "what was an order before the start is accepted",
    "(orderedAt(sighting) ?? now) < rules.acceptFrom)",
    "(orderedAt(sighting) ?? now) < 0)",
  ),
  decide(
    "the very instant of the start is ignored",
    "(orderedAt(sighting) ?? now) < rules.acceptFrom)",
    "(orderedAt(sighting) ?? now) <= rules.acceptFrom)",
  ),
  further(
    "a platform that counts from one again overwrites an old purchase",
    'if (isAnotherPurchase(order, sighting)) return held("not-the-same-order", order.id, relation.key);',
    "",
  ),
  further(
    "a refund after the window makes a second order",
    'const role = live || !order.erp ? roleOf(order, sighting) : "late";',
    "const role = roleOf(order, sighting);",
  ),
  further(
    "a copy is sent as a report",
    'if (role === "copy") return held("copy-or-split", order.id, relation.key);',
    "",
  ),
  identity(
    "a number joins whatever the totals are",
    "if (!agreesWith(order, sighting)) return `${what}-total-differs`;",
    "",
  ),
  identity(
    "an unknown total joins by a number",
    "if (!sighting.money || order.totals.length === 0) return `${what}-total-unknown`;",
    "if (!sighting.money || order.totals.length === 0) return undefined;",
  ),
  identity(
    "a guess at an id counts as much as the id",
    "const weakest = all.map(({ key, known }) => ({ ...key, rank: weaker(key.rank, known) }));",
    "const weakest = all.map(({ key }) => ({ ...key }));",
  ),
  identity(
    "a trace joins what is of another time",
    'if (key.rank >= 4 && !isOfItsTime(order, sighting)) return "trace-date-differs";',
    "",
  ),
  buyers(
    "a number and a total join two buyers",
    'return isMistakable(key) && isOfAStranger(order, sighting) ? "buyer-differs" : undefined;',
    "return undefined;",
  ),
  secondHand("a short second-hand id is believed", "return !isMistakable(key) || (owns(", "return true || (owns("),
  record(
    "an older version overwrites a newer one",
    "if (known && sighting.version < known.version) {",
    "if (known && sighting.version < 0) {",
  ),
  record(
    "a repeat of the same version is stale",
    "if (known && sighting.version < known.version) {",
    "if (known && sighting.version <= known.version) {",
  ),
  record(
    "what stands differently in an older report is not asked again",
    "const recheck = saysOtherwise(known, sighting) && { recheck: true as const };",
    "const recheck = {};",
  ),
  record(
    "the newest version is not remembered where it says nothing else",
    "if (!known || version <= known.version) return",
    "if (!known || version !== 0) return",
  ),
  record(
    "an issuer's longer window is not kept",
    "return Math.max(rules.windowMs, (sighting.windowDays ?? 0) * DAY);",
    "return rules.windowMs;",
  ),
  record(
    "a guess that turns out to be an id stays a guess in the index",
    "return before.rank > key.rank ? [{ before, after: { ...before, rank: key.rank } }] : [];",
    "return [];",
  ),
  record(
    "a total that was reported is not kept",
    "return known || totals.length >= MAX_TOTALS ? totals",
    "return known || totals.length >= 1 ? totals",
  ),
  record(
    "an edit before the ERP has it is lost",
    "return !isEqual(known.report, sighting.report) || known.readiness !== sighting.readiness;",
    "return false;",
  ),
  record(
    "the order that loses a key is not written",
    "if (losers.size === 0) return undefined;",
    "if (losers.size >= 0) return undefined;",
  ),
  effect("a copy's cancel cancels the purchase", "if (isDisputed(order, sighting)) return", "if (now < 0) return"),
  effect(
    "anybody revives what another cancelled",
    "if (!by || (by.account !== sighting.reporter && !gaveUp)) return undefined;",
    "if (!by) return undefined;",
  ),
  {
    name: "an older report revives what was cancelled",
    edits: [
      {
        file: "lib/core/effect.ts",
        find: "if (!gaveUp && sighting.version < by.version) return undefined;",
        replace: "",
      },
      {
        file: "lib/core/effect.ts",
        find: "s.version > sighting.version)) return undefined;",
        replace: "now < 0)) return undefined;",
      },
      {
        file: "lib/core/record.ts",
        find: "if (known && sighting.version < known.version) {",
        replace: "if (known && sighting.version < 0) {",
      },
    ],
    tests: ["test/core/decide.test.ts", "test/delivery/changes.test.ts"],
  },
  effect(
    "a cancel of what is in the ERP stays here",
    'if (order.state === "submitting" || order.erp) {\n    const dueAt',
    'if (order.state === "waiting") {\n    const dueAt',
  ),
  effect(
    "a source that takes back what it called ready is not heard",
    'return { reason: "not-ready", changes: { state: "waiting"',
    'return { reason: "not-ready", changes: { state: "pending"',
  ),
  effect(
    "a revival while the ERP cancels is carried out",
    ': { reason: "revived", held: "revived-while-cancelling" };',
    ': { reason: "revived", changes: { cancelRequested: undefined } };',
  ),
  effect(
    "nobody hears of an edit after the order was delivered",
    "return changes.length > 0 && isNews ? {",
    "return changes.length > 99 && isNews ? {",
  ),
  states(
    "an order is taken while another owner's lease stands",
    "return order.lease === undefined || order.lease.until <= now;",
    "return order.lease === undefined || order.lease.until > 0;",
  ),
  {
    // It is put off until then, too, so that the record of its own write does not wake it.
    name: "an order is taken while its submit may still commit",
    edits: [
      {
        file: "lib/core/states.ts",
        find: "leaseIsOver(order, now) && (order.inDoubtUntil ?? 0) <= now;",
        replace: "leaseIsOver(order, now);",
      },
      {
        file: "lib/delivery/deliver.ts",
        find: "return order.attempts > 0 && order.reason !== undefined && (order.dueAt ?? 0) > now;",
        replace: 'return order.state === "pending" && order.attempts > 0 && (order.dueAt ?? 0) > now;',
      },
    ],
    tests: ["test/delivery/deliver.test.ts", "test/delivery/sweep.test.ts"],
  },
  states(
    "what is in doubt counts as untouched",
    'return change(order, stamp, { reason: "in-doubt",',
    'return change(order, stamp, { state: "pending", reason: "in-doubt",',
  ),
  states(
    "an order that a dead owner took is never due again",
    "attempts: order.attempts + 1,\n    dueAt: until,",
    "attempts: order.attempts + 1,\n    dueAt: undefined,",
  ),
  states(
    "a cancel that came while the order was delivered is not due",
    "dueAt: order.cancelRequested || order.sources.some(wantsNumber) ? now : restsUntil(order),",
    "dueAt: order.sources.some(wantsNumber) ? now : restsUntil(order),",
  ),
  states(
    "personal data stays after the window",
    "export function withoutPerson({ report: _, given: __, ...rest }: Source): Source {",
    "export function withoutPerson({ ...rest }: Source): Source {",
  ),
  states(
    "a held order leaves the index of what is due",
    "dueAt: Math.max(order.expiresAt - DAY, 0),\n  });\n}\n\n/** Cancelled",
    "dueAt: undefined,\n  });\n}\n\n/** Cancelled",
  ),
  keys("leading zeros make another number", 'text.replace(/^0+/, "") || "0"', "text"),
  keys("a placeholder is an id", "return PLACEHOLDERS.has(value) ||", 'return value === "" ||'),
  keys("parts of a key run into each other", '.map(encodeURIComponent).join("/")', '.join("/")'),
  money(
    "amounts agree in different currencies",
    "if (agrees(a, b, lines)) return true;",
    "if (agrees({ ...a, currency: b.currency }, b, lines)) return true;",
  ),
  writes(
    "a key moves while its order still has it",
    "if (!before || after.order === before.order || before.expiresAt <= now) return true;",
    "if (now > 0) return true;",
  ),
  writes("a transaction may write one key twice", "if (ids.size < keys.length) throw", "if (ids.size < 0) throw"),
  writes("a race is given up at once", "tried < MAX_TRIES;", "tried < 1;"),
];
