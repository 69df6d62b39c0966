/** The accounts of a deployment, as SST keeps them: a secret for each channel. Values go by pipes, never as arguments. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import * as z from "zod/mini";
import { ACCOUNTS } from "../../lib/app/links.ts";
import { failed } from "../exit.ts";
import type { Document } from "./document.ts";

/** `WoocommerceAccounts`, as the deployment links it. */
function accountsSecretOf(channel: string): string {
  return `${channel.charAt(0).toUpperCase()}${channel.slice(1)}${ACCOUNTS}`;
}

const Accounts = z.array(z.record(z.string(), z.unknown()));

/** @throws `Ends` where SST does not show them, or one holds no accounts: it would be overwritten */
export async function stageDocument(stage: string): Promise<Document> {
  const { code, said, complaint } = await sst(["secret", "list", "--stage", stage]);
  if (code !== 0 && !NONE.test(said + complaint)) throw failed(`sst secret list failed: ${lastOf(complaint || said)}`);
  const accounts = [...secretsIn(said)].flatMap(([name, value]) => {
    if (!name.endsWith(ACCOUNTS)) return [];
    const parsed = Accounts.safeParse(parsedJson(value));
    if (!parsed.success) throw failed(`the secret ${name} of ${stage} is no list of accounts: mend it first`);
    return parsed.data;
  });
  return { accounts };
}

export async function writeStageAccounts(stage: string, channel: string, { accounts }: Document): Promise<string> {
  const name = accountsSecretOf(channel);
  const value = JSON.stringify(accounts.filter((one) => one.channel === channel));
  const { code, said, complaint } = await sst(["secret", "set", name, "--stage", stage], value);
  if (code !== 0) throw failed(`sst secret set ${name} failed: ${lastOf(complaint || said)}`);
  return name;
}

const NONE = /no secrets found/i;

/** `NAME=value`, where the value may go on over further lines. */
function secretsIn(listed: string): Map<string, string> {
  const starts = [...listed.matchAll(/^([A-Z][a-zA-Z0-9]*)=/gm)];
  return new Map(
    starts.map((start, index) => {
      const from = start.index + start[0].length;
      const until = starts[index + 1]?.index ?? listed.length;
      return [start[1] ?? "", listed.slice(from, until).trim()] as const;
    }),
  );
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A complaint may quote what it was given. */
function lastOf(said: string): string {
  const line = said.trim().split("\n").at(-1) ?? "";
  return /[{[]/.test(line) ? "it says why where you run it yourself" : line.slice(0, 200);
}

async function sst(
  args: readonly string[],
  input = "",
): Promise<{ code: number | null; said: string; complaint: string }> {
  const child = spawn("sst", args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" } });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", (cause) =>
      reject(failed("sst cannot be run: say npm run kojarz in the project's folder", cause)),
    );
    child.once("close", resolve);
  });
  // Who ends without reading says why on its own.
  child.stdin.on("error", () => undefined).end(input);
  const [code, said, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, said, complaint };
}
