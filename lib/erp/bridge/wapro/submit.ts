/**
 * Writes one order by the vendor's procedures, in one transaction and under a lock on its keys.
 *
 * Until the last procedure an order carries no key, and nothing forbids a second one. So: lock, look, write everything,
 * check the clock, commit. What fails on the way is rolled back; and because nobody has shown that WAPRO's procedures
 * keep to a transaction, our own id is on the header before any of them can give it a number, and the database is asked
 * again before an order is called unwritten.
 */
import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { keyId } from "../../../dedup/keys.ts";
import type { HeldReason } from "../../../held-reasons.ts";
import { agrees } from "../../../money.ts";
import type { ErpRef, Instant } from "../../../order.ts";
import { anyInt, anyText } from "../../../shapes.ts";
import type { ErpOrder, Submitted } from "../../erp.ts";
import { type Draft, type DraftLine, draftOf } from "./draft.ts";
import { CommitUnknown, type Executor, type Run, StatementFailed } from "./executor.ts";
import { findOrders, findOwn } from "./find.ts";
import { addHeader, addLine, confirm, type WriteDeps } from "./procedures.ts";
import { ordersOf, ownValue } from "./rows.ts";

export type SubmitDeps = WriteDeps & {
  executor: Executor;
  /** What a person at the merchant should know of; without personal data. */
  note: (line: string) => void;
};

/** Never throws: what is not clear is in doubt. */
export async function submitOrder(order: ErpOrder, deadline: Instant, deps: SubmitDeps): Promise<Submitted> {
  const draft = draftOf(order, deps.settings, deps.wapro);
  if ("refused" in draft) return { outcome: "rejected", reason: draft.refused, retry: false };
  if (deps.now() >= deadline) return TOO_LATE;
  const trail: Trail = {};
  try {
    return await deps.executor.transaction(async (run) => {
      const result = await write(run, order, draft, deadline, trail, deps);
      if (result.outcome === "created" && deps.now() >= deadline) throw new Refused("erp-too-late", true);
      return result;
    });
  } catch (cause) {
    return afterFailure(cause, order, trail, deps);
  }
}

/** What a dry run would have written, and whether WAPRO let go of it. */
export type DryRun = { answer: Submitted; kept: boolean };

/** Writes everything and rolls it back. The number that it shows may be left out of WAPRO's numbering afterwards. */
export async function dryRun(order: ErpOrder, deadline: Instant, deps: SubmitDeps): Promise<DryRun> {
  const draft = draftOf(order, deps.settings, deps.wapro);
  if ("refused" in draft) return { answer: { outcome: "rejected", reason: draft.refused, retry: false }, kept: false };
  const trail: Trail = {};
  try {
    await deps.executor.transaction(async (run) => {
      throw new Rehearsed(await write(run, order, draft, deadline, trail, deps));
    });
  } catch (cause) {
    const answer = cause instanceof Rehearsed ? cause.answer : await afterFailure(cause, order, trail, deps);
    return { answer, kept: await isThere(order, trail, deps) };
  }
  throw new Error("a dry run ended without its rollback");
}

class Rehearsed extends Error {
  readonly answer: Submitted;
  constructor(answer: Submitted) {
    super("rolled back on purpose");
    this.name = "Rehearsed";
    this.answer = answer;
  }
}

/** The order is not taken. The transaction is rolled back by throwing this. */
class Refused extends Error {
  readonly retry: boolean;
  constructor(...[reason, retry]: [reason: HeldReason, retry: false] | [reason: string, retry: true]) {
    super(reason);
    this.name = "Refused";
    this.retry = retry;
  }
}

const TOO_LATE: Submitted = { outcome: "rejected", reason: "erp-too-late", retry: true };

/** The header that was begun: by its id it can be looked for even without keys. */
type Trail = { id?: string };

async function write(
  run: Run,
  order: ErpOrder,
  draft: Draft,
  deadline: Instant,
  trail: Trail,
  deps: SubmitDeps,
): Promise<Submitted> {
  await lock(run, order, Math.max(0, Math.min(LOCK_MS, deadline - deps.now())), deps);
  const existing = await lookAgain(run, order, deps);
  if (existing) return { outcome: "already-exists", erp: existing };
  const contractor = await contractorOf(run, draft, deps);
  const articles = await articlesOf(run, draft.lines, deps);
  const id = await addHeader(run, contractor, deps);
  if (id === undefined) throw new Refused("erp-gave-no-id", false);
  trail.id = id;
  const { queries } = deps.wapro;
  await run(queries.writeOwn, { id, own: ownValue(order.order) });
  for (const { line, article } of articles) await addLine(run, id, article, line, deps);
  await run(deps.wapro.calls.sum, { ID_ZAMOWIENIA: id });
  if (!(await confirm(run, id, contractor, draft, deps))) throw new Refused("erp-no-number-format", false);
  // Not before: by this one other writers look, and a header that is left behind must be found by nobody.
  if (queries.writeInternetId && draft.internetId !== undefined)
    await run(queries.writeInternetId, { id, internetId: draft.internetId });
  return { outcome: "created", erp: await readBack(run, id, order, draft, deps) };
}

async function lock(run: Run, order: ErpOrder, timeoutMs: number, { wapro }: SubmitDeps): Promise<void> {
  // In one order for everybody, so that two owners never wait for each other.
  const resources = [order.order, ...order.keys.map(keyId)].map(resourceOf).sort((a, b) => (a < b ? -1 : 1));
  for (const resource of new Set(resources)) {
    const [granted] = z.array(Lock).parse(await run(wapro.queries.lock, { resource, timeoutMs }));
    if (!granted || granted.result < 0) throw new Refused("erp-busy", true);
  }
}

