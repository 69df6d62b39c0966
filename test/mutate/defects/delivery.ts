/** Defects of the way to the ERP: leases, deadlines, doubt, finding, linking, cancelling, sweeping. */
import { defectsOf } from "../defect.ts";
import type { Mutation } from "../mutate.ts";

const deliver = defectsOf("lib/delivery/deliver.ts", "test/delivery/deliver.test.ts", "test/delivery/given.test.ts");
const lease = defectsOf("lib/delivery/lease.ts", "test/delivery/deliver.test.ts");
const match = defectsOf("lib/core/match.ts", "test/core/match.test.ts");
const links = defectsOf("lib/delivery/erp-links.ts", "test/erp/watch.test.ts", "test/delivery/deliver.test.ts");
const cancel = defectsOf("lib/delivery/cancel.ts", "test/delivery/deliver.test.ts");
const sweep = defectsOf("lib/delivery/sweep.ts", "test/delivery/sweep.test.ts", "test/delivery/breaker.test.ts");
const stream = defectsOf("lib/delivery/stream.ts", "test/delivery/stream.test.ts");
const breaker = defectsOf("lib/delivery/breaker.ts", "test/delivery/breaker.test.ts");
const watch = defectsOf("lib/erp/watch.ts", "test/erp/watch.test.ts");
const others = defectsOf("lib/erp/other-writers.ts", "test/erp/watch.test.ts");
const bridge = defectsOf("lib/erp/bridge/client.ts", "test/erp/bridge/bridge.test.ts");
const pulled = defectsOf("lib/erp/bridge/outbox.ts", "test/erp/bridge/outbox.test.ts");

