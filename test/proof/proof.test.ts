import { expect, test } from "vitest";
import { pageOf } from "./page.ts";
import { prove } from "./prove.ts";
import { type Section, sections } from "./sections.ts";

const read = (name: string, line: string, isQuick = false) =>
  sections({ isQuick, seed: 1 })
    .find((section) => section.name === name)
    ?.read(line);

test("what each section came to is read from its last line", () => {
  const explored = "scenarios=23 states=9 endings=3 lost=1 doubled=0 untold=0 wrong=1 cut=2 seconds=9";
  expect(read("every state of the scenarios", explored)).toEqual({ passed: 20, failed: 3 });
  expect(read("every state of the scenarios", explored, true)).toEqual({ passed: 22, failed: 1 });
  expect(read("seeded defects", "mutations=5 killed=3 survived=1 misfits=1 seconds=9")).toEqual({
    passed: 3,
    failed: 2,
  });
  const year = "days=365 purchases=90 erp_orders=89 lost=1 doubled=1 untold=1 told=0 kept_too_long=1";
  expect(read("a simulated year", year)).toEqual({ passed: 86, failed: 4 });
  expect(read("recorded deliveries", "      Tests  2 failed | 98 passed (100)")).toEqual({ passed: 98, failed: 2 });
  expect(read("recorded deliveries", "day 0: 100 purchases")).toBeUndefined();
});

const saying = (code: string): Section => ({
  name: "one",
  command: ["--eval", code],
  read: (line) => (line === "fine" ? { passed: 2, failed: 0 } : undefined),
});

test("a section that says nothing, or ends with another code than 0, has failed", async () => {
  expect(await prove(saying("console.log('fine')"), () => undefined)).toMatchObject({ passed: 2, failed: 0 });
  expect(await prove(saying("console.log('fine'); process.exit(1)"), () => undefined)).toMatchObject({ failed: 1 });
  expect(await prove(saying(""), () => undefined)).toMatchObject({ passed: 0, failed: 1 });
});

test("the page ends with what passed and failed", () => {
  const one = { name: "one", passed: 2, failed: 1, line: "said", seconds: 3 };
  expect(pageOf([one, one])).toMatchObject({ failed: 2 });
  expect(pageOf([one, one]).lines.at(-1)).toBe("4 passed, 2 failed");
});
