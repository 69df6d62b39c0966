/** What an error of SQL Server's means for an order, by its number. Pure. */
import type { HeldReason } from "../../lib/core/held-reasons.ts";
import type { StatementFailed } from "./executor.ts";

/** Deadlock, lock timeout, out of memory or log, database not open: what another try may find gone. */
const TRANSIENT: ReadonlySet<number> = new Set([1205, 1222, 701, 9002, 4060, 40197, 40501, 40613]);

/** @param number of SQL Server's error: true where the same statement may succeed a moment later */
export function isTransient(number: number): boolean {
  return TRANSIENT.has(number);
}

/** What no other try would change until a person mends the database, the rights or the bridge. */
const MISTAKES: Readonly<Record<number, HeldReason>> = {
  // A parameter without a default was not given, has another name, or is no OUTPUT.
  201: "erp-parameter-missing",
  8144: "erp-parameter-missing",
  8145: "erp-parameter-missing",
  8162: "erp-parameter-missing",
  // A column, a table or a procedure is not there.
  207: "erp-object-missing",
  208: "erp-object-missing",
  2812: "erp-object-missing",
  // The login may not use an object, a column, or the database.
  229: "erp-right-missing",
  230: "erp-right-missing",
  300: "erp-right-missing",
  916: "erp-right-missing",
  // A text is longer than its column.
  2628: "erp-text-too-long",
  8152: "erp-text-too-long",
};

/** `detail`: the statement, and what it is about; no value of the order. */
export type Failure = { outcome: "rejected"; reason: string; retry: boolean; detail?: string };

/** What a failed statement means for its order. Without a number the connection failed, and it is tried again. */
export function rejectionOf({ number, statement, about }: StatementFailed): Failure {
  if (number === undefined) return { outcome: "rejected", reason: "erp-unavailable", retry: true };
  const detail = about === undefined ? statement : `${statement}: ${about}`;
  const reason = Object.hasOwn(MISTAKES, number) ? MISTAKES[number] : undefined;
  if (reason) return { outcome: "rejected", reason, retry: false, detail };
  return { outcome: "rejected", reason: `erp-sql-${number}`, retry: isTransient(number), detail };
}
