/** The log, line by line: the file of the run on this machine, or the log groups of a deployment. */
import { open, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import { messageLine } from "../local/console/message-line.ts";
import { seenIn } from "../local/console/messages.ts";
import { LOG_FILE } from "../local/log-file.ts";
import { failed, wrong } from "./exit.ts";
import type { Shared } from "./run.ts";
import { note, paint, plain, say } from "./terminal.ts";

type TailOptions = Shared & { follow?: true; since: string; of?: string };

type Line = Record<string, unknown>;

const LOOK_MS = 500;
/** Each look is a call for each group. */
const LOOK_ON_AWS_MS = 5_000;

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: MINUTE, h: 3_600_000, d: 86_400_000 };

export async function tail(options: TailOptions): Promise<void> {
  const since = Date.now() - spanOf(options.since);
  const show = (line: Line) => showLine(line, options);
  if (options.stage === undefined) await tailFile(join(resolve(options.state), LOG_FILE), since, options, show);
  else await tailGroups(options.stage, since, options, show);
}

function spanOf(text: string): number {
  const [, count, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw wrong(`--since wants a time such as 30s, 10m, 6h or 2d, not ${text}`);
  return Number(count) * (UNITS[unit] ?? 0);
}

function showLine(line: Line, { json, of }: TailOptions): void {
  const text = JSON.stringify(line);
  if (of !== undefined && !text.toLowerCase().includes(of.toLowerCase())) return;
  if (json) {
    say(text);
    return;
  }
  const seen = seenIn(line);
  const at = Date.parse(String(line.timestamp));
  if (seen) say(messageLine({ ...seen, n: 0, at }, (colour, words) => paint(colour, words)));
  else if (line.level === "ERROR" || line.level === "WARN")
    say(
      `${new Date(at).toTimeString().slice(0, 8)}  ${paint("red", String(line.level))}  ${plain(String(line.message))}`,
    );
}

async function tailFile(
  path: string,
  since: number,
  { follow }: TailOptions,
  show: (line: Line) => void,
): Promise<void> {
  let from = 0;
  let rest = "";
  do {
    const { size } = await stat(path).catch((cause: unknown) => {
      throw failed(`there is no log at ${path}: has Kojarz run here?`, cause);
    });
    // The file was put aside and begun anew.
    if (size < from) from = 0;
    const file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    await file.close();
    from += bytesRead;
    const lines = `${rest}${buffer.toString("utf8", 0, bytesRead)}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.flatMap(parsed)) if (Date.parse(String(line.timestamp)) >= since) show(line);
    if (follow) await wait(LOOK_MS);
  } while (follow);
}

async function tailGroups(
  stage: string,
  since: number,
  options: TailOptions,
  show: (line: Line) => void,
): Promise<void> {
  const client = new CloudWatchLogsClient({ region: options.region });
  const groups = await groupsOf(client, `/aws/lambda/kojarz-${stage}-`);
  if (groups.length === 0) throw failed(`there are no logs of the stage ${stage} in ${options.region}`);
  note(`${groups.length} log groups`);
  const seen = new Set<string>();
  let from = since;
  do {
    const now = Date.now();
    const found = (await Promise.all(groups.map((group) => eventsOf(client, group, from)))).flat();
    found.sort((a, b) => a.at - b.at);
    for (const { id, line } of found) {
      if (!seen.has(id)) show(line);
      seen.add(id);
    }
    // Events come in a little late and out of turn: the last minute is asked for again.
    from = now - MINUTE;
    if (options.follow) await wait(LOOK_ON_AWS_MS);
  } while (options.follow);
}

async function groupsOf(client: CloudWatchLogsClient, logGroupNamePrefix: string): Promise<string[]> {
  try {
    const names: string[] = [];
    for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix }))
      names.push(...logGroups.flatMap(({ logGroupName }) => logGroupName ?? []));
    return names;
  } catch (cause) {
    throw failed(`the logs cannot be read: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

async function eventsOf(client: CloudWatchLogsClient, logGroupName: string, startTime: number) {
  const filterPattern =
    '{ ($.message = "verdict") || ($.message = "delivery") || ($.level = "ERROR") || ($.level = "WARN") }';
  const found: Array<{ id: string; at: number; line: Line }> = [];
  for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName, startTime, filterPattern }))
    for (const { eventId = "", message = "", timestamp = 0 } of events)
      found.push(...parsed(message).map((line) => ({ id: eventId, at: timestamp, line })));
  return found;
}

function parsed(text: string): Line[] {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === "object" && line !== null ? [line as Line] : [];
  } catch {
    return [];
  }
}
