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
import type { HeldReason } from "../../lib/core/held-reasons.ts";
import { keyId } from "../../lib/core/keys.ts";
import { agrees } from "../../lib/core/money.ts";
import type { ErpRef, Instant } from "../../lib/core/order.ts";
import { BRIDGE_BUSY, type ErpOrder, type Submitted } from "../../lib/core/ports/erp.ts";
import { anyInt, nullishText } from "../../lib/core/schemas.ts";
import { earliestOnServer } from "./clock.ts";
import { type Draft, type DraftLine, type DraftVat, draftOf } from "./draft.ts";
import {
  AllBusy,
  CommitUnknown,
  type Executor,
  OutOfTime,
  type Run,
  StatementFailed,
  TransactionLost,
} from "./executor.ts";
import { rejectionOf } from "./failures.ts";
import { findOrdersLast, findOwn } from "./find.ts";
import type { Refusal } from "./items.ts";
import { addHeader, addLine, type Contractor, confirm, type Placed, type WriteDeps } from "./procedures.ts";
import { DatabaseId, ordersOf, ownValue } from "./rows.ts";

export type SubmitDeps = WriteDeps & {
  executor: Executor;
  /** What a person at the merchant should know of; without personal data. */
  note: (line: string) => void;
};

/** Never throws: what is not clear is in doubt. */
export async function submitOrder(order: ErpOrder, deadline: Instant, deps: SubmitDeps): Promise<Submitted> {
  const draft = draftOf(order, deps.settings, deps.wapro);
  if ("refused" in draft) return rejected(draft);
  if (deps.now() >= deadline) return TOO_LATE;
  const trail: Trail = {};
  let written: Submitted;
  try {
    written = await deps.executor.transaction(async (run) => {
      const result = await write(run, order, draft, deadline, trail, deps);
      if (result.outcome === "created" && deps.now() >= deadline) throw new OutOfTime();
      return result;
    }, deadline);
  } catch (cause) {
    return afterFailure(cause, order, deadline, trail, deps);
  }
  return written.outcome === "created" ? seenByOthers(written.erp, order, deadline, deps) : written;
}

/** Read on another connection: what only the writer's own sees is lost with it. */
async function seenByOthers(
  erp: ErpRef,
  order: ErpOrder,
  deadline: Instant,
  { executor, wapro, note }: SubmitDeps,
): Promise<Submitted> {
  const { erpId } = erp;
  try {
    const [row] = ordersOf(await executor.run(wapro.queries.byId, { id: erpId }, deadline));
    if (row?.order.kojarzOrder === order.order) return { outcome: "created", erp };
    note(`order ${erpId} was committed, and nobody else sees it`);
  } catch (cause) {
    note(`order ${erpId} was committed and could not be read: ${cause instanceof Error ? cause.message : "?"}`);
  }
  return { outcome: "in-doubt" };
}

/** What a dry run would have written, and whether WAPRO let go of it. */
export type DryRun = { answer: Submitted; kept: boolean };

/** Writes everything and rolls it back. The number that it shows may be left out of WAPRO's numbering afterwards. */
export async function dryRun(order: ErpOrder, deadline: Instant, deps: SubmitDeps): Promise<DryRun> {
  const draft = draftOf(order, deps.settings, deps.wapro);
  if ("refused" in draft) return { answer: rejected(draft), kept: false };
  const trail: Trail = {};
  try {
    await deps.executor.transaction(async (run) => {
      throw new Rehearsed(await write(run, order, draft, deadline, trail, deps));
    }, deadline);
  } catch (cause) {
    const answer = cause instanceof Rehearsed ? cause.answer : await afterFailure(cause, order, deadline, trail, deps);
    return { answer, kept: await isThere(order, deadline, trail, deps) };
  }
  throw new Error("a dry run ended without its rollback");
}

