/**
 * What the bundles weigh and how long they take to load, each beside a bundle of the DynamoDB client alone: machines
 * differ, the ratio hardly does.
 */
import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Artifact, bytesOf, filesOf, ROOT, startingFiles } from "./artifacts.ts";

/**
 * What starts is held to its size, which every machine counts alike. The ratio is a measurement: on a busy or a small
 * machine it comes out up to a tenth higher, so what leaves it is said, and only what no machine explains fails. The client
 * alone takes some 40 ms of CPU; logger, metrics, middleware and one schema are a tenth of that.
 */
export const BUDGET = { kibibytes: 520, importRatio: 1.35, failingRatio: 1.6 } as const;

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

const ROUNDS = 25;

/** How many bundles are measured between two measurements of the client alone, whose error would be in every ratio. */
const BESIDE = 4;

/** All bundles in turn, so that a busy moment of the machine falls on each alike. */
export async function measureImports(artifacts: readonly Artifact[]): Promise<BundleReport[]> {
  const baseline = await buildBaseline(await bannerOf(artifacts[0]));
  const alone: number[] = [];
  const bundles = artifacts.map((artifact) => ({ artifact, weighed: weigh(artifact), ms: [] as number[] }));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [index, { artifact, ms }] of bundles.entries()) {
      if (index % BESIDE === 0) alone.push(await importMs(baseline, {}));
      ms.push(await importMs(artifact.entry, artifact.environment));
    }
  await rm(join(ROOT, ".sst/baseline"), { recursive: true });
  const client = typicalOf(alone);
  return bundles.map(({ weighed, ms }): BundleReport => {
    const importMs = typicalOf(ms);
    return { ...weighed, importMs, ratio: importMs / client };
  });
}

/** The mean of the quicker half: whatever else the machine does only ever adds. */
function typicalOf(values: readonly number[]): number {
  const quicker = values.toSorted((a, b) => a - b).slice(0, Math.ceil(values.length / 2));
  return quicker.reduce((sum, value) => sum + value, 0) / quicker.length;
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

/** What stands before the first empty line. */
async function bannerOf(artifact: Artifact | undefined): Promise<string> {
  const [banner = ""] = artifact ? (await readFile(artifact.entry, "utf8")).split("\n\n", 1) : [];
  return banner;
}

type Esbuild = { build(options: Record<string, unknown>): Promise<unknown> };

/**
 * With the options that SST bundles a function with.
 * @param banner what SST writes at the head of each file
 */
async function buildBaseline(banner: string): Promise<string> {
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
    banner: { js: banner },
  });
  return join(folder, "bundle.mjs");
}
