/** What an export of the ERP's orders says by itself, as data: what the terminal, the page and JSON show. Pure. */
import { formatMinor } from "../../lib/core/money.ts";
import { doublesOf, REASONS, type Reason, type Suspected, type Within, writerOf } from "./doubles.ts";
import { type ErpRow, isoDay } from "./rows.ts";

export type ShownDouble = {
  reason: Reason;
  shared?: string;
  currency: string;
  /** What every order but the oldest is worth, as a decimal. */
  worth: string;
  orders: Array<{
    number: string;
    date: string;
    total: string;
    internetId: string;
    customerNumber: string;
    writer: string;
  }>;
};

export type ErpReport = {
  kind: "erp-export";
  from: string;
  to: string;
  orders: number;
  cancelled: number;
  /** Lines that could not be read, and which column. */
  unread: Array<{ line: number; column: string }>;
  suspected: ShownDouble[];
  /** Orders that would be too many, and what they are worth by currency. */
  surplus: { orders: number; worth: Array<{ currency: string; amount: string }> };
  byReason: Array<{ reason: Reason; purchases: number }>;
  /** The surplus orders by the day of the order. Days without any are there. */
  byDay: Array<{ day: string; orders: number; surplus: number }>;
  /** How the number columns are filled: each way is probably one integrator. */
  writers: Array<{ writer: string; orders: number; surplus: number }>;
  /** Equal short numbers with other totals: two purchases. */
  apart: number;
};

type Read = { rows: ErpRow[]; cancelled: number; unread: Array<{ line: number; column: string }> };

export function erpReportOf({ rows, cancelled, unread }: Read, within: Within): ErpReport {
  const { suspected, set: apart } = doublesOf(rows, within);
  const surplus = suspected.flatMap((one) => one.rows.slice(1));
  const days = rows.map(({ day }) => day);
  const [from = 0, to = 0] = [
    days.reduce((a, b) => Math.min(a, b), days[0] ?? 0),
    days.reduce((a, b) => Math.max(a, b), days[0] ?? 0),
  ];
  return {
    kind: "erp-export",
    from: isoDay(from),
    to: isoDay(to),
    orders: rows.length,
    cancelled,
    unread,
    suspected: suspected.map(shownOf),
    surplus: { orders: surplus.length, worth: worthOf(surplus) },
    byReason: REASONS.map((reason) => ({ reason, purchases: suspected.filter((one) => one.reason === reason).length })),
    byDay: byDayOf(rows, surplus, from, to),
    writers: writersOf(rows, surplus),
    apart,
  };
}

function shownOf({ reason, shared, rows }: Suspected): ShownDouble {
  const [first, ...more] = rows;
  const currency = first?.currency ?? "";
  const worth = more.reduce((sum, { total }) => sum + total, 0);
  return {
    reason,
    ...(shared !== undefined && { shared }),
    currency,
    worth: formatMinor(worth, currency),
    orders: rows.map((row) => ({
      number: row.number,
      date: isoDay(row.day),
      total: formatMinor(row.total, row.currency),
      internetId: row.internetId,
      customerNumber: row.customerNumber,
      writer: writerOf(row),
    })),
  };
}

function worthOf(rows: readonly ErpRow[]): Array<{ currency: string; amount: string }> {
  return [...Map.groupBy(rows, ({ currency }) => currency)].map(([currency, of]) => ({
    currency,
    amount: formatMinor(
      of.reduce((sum, { total }) => sum + total, 0),
      currency,
    ),
  }));
}

/** A chart of more days than this shows nothing that an eye could tell apart. */
const MOST_DAYS = 400;

function byDayOf(rows: readonly ErpRow[], surplus: readonly ErpRow[], from: number, to: number): ErpReport["byDay"] {
  if (rows.length === 0) return [];
  const [all, double] = [rows, surplus].map((of) => Map.groupBy(of, ({ day }) => day));
  const first = Math.max(from, to - MOST_DAYS + 1);
  return Array.from({ length: to - first + 1 }, (_, index) => ({
    day: isoDay(first + index),
    orders: all?.get(first + index)?.length ?? 0,
    surplus: double?.get(first + index)?.length ?? 0,
  }));
}

function writersOf(rows: readonly ErpRow[], surplus: readonly ErpRow[]): ErpReport["writers"] {
  const double = Map.groupBy(surplus, writerOf);
  return [...Map.groupBy(rows, writerOf)]
    .map(([writer, of]) => ({ writer, orders: of.length, surplus: double.get(writer)?.length ?? 0 }))
    .sort((a, b) => b.orders - a.orders);
}
