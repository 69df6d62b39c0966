import * as z from "zod/mini";
import type { BaseLinkerAccount } from "../../../lib/channels/baselinker/account.ts";
import { BaseLinkerRefused, type Connector, connectorOf } from "../../../lib/channels/baselinker/client.ts";
import type { AccountBase } from "../../../lib/channels/channel.ts";
import { phpList } from "../../../lib/channels/shared/wire.ts";
import { accountName } from "../../../lib/core/keys.ts";
import { anyText, textOrNumber } from "../../../lib/core/schemas.ts";
import { type Finding, look, ok } from "../findings.ts";
import type { Heard } from "../line.ts";
import type { Platform } from "../platform.ts";
import type { Refusal } from "../trouble-kinds.ts";
import { answerOf, saidIn } from "./words.ts";

const Refused = z.object({ status: z.literal("ERROR"), error_code: anyText, error_message: z.optional(anyText) });

export const baselinker: Platform<BaseLinkerAccount> = {
  words: {
    said(answer) {
      const error = answerOf(Refused, answer);
      return error && saidIn([error.error_code, error.error_message]);
    },
    refusal,
  },
  addresses: ({ baseUrl }) => [baseUrl],
  listing: "orders",
  withoutPull: "",
  async beside(account, io, { accounts, now }) {
    const ask = connectorOf(account, io);
    return [
      await journalOf(ask, now),
      ...(await sourcesOf(ask, account, accounts)),
      await statusesOf(ask, account),
      look("callback", "whether an automatic action calls Kojarz cannot be asked"),
    ];
  },
};

/** The codes are not documented; these are the spellings that clients in the field have met. */
function refusal(answer: Heard): Refusal | undefined {
  const code = answerOf(Refused, answer)?.error_code ?? "";
  if (/BLOCKED_TOKEN|RATE_LIMIT|TOO_MANY/i.test(code)) return "too-many-calls";
  if (/ACCESS|PERMISSION|RIGHT|METHOD_NOT_ALLOWED/i.test(code)) return "no-rights";
  return /TOKEN/i.test(code) ? "wrong-keys" : undefined;
}

const DAY_S = 86_400;
const JOURNAL_REMEMBERS_S = 3 * DAY_S;

/** Switched off it is empty, and no error: only what it ought to show tells the two apart. */
async function journalOf(ask: Connector, now: number): Promise<Finding> {
  const { logs } = await ask("getJournalList", { last_log_id: 0, logs_types: [1, 2] });
  const entries = Array.isArray(logs) ? logs.length : 0;
  if (entries > 0) return ok("journal", `on: ${entries} entries`);
  const since = Math.floor(now / 1000) - JOURNAL_REMEMBERS_S;
  const { orders } = await ask("getOrders", { date_from: since, get_unconfirmed_orders: true });
  if (!Array.isArray(orders) || orders.length === 0)
    return look("journal", "empty, as are the last three days: whether it is on cannot be told");
  return look("journal", `off: it is empty, and the last three days had ${orders.length} orders`, {
    pl: "Włącz dziennik zdarzeń (getJournalList) w ustawieniach API konta albo poproś o to pomoc BaseLinkera: z nim zmiany, anulowania i podziały przychodzą od razu.",
    en: "Switch the journal (getJournalList) on in the account's API settings, or ask BaseLinker's support: with it edits, cancels and splits come at once.",
  });
}

const Sources = z.record(z.string(), z.record(z.string(), anyText));

/** What BaseLinker itself makes: it needs no account here. */
const OWN = new Set(["personal", "order_return"]);

async function sourcesOf(
  ask: Connector,
  account: BaseLinkerAccount,
  accounts: readonly AccountBase[],
): Promise<Finding[]> {
  const answer = Sources.safeParse(emptyMap((await ask("getOrderSources", {})).sources));
  if (!answer.success) return [look("sources", "getOrderSources answers something else")];
  const all = Object.entries(answer.data)
    .filter(([type]) => !OWN.has(type))
    .flatMap(([type, of]) =>
      Object.entries(emptyMap(of) as Record<string, string>).map(([id, name]) => ({
        key: `${type}/${id}`,
        type,
        name,
      })),
    );
  const missing = all.filter(({ key }) => account.sources[key] === undefined);
  if (missing.length === 0) return [ok("sources", `all ${all.length} are mapped`)];
  const lines = missing.map(({ key, type }) => `"${key}": "${guessOf(type, accounts)}"`);
  return [
    {
      ...look("sources", `not mapped: ${missing.map(({ key, name }) => `${key} (${name})`).join(", ")}`, {
        pl: "Wklej te wiersze do sources i popraw nazwy kont: zamówienia z nieznanego źródła czekają na człowieka.",
        en: "Paste these lines into sources, and mend the names of the accounts: orders of an unknown source wait for a person.",
      }),
      paste: `"sources": {\n  ${lines.join(",\n  ")}\n}`,
    },
  ];
}

/** PHP writes an empty map as a list. */
function emptyMap(value: unknown): unknown {
  return Array.isArray(value) && value.length === 0 ? {} : value;
}

const SHOPS = new Set(["woocommerce", "magento", "adobe", "shopify", "shoper", "prestashop", "idosell", "standard"]);

/** Where only one account can be meant; else a name that the start of Kojarz refuses, so that it cannot be forgotten. */
function guessOf(type: string, accounts: readonly AccountBase[]): string {
  const fits = accounts.filter(({ channel }) => (type === "shop" ? SHOPS.has(channel) : channel === type));
  const [first, second] = fits;
  return first && !second ? accountName(first) : "CHANNEL:ACCOUNT";
}

const Statuses = z.object({ statuses: phpList(z.object({ id: textOrNumber, name: anyText })) });

async function statusesOf(ask: Connector, { cancelledStatuses }: BaseLinkerAccount): Promise<Finding> {
  const statuses = Statuses.safeParse(await ask("getOrderStatusList", {}).catch(unlessUnknown)).data?.statuses ?? [];
  const named = (ids: readonly (string | number)[]) =>
    statuses.filter(({ id }) => ids.map(String).includes(String(id))).map(({ name }) => name);
  if (cancelledStatuses.length > 0)
    return ok("cancelled statuses", named(cancelledStatuses).join(", ") || cancelledStatuses.join(", "));
  const likely = statuses.filter(({ name }) => /anul|cancel/i.test(name));
  const finding = look("cancelled statuses", "cancelledStatuses is empty: no cancel reaches the ERP", {
    pl: "Wpisz identyfikatory statusów, które oznaczają anulowanie.",
    en: "Put in the ids of the statuses that mean cancelled.",
  });
  if (likely.length === 0) return finding;
  return { ...finding, paste: `"cancelledStatuses": [${likely.map(({ id }) => id).join(", ")}]` };
}

function unlessUnknown(error: unknown): undefined {
  if (error instanceof BaseLinkerRefused) return undefined;
  throw error;
}
