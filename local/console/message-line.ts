/** One message as one line of the console. Pure. */
import type { Message } from "./messages.ts";

/** Signs that would move the cursor or colour the terminal come from outside: they are shown as such. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;

const WIDTHS = { account: 18, order: 14, status: 4, verdict: 9 };

export type Paint = (colour: "dim" | "green" | "yellow" | "red", text: string) => string;

/** `12:03:04  woocommerce:main    27101           200   new        no-live-key` */
export function messageLine({ at, account, sourceOrder, status, verdict, reason }: Message, paint: Paint): string {
  const cell = (text: string, width: number) => text.replace(UNSEEN, "\ufffd").padEnd(width);
  const time = new Date(at).toTimeString().slice(0, 8);
  return [
    paint("dim", time),
    cell(account, WIDTHS.account),
    cell(sourceOrder || "-", WIDTHS.order),
    cell(status, WIDTHS.status),
    paint(colourOf(verdict, status), cell(verdict || "-", WIDTHS.verdict)),
    cell(reason, 0),
  ]
    .join("  ")
    .trimEnd();
}

function colourOf(verdict: string, status: string): Parameters<Paint>[0] {
  if (verdict === "held" || verdict === "rejected" || Number(status) >= 400) return "red";
  if (verdict === "new" || verdict === "delivered") return "green";
  return verdict === "linked" ? "yellow" : "dim";
}
