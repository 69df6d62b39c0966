/** `kojarz migrate`: what this version makes of items that an earlier one wrote. */
import { Command } from "commander";
import type { Text } from "../lib/ops/answers.ts";
import { Migrated, type Migrating } from "../lib/ops/migrate.ts";
import { doorsOf } from "./doors.ts";
import { failed } from "./exit.ts";
import type { Shared } from "./run.ts";
import { columns, inLanguage, plain, progress, say } from "./terminal.ts";

/** What becomes of each older shape. */
const BECOMES: Readonly<Record<string, Text>> = {
  "order-vat-as-rate": {
    pl: "czytane jako stawka; zapisywane na nowo z najbliższą zmianą zamówienia",
    en: "read as a rate; written anew with the order's next change",
  },
  "order-without-history": {
    pl: "trace pokazuje historię od najbliższej zmiany zamówienia",
    en: "trace shows its history from the order's next change on",
  },
  "order-not-found-by-erp-number": {
    pl: "trace znajduje je po numerze ERP po najbliższej zmianie; wcześniej po każdym innym numerze",
    en: "trace finds it by its ERP number after its next change; before, by every other number",
  },
  "case-not-listed": {
    pl: "nie ma jej na liście spraw: wpisuje ją tam kojarz migrate",
    en: "stands in no list of cases: kojarz migrate puts it there",
  },
};

/** What has to be written anew; all else is as it is changed the next time. */
const TO_WRITE = "case-not-listed";

export function migrateCommand(): Command {
  return new Command("migrate")
    .description(
      "What shapes of items the table holds, and what this version writes anew of an earlier one. Again is harmless.",
    )
    .option("--plan", "say it, and change nothing")
    .addHelpText("after", "\nExamples:\n  kojarz migrate --plan\n  kojarz migrate --stage production")
    .action(migrate);
}

async function migrate({ plan, ...options }: Shared & { plan?: true }): Promise<void> {
  const { kinds, older, written } = await wholeTable(plan ? "plan" : "write", options);
  const left = (older[TO_WRITE] ?? 0) - written;
  if (options.json) {
    say(JSON.stringify({ kinds, older, written, toWrite: left }));
    return;
  }
  const total = Object.values(kinds).reduce((sum, count) => sum + count, 0);
  say(`${total} items${total > 0 ? `: ${list(kinds)}` : ""}`);
  const rows = Object.entries(older).map(([shape, count]) => [String(count), shape, becomes(shape)]);
  for (const row of columns(rows)) say(row);
  if (rows.length === 0) say("No item is of an older shape.");
  if (written > 0) say(`${written} written anew.`);
  say(left > 0 ? `${left} are to be written anew: kojarz migrate` : "Nothing is to be done.");
}

function becomes(shape: string): string {
  const text = BECOMES[shape];
  return text ? inLanguage(text) : "read as it is";
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${plain(name)}`)
    .join(", ");
}

/** The whole table, a page at a time. */
async function wholeTable(
  migrate: Migrating["migrate"],
  options: Shared,
): Promise<Pick<Migrated, "kinds" | "older" | "written">> {
  const doors = doorsOf(options);
  const bar = progress("reading the table");
  const sum = { kinds: {} as Record<string, number>, older: {} as Record<string, number>, written: 0 };
  let looked = 0;
  try {
    let cursor: string | undefined;
    do {
      const page = Migrated.safeParse(await doors.act({ migrate, ...(cursor !== undefined && { cursor }) }));
      if (!page.success) throw failed("this Kojarz cannot say: deploy the version that this command came with");
      add(sum.kinds, page.data.kinds);
      add(sum.older, page.data.older);
      sum.written += page.data.written;
      looked += page.data.looked;
      bar.at(looked, page.data.of);
      cursor = page.data.cursor;
    } while (cursor !== undefined);
  } finally {
    bar.end();
  }
  return sum;
}

function add(to: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) to[name] = (to[name] ?? 0) + count;
}
