/**
 * Why something is held, as the dimension of a metric: the words that the core and the channels use. An ERP may give
 * any reason of its own, so what is not on the list is counted as `other`; the log line has it in full.
 */
const REASONS = new Set([
  "cannot-cancel",
  "copy-or-split",
  "duplicated-in-erp",
  "edited-after-delivery",
  "erp-cannot-cancel",
  "erp-keys-disagree",
  "erp-many",
  "erp-number-unproven",
  "erp-refused",
  "erp-trace",
  "error-object",
  "ids-taken",
  "incomplete-order",
  "no-lines",
  "no-usable-key",
  "not-an-order",
  "not-json",
  "number-total-differs",
  "number-total-unknown",
  "refunded",
  "revived-after-cancel",
  "revived-after-erp-cancel",
  "total-unknown",
  "trace-against-id",
  "trace-total-differs",
  "trace-total-unknown",
  "two-orders",
  "unknown-status",
  "unmapped-source",
  "unreadable-amount",
  "unreadable-form",
  "unreadable-line",
  "unreadable-order",
]);

export function heldReason(reason: string): string {
  return REASONS.has(reason) ? reason : "other";
}
