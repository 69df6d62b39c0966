/** `kojarz report --days`: what a running Kojarz knows of the last days, beside what the ERP holds. */
import { writeFile } from "node:fs/promises";
import { DAY } from "../../lib/core/order.ts";
import { present } from "../../lib/core/writes.ts";
import { Compared, type Comparing, type ErpShown, type Purchase } from "../../lib/erp/comparing.ts";
import { doorsOf, type Where } from "../doors.ts";
import { failed, wrong } from "../exit.ts";
import { columns, inLanguage, isPolish, note, paint, plain, progress, say } from "../terminal.ts";
import { SPAN } from "./compare.ts";
import { figuresOf, shadowPageOf } from "./shadow-page.ts";
import { PARTS, type ShadowReport, type ShownPurchase, shadowReportOf } from "./shadow-report.ts";
import { SHADOW_WORDS } from "./shadow-words.ts";

export type ShadowOptions = Where & { days: string; liveFrom?: string; html?: string; json?: true };

/** An ERP order may be older than its purchase's report by a clock; and younger by a day. */
const MARGIN = DAY;

export async function shadowReport({ days, liveFrom, html, json, ...where }: ShadowOptions): Promise<void> {
  const count = Number(days);
  if (!Number.isInteger(count) || count < 1 || count > 90) throw wrong(`--days wants 1 to 90 whole days, not ${days}`);
  const live = liveFrom === undefined ? undefined : Date.parse(liveFrom);
  if (Number.isNaN(live)) throw wrong(`--live-from wants an ISO time with a zone, not ${liveFrom}`);
  const doors = doorsOf(where);
  const bar = progress("reading");
  const now = Date.now();
  const from = now - count * DAY;
  const purchases: Purchase[] = [];
  const orders: ErpShown[] = [];
  let at = now;
  try {
    for (const compare of ["purchases", "erp-orders"] as const) {
      let cursor: string | undefined;
      do {
        const since = compare === "purchases" ? from : from - MARGIN;
        const page = comparedIn(await doors.compare(present<Comparing>({ compare, since, cursor })));
        if (page.refused !== undefined) throw failed(page.refused);
        purchases.push(...page.purchases);
        orders.push(...page.erpOrders);
        at = page.at;
        cursor = page.cursor;
        bar.at(purchases.length + orders.length, undefined);
      } while (cursor !== undefined);
    }
  } finally {
    bar.end();
  }
  const found = shadowReportOf(purchases, orders, {
    ...SPAN,
    now: at,
    from,
    ...(live !== undefined && { liveFrom: live }),
  });
  if (html !== undefined) {
    await writeFile(html, shadowPageOf(found, isPolish(process.env) ? "pl" : "en"));
    note(html);
  }
  if (json) say(JSON.stringify(found));
  else for (const line of linesOf(found)) say(line);
}

/** @throws `Ends` where it is no page of this version */
export function comparedIn(answer: unknown): Compared {
  const { compared } = (answer ?? {}) as { compared?: unknown };
  const page = Compared.safeParse(compared);
  if (!page.success) throw failed("the answer is not of this version: deploy it first", page.error);
  return page.data;
}

/** The report for a terminal. */
export function linesOf(report: ShadowReport): string[] {
  const figures = figuresOf(report).map(([name, value]) => [inLanguage(SHADOW_WORDS[name]), value]);
  const lists = PARTS.flatMap((part) =>
    report[part].length === 0 ? [] : ["", paint("yellow", inLanguage(SHADOW_WORDS[part])), ...rowsOf(report[part])],
  );
  return [
    paint("bold", `${inLanguage(SHADOW_WORDS.title)}  ${report.from} - ${report.to}`),
    ...columns(figures),
    ...lists,
    ...leavingLines(report),
    `\n${paint("dim", inLanguage(SHADOW_WORDS.says))}`,
  ];
}

function leavingLines({ leaving }: ShadowReport): string[] {
  if (!leaving) return [];
  const { liveFrom, linked, forwarded, asked } = leaving;
  const heading = (name: "forwarded" | "asked", of: readonly ShownPurchase[]) =>
    `${inLanguage(SHADOW_WORDS[name])}: ${of.length}`;
  return [
    `\n${paint("bold", `${inLanguage(SHADOW_WORDS.leaving)}: ${liveFrom}`)}`,
    `${inLanguage(SHADOW_WORDS.linked)}: ${linked}`,
    heading("forwarded", forwarded),
    ...rowsOf(forwarded),
    heading("asked", asked),
    ...rowsOf(asked),
  ];
}

function rowsOf(purchases: readonly ShownPurchase[]): string[] {
  const rows = purchases.map(({ purchase, placed, total, numbers, inErp, vat, hours }) => [
    plain(purchase.join(", ")),
    placed,
    total,
    plain(numbers.join(", ")) || "-",
    inErp.join(", ") || "-",
    vat
      ? `VAT ${vat.purchase.join(" + ")}, ${inLanguage(SHADOW_WORDS.inErpShort)} ${plain(vat.inErp.join(" + "))}`
      : "",
    hours === undefined ? "" : `${hours} h`,
  ]);
  return columns(rows).map((line) => `  ${line}`);
}