export const delivery: readonly Mutation[] = [
  deliver(
    "an order goes to the ERP without being looked for",
    'if (judgement.kind === "none" || isLetIn)',
    'if (judgement.kind !== "held" || isLetIn)',
  ),
  deliver("our own ERP order is not recognised", "if (own) return act(lease, own, deps);", ""),
  deliver(
    "a cancel that came before the submit is not heard",
    "if (cancelRequested) return writeCancelled(lease.order, cancelRequested, deps);",
    "",
  ),
  deliver(
    "a submit begins after its deadline",
    'if (deps.now() >= lease.deadline) return postpone(lease, "turn-too-short", deps);',
    "",
  ),
  deliver(
    "a submit that threw counts as not done",
    "return doubt(lease, lease.until, deps, cause);",
    'return postpone(lease, "erp-error", deps, cause);',
  ),
  deliver(
    "an order is forwarded before its doubt is over",
    "return doubt(lease, lease.until, deps);",
    "return doubt(lease, deps.now(), deps);",
  ),
  deliver(
    "a find that failed makes an earlier submit undone",
    "if (lease.mayBeWritten) return doubt(",
    "if (false) return doubt(",
  ),
  deliver(
    "an order is refused and nobody hears of it",
    "const word = (order: Order) => ({ park: [heldMessageOf(order, reason, detail)] });",
    "const word = () => ({});",
  ),
  {
    name: "an order is held before its message is parked",
    edits: [
      {
        file: "lib/delivery/deliver.ts",
        find: "(order, stamp) => heldOrder(order, stamp, reason), word))",
        replace:
          "(order, stamp) => heldOrder(order, stamp, reason))) && (await deps.claims.hold(heldMessageOf(lease.order, reason, detail), deps.now()), word)",
      },
    ],
    tests: ["test/delivery/deliver.test.ts"],
  },
  deliver(
    "an ERP order is linked without a tie",
    "commit({ order: { before: lease.order, after }, keys }, now);",
    "commit({ order: { before: lease.order, after }, keys: keys.slice(1) }, now);",
  ),
  deliver(
    "what was put off is tried at once",
    "return order.attempts > 0 && order.reason !== undefined && (order.dueAt ?? 0) > now;",
    "return order.attempts < 0 && (order.dueAt ?? 0) > now;",
  ),
  deliver(
    "a lost race is carried on without the lease",
    "const lease = tried === 0 ? first : await renewedLease(first, deps);",
    "const lease = (await renewedLease(first, deps)) ?? first;",
  ),
  lease("the deadline is the lease's end", "const DEADLINE_SHARE = 0.8;", "const DEADLINE_SHARE = 1;"),
  lease(
    "whoever lost the lease marks the order",
    'return order?.state === "submitting" && order.lease?.token === token;',
    'return order?.state === "submitting" && token !== "";',
  ),
  lease("a lease that the store refused is used", 'if (committed !== "done") return committed;', ""),
  lease(
    "an earlier lease's submit is forgotten",
    'mayBeWritten: order.state === "submitting" };',
    "mayBeWritten: false };",
  ),
  match(
    "two ERP orders of ours are one",
    'if (distinct(standing) > 1) return { kind: "held", reason: "erp-many" };',
    "",
  ),
  match(
    "what a person cancelled in the ERP is made again",
    "const hit = standing[0] ?? own[0];",
    "const hit = standing[0];",
  ),
  match(
    "an ERP order of another Kojarz order is linked",
    "const free = hits.filter((hit) => !hit.kojarzOrder &&",
    "const free = hits.filter((hit) =>",
  ),
  match("a tied ERP order is linked a second time", " && (tiedTo(hit) ?? order.order) === order.order);", ");"),
  match("a cancelled ERP order is linked", "!hit.cancelled && (tiedTo", "(tiedTo"),
  match(
    "a number alone links",
    'return sameMoney ? { kind: "one", hit } : { kind: "held", reason: "erp-number-unproven" };',
    'return { kind: "one", hit: sameMoney ? hit : hit };',
  ),
  match("a guess alone links", 'if (isTrace) return { kind: "held", reason: "erp-trace" };', ""),
  match(
    "several ERP orders of one key are no question",
    "if (distinct(meant) > 1) return",
    "if (distinct(meant) > 99) return",
  ),
  links(
    "an ERP order is taken over while another reports it",
    "return { before, after: change(before, stamp, { erpTakenBy: by.id }) };",
    "return undefined;",
  ),
  links(
    "a number that two orders share links",
    "telling: hits.filter((hit) => !isShared(hit)) };",
    "telling: hits.filter((hit) => hit || isShared(hit)) };",
  ),
  cancel(
    "a cancel that the ERP refused is done",
    'if (answer.outcome === "cancelled") return markCancelled(order, deps);',
    "if (answer) return markCancelled(order, deps);",
  ),
  cancel(
    "a refused cancel is told to nobody",
    "const park = [heldMessageOf(order, reason, answer.reason)];",
    "const park = [heldMessageOf(order, reason, answer.reason)].slice(1);",
  ),
  cancel(
    "a cancel without an answer is done",
    "return putOff(order, cause, deps);",
    "return markCancelled(order, deps);",
  ),
  sweep(
    "an unfinished order runs out of its keys",
    'if (order.expiresAt - marginOf(limits) <= now) return "extend";',
    "",
  ),
  sweep(
    "keys of another order are lengthened",
    ".filter((record) => record.order === order.id)",
    '.filter((record) => record.order !== "")',
  ),
  sweep(
    "personal data is kept for ever",
    'if (!isUnfinished(order)) return order.expiresAt <= now ? "erase" : rest;',
    "if (!isUnfinished(order)) return rest;",
  ),
  sweep("the number is handed on after the order forgot it", "await handOnNumber(order, deps);\n", ""),
  sweep(
    "an order that its source never made ready waits for ever",
    'deadlineOf(order, limits) <= now) return "give-up";',
    'deadlineOf(order, limits) <= 0) return "give-up";',
  ),
  sweep(
    "while the breaker is open all orders go",
    "if (isOpen(deps)) await forEachLimit(orders.toSorted(leastTried), 1, work, () => isTimeUp() || !isOpen(deps));",
    "",
  ),
  sweep(
    "the first accepted order keeps the others out",
    "return a.attempts - b.attempts || a.acceptedAt - b.acceptedAt;",
    "return a.acceptedAt - b.acceptedAt;",
  ),
  stream(
    "a failure of our own store is a success",
    "for (const { dynamodb } of woken.get(order) ?? [])",
    "for (const { dynamodb } of [] as DynamoDBRecord[])",
  ),
  stream("a cancel wakes nobody", "|| image.cancelRequested?.BOOL === true)", ")"),
  breaker(
    "one order alone opens the breaker",
    "if (order !== undefined && order === circuit.last) return circuit;",
    "",
  ),
  breaker(
    "an open breaker lets all through when its time is over",
    'const trying: Circuit = { state: "trying",',
    'const trying: Circuit = { state: "closed", failures: 0, ...CLOSED,',
  ),
  watch(
    "the watch's cursor moves without its lease",
    "listedAt, now() + leaseMs))) break;",
    "listedAt, now() + leaseMs))) continue;",
  ),
  watch("what becomes visible late is passed by", "const OVERLAP_MS = 15 * 60_000;", "const OVERLAP_MS = -1;"),
  watch(
    "an order on its way is not looked at again",
    "Math.min(openSince, latest - OVERLAP_MS)",
    "latest - OVERLAP_MS",
  ),
  others(
    "a second ERP order is raised after it is tied",
    "if (!told) await raise(listed, reason, others, decision, deps);",
    "",
  ),
  others(
    "our own ERP orders count as another writer's",
    'if (!listed.cancelled && (await isOurs(listed.kojarzOrder, deps.claims))) return "nothing";',
    "",
  ),
  bridge(
    "a submit without an answer counts as not sent",
    'case "unclear":\n      return { outcome: "in-doubt" };',
    'case "unclear":\n      return { outcome: "rejected", reason: "erp-unreachable", retry: true };',
  ),
  bridge(
    "a submit goes out after its deadline",
    'if (sentAt >= deadline) return { outcome: "rejected", reason: "erp-too-late", retry: true };',
    "",
  ),
  bridge(
    "a bridge that failed wrote nothing",
    ': { outcome: "in-doubt" };\n',
    ': { outcome: "rejected", reason: "erp-error", retry: true };\n',
  ),
  pulled(
    "work that was fetched and not acked was never sent",
    'kind: fetched ? "unclear" : "not-sent"',
    'kind: fetched ? "not-sent" : "not-sent"',
  ),
  pulled("an outcome that came with the taking back is lost", "if (outcome) return replyOf(operation, outcome);", ""),
];
