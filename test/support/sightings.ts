/** Invented reports of invented purchases. */

import { type Key, keyOf } from "../../lib/core/keys.ts";
import { bringTo, contradiction } from "../../lib/core/money.ts";
import { DAY, type Report, type Sighting } from "../../lib/core/order.ts";
import type { Rules } from "../../lib/core/rules.ts";
import { newSighting, type SightingFields } from "../../lib/core/sighting.ts";
import type { WithUndefined } from "../../lib/core/writes.ts";

export const NOW = Date.UTC(2026, 10, 24, 12);

export const report: Report = {
  number: "1001",
  lines: [{ sku: "KUB-1", name: "Kubek testowy", quantity: "2", gross: 5000, vat: { kind: "rate", rate: "23" } }],
  shipping: { method: "Paczkomat", gross: 899 },
  buyer: { email: "kupujacy@example.com" },
  payment: { method: "Przelewy24", cashOnDelivery: false, paid: true },
};

export type Changes = Partial<WithUndefined<SightingFields>>;

/** @param changes of a total alone change the goods with it, so that the report goes on adding up */
export function sighting(changes: Changes = {}): Sighting {
  return newSighting({
    account: "woocommerce:main",
    sourceOrder: "271",
    version: NOW - 1000,
    placedAt: NOW - 2000,
    readiness: "ready",
    status: "processing",
    keys: [shopId("271"), number("1001")],
    currency: "PLN",
    total: 5899,
    report: addingUp(changes.total ?? 5899),
    ...changes,
  });
}

/** What rounding explains is left as it is. */
function addingUp(total: number): Report {
  if (contradiction(report, total, "PLN") === undefined) return report;
  const shipping = { ...report.shipping, gross: Math.min(report.shipping.gross, total) };
  return { ...report, lines: bringTo(report.lines, total - shipping.gross), shipping };
}

export const UUID = "0cc20000-3b6d-11f0-9c4d-8b1f2a6d7e90";
export const OTHER_UUID = "0cc20001-3b6d-11f0-9c4d-8b1f2a6d7e90";

const one = (keys: Key[]): Key => {
  const [key] = keys;
  if (!key) throw new Error("a placeholder is no key");
  return key;
};

export const shopId = (id: string, issuer = "woocommerce:main") => one(keyOf("internet-id", issuer, id, 2));
export const number = (value: string, issuer = "woocommerce:main") => one(keyOf("customer-number", issuer, value, 3));
export const allegroId = (id = UUID) => one(keyOf("internet-id", "allegro", id, 1));
export const trace = (id = UUID) => one(keyOf("internet-id", "allegro", id, 4));

export const fromAllegro = (changes: Changes = {}) =>
  sighting({
    account: "allegro:acme",
    sourceOrder: UUID,
    status: "READY_FOR_PROCESSING",
    keys: [allegroId()],
    windowDays: 90,
    ...changes,
  });

export const fromBaseLinker = (changes: Changes = {}) =>
  sighting({
    account: "baselinker:acme",
    sourceOrder: "800000101",
    status: "confirmed",
    keys: [allegroId()],
    splits: true,
    ...changes,
  });

export const rules: Omit<Rules, "orderId" | "stamp"> = {
  windowMs: 14 * DAY,
  memoryMs: 90 * DAY,
  waitingMs: 31 * DAY,
};
