/** Defects of the way in: proofs, answers before anything is stored, cursors before anything landed, tokens, rights. */
import { defectsOf } from "../defect.ts";
import type { Mutation } from "../mutate.ts";

const webhook = defectsOf(
  "lib/intake/webhook.ts",
  "test/intake/webhook.test.ts",
  "test/channels/adobe-webhook.test.ts",
);
const intake = defectsOf(
  "lib/intake/intake.ts",
  "test/store/dynamo-faults.test.ts",
  "test/core/decide.test.ts",
  "test/delivery/changes.test.ts",
);
const run = defectsOf("lib/feeds/run.ts", "test/feeds/run.test.ts", "test/feeds/hints.test.ts");
const landing = defectsOf("lib/feeds/landing.ts", "test/feeds/run.test.ts", "test/feeds/hints.test.ts");
const budget = defectsOf("lib/feeds/budget.ts", "test/feeds/run.test.ts");
const http = defectsOf("lib/runtime/http.ts", "test/runtime/http.test.ts");
const proof = defectsOf("lib/channels/shared/proof.ts", "test/channels/shared/proof.test.ts");
const walk = defectsOf("lib/channels/shared/walk.ts", "test/channels/shared/walk.test.ts");
const tokens = defectsOf("lib/channels/allegro/tokens.ts", "test/channels/allegro-tokens.test.ts");
const signing = defectsOf(
  "lib/erp/bridge/signing.ts",
  "test/erp/bridge/endpoint.test.ts",
  "test/bridge/server.test.ts",
);
const exchange = defectsOf(
  "lib/erp/bridge/exchange.ts",
  "test/erp/bridge/endpoint.test.ts",
  "test/bridge/server.test.ts",
);
const rights = defectsOf("infra/functions.ts", "test/infra/rights.test.ts");
const cases = defectsOf("lib/core/cases.ts", "test/ops/settle-cases.test.ts");

