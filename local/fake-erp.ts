/** A WAPRO Mag to run and test against: the ERP port on a database file, with the faults of the real one. */

import { customerNumberOf, idForms, internetIdOf, type NumberTemplates, numberForms } from "../bridge/wapro/columns.ts";
import type { Refusal } from "../bridge/wapro/items.ts";
import { parseMinor, type Share, vatFrom } from "../lib/core/money.ts";
import type { ErpRef, Instant } from "../lib/core/order.ts";
import {
  type Erp,
  type ErpHit,
  type ErpListed,
  type ErpOrder,
  type ErpQuery,
  ErpUnavailable,
  type ErpWatch,
  type Submitted,
} from "../lib/core/ports/erp.ts";
import { present } from "../lib/core/writes.ts";
import { type Contents, contentsFor } from "./fake-erp-contents.ts";
import {
  type Entry,
  openWaproDatabase,
  Place,
  type Row,
  type Stored,
  type WaproDatabase,
} from "./fake-erp-database.ts";

export const FAULTS = [
  /** The ERP takes nothing now: rejected, to be repeated. */
  "busy",
  /** The ERP does not take this order: rejected for good. */
  "refused",
  /** The caller dies between header and confirmation: in doubt, a header without keys stays. */
  "orphan",
  /** No answer, and nothing was written. */
  "timeout-before",
  /** No answer, and it was written. */
  "timeout-after-commit",
  /** No answer, nothing to be found now, and it is written later, before the deadline. */
  "late-commit",
  /** A question, a find or a list, gets no answer. */
  "find-fails",
  /** Shipped or invoiced already. */
  "cancel-refused",
] as const;
export type Fault = (typeof FAULTS)[number];

/** Probabilities from 0 to 1, read at every call, so that a fault can be switched while it runs. */
export type Faults = Partial<Record<Fault, number>>;

export type FakeErpOptions = {
  /** The database file; it outlives the process, killed or not. `:memory:` for a test. */
  file: string;
  now: () => Instant;
  random: () => number;
  faults?: Faults;
  /** SKUs and EANs of the articles that there are; without it, every one. */
  skus?: ReadonlySet<string> | undefined;
  templates?: NumberTemplates;
};

/** An order that another integrator writes, with the strings it would write. `total` is in minor units. */
type ForeignOrder = Entry & { createdAt?: Instant };

export type FakeErp = Erp &
  Required<ErpWatch> & {
    /** Confirmed orders, as a person sees them in the ERP. */
    rows(): Row[];
    /** Throws when a value does not fit its column. */
    foreign(order: ForeignOrder): ErpRef;
    /** A person cancels it in the ERP, whoever wrote it. */
    cancelByHand(erpId: string): void;
    /** How often each fault happened, over all processes that used the file. */
    readonly fired: Readonly<Record<Fault, number>>;
    /** Headers that were never confirmed. */
    orphans(): number;
    /** Removes our own orphans. A submit does it for old ones; a find does not, because a question writes nothing. */
    cleanOrphans(olderThan: Instant): number;
    close(): void;
  };

/** How integrators seen in the field write their own id into the number column. */
const OTHER_WRITERS: NumberTemplates = {
  baselinker: ["B_{id}", "BL/{id}", "BL-{id}"],
  allegro: ["ALLEGRO-{id}"],
};

const WRITER = "kojarz";

/** How many orders one answer to `list` holds. */
const PAGE = 100;

/** Longer than any lease: a header this old belongs to nobody who is still at work. */
const ORPHAN_AFTER_MS = 30 * 60_000;

export function openFakeErp(options: FakeErpOptions): FakeErp {
  const { now, random, faults = {}, skus, templates = OTHER_WRITERS } = options;
  const db = openWaproDatabase(options.file, now);

  function strikes(fault: Fault): boolean {
    const struck = random() < (faults[fault] ?? 0);
    if (struck) db.countFault(fault);
    return struck;
  }

  function page(since: Instant, cursor: string | undefined) {
    if (strikes("find-fails")) throw new ErpUnavailable("the ERP did not answer a list");
    const after = cursor === undefined ? undefined : Place.parse(JSON.parse(cursor));
    const rows = db.list(since, after, PAGE);
    const last = rows.at(-1);
    return { rows, more: rows.length === PAGE && last ? { cursor: JSON.stringify(Place.parse(last)) } : {} };
  }

  return {
    name: "wapro-stand-in",

    async find(query) {
      if (strikes("find-fails")) throw new ErpUnavailable("the ERP did not answer a find");
      return findIn(db, query, templates);
    },

    async submit(order, deadline) {
      const contents = contentsFor(order, skus);
      if ("refused" in contents) return rejected(contents);
      const at = now();
      db.removeHeaders(WRITER, at - ORPHAN_AFTER_MS);
      if (at >= deadline) return { outcome: "rejected", reason: "erp-too-late", retry: true };
      const fault = SUBMIT_FAULTS.find(strikes);
      return write(db, entryOf(order, contents), at, fault, commitTime(at, deadline, random));
    },

    async cancel(erp, order) {
      const row = db.byId(erp.erpId);
      if (!row) return { outcome: "refused", reason: "erp-order-unknown" };
      if (row.kojarzOrder !== order) return { outcome: "refused", reason: "erp-order-of-another" };
      if (row.cancelled) return { outcome: "cancelled" };
      if (strikes("cancel-refused")) return { outcome: "refused", reason: "erp-order-shipped" };
      db.cancel(erp.erpId);
      return { outcome: "cancelled" };
    },

    async list(since, cursor) {
      const { rows, more } = page(since, cursor);
      return { orders: rows.map(listedOf), ...more };
    },

    async shadow(since, cursor) {
      const { rows, more } = page(since, cursor);
      return { outcome: "listed", orders: rows.map((row) => present({ ...listedOf(row), ...sharesOf(row) })), ...more };
    },

    cancelByHand: (erpId) => db.cancel(erpId),
    foreign: ({ createdAt = now(), ...entry }) => db.create(entry, createdAt),
    rows: db.rows,
    get fired() {
      const counts = db.faults();
      return Object.fromEntries(FAULTS.map((fault) => [fault, counts.get(fault) ?? 0])) as Record<Fault, number>;
    },
    orphans: db.headers,
    cleanOrphans: (olderThan) => db.removeHeaders(WRITER, olderThan),
    close: db.close,
  };
}

