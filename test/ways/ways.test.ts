/** How many files of ours run on an order's way. `node test/ways/run.ts` shows the two lists. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, inject, test } from "vitest";
import * as z from "zod";

const Ways = z.object({ report: z.array(z.string()), forwarding: z.array(z.string()) });

let ways: z.infer<typeof Ways>;

beforeAll(async () => {
  const env = { ...process.env, AWS_ENDPOINT_URL_DYNAMODB: inject("engine") };
  const script = fileURLToPath(new URL("run.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
  // Lines of the log come before it, each with its own JSON.
  ways = Ways.parse(JSON.parse(stdout.slice(stdout.lastIndexOf("\n{\n") + 1)));
});

/** The files of one table of the page. */
function filesUnder(heading: string): string[] {
  const page = readFileSync(fileURLToPath(new URL("../../docs/how-it-works.md", import.meta.url)), "utf8");
  const [, section = ""] = page.split(`### ${heading}\n`);
  const [table = ""] = section.split(/^#|\n\n(?=[^|\n])/m);
  return [...table.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file = ""]) => file);
}

describe("docs/how-it-works.md names at most six files, and each of them runs", () => {
  test.each([
    ["A webhook request becomes an order", "report"],
    ["An order goes to the ERP", "forwarding"],
  ] as const)("%s", (heading, way) => {
    const named = filesUnder(heading);
    expect(named.length).toBeGreaterThan(3);
    expect(named.length).toBeLessThanOrEqual(6);
    expect(named.filter((file) => !ways[way].includes(file))).toEqual([]);
  });
});

describe("the files that run", () => {
  test("for the first report of a purchase by WooCommerce are no more than these", () => {
    expect(ways.report).toContain("lib/intake/intake.ts");
    expect(ways.report.length).toBeLessThanOrEqual(20);
  });

  test("for the way of an order to the ERP are no more than these", () => {
    expect(ways.forwarding).toContain("lib/delivery/deliver.ts");
    expect(ways.forwarding.length).toBeLessThanOrEqual(16);
  });
});
