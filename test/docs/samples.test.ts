import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { BridgeFile } from "../../bridge/config.ts";
import { Settings } from "../../lib/app/config.ts";
import { ErpAccess } from "../../lib/app/erp-access.ts";
import { channels } from "../../lib/channels/index.ts";
import { StandardOrder } from "../../lib/channels/standard/schema.ts";
import { configErrorsOf } from "../../lib/core/config-errors.ts";
import { Writer } from "../../lib/erp/writers.ts";
import { ConfigFile } from "../../local/config-file.ts";
import { storyTable, totalsLine } from "../../local/demo/summary.ts";
import { pages, ROOT, samples } from "./pages.ts";

/** What a JSON sample is, by the word behind its backticks, and the schema that the program reads it with. */
const SCHEMAS: Readonly<Record<string, z.ZodMiniType>> = {
  bridge: BridgeFile,
  config: ConfigFile,
  settings: Settings,
  erpAccess: ErpAccess,
  erpWriters: z.array(Writer),
  order: StandardOrder,
};

/** Read by tests of their own. */
const ELSEWHERE = ["answer", "decision"];

const json = samples(({ language }) => language === "json");

test.each(json)("the JSON at $name is JSON, and says what it is", ({ fence }) => {
  expect(() => JSON.parse(fence.text)).not.toThrow();
  expect([...Object.keys(SCHEMAS), ...ELSEWHERE]).toContain(fence.kind);
});

const checked = json.filter(({ fence }) => fence.kind in SCHEMAS);

test.each(checked)("the program takes the sample at $name", ({ fence }) => {
  expect(mistakesIn(SCHEMAS[fence.kind], JSON.parse(fence.text))).toEqual([]);
});

function mistakesIn(schema: z.ZodMiniType | undefined, sample: unknown): string[] {
  const parsed = schema?.safeParse(sample);
  if (!parsed) return ["no schema"];
  return parsed.success ? [] : configErrorsOf(parsed.error);
}

const FILES: Readonly<Record<string, z.ZodMiniType>> = {
  "bridge.json": BridgeFile,
  "configuration.json": ConfigFile,
  "order.json": StandardOrder,
};

describe("docs/examples", () => {
  test.each(Object.entries(FILES))("%s is taken by the program", (name, schema) => {
    const sample: unknown = JSON.parse(readFileSync(join(ROOT, "docs/examples", name), "utf8"));
    expect(mistakesIn(schema, sample)).toEqual([]);
  });

  test("every JSON file has a schema", () => {
    const names = readdirSync(join(ROOT, "docs/examples")).filter((name) => name.endsWith(".json"));
    expect(names.toSorted((a, b) => a.localeCompare(b))).toEqual(Object.keys(FILES));
  });

  test("the order is the sample of the page about Standard Webhooks", () => {
    const page = pages.find(({ path }) => path === "docs/integrating/standard-webhooks.md");
    const sample = page?.fences.find(({ kind }) => kind === "order")?.text ?? "";
    expect(JSON.parse(sample)).toEqual(JSON.parse(readFileSync(join(ROOT, "docs/examples/order.json"), "utf8")));
  });
});

test("each channel has a page, with a configuration, a test and usual mistakes", () => {
  const ALIASES: Readonly<Record<string, string>> = { standard: "standard-webhooks" };
  for (const { name } of channels) {
    const path = `docs/integrating/${ALIASES[name] ?? name}.md`;
    const page = pages.find((one) => one.path === path);
    const config = page?.fences.find(({ kind }) => kind === "config")?.text ?? "{}";
    expect(config, path).toContain(`"channel": "${name}"`);
    for (const heading of ["## Clicks", "## Configuration", "## Test it", "## Usual mistakes"])
      if (name !== "standard" || heading !== "## Test it") expect(page?.text, path).toContain(`\n${heading}\n`);
  }
});

test("the README shows the story as it is played: its columns, and what the last line counts", () => {
  const sample =
    pages.find(({ path }) => path === "README.md")?.fences.find(({ text }) => text.includes("purchases="))?.text ?? "";
  const [head = "", ...rest] = sample.trim().split("\n");
  const [columns = ""] = storyTable([]).split("\n");
  expect(head.split(/ {2,}/)).toEqual(columns.trim().split(/ {2,}/));
  const counts = (line: string) => line.split(" ").map((part) => part.split("=")[0]);
  const totals = { purchases: 0, sightings: 0, erp_orders: 0, linked: 0, held: 0, lost: 0, duplicated: 0 };
  expect(counts(rest.at(-1) ?? "")).toEqual(counts(totalsLine(totals)));
});
