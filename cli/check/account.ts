/** One account from its address to one of its orders as the ERP would get it. Nothing is stored, and nothing is sent. */
import type { Settings } from "../../lib/app/config.ts";
import type { Connection, PullIo } from "../../lib/channels/channel.ts";
import { DAY, type Sighting } from "../../lib/core/order.ts";
import type { Secret, Vault } from "../../lib/core/ports/vault.ts";
import { present } from "../../lib/core/writes.ts";
import type { Http } from "../../lib/runtime/http.ts";
import { type Checked, checked, type Finding, fail, look, ok, skipped } from "./findings.ts";
import { type Heard, type Line, listenOn } from "./line.ts";
import { masked, secretsIn } from "./masks.ts";
import { type Network, networkOf } from "./network.ts";
import { ordersOf } from "./orders.ts";
import type { Asking, Platform } from "./platform.ts";
import { platforms } from "./platforms/index.ts";
import { type ShownOrder, shownOrder } from "./shown.ts";
import { findingOf, troubleOf } from "./trouble.ts";

export type CheckParts = {
  http: Http;
  network: Network;
  now: () => number;
  settings: Pick<Settings, "windowDays" | "memoryDays" | "waitingDays">;
  accounts: Connection["account"][];
  /** The public address of Kojarz. */
  address?: string;
  /** Keeps what a refresh token was replaced by; absent where none may be used. */
  keepRefreshToken?: (account: Connection["account"], token: string) => Promise<void>;
};

/** How far back orders are looked for, whatever `acceptFrom` says. */
const LOOK_BACK_MS = 14 * DAY;

export async function checkAccount(connection: Connection, parts: CheckParts): Promise<Checked> {
  const { name, account } = connection;
  const platform = platforms[account.channel];
  if (!platform) return checked(name, [fail("channel", `${account.channel} cannot be checked`)]);
  const { findings, one } = await findingsOf(connection, platform, parts);
  const order = one && shownTo(one, connection, parts);
  const secrets = secretsIn(account);
  const safe = findings.map((finding) => ({ ...finding, says: masked(finding.says, secrets) }));
  return checked(name, [...safe, ...(order ? [orderFinding(order)] : [])], order);
}

type Found = { findings: Finding[]; one?: Sighting };

async function findingsOf({ channel, account }: Connection, platform: Platform, parts: CheckParts): Promise<Found> {
  const line = listenOn(parts.http, parts.now);
  const findings: Finding[] = [];
  for (const address of platform.addresses(account))
    findings.push(...(await networkOf(address, parts.network, parts.now())));
  if (hasFailed(findings)) return { findings: [...findings, skipped("order list", "the host is not reached")] };

  const asking = present<Asking>({
    line,
    now: parts.now(),
    accounts: parts.accounts,
    address: parts.address,
    renews: parts.keepRefreshToken !== undefined,
  });
  const before = await attempt("before", () => platform.before?.(account, asking) ?? [], platform, asking);
  findings.push(...before);
  const usesToken = before.some(({ check }) => check === "refresh token");
  if (hasFailed(before) || usesToken) return { findings: [...findings, skipped("order list", "see above")] };

  const io = ioOf(account, line, parts);
  const sinceNow = { ...account, acceptFrom: parts.now() - LOOK_BACK_MS };
  const pull = channel.pull?.(sinceNow, io);
  if (!pull) return { findings: [...findings, look("order list", platform.withoutPull)] };
  try {
    const { findings: seen, one } = await ordersOf(pull, platform.listing, parts.now(), () => pagesIn(line));
    findings.push(...seen);
    findings.push(...(await attempt("further", () => platform.beside?.(account, io, asking) ?? [], platform, asking)));
    findings.push(...clockOf(line.heard));
    return present<Found>({ findings, one });
  } catch (error) {
    findings.push(await refusedOf(error, account, platform, asking));
    return { findings: [...findings, ...clockOf(line.heard)] };
  }
}

