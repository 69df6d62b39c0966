/** The page that says what to press when names every reason once, and no action that there is not. */
import { expect, test } from "vitest";
import { program } from "../../cli/program.ts";
import { HELD_REASONS } from "../../lib/core/held-reasons.ts";
import { pages } from "./pages.ts";

const text = pages.find(({ path }) => path === "docs/what-to-press.md")?.text ?? "";
const rows = text.split("\n").filter((line) => line.startsWith("| ") && !/^[|\s:-]+$/.test(line));
const codeIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
const cells = rows.map((row) => row.slice(2, -2).split(" | "));

test("every reason stands in one row of the table, once", () => {
  const named = cells.filter((row) => row.length === 4).flatMap((row) => codeIn(row[3] ?? ""));
  expect(named.toSorted((a, b) => a.localeCompare(b))).toEqual(HELD_REASONS.toSorted((a, b) => a.localeCompare(b)));
});

test("what is to be pressed is a command of kojarz", () => {
  const commands = program().commands.map((command) => command.name());
  const pressed = cells.flatMap((row) => codeIn(row.length === 4 ? (row[2] ?? "") : (row[1] ?? "")));
  const words = pressed.flatMap((code) => code.split(" ")[0] ?? []).filter((word) => !word.startsWith("--"));
  expect(words.length).toBeGreaterThan(20);
  expect(words.filter((word) => !commands.includes(word))).toEqual([]);
});
