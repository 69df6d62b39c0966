/**
 * Executes `sst.config.ts` with SST's own program, an engine of ours and stand-ins for SSM and S3 on loopback: no AWS
 * account, nothing deployed, nothing downloaded. SST type-checks nothing here, but it builds the real bundles.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { devNull, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SETTING_NAMES } from "../../../infra/deployment.ts";
import { artifactOf, linksIn, ROOT } from "./artifacts.ts";
import { Graph, ofType } from "./graph.ts";
import { REGION } from "./provider.ts";

/** What a clone is missing before `npm run synth` installs it; the synth tests are skipped then. */
export const isPlatformInstalled = existsSync(join(ROOT, ".sst/platform/node_modules/@pulumi/pulumi"));

/** What an operator would put into `.env` and into secrets, for every channel at once. */
export type Setup = {
  stage: string;
  environment: Record<string, string>;
  secrets: Record<string, string>;
  /** How many functions the AWS account may run at once. */
  concurrency?: number;
};

/** @param config another configuration file in the project's folder, for a mistake that is to be found */
export async function synth(
  { stage, environment, secrets, concurrency = 1_000 }: Setup,
  config?: string,
): Promise<Graph> {
  const own = `.env.${stage}`;
  if (existsSync(join(ROOT, own))) throw new Error(`${own}: SST would put it before the example; move it away`);
  const scratch = await mkdtemp(join(tmpdir(), "kojarz-synth-"));
  const stub = await startStub(concurrency);
  try {
    const out = join(scratch, "resources.json");
    await installEngine(scratch);
    const { code, text } = await run(["diff", "--stage", stage, ...(config ? ["--config", config] : [])], {
      ...inherited(),
      // For what is not set here, if only to nothing, SST reads the operator's `.env`.
      ...Object.fromEntries(SETTING_NAMES.map((name) => [name, ""])),
      ...environment,
      ...Object.fromEntries(Object.entries(secrets).map(([name, value]) => [`SST_SECRET_${name}`, value])),
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      XDG_CONFIG_HOME: scratch,
      SYNTH_OUT: out,
      SST_TELEMETRY_DISABLED: "1",
      SST_SKIP_DEPENDENCY_CHECK: "1",
      SST_NO_BUN: "1",
      AWS_ENDPOINT_URL: stub.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
    });
    // What the operator would see.
    if (code !== 0 || !existsSync(out)) throw new Error(`sst diff ended with ${code}\n${text}`);
    const graph = Graph.parse(JSON.parse(readFileSync(out, "utf8")));
    if (graph.errors.length > 0) throw new Error(graph.errors.join("\n"));
    return { ...graph, linked: linkedIn(graph) };
  } finally {
    stub.server.close();
    stub.server.closeAllConnections();
    await rm(scratch, { recursive: true, force: true });
  }
}

function linkedIn(graph: Graph): Graph["linked"] {
  return Object.fromEntries(
    ofType(graph, "function").map((made) => {
      const { id, folder, environment } = artifactOf(made);
      return [id, Object.keys(linksIn(folder, environment.SST_KEY ?? ""))];
    }),
  );
}

/** npm needs the machine's own settings; what would point SST at a real account or at other secrets is left out. */
function inherited(): NodeJS.ProcessEnv {
  const foreign = /^(AWS_|SST_|KOJARZ_|XDG_CONFIG_HOME$|VITEST|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** SST looks for `pulumi` in its own folder of the user's configuration. */
async function installEngine(scratch: string): Promise<void> {
  const bin = join(scratch, "sst", "bin");
  await mkdir(bin, { recursive: true });
  const program = join(bin, "pulumi");
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, "engine.ts")}" "$@"\n`);
  await chmod(program, 0o755);
}

async function run(args: string[], env: NodeJS.ProcessEnv): Promise<{ code: number | null; text: string }> {
  const child = spawn(join(ROOT, "node_modules/.bin/sst"), args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk));
  const ended = Promise.withResolvers<number | null>();
  child.on("error", ended.reject);
  child.on("close", ended.resolve);
  return { code: await ended.promise, text };
}

/** An AWS account that SST was set up in before and that holds nothing else. */
async function startStub(concurrency: number): Promise<{ server: Server; url: string }> {
  const parameters: Record<string, string> = {
    "/sst/bootstrap": JSON.stringify({ version: 99, asset: "sst-asset-local", state: "sst-state-local" }),
  };
  const parameter = (name: string) =>
    name.startsWith("/sst/passphrase/") ? Buffer.alloc(32, 1).toString("base64") : parameters[name];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk));
    request.on("end", () => {
      if (request.url === "/2016-08-19/account-settings") {
        response.end(JSON.stringify({ AccountLimit: { ConcurrentExecutions: concurrency } }));
        return;
      }
      const asked = request.headers["x-amz-target"] === "AmazonSSM.GetParameter" ? JSON.parse(body) : {};
      const { Name = "" } = asked as { Name?: string };
      const Value = parameter(Name);
      if (Value === undefined) {
        response.writeHead(404, { "content-type": "application/xml" });
        response.end("<Error><Code>NoSuchKey</Code></Error>");
      } else {
        response.setHeader("content-type", "application/x-amz-json-1.1");
        response.end(JSON.stringify({ Parameter: { Name, Type: "String", Value } }));
      }
    });
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { server, url: `http://127.0.0.1:${address.port}` };
}