export const edges: readonly Mutation[] = [
  webhook(
    "a webhook is acknowledged before anything is stored",
    "const result = await carryOut(received, { ...parts, explain }, connection, request.body);",
    'const result = verdict("accepted");\n    void carryOut(received, { ...parts, explain }, connection, request.body).catch(() => undefined);',
  ),
  webhook(
    "a store that fails is answered with success",
    'throw new HttpFault(503, "not-stored", { cause });',
    'return verdict("accepted", { reason: String(cause) });',
  ),
  webhook(
    "a body over the limit is read",
    "if (request.body.byteLength > parts.config.maxBodyBytes)",
    "if (request.body.byteLength < 0)",
  ),
  webhook(
    "a batch ends with the first order",
    "for (const sighting of received.sightings) outcome =",
    "for (const sighting of received.sightings.slice(0, 1)) outcome =",
  ),
  intake(
    "the answer to our own write is a race",
    "if (last && isOurs(found.orders.values(), rules)) return settle(last, sighting, deps);",
    "",
  ),
  intake(
    "of a decision that raced a person hears",
    "return { ...write, park: [",
    "return { ...write, settle: [] as never[], parked: [",
  ),
  intake(
    "a held report is not parked",
    'if (judged.verdict === "held" && !isParked) await park(',
    'if (judged.verdict === ("never" as string)) await park(',
  ),
  intake("an older report that says otherwise is forgotten", "if (recheck) await askAgain(sighting, deps);", ""),
  run(
    "a cursor passes what did not land",
    "await landAll(run, listing.name, page, failing, askedAt);",
    "void landAll(run, listing.name, page, failing, askedAt).catch(() => undefined);",
  ),
  run("a run goes on without its lease", "if (!saved) throw new LeaseLost();\n    run.listedAt", "run.listedAt"),
  run(
    "a hint is covered by a listing that was asked before it came",
    "(run.covered.get(task.id) ?? -1) > task.dueAt;",
    "(run.covered.get(task.id) ?? -1) > 0;",
  ),
  run(
    "a hint of the listing's own millisecond is covered",
    "(run.covered.get(task.id) ?? -1) > task.dueAt;",
    "(run.covered.get(task.id) ?? -1) >= task.dueAt;",
  ),
  run(
    "a platform that asks for a pause is called again",
    "if ((state.blockedUntil ?? 0) > parts.now()) return",
    "if ((state.blockedUntil ?? 0) < 0) return",
  ),
  run("an order that cannot be read is told to nobody", "if (attempts === MAX_ATTEMPTS) {", "if (attempts === 0) {"),
  run(
    "a lease is kept when a run ends",
    "await parts.feeds.release(name, token, run?.tries.gaveUp(), run?.idle);",
    "void token;",
  ),
  landing(
    "an order is covered before it landed",
    "const outcome = await take(run, sighting, askedAt);",
    "covered.set(sourceOrder, askedAt);\n  const outcome = await take(run, sighting, askedAt);",
  ),
  landing(
    "an order that always fails keeps the others out for ever",
    "if (runs < RUNS_TO_GIVE_UP) stopping.push(result.reason);",
    "stopping.push(result.reason);",
  ),
  landing(
    "an order that is given up is told to nobody",
    "if (runs === RUNS_TO_GIVE_UP && !failing.has(id)) await giveUp(run, order);",
    "",
  ),
  landing(
    "what is doubtful is never looked at again",
    "if (!isDoubtful(outcome) || !connection.channel.readsOrders) return void",
    "if (outcome) return void",
  ),
  budget("calls are written down after they are made", "if (!(await saved)) throw new LeaseLost();", ""),
  budget(
    "the budget of calls has no end",
    "if (calls.length + count > limit)",
    "if (calls.length + count > limit * 99)",
  ),
  http("redirects are followed", 'redirect: "manual"', 'redirect: "follow"'),
  http("an answer may have any size", "if (size > maxBytes) throw", "if (size < 0) throw"),
  proof("any signature will do", "isSecret(other, one))).includes(true);", "isSecret(other, one))).length > 0;"),
  proof("a signature is compared by its beginning", "timingSafeEqual(a, b);", "a[0] === b[0];"),
  walk(
    "the next walk begins where this one ended, without an overlap",
    "seen.some(([known]) => known === mark)",
    "seen.length > 0 || seen.some(([known]) => known === mark)",
  ),
  tokens(
    "a new pair of tokens is used before it is saved",
    "if (!(await saved(token, next))) throw elsewhere(io.now());\n      unsaved.delete(seed);",
    "void saved(token, next);\n      unsaved.delete(seed);",
  ),
  tokens(
    "two processes spend one refresh token",
    "if (!(await io.vault.lock(name, token, io.now() + LOCK_MS))) throw elsewhere(io.now());\n    try",
    "await io.vault.lock(name, token, io.now() + LOCK_MS);\n    try",
  ),
  tokens(
    "a token that was spent without an answer is used",
    "pair.begunAt === undefined && pair.expiresAt - now > URGENT_MS",
    "pair.expiresAt - now > URGENT_MS",
  ),
  signing(
    "a bridge's secret is not asked for",
    "return secrets.some((secret) => isSignedBy(secret, headers, body))",
    "return secrets.length > 0",
  ),
  exchange(
    "a signature opens another operation",
    "return id.startsWith(`${operation}_`) && !isAnswerId(id);",
    'return operation !== "" && !isAnswerId(id);',
  ),
  rights(
    "a bridge may touch orders",
    "keysFrom.map((beginning) => `${beginning}*`)",
    "keysFrom.map((beginning) => `${beginning.slice(0, 0)}*`)",
  ),
  cases(
    "a case is closed by what came before it",
    "(source.heardAt ?? source.seenAt) > held.lastAt;",
    "(source.heardAt ?? source.seenAt) > 0;",
  ),
];