/** Shorter than a statement may take. */
const LOCK_MS = 10_000;

const Lock = z.object({ result: anyInt });

function resourceOf(name: string): string {
  return `kojarz:${createHash("sha256").update(name).digest("hex")}`;
}

/**
 * Nobody of ours can write this order now. What another integrator, or another Kojarz, wrote since the caller's find has
 * to be judged by the caller: it may belong to another purchase.
 */
async function lookAgain(run: Run, order: ErpOrder, deps: SubmitDeps): Promise<ErpRef | undefined> {
  const { queries } = deps.wapro;
  const since = Math.max(0, deps.now() - FRESH_MS);
  const hits = await findOrders(run, queries, { ...order, since }, deps.settings.numberTemplates);
  const own = hits.find((hit) => hit.matched === "own");
  if (own) return { erpId: own.erpId, number: own.number };
  const seen = new Set(order.seen);
  if (hits.some((hit) => !seen.has(hit.erpId))) throw new Refused("erp-order-appeared", true);
  return undefined;
}

/** Longer than any lease: between the caller's find and this look no more time can have passed. */
const FRESH_MS = 15 * 60_000;

const Ids = z.array(z.object({ id: anyText }));

async function contractorOf(run: Run, { taxId }: Draft, { wapro, settings }: SubmitDeps): Promise<string | number> {
  const known = taxId === undefined ? [] : Ids.parse(await run(wapro.queries.contractorByTaxId, { taxId }));
  const contractor = known[0]?.id ?? settings.contractor;
  if (contractor === undefined) throw new Refused("erp-contractor-unknown", false);
  return contractor;
}

/** All lines or none: what an order lacks nobody would miss until it is packed. */
async function articlesOf(run: Run, lines: readonly DraftLine[], { wapro, settings, note }: SubmitDeps) {
  const found: Array<{ line: DraftLine; article: string }> = [];
  const missing: string[] = [];
  for (const line of lines) {
    const { sku, ean } = line;
    const statement = sku ? wapro.queries.articleBySku : wapro.queries.articleByEan;
    const value = sku || ean;
    const rows = value ? Ids.parse(await run(statement, { value, warehouse: settings.warehouse })) : [];
    const [article] = rows;
    if (article && rows.length === 1) found.push({ line, article: article.id });
    else missing.push(`${value ?? "a line without SKU and EAN"} (${rows.length} articles)`);
  }
  if (missing.length === 0) return found;
  note(`not exactly one article for ${missing.join(", ")} in warehouse ${settings.warehouse}`);
  throw new Refused("erp-sku-unknown", false);
}

/** The order as WAPRO has it now: with a number, with our id, under the customer's number, and for what the buyer paid. */
async function readBack(run: Run, id: string, order: ErpOrder, draft: Draft, { wapro }: SubmitDeps): Promise<ErpRef> {
  const [row] = ordersOf(await run(wapro.queries.byId, { id }));
  if (!row || row.order.number === "") throw new Refused("erp-gave-no-number", false);
  const { currency, total, erpId, number, kojarzOrder, customerNumber = "" } = row.order;
  if (kojarzOrder !== order.order) throw new Refused("erp-own-id-lost", false);
  if (customerNumber !== draft.customerNumber) throw new Refused("erp-number-differs", false);
  const same = agrees(
    { currency, minor: total },
    { currency: order.currency, minor: order.total },
    order.report.lines.length,
  );
  if (!same) throw new Refused("erp-total-differs", false);
  return { erpId, number };
}

async function afterFailure(cause: unknown, order: ErpOrder, trail: Trail, deps: SubmitDeps): Promise<Submitted> {
  if (cause instanceof CommitUnknown) return { outcome: "in-doubt" };
  if (!(cause instanceof Refused))
    deps.note(`an order was not written: ${cause instanceof Error ? cause.message : "?"}`);
  if (trail.id !== undefined && (await isThere(order, trail, deps))) {
    deps.note(`order ${trail.id} may be in WAPRO in spite of the rollback`);
    return { outcome: "in-doubt" };
  }
  if (cause instanceof Refused) return { outcome: "rejected", reason: cause.message, retry: cause.retry };
  const { number } = cause instanceof StatementFailed ? cause : {};
  if (number === undefined) return { outcome: "rejected", reason: "erp-unavailable", retry: true };
  return { outcome: "rejected", reason: `erp-sql-${number}`, retry: TRANSIENT.has(number) };
}

/** Deadlock, lock timeout, out of memory or log, database not open: what another try may find gone. */
const TRANSIENT = new Set([1205, 1222, 701, 9002, 4060, 40197, 40501, 40613]);

/** Also when nobody answers: then it may be there. Under the lock, which a rollback still going on would hold. */
async function isThere(order: ErpOrder, { id }: Trail, deps: SubmitDeps): Promise<boolean> {
  try {
    return await deps.executor.transaction(async (run) => {
      await lock(run, order, LOCK_MS, deps);
      const own = await findOwn(run, deps.wapro.queries, order.order);
      const begun = id === undefined ? [] : ordersOf(await run(deps.wapro.queries.byId, { id }));
      return own.length + begun.length > 0;
    });
  } catch {
    return true;
  }
}
