/** Runs one section in a process of its own and reads what it came to. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Figures, Section } from "./sections.ts";

export type Proven = Figures & { name: string; line: string; seconds: number };

/** A section that ends without a word, or not with 0, has failed at least once. */
export async function prove({ name, command, env, read }: Section, say: (line: string) => void): Promise<Proven> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, command, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NO_COLOR: "1", ...env },
  });
  const proven: Proven = { name, passed: 0, failed: 0, line: "it said nothing", seconds: 0 };
  const ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    const figures = read(line);
    if (figures) Object.assign(proven, figures, { line: line.trim() });
    if (figures !== undefined || line.startsWith("!")) say(line);
  }
  const [code] = await ended;
  if (code !== 0 && proven.failed === 0) proven.failed = 1;
  if (proven.passed + proven.failed === 0) proven.failed = 1;
  proven.seconds = Math.round((performance.now() - startedAt) / 1000);
  return proven;
}
