/** The reading side of an operator's surface: one question, one answer. Queries and batched reads, never a scan. */
import { problemsOf } from "../core/config-errors.ts";
import type { Held } from "../core/held.ts";
import type { Order } from "../core/order.ts";
import { present } from "../core/writes.ts";
import type { CaseView } from "./answers.ts";
import { accountIn } from "./book.ts";
import { auditEntry, caseLine, type LookParts, panelsOf } from "./case-view.ts";
import { orderView } from "./order-view.ts";
import { actionsOnCase } from "./possible-actions.ts";
import { type Answer, type CaseAnswer, type CasesAnswer, Question } from "./questions.ts";
import { refusalText } from "./refusals.ts";
import { status } from "./status.ts";
import { trace } from "./trace.ts";

const PAGE = 50;

/** @param asked a `Question` as JSON, from a page or a terminal */
export async function look(parts: LookParts, asked: unknown): Promise<Answer> {
  const question = Question.safeParse(asked);
  if (!question.success) {
    const fields = problemsOf(question.error).map(({ path, problem }) => `${path}: ${problem}`);
    return { answer: "refused", reason: "not-a-question", text: refusalText("not-a-question"), fields };
  }
  switch (question.data.ask) {
    case "status":
      return status(parts);
    case "cases":
      return cases(question.data, parts);
    case "case":
      return oneCase(question.data.case, parts);
    case "trace":
      return trace(question.data.of, parts);
    default:
      return question.data satisfies never;
  }
}

async function cases(
  { reason, account, first = "oldest", limit = PAGE, cursor }: Extract<Question, { ask: "cases" }>,
  parts: LookParts,
): Promise<CasesAnswer> {
  const page = await parts.cases.open(present({ first, limit, reason, account, cursor }));
  const held = new Map((await parts.cases.read(page.cases.map(({ id }) => id))).map((one) => [one.id, one]));
  const lines = page.cases.flatMap(({ id }) => {
    const one = held.get(id);
    return one && !one.resolved ? [caseLine(one, parts)] : [];
  });
  return present<CasesAnswer>({ answer: "cases", at: parts.now(), cases: lines, cursor: page.cursor });
}

async function oneCase(id: string, parts: LookParts): Promise<Answer> {
  const [held] = await parts.cases.read([id]);
  if (!held) return { answer: "refused", reason: "unknown-case", text: refusalText("unknown-case") };
  const order = held.order === undefined ? undefined : await parts.claims.read(held.order);
  const others = await ordersNamedIn(held, parts);
  const orders = [...(order ? [order] : []), ...others.filter((other) => other.id !== order?.id)];
  const account = accountIn(parts.book, held.account);
  const view = present<CaseView>({
    ...caseLine(held, parts),
    detail: held.detail || undefined,
    changes: held.changes ?? [],
    hasBody: Boolean(held.body),
    erasedAt: held.erasedAt,
  });
  const audits = await Promise.all([id, ...(order ? [order.id] : [])].map((of) => parts.desk.audits(of)));
  const answer: CaseAnswer = {
    answer: "case",
    at: parts.now(),
    case: view,
    orders: orders.map((one) => orderView(one, parts.now(), panelsOf(parts))),
    actions: actionsOnCase(held, order, orders.slice(1), account, parts.now()),
    audit: audits.flat().map(auditEntry),
  };
  return answer;
}

/** Where a case is about two orders, its detail names both by their ids. */
async function ordersNamedIn({ detail = "" }: Held, { claims }: LookParts): Promise<Order[]> {
  const named = /^orders (.+)$/.exec(detail)?.[1] ?? "";
  const ids = named.split(" and ").flatMap((name) => name.split(" ", 1)[0] || []);
  const orders = await Promise.all(ids.map((one) => claims.read(one)));
  return orders.flatMap((order) => order ?? []);
}
