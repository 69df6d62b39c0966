import * as z from "zod/mini";
import type { ShoperAccount } from "../../../lib/channels/shoper/account.ts";
import { shoperClient } from "../../../lib/channels/shoper/client.ts";
import { anyText, textOrNumber } from "../../../lib/core/schemas.ts";
import { type Finding, look } from "../findings.ts";
import { type Heard, jsonIn } from "../line.ts";
import type { Platform } from "../platform.ts";
import type { Refusal } from "../trouble-kinds.ts";
import { webhooksOf } from "../webhooks.ts";
import { fieldsOf } from "./words.ts";

const REFUSALS: Readonly<Record<number, Refusal>> = { 401: "wrong-keys", 403: "no-rights" };

export const shoper: Platform<ShoperAccount> = {
  words: {
    said: (answer) => (answer.status < 400 ? undefined : fieldsOf(answer, "error", "error_description")),
    refusal,
  },
  addresses: ({ baseUrl }) => [baseUrl],
  listing: "orders",
  withoutPull: "",
  async beside(account, io, { address }) {
    const answer = await shoperClient(account, io)
      .get("webhooks", { limit: "50" })
      .catch((error: unknown) => error);
    const listed = Webhooks.safeParse(answer).data?.list;
    if (!listed) return [cannotBeListed(answer)];
    const registered = listed.map(({ webhook_id, url, active, events }) => ({
      id: String(webhook_id),
      topics: events,
      address: url,
      active: ["1", "true"].includes(String(active)),
      status: "off",
    }));
    return webhooksOf(registered, TOPICS, account, address);
  },
};

/** What a webhook of ours has to tell of. */
export const TOPICS = ["order.create", "order.edit", "order.paid", "order.status", "order.delete"];

export const Webhooks = z.object({
  list: z.array(
    z.object({
      webhook_id: textOrNumber,
      url: anyText,
      active: z.union([z.boolean(), textOrNumber]),
      events: z.array(anyText),
    }),
  ),
});

function refusal(answer: Heard): Refusal | undefined {
  return jsonIn(answer) === undefined ? undefined : REFUSALS[answer.status];
}

function cannotBeListed(answer: unknown): Finding {
  return look("webhooks", `cannot be listed${answer instanceof Error ? `: ${answer.message}` : ""}`);
}
