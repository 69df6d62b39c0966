import { describe, expect, test } from "vitest";
import { commandOf, USAGE, WrongArguments } from "../../bridge/arguments.ts";

describe("the command line of the bridge", () => {
  test.each<[string[], ReturnType<typeof commandOf>]>([
    [[], { task: { name: "run" } }],
    [["--help"], { task: { name: "help" } }],
    [["-h"], { task: { name: "help" } }],
    [["--version"], { task: { name: "version" } }],
    [["--openapi"], { task: { name: "openapi" } }],
    [["--probe", "--config", "b.json"], { task: { name: "probe" }, config: "b.json" }],
    [["--dry-run=o.json", "--env-file", "e"], { task: { name: "dry-run", file: "o.json" }, envFile: "e" }],
  ])("%j", (args, command) => {
    expect(commandOf(args)).toEqual(command);
  });

  test.each([
    [["--prob"], "Unknown option '--prob'"],
    [["-x"], "Unknown option '-x'"],
    [["probe"], "Unexpected argument 'probe'"],
    [["--probe=yes"], "Option '--probe' does not take an argument"],
    [["--dry-run"], "Option '--dry-run <value>' argument missing"],
    [["--dry-run", "--probe"], "Option '--dry-run' argument is ambiguous"],
    [["--dry-run", "o.json", "--probe"], "--probe and --dry-run cannot be asked for at once"],
    [["--config", " "], "--config names no file"],
  ])("%j is refused in one sentence", (args, message) => {
    expect(() => commandOf(args)).toThrow(new WrongArguments(message));
  });

  test("every option is explained", () => {
    for (const option of ["--help", "--version", "--openapi", "--probe", "--dry-run", "--config", "--env-file"])
      expect(USAGE).toContain(option);
  });
});
