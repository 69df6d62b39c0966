/**
 * What the bundles weigh and how long they take to load, each beside a bundle of the DynamoDB client alone: machines
 * differ, the ratio hardly does.
 */
import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Artifact, bytesOf, filesOf, ROOT, startingFiles } from "./artifacts.ts";

/**
 * The client alone loads in some 40 ms of CPU; schemas, logger and metrics take 20 to 30 ms on top, whatever the
 * client costs. The ratio leaves a quarter for a busy machine: it is there to catch what is loaded by mistake.
 */
export const BUDGET = { kibibytes: 520, importRatio: 2 } as const;

export type BundleReport = {
  id: string;
  /** What is loaded before the first event: the entry and its static imports. */
  startKib: number;
  /** What is loaded only when needed: the S3 client, credentials of desks. */
  lazyKib: number;
  importMs: number;
  ratio: number;
};

export type Weighed = Pick<BundleReport, "id" | "startKib" | "lazyKib">;

export function weigh({ id, folder }: Artifact): Weighed {
  const start = startingFiles(folder);
  const lazy = filesOf(folder).filter((file) => file.endsWith(".mjs") && !start.includes(file));
  return { id, startKib: bytesOf(folder, start) / 1024, lazyKib: bytesOf(folder, lazy) / 1024 };
}

/** The quickest of several starts, all bundles in turn, so that a busy moment of the machine falls on each alike. */
export async function measureImports(artifacts: readonly Artifact[], rounds: number): Promise<BundleReport[]> {
  const baseline = await buildBaseline();
  const best = new Map<string, number>();
  const time = async (id: string, entry: string, environment: Artifact["environment"]) => {
    const ms = await importMs(entry, environment);
    best.set(id, Math.min(best.get(id) ?? Number.POSITIVE_INFINITY, ms));
  };
  for (let round = 0; round < rounds; round += 1) {
    await time("", baseline, {});
    for (const { id, entry, environment } of artifacts) await time(id, entry, environment);
  }
  await rm(join(ROOT, ".sst/baseline"), { recursive: true });
  const alone = best.get("") ?? Number.NaN;
  return artifacts.map((artifact) => {
    const importMs = best.get(artifact.id) ?? Number.NaN;
    return { ...weigh(artifact), importMs, ratio: importMs / alone };
  });
}

const run = promisify(execFile);
/** Processor time, not the clock's: other programs run on the machine too. */
const LOADER = `
const before = process.cpuUsage();
await import(process.argv[1]);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);
process.exit();
`;

async function importMs(entry: string, environment: Artifact["environment"]): Promise<number> {
  const env = { PATH: process.env.PATH, AWS_REGION: "eu-central-1", ...environment };
  const args = ["--input-type=module", "--eval", LOADER, entry];
  const { stdout } = await run(process.execPath, args, { env, cwd: join(entry, "..") });
  return Number(stdout);
}

const BASELINE = `
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as lib from "@aws-sdk/lib-dynamodb";
const { DynamoDBDocumentClient, BatchGetCommand, GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } = lib;
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
export const handler = async () => [documents, BatchGetCommand, GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand];
`;

type Esbuild = { build(options: Record<string, unknown>): Promise<unknown> };

/** With the options that SST bundles a function with. */
async function buildBaseline(): Promise<string> {
  const folder = join(ROOT, ".sst/baseline");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "in.mjs"), BASELINE);
  const { build } = createRequire(join(ROOT, ".sst/platform/package.json"))("esbuild") as Esbuild;
  await build({
    entryPoints: { bundle: join(folder, "in.mjs") },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "es2022",
    mainFields: ["module", "main"],
    logLevel: "error",
    tsconfigRaw: "{}",
    banner: {
      js: 'import { createRequire as rootRequire } from "node:module"; const require = rootRequire(import.meta.url);',
    },
  });
  return join(folder, "bundle.mjs");
}
