/** What the command writes: results to stdout, everything else to stderr, colours only where a person looks. */
import { createInterface } from "node:readline/promises";
import { styleText } from "node:util";
import { Presets, SingleBar } from "cli-progress";
import type { Text } from "../lib/ops/answers.ts";

export type Colour = "bold" | "dim" | "green" | "red" | "yellow";

/** Of a text that came from outside: it moves no cursor and colours nothing. */
export function plain(text: string): string {
  return text.replace(/(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu, "\ufffd");
}

export function paint(colour: Colour, text: string): string {
  return styleText(colour, text, { stream: process.stdout });
}

/** One line of the result. */
export function say(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** One line that is no result. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function isPolish(env: NodeJS.ProcessEnv): boolean {
  return /^pl\b|^pl_/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || "");
}

export function inLanguage(text: Text): string {
  return plain(isPolish(process.env) ? text.pl : text.en);
}

/** Columns as wide as what stands in them; the last one runs on. */
export function columns(rows: ReadonlyArray<readonly string[]>): string[] {
  const clean = rows.map((row) => row.map(plain));
  const widths = (clean[0] ?? []).map((_, index) => Math.max(...clean.map((row) => row[index]?.length ?? 0)));
  return clean.map((row) =>
    row
      .map((cell, index) => (index < row.length - 1 ? cell.padEnd(widths[index] ?? 0) : cell))
      .join("  ")
      .trimEnd(),
  );
}

/** @returns whether the person agrees; false where nobody can be asked */
export async function agrees(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${question} [y/N] `);
  lines.close();
  return /^(y|yes|t|tak)$/i.test(answer.trim());
}

export type Progress = { at(done: number, of: number | undefined): void; end(): void };

/** On a terminal; elsewhere nothing. */
export function progress(what: string): Progress {
  if (!process.stderr.isTTY) return { at: () => undefined, end: () => undefined };
  const format = `${what} [{bar}] {value} of about {total}`;
  const bar = new SingleBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(1, 0);
  return {
    at(done, of) {
      bar.setTotal(Math.max(of ?? done, done, 1));
      bar.update(done);
    },
    end: () => bar.stop(),
  };
}

export function ago(ms: number): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
  ] as const;
  const [unit, size] = units.find(([, each]) => ms >= each) ?? (["s", 1_000] as const);
  return `${Math.max(0, Math.round(ms / size))} ${unit}`;
}

export function time(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}
