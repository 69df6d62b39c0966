/** How much of one report is kept: whatever a buyer writes, an order fits into the store. Pure. */
import type { Sighting } from "./order.ts";

const MAX_NOTE = 2_000;
const MAX_TEXT = 300;
const MAX_LINES = 2_000;

/** Texts are cut, and end with `…` then; goods cannot be. */
export function bounded(sighting: Sighting): Sighting | "too-many-lines" {
  const { note, ...report } = sighting.report;
  if (report.lines.length > MAX_LINES) return "too-many-lines";
  return {
    ...sighting,
    status: cut(sighting.status, MAX_TEXT),
    report: { ...cutTexts(report), ...(note !== undefined && { note: cut(note, MAX_NOTE) }) },
  };
}

/** A copy with every text cut, at any depth. */
function cutTexts<Value>(value: Value): Value {
  if (typeof value === "string") return cut(value, MAX_TEXT) as Value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(cutTexts) as Value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cutTexts(inner)])) as Value;
}

/** Between whole characters: half of a pair is none. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
