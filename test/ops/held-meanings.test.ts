import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import { HELD_REASONS } from "../../lib/core/held-reasons.ts";
import { meaningOf, meanings } from "../../lib/ops/held-meanings.ts";

const ROOT = resolve(import.meta.dirname, "../..");

test.each(HELD_REASONS)("%s is explained in both languages, in two short sentences at most", (reason) => {
  const { pl, en } = meaningOf(reason);
  expect(pl).not.toBe(en);
  for (const text of [pl, en]) {
    expect(text).toMatch(/^[^a-z].*\.$/);
    expect(text.split(/[.!?] /).length).toBeLessThanOrEqual(2);
    expect(text.length).toBeLessThan(300);
  }
});

test("what the ERP makes up is explained too: an SQL error by its kind, anything else as the ERP's own word", () => {
  expect(meaningOf("erp-sql-547").pl).toContain("SQL Server odrzucił zapis");
  expect(meaningOf("erp-sql-547")).toBe(meaningOf("erp-sql-2627"));
  expect(meaningOf("Kontrahent 4711 zablokowany").en).toContain("the log has it in full");
});

test("each reason is explained once, and whatever the metric calls `other` as well", () => {
  const shown = meanings();
  const words = shown.flatMap(({ reasons }) => reasons);
  expect(words).toHaveLength(HELD_REASONS.length + 2);
  expect(new Set(words)).toEqual(new Set([...HELD_REASONS, "other", "other: erp-sql-N"]));
  expect(new Set(shown.map(({ meaning }) => meaning.pl)).size).toBe(shown.length);
});

const IMPORT = /^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)"|\bimport\("(\.[^"]+)"\)/gm;

/** Every file that is loaded with this one, then or later. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, fixed, lazy] of readFileSync(file, "utf8").matchAll(IMPORT))
    loadedWith(join(dirname(file), fixed ?? lazy ?? ""), seen);
  return seen;
}

/** What a person asks and hears: these speak in sentences. */
const SPEAKING = ["operator-act.ts", "operator-read.ts", "reminder.ts", "sweep.ts"];

test("no function on an order's way loads the texts, which would slow its start: the words alone go with it", async () => {
  const names = (await readdir(join(ROOT, "functions"))).filter((name) => !SPEAKING.includes(name));
  const entries = names.map((name) => join(ROOT, "functions", name));
  const loaded = new Set(entries.flatMap((entry) => [...loadedWith(entry)]));
  expect(loaded).toContain(join(ROOT, "lib/core/held-reasons.ts"));
  expect(loaded).toContain(join(ROOT, "lib/channels/baselinker/map.ts"));
  expect(loaded).not.toContain(join(ROOT, "lib/ops/held-meanings.ts"));
});
