/** Where answers come from: a person at a terminal, or a JSON object on the standard input. Never from arguments. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import * as z from "zod/mini";
import { failed } from "../exit.ts";
import { inLanguage } from "../terminal.ts";
import type { Draft, Field } from "./recipes.ts";

const Answers = z.record(z.string(), z.unknown());

/** @returns what was answered to these fields; on a terminal each is asked for, a secret without an echo */
export async function answersTo(fields: readonly Field[]): Promise<Draft> {
  if (fields.length === 0) return {};
  return process.stdin.isTTY ? asked(fields) : given(fields);
}

async function given(fields: readonly Field[]): Promise<Draft> {
  const needsNone = fields.every(({ optional }) => optional);
  const said = await text(process.stdin);
  const parsed = Answers.safeParse(needsNone && said.trim() === "" ? {} : parsedJson(said));
  if (!parsed.success) throw failed("the standard input has to hold one JSON object with the answers");
  const missing = fields.filter(({ name, optional }) => !optional && !parsed.data[name]).map(({ name }) => name);
  if (missing.length > 0) throw failed(`the answers lack ${missing.join(", ")}`);
  return Object.fromEntries(fields.map(({ name }) => [name, parsed.data[name]]));
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

async function asked(fields: readonly Field[]): Promise<Draft> {
  const answers: Draft = {};
  for (const { name, ask, secret } of fields) answers[name] = await askFor(`${inLanguage(ask)}: `, secret === true);
  return answers;
}

async function askFor(question: string, isSecret: boolean): Promise<string> {
  const silent = new Writable({ write: (_, __, done) => done() });
  process.stderr.write(question);
  const lines = createInterface({ input: process.stdin, output: isSecret ? silent : process.stderr, terminal: true });
  const answer = await lines.question("");
  lines.close();
  if (isSecret) process.stderr.write("\n");
  return answer.trim();
}
