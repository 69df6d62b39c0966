/** What was found, as a person reads it. */
import { columns, inLanguage, paint, plain, say } from "../terminal.ts";
import type { Checked, State } from "./findings.ts";
import type { ShownOrder } from "./shown.ts";

const COLOURS = { ok: "green", look: "yellow", fail: "red", skipped: "dim" } as const satisfies Record<State, string>;
const SIGNS = { ok: "ok", look: "LOOK", fail: "FAIL", skipped: "-" } as const satisfies Record<State, string>;

export function showChecked({ name, works, findings, order }: Checked): void {
  say(`${paint("bold", plain(name))}  ${works ? paint("green", "can work") : paint("red", "cannot work")}`);
  const rows = columns(findings.map(({ check, state, says }) => [SIGNS[state], check, says]));
  for (const [index, row] of rows.entries()) {
    const finding = findings[index];
    if (!finding) continue;
    say(
      `  ${paint(COLOURS[finding.state], row.slice(0, SIGNS[finding.state].length))}${row.slice(SIGNS[finding.state].length)}`,
    );
    if (finding.todo) say(paint("dim", `      -> ${inLanguage(finding.todo)}`));
    if (finding.paste !== undefined) for (const line of finding.paste.split("\n")) say(`      ${plain(line)}`);
  }
  if (order) showOrder(order);
  say();
}

function showOrder({ sourceOrder, verdict, state, keys, total, currency, due, erp }: ShownOrder): void {
  const money = total === undefined ? "total unknown" : `${total} ${currency}`;
  say(`  ${paint("bold", `order ${plain(sourceOrder)} as the ERP would get it`)}  ${verdict}, ${state}`);
  say(`    total     ${money}${due === undefined ? "" : `, due ${due}`}`);
  for (const key of keys) say(`    key       ${plain(key)}`);
  if (!erp) return;
  say(`    number    ${erp.numbers.map(plain).join(", ") || "-"}`);
  const lines = erp.lines.map(({ quantity, sku, name, gross, vat }) => [
    `${quantity} ×`,
    sku || "-",
    gross,
    `VAT ${vat}`,
    name,
  ]);
  for (const line of columns(lines)) say(`    line      ${line}`);
  const { method, gross, point } = erp.shipping;
  say(`    shipping  ${gross}  ${plain(method)}${point === undefined ? "" : `  point ${plain(point)}`}`);
  for (const fee of erp.fees) say(`    fee       ${fee.gross}  ${fee.name}`);
  for (const { name, amount } of erp.payments) say(`    paid by   ${amount}  ${name}`);
  const { payment } = erp;
  say(
    `    payment   ${plain(payment.method)}${payment.paid ? ", paid" : ""}${payment.cashOnDelivery ? ", on delivery" : ""}`,
  );
  say(`    buyer     ${erp.buyer.join(", ") || "nothing"} (not shown)`);
}
