import * as z from "zod/mini";
import type { WooAccount } from "../../../lib/channels/woocommerce/account.ts";
import { wooClient } from "../../../lib/channels/woocommerce/client.ts";
import { anyText, textOrNumber } from "../../../lib/core/schemas.ts";
import { type Finding, look, ok } from "../findings.ts";
import type { Heard } from "../line.ts";
import type { Asking, Platform } from "../platform.ts";
import { REMEDIES } from "../remedies.ts";
import { answerTrouble } from "../trouble.ts";
import type { Refusal } from "../trouble-kinds.ts";
import { webhooksOf } from "../webhooks.ts";
import { answerOf, codeAndMessage, fieldsOf } from "./words.ts";

export const woocommerce: Platform<WooAccount> = {
  words: {
    said: (answer) => (answer.status < 400 ? undefined : fieldsOf(answer, "code", "message")),
    refusal,
  },
  addresses: ({ baseUrl }) => [baseUrl],
  listing: "orders",
  withoutPull: "no consumerKey: the shop is not polled, and an order whose webhook is lost never comes",
  async beside(account, io, asking) {
    const { consumerKey: key = "", consumerSecret: secret = "" } = account;
    const client = wooClient(account, { key, secret }, io);
    return [
      headerOf(asking.line.heard),
      versionOf(asking.line.heard),
      await zoneOf(account, asking),
      ...(await webhooks(await client.get("webhooks", new URLSearchParams({ per_page: "100" })), account, asking)),
    ];
  },
};

/** The shop saw no key at all. */
const UNSEEN = "woocommerce_rest_cannot_view";

function refusal(answer: Heard): Refusal | undefined {
  const error = answerOf(codeAndMessage, answer);
  if (answer.status < 400 || !error) return undefined;
  const { code, message } = error;
  if (code === "rest_no_route") return "not-there";
  if (code === "woocommerce_rest_authentication_error") return /permission/i.test(message) ? "no-rights" : "wrong-keys";
  if (code !== UNSEEN) return undefined;
  return answer.status === 403 ? "no-rights" : "header-dropped";
}

/** Kojarz then sends the keys in the address, which is encrypted too, and which some servers write into their log. */
function headerOf(heard: readonly Heard[]): Finding {
  const dropped = heard.some((answer) => answer.status === 401 && refusal(answer) === "header-dropped");
  const says = "the web server keeps the header to itself: the keys go in the address";
  return dropped
    ? look("Authorization header", says, REMEDIES["header-dropped"])
    : ok("Authorization header", "arrives");
}

function versionOf(heard: readonly Heard[]): Finding {
  const text = heard.find(({ url, status }) => status === 200 && url.endsWith("/orders"))?.text ?? "";
  const version = /"version":"(\d{1,3}(?:\.\d{1,3}){1,3})/.exec(text)?.[1];
  return version === undefined
    ? look("version", "no order says it")
    : ok("version", `WooCommerce ${version}, as an order says`);
}

const Index = z.object({ gmt_offset: z.optional(textOrNumber), timezone_string: z.optional(anyText) });

/** Everything that Kojarz reads is in UTC; the zone is shown, since people compare the panel with Kojarz. */
async function zoneOf({ baseUrl }: WooAccount, { line }: Asking): Promise<Finding> {
  const answer = await line.http(`${baseUrl}/wp-json/`, { headers: { accept: "application/json" } });
  const index = answerOf(Index, answer);
  if (!index) return look("shop's clock", "its index says nothing of the time zone");
  const { timezone_string: name, gmt_offset: offset } = index;
  return ok("shop's clock", `${name || `UTC${Number(offset) < 0 ? "" : "+"}${offset}`}; orders are read in UTC`);
}

const Webhooks = z.array(z.object({ id: textOrNumber, status: anyText, topic: anyText, delivery_url: anyText }));

const TOPICS = ["order.created", "order.updated", "order.deleted", "order.restored"];

async function webhooks(
  answer: { status: number; text: string; headers: Headers },
  account: WooAccount,
  { address, line }: Asking,
): Promise<Finding[]> {
  const listed = answerOf(Webhooks, answer);
  const last = line.last();
  if (!listed) {
    const trouble = last && answerTrouble(last, woocommerce.words);
    return [look("webhooks", `cannot be listed${trouble ? `: ${trouble.says}` : ""}`)];
  }
  const registered = listed.map(({ id, status, topic, delivery_url }) => ({
    id: String(id),
    status,
    topics: [topic],
    address: delivery_url,
    active: status === "active",
  }));
  return webhooksOf(registered, TOPICS, account, address);
}
