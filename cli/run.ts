/** How a question or an action is put, and its answer shown. */
import { userInfo } from "node:os";
import type * as z from "zod/mini";
import { Acted, type Done } from "../lib/ops/actions.ts";
import { Answer, type TraceAnswer } from "../lib/ops/questions.ts";
import { type Doors, doorsOf } from "./doors.ts";
import { failed, wrong } from "./exit.ts";
import { refusalOf, showDone } from "./show.ts";
import { agrees, inLanguage, plain, progress, say } from "./terminal.ts";

/** The options of every command; `note` and `by` only of those that act. */
export type Shared = { stage?: string; region: string; state: string; json?: true; note?: string; by?: string };

type AnswerTo<Name extends Answer["answer"]> = Extract<Answer, { answer: Name }>;

/** @throws `Ends` where the question was refused */
export async function answerTo<Name extends Answer["answer"]>(
  doors: Doors,
  question: object,
  name: Name,
): Promise<AnswerTo<Name>> {
  const answer = read(Answer, await doors.read(question));
  if (answer.answer === name) return answer as AnswerTo<Name>;
  if (answer.answer !== "refused") throw failed(`asked for ${name}, and was told ${answer.answer}`);
  throw failed(
    `${inLanguage(answer.text)} (${plain(answer.reason)})${answer.fields ? `: ${answer.fields.map(plain).join("; ")}` : ""}`,
  );
}

/** Asks, and shows the answer. */
export async function ask<Name extends Answer["answer"]>(
  question: object,
  name: Name,
  options: Shared,
  show: (answer: AnswerTo<Name>) => void,
): Promise<AnswerTo<Name>> {
  const answer = await answerTo(doorsOf(options), question, name);
  if (options.json) say(JSON.stringify(answer));
  else show(answer);
  return answer;
}

const CASE_ID = /^[0-9a-f]{32}$/;
const ORDER_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What a person named: an order by its id or by any number of it, or a case. */
export async function targetOf(named: string, options: Shared): Promise<{ order: string } | { case: string }> {
  if (ORDER_ID.test(named)) return { order: named };
  if (CASE_ID.test(named)) return { case: named };
  const trace = await answerTo(doorsOf(options), { ask: "trace", of: named }, "trace");
  return found(named, trace);
}

function found(named: string, { orders, cases }: TraceAnswer): { order: string } | { case: string } {
  const [first, other] = orders;
  if (first && !other) return { order: first.order.order };
  if (first)
    throw failed(
      `${named} is a number of several orders: ${orders.map(({ order }) => order.order).join(", ")}; name one`,
    );
  const [open, more] = cases.filter(({ resolved }) => !resolved);
  if (open && !more) return { case: open.id };
  if (open) throw failed(`${named} has several cases: ${cases.map(({ id }) => id).join(", ")}; name one`);
  throw failed(`nothing is known by ${named}`);
}

/** @throws `Ends` where the person does not agree, or cannot be asked */
export async function agreed(question: string, yes: true | undefined): Promise<void> {
  if (yes) return;
  if (!process.stdin.isTTY) throw wrong(`${question} Say --yes where nobody can be asked`);
  if (!(await agrees(question))) throw failed("nothing was done");
}

/** Acts once. */
export async function act(action: object, options: Shared): Promise<void> {
  const doors = doorsOf(options);
  show([await acted(doors, { ...action, ...(await whoIs(doors, options)) })], options);
}

/** Acts page after page until nothing is left. */
export async function actAll(action: object, options: Shared, what: string): Promise<void> {
  const doors = doorsOf(options);
  const who = await whoIs(doors, options);
  const bar = progress(what);
  const all: Done[] = [];
  try {
    let cursor: string | undefined;
    do {
      const done = await acted(doors, { ...action, ...who, ...(cursor !== undefined && { cursor }) });
      all.push(done);
      cursor = done.goesOn?.cursor;
      bar.at(
        all.reduce((sum, { scan, moved }) => sum + (scan?.looked ?? moved.length), 0),
        done.scan?.of,
      );
    } while (cursor !== undefined);
  } finally {
    bar.end();
  }
  show(all, options);
}

async function acted(doors: Doors, action: object): Promise<Done> {
  const answer = read(Acted, await doors.act(action));
  if (answer.answer === "refused") throw failed(refusalOf(answer));
  return answer;
}

async function whoIs(doors: Doors, { by, note }: Shared): Promise<object> {
  const byProven = await doors.proven();
  return {
    by: by ?? userInfo().username,
    ...(byProven !== undefined && { byProven }),
    ...(note !== undefined && { note }),
  };
}

function show(all: readonly Done[], { json }: Shared): void {
  if (json) for (const done of all) say(JSON.stringify(done));
  else showDone(all);
}

function read<T>(schema: z.ZodMiniType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw failed("the answer is not of this version: deploy it, or use the command that came with it", parsed.error);
}