function rejected({ refused, detail }: Refusal): Submitted {
  return { outcome: "rejected", reason: refused, retry: false, ...(detail !== undefined && { detail }) };
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
  readonly detail: string | undefined;
  constructor(
    ...[reason, retry, detail]: [reason: HeldReason, retry: false, detail?: string] | [reason: string, retry: true]
  ) {
    super(reason);
    this.name = "Refused";
    this.retry = retry;
    this.detail = detail;
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
  await lock(run, order, Math.min(deps.now() + LOCK_MS, deadline), deps);
  const existing = await lookAgain(run, order, deps);
  if (existing) return { outcome: "already-exists", erp: existing };
  const contractor = await contractorOf(run, draft, deps);
  const lines = await placedLines(run, draft.lines, deps);
  const id = await addHeader(run, contractor, deps);
  if (id === undefined) throw new Refused("erp-gave-no-id", false);
  trail.id = id;
  const { queries } = deps.wapro;
  await run(queries.writeOwn, { id, own: ownValue(order.order) });
  for (const line of lines) await addLine(run, id, line, deps);
  await run(deps.wapro.calls.sum, { ID_ZAMOWIENIA: id });
  if (!(await confirm(run, id, contractor, draft, deps))) throw new Refused("erp-no-number-format", false);
  // Not before: by this one other writers look, and a header that is left behind must be found by nobody.
  if (queries.writeInternetId && draft.internetId !== undefined)
    await run(queries.writeInternetId, { id, internetId: draft.internetId });
  return { outcome: "created", erp: await readBack(run, id, order, draft, deps) };
}

/** @param until for all of them together */
async function lock(run: Run, order: ErpOrder, until: Instant, { wapro, now }: SubmitDeps): Promise<void> {
  // In one order for everybody, so that two owners never wait for each other.
  const resources = [order.order, ...order.keys.map(keyId)].map(resourceOf).sort((a, b) => (a < b ? -1 : 1));
  for (const resource of new Set(resources)) {
    const timeoutMs = Math.max(0, until - now());
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
  const since = Math.max(0, deps.now() - FRESH_MS);
  const shown = await earliestOnServer(run, since, deps.now);
  const where = { ...deps.wapro, templates: deps.settings.numberTemplates };
  const hits = await findOrdersLast(run, { ...order, since }, shown, where);
  const own = hits.find((hit) => hit.matched === "own");
  if (own) return { erpId: own.erpId, number: own.number };
  const seen = new Set(order.seen);
  if (hits.some((hit) => !seen.has(hit.erpId))) throw new Refused("erp-order-appeared", true);
  return undefined;
}

/** Longer than any lease: between the caller's find and this look no more time can have passed. */
const FRESH_MS = 15 * 60_000;

const Ids = z.array(z.object({ id: DatabaseId }));

async function contractorOf(run: Run, { taxId }: Draft, { wapro, settings }: SubmitDeps): Promise<Contractor> {
  const known = taxId === undefined ? [] : Ids.parse(await run(wapro.queries.contractorByTaxId, { taxId }));
  const [first, ...more] = known;
  if (more.length > 0)
    throw new Refused("erp-contractor-ambiguous", false, `contractors ${known.map(({ id }) => id).join(", ")}`);
  if (first) return { id: first.id, isStandIn: false };
  if (settings.contractor === undefined) throw new Refused("erp-contractor-unknown", false);
  return { id: settings.contractor, isStandIn: true };
}

const Articles = z.array(z.object({ id: DatabaseId, vat: nullishText }));

/** All lines or none: what an order lacks nobody would miss until it is packed. */
async function placedLines(run: Run, lines: readonly DraftLine[], { wapro, settings, note }: SubmitDeps) {
  const placed: Placed[] = [];
  const missing: string[] = [];
  const untold: string[] = [];
  for (const line of lines) {
    const { sku, ean } = line;
    const statement = sku ? wapro.queries.articleBySku : wapro.queries.articleByEan;
    const value = sku || ean;
    // Asked for in letters that the column cannot hold, it would be another article's.
    const isAsked = value && wapro.alphabets.sku.keeps(value);
    const articles = isAsked ? Articles.parse(await run(statement, { value, warehouse: settings.warehouse })) : [];
    const [article] = articles;
    if (!value || !article || articles.length > 1) {
      missing.push(`${value || "a line without SKU and EAN"} (${articles.length} articles)`);
      continue;
    }
    const vat = line.vat ?? vatOfArticle(article.vat);
    if (vat) placed.push({ ...line, article: article.id, vat });
    else untold.push(value);
  }
  if (missing.length > 0) {
    note(`not exactly one article for ${missing.join(", ")} in warehouse ${settings.warehouse}`);
    throw new Refused("erp-sku-unknown", false, missing.join(", "));
  }
  if (untold.length > 0) throw new Refused("erp-vat-unknown", false, `VAT of ${untold.join(", ")}`);
  return placed;
}

/** A code of WAPRO's own. What is no number carries no tax. */
function vatOfArticle(code: string | null | undefined): DraftVat | undefined {
  const plain = code?.trim();
  return plain ? { code: plain, rate: /^\d{1,2}$/.test(plain) ? plain : "0" } : undefined;
}

/** The order as WAPRO has it now: with a number, with our id, under the customer's number, and for what the buyer paid. */
async function readBack(run: Run, id: string, order: ErpOrder, draft: Draft, { wapro }: SubmitDeps): Promise<ErpRef> {
  const [row] = ordersOf(await run(wapro.queries.byId, { id }));
  if (!row || row.order.number === "") throw new Refused("erp-gave-no-number", false);
  const { currency, total, erpId, number, kojarzOrder, customerNumber = "" } = row.order;
  if (kojarzOrder !== order.order) throw new Refused("erp-own-id-lost", false);
  if (customerNumber !== draft.customerNumber) throw new Refused("erp-number-differs", false);
  if (draft.internetId !== undefined && row.order.internetId !== draft.internetId)
    throw new Refused("erp-internet-id-differs", false);
  const same = agrees(
    { currency, minor: total },
    { currency: order.currency, minor: order.total },
    order.report.lines.length,
  );
  if (!same) throw new Refused("erp-total-differs", false);
  return { erpId, number };
}

async function afterFailure(
  cause: unknown,
  order: ErpOrder,
  deadline: Instant,
  trail: Trail,
  deps: SubmitDeps,
): Promise<Submitted> {
  if (cause instanceof CommitUnknown) return { outcome: "in-doubt" };
  if (!(cause instanceof Refused))
    deps.note(`an order was not written: ${cause instanceof Error && isOurs(cause) ? cause.message : nameOf(cause)}`);
  if (trail.id !== undefined && (await isThere(order, deadline, trail, deps))) {
    deps.note(`order ${trail.id} may be in WAPRO in spite of the rollback`);
    return { outcome: "in-doubt" };
  }
  if (cause instanceof Refused) {
    const { message: reason, retry, detail } = cause;
    return { outcome: "rejected", reason, retry, ...(detail !== undefined && { detail }) };
  }
  if (cause instanceof OutOfTime) return TOO_LATE;
  if (cause instanceof AllBusy) return { outcome: "rejected", reason: BRIDGE_BUSY, retry: true };
  if (cause instanceof TransactionLost) return { outcome: "rejected", reason: "erp-transaction-lost", retry: false };
  if (cause instanceof StatementFailed) return rejectionOf(cause);
  // The database answered what it never should: no other try would be answered otherwise.
  return { outcome: "rejected", reason: "erp-answer-unreadable", retry: false };
}

/** Its message holds no data. */
function isOurs(cause: Error): boolean {
  return cause instanceof StatementFailed || cause instanceof TransactionLost || cause instanceof OutOfTime;
}

function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : "unknown";
}

/** Also when nobody answers in time: then it may be there. Under the lock, which a rollback still going on would hold. */
async function isThere(order: ErpOrder, deadline: Instant, { id }: Trail, deps: SubmitDeps): Promise<boolean> {
  const until = Math.max(deadline, deps.now() + LOOKING_MS);
  try {
    return await deps.executor.transaction(async (run) => {
      await lock(run, order, Math.min(deps.now() + LOCK_MS, until), deps);
      const own = await findOwn(run, deps.wapro.queries, order.order);
      const begun = id === undefined ? [] : ordersOf(await run(deps.wapro.queries.byId, { id }));
      return own.length + begun.length > 0;
    }, until);
  } catch {
    return true;
  }
}

/** Also after the deadline: it writes nothing. */
const LOOKING_MS = 1_000;
