/** Runs one bundle as Lambda does: its own process, its own folder, only its own environment. One event, one answer. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Artifact, ROOT } from "./artifacts.ts";

const run = promisify(execFile);

const RUNNER = `
import { lambdaContext } from ${JSON.stringify(`${ROOT}/local/lambda-context.ts`)};
const { handler } = await import(process.argv[1]);
const result = await handler(JSON.parse(process.argv[2]), lambdaContext(process.argv[3], 30_000));
process.stdout.write("\\n" + JSON.stringify({ result: result ?? null }) + "\\n");
process.exit();
`;

export type Invoked = { result: unknown; lines: Array<Record<string, unknown>> };

/** @throws when the function does, with what it wrote to its log */
export async function invoke(
  { id, folder, entry, environment }: Artifact,
  event: unknown,
  endpoints: Record<string, string>,
): Promise<Invoked> {
  const args = ["--input-type=module", "--eval", RUNNER, entry, JSON.stringify(event), id];
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_LAMBDA_FUNCTION_NAME: id,
    ...environment,
    ...endpoints,
  };
  const { stdout } = await run(process.execPath, args, { cwd: folder, env, maxBuffer: 2 ** 26 });
  const lines = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { result: lines.at(-1)?.result, lines: lines.slice(0, -1) };
}
