/** `kojarz report`: what went into the ERP twice, as far as an export of its order list can say. */
import { readFile, writeFile } from "node:fs/promises";
import { Command } from "commander";
import { failed, wrong } from "../exit.ts";
import { columns, inLanguage, isPolish, note, paint, plain, say } from "../terminal.ts";
import { cellsOf, textOf } from "./csv.ts";
import { type ErpReport, erpReportOf } from "./erp-report.ts";
import { pageOf, shareText, worthText } from "./page.ts";
import { COLUMNS, type Column, erpRowsOf } from "./rows.ts";
import { type ShadowOptions, shadowReport } from "./shadow.ts";
import { REASON_WORDS, WORDS } from "./words.ts";

type ReportOptions = {
  erp?: string;
  html?: string;
  within: string;
  column?: Partial<Record<Column, string>>;
  stage?: string;
  json?: true;
};

/** Two integrators report one purchase within hours; where only the total says so, within a day. */
const TOTAL_DAYS = 1;

export function reportCommand(): Command {
  return new Command("report")
    .description(
      "What went into the ERP twice: by an export of its order list, with no installation and no network; or, in shadow mode, beside what Kojarz would have written.",
    )
    .option("--erp <file>", "the export, as CSV: number, internet id, customer number, date, total")
    .option("--days <days>", "instead: what a running Kojarz in shadow mode would have changed in the last days")
    .option("--live-from <time>", "with --days: also list what is forwarded where shadow mode is left at this time")
    .option("--html <file>", "also write it as one page, in Polish and English")
    .option("--within <days>", "how far apart two orders of one purchase may be", "14")
    .option("--column <name=heading>", "how a column is headed, such as total=Wartość; once for each", columnOf)
    .addHelpText(
      "after",
      "\nExamples:\n  kojarz report --erp orders.csv\n  kojarz report --erp orders.csv --html doubles.html\n  kojarz report --days 14 --html change.html\n  kojarz report --days 14 --live-from 2026-12-08T06:00:00+01:00\n  kojarz report --erp orders.csv --column 'internetId=Pole 1' --json",
    )
    .action(either);
}

function columnOf(text: string, before: Partial<Record<Column, string>> = {}): Partial<Record<Column, string>> {
  const [, name = "", heading = ""] = /^([^=]*)=(.+)$/.exec(text) ?? [];
  const column = COLUMNS.find((one) => one === name);
  if (!column) throw wrong(`--column wants one of ${COLUMNS.join(", ")}, an equals sign and a heading, not ${text}`);
  return { ...before, [column]: heading };
}

async function either(options: ReportOptions & Omit<ShadowOptions, "days"> & { days?: string }): Promise<void> {
  const { erp, days, ...rest } = options;
  if ((erp === undefined) === (days === undefined)) throw wrong("report wants --erp or --days, and not both");
  if (rest.liveFrom !== undefined && days === undefined) throw wrong("--live-from goes with --days");
  return days === undefined ? report(options) : shadowReport({ ...rest, days });
}

async function report({ erp = "", html, within, column, stage, json }: ReportOptions): Promise<void> {
  if (stage !== undefined) throw wrong("report --erp reads a file and asks nobody: leave --stage out");
  const days = Number(within);
  if (!Number.isInteger(days) || days < 0 || days > 365) throw wrong(`--within wants whole days, not ${within}`);
  const bytes = await readFile(erp).catch((cause: unknown) => {
    throw failed(`${erp} cannot be read`, cause);
  });
  const read = erpRowsOf(cellsOf(textOf(bytes)), column);
  if (read.kind === "no-columns")
    throw failed(
      `no heading is known for ${read.missing.join(", ")}; the file has ${read.headings.map(plain).join(" | ") || "none"}. Name it by --column`,
    );
  if (read.rows.length === 0) throw failed("no order can be read in it");
  const found = erpReportOf(read, { ids: days, total: Math.min(days, TOTAL_DAYS) });
  if (html !== undefined) {
    await writeFile(html, pageOf(found, isPolish(process.env) ? "pl" : "en"));
    note(html);
  }
  if (json) say(JSON.stringify(found));
  else show(found);
}

function show(found: ErpReport): void {
  say(paint("bold", inLanguage(WORDS.title)));
  const figures = [
    [WORDS.orders, `${found.orders}  (${found.from} - ${found.to})`],
    [WORDS.purchases, String(found.suspected.length)],
    [WORDS.surplus, `${found.surplus.orders}  (${shareText(found)})`],
    [WORDS.worth, worthText(found)],
    [WORDS.cancelled, String(found.cancelled)],
    [WORDS.unread, String(found.unread.length)],
    [WORDS.apart, String(found.apart)],
  ] as const;
  for (const line of columns(figures.map(([name, value]) => [inLanguage(name), value]))) say(line);
  for (const { reason, shared, worth, currency, orders } of found.suspected) {
    say(
      `\n${paint("yellow", inLanguage(REASON_WORDS[reason].name))}${shared === undefined ? "" : ` ${plain(shared)}`}  ${worth} ${currency}`,
    );
    const rows = orders.map(({ number, date, total, internetId, customerNumber }) => [
      number,
      date,
      total,
      internetId || "-",
      customerNumber || "-",
    ]);
    for (const line of columns(rows)) say(`  ${line}`);
  }
  say(`\n${paint("dim", inLanguage(WORDS.says))}`);
}