/** What was answered where the list was asked for first. */
function pagesIn({ heard }: Line): string[] {
  const list = heard.find(
    ({ status, url }) => status === 200 && !url.endsWith("/token") && !url.endsWith("/auth"),
  )?.url;
  return heard.filter(({ status, url }) => status === 200 && url === list).map(({ text }) => text);
}

function hasFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ state }) => state === "fail");
}

/** What is asked beside orders never hides what was found of them. */
async function attempt(
  check: string,
  ask: () => Finding[] | Promise<Finding[]>,
  platform: Platform,
  { line }: Asking,
): Promise<Finding[]> {
  try {
    return await ask();
  } catch (error) {
    return [findingOf(check, troubleOf(error, line.last(), platform.words))];
  }
}

async function refusedOf(
  error: unknown,
  account: Connection["account"],
  platform: Platform,
  asking: Asking,
): Promise<Finding> {
  const trouble = troubleOf(error, asking.line.last(), platform.words);
  if (trouble.kind !== "refused" || !platform.tell) return findingOf("order list", trouble);
  const kind = await platform.tell(account, asking).catch(() => undefined);
  return findingOf("order list", { ...trouble, kind: kind ?? trouble.kind });
}

function ioOf(account: Connection["account"], { http }: Line, { now, keepRefreshToken }: CheckParts): PullIo {
  return {
    http,
    vault: passing(async (secret) => {
      if (typeof secret.refresh === "string") await keepRefreshToken?.(account, secret.refresh);
    }),
    budget: { spend: async () => undefined },
    now,
    random: Math.random,
  };
}

/** Of this process alone. @param keep what has to be kept beyond it, before anything else is done */
function passing(keep: (secret: Secret) => Promise<void>): Vault {
  let held: Secret | undefined;
  return {
    read: async () => held,
    lock: async () => true,
    async save(_, __, secret) {
      await keep(secret);
      held = secret;
      return true;
    },
    unlock: async () => undefined,
  };
}

/** Signed messages with an older time are refused, and so are tokens that are not valid yet. */
const OFF_MS = 120_000;

function clockOf(heard: readonly Heard[]): Finding[] {
  const dated = heard.flatMap(({ headers, askedAt, at }) => {
    const date = Date.parse(headers.get("date") ?? "");
    // A header names whole seconds, and was written some time between question and answer.
    return Number.isNaN(date) ? [] : [Math.max(askedAt - date - 1_000, 0) - Math.max(date - at, 0)];
  });
  const [off] = dated.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  if (off === undefined) return [];
  if (Math.abs(off) < OFF_MS) return [ok("clock", `within ${Math.ceil(Math.abs(off) / 1000)} s of this machine`)];
  return [
    fail(
      "clock",
      `this machine is ${Math.round(Math.abs(off) / 1000)} s ${off > 0 ? "ahead of" : "behind"} the platform`,
      {
        pl: "Ustaw zegar tej maszyny (NTP), a gdy to zegar sklepu jest zły, zgłoś to jego hostingowi.",
        en: "Set this machine's clock (NTP); where it is the shop's clock that is wrong, tell its host.",
      },
    ),
  ];
}

function shownTo(one: Sighting, { account }: Connection, { settings, now }: CheckParts): ShownOrder {
  const { windowDays, memoryDays, waitingDays } = settings;
  const rules = {
    windowMs: windowDays * DAY,
    memoryMs: memoryDays * DAY,
    waitingMs: waitingDays * DAY,
    acceptFrom: account.acceptFrom,
  };
  return shownOrder(one, rules, now());
}

function orderFinding({ sourceOrder, state, reason }: ShownOrder): Finding {
  const says = `${sourceOrder}: ${state === "forwarded" ? "would be forwarded" : `${state}, ${reason}`}`;
  return state === "held" ? look("mapped order", says) : ok("mapped order", says);
}
