/** What a check finds: one row each, for a table and as JSON. */
import type { Text } from "../../lib/ops/answers.ts";
import type { ShownOrder } from "./shown.ts";

/** `look`: it works, and a person should know. `skipped`: what came before it failed. */
export type State = "ok" | "look" | "fail" | "skipped";

export type Finding = {
  check: string;
  state: State;
  /** What was seen: short, without a secret and without a person. */
  says: string;
  /** What to do about it. */
  todo?: Text;
  /** Lines for the configuration, ready to paste. */
  paste?: string;
};

export type Checked = {
  /** `channel:account`, or `bridge`. */
  name: string;
  /** Nothing failed. */
  works: boolean;
  findings: Finding[];
  /** One real order, as the ERP would get it. Nothing of it was stored or sent. */
  order?: ShownOrder;
};

export function checked(name: string, findings: Finding[], order?: ShownOrder): Checked {
  const works = findings.every(({ state }) => state !== "fail");
  return { name, works, findings, ...(order && { order }) };
}

export function ok(check: string, says: string): Finding {
  return { check, state: "ok", says };
}

export function look(check: string, says: string, todo?: Text): Finding {
  return { check, state: "look", says, ...(todo && { todo }) };
}

export function fail(check: string, says: string, todo?: Text): Finding {
  return { check, state: "fail", says, ...(todo && { todo }) };
}

export function skipped(check: string, says: string): Finding {
  return { check, state: "skipped", says };
}
