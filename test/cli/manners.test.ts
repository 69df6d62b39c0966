/** The programs beside `kojarz`: each says how it is used, and answers a wrong command line with one line. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

function typed(path: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [at(path), ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let [out, err] = ["", ""];
    child.stdout.on("data", (data) => (out += String(data)));
    child.stderr.on("data", (data) => (err += String(data)));
    child.on("close", (code) => resolve({ code: code ?? -1, out, err }));
  });
}

const PROGRAMS = [
  ["chaos", "test/chaos/chaos.ts"],
  ["synth", "test/infra/synth/main.ts"],
  ["bridge", "bridge/main.ts"],
] as const;

test.each(PROGRAMS)("%s --help says what it does and how it ends, and does nothing", async (name, path) => {
  const { code, out, err } = await typed(path, "--help");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain(name);
  for (const exit of ["0", "1", "2"]) expect(out).toMatch(new RegExp(`\\b${exit}\\b`));
});

test.each(PROGRAMS)("%s with an option that there is not: one line on stderr, exit code 2", async (_, path) => {
  const { code, out, err } = await typed(path, "--no-such-option");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/^[^\n]*no-such-option[^\n]*--help[^\n]*\n$/);
});

test("chaos wants numbers where it says so", async () => {
  const { code, out, err } = await typed("test/chaos/chaos.ts", "--kills", "many");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toBe('--kills wants a whole number, not "many"; --help shows what there is\n');
});