const SUBMIT_FAULTS = ["busy", "refused", "orphan", "timeout-before", "timeout-after-commit", "late-commit"] as const;
type SubmitFault = (typeof SUBMIT_FAULTS)[number];

/** What the server does with one order. It looks for no other: the real one has no unique key either. */
function write(
  db: WaproDatabase,
  entry: Entry,
  at: Instant,
  fault: SubmitFault | undefined,
  commitAt: Instant,
): Submitted {
  switch (fault) {
    case "busy":
      return { outcome: "rejected", reason: "erp-busy", retry: true };
    case "refused":
      return { outcome: "rejected", reason: "erp-refused", retry: false };
    case "timeout-before":
      return { outcome: "in-doubt" };
    case "orphan":
      db.createHeader(entry, at);
      return { outcome: "in-doubt" };
    case "late-commit":
      db.createLater(entry, commitAt);
      return { outcome: "in-doubt" };
    case "timeout-after-commit":
      db.create(entry, at);
      return { outcome: "in-doubt" };
    case undefined:
      return { outcome: "created", erp: db.create(entry, at) };
  }
}

/** Any instant after now and before the deadline. */
function commitTime(at: Instant, deadline: Instant, random: () => number): Instant {
  return at + Math.min(deadline - at - 1, 1 + Math.floor(random() * (deadline - at)));
}

function rejected({ refused, detail }: Refusal): Submitted {
  return present({ outcome: "rejected" as const, reason: refused, retry: false, detail });
}

function entryOf(order: ErpOrder, contents: Contents): Entry {
  const internetId = internetIdOf(order.keys);
  const customerNumber = customerNumberOf(order);
  return present({
    writer: WRITER,
    internetId,
    customerNumber,
    kojarzOrder: order.order,
    currency: order.currency,
    total: order.total,
    contents,
  });
}

function findIn(db: WaproDatabase, query: ErpQuery, templates: NumberTemplates): ErpHit[] {
  const own = db.byKojarzOrder(query.order).map((row): ErpHit => ({ ...hitOf(row), matched: "own" }));
  const theirs = query.keys.flatMap((key): ErpHit[] => {
    const ids = key.kind === "internet-id" ? idForms(key, query.numbers) : [];
    const byId = ids.flatMap((id) => db.byColumn("internet_id", id, query.since));
    const byNumber = numberForms(key, templates, query.numbers).flatMap((form) =>
      db.byColumn("customer_number", form, query.since),
    );
    return [
      ...byId.map((row): ErpHit => ({ ...hitOf(row), matched: "internet-id", key })),
      ...byNumber.map((row): ErpHit => ({ ...hitOf(row), matched: "customer-number", key })),
    ];
  });
  return [...own, ...theirs.filter((hit) => hit.kojarzOrder !== query.order)];
}

function hitOf(stored: Stored): Omit<ErpHit, "matched"> {
  const { createdAt: _, ...hit } = listedOf(stored);
  return hit;
}

function listedOf({ id, number, internetId, customerNumber, writer: _, contents: __, ...rest }: Stored): ErpListed {
  return present({
    ...rest,
    erpId: id,
    number,
    internetId: internetId ?? undefined,
    customerNumber: customerNumber ?? undefined,
  });
}

/** Of an order of another writer that said nothing of its contents, nothing. */
function sharesOf({ contents, currency }: Stored): { shares?: Share[] } {
  const rows = [...contents.lines, ...contents.shipping, ...contents.fees];
  if (rows.length === 0) return {};
  return {
    shares: rows.map(({ gross, vat }) => present({ gross: parseMinor(gross, currency) ?? 0, vat: vatFrom(vat) })),
  };
}
