import * as z from "zod/mini";
import type { MagentoAccount } from "../../../lib/channels/magento/account.ts";
import { anyText } from "../../../lib/core/schemas.ts";
import type { HttpAnswer } from "../../../lib/runtime/http.ts";
import { type Finding, look, ok } from "../findings.ts";
import { type Heard, jsonIn } from "../line.ts";
import type { Asking, Platform } from "../platform.ts";
import { answerOf } from "./words.ts";

const Error401 = z.object({
  message: anyText,
  parameters: z.catch(z.optional(z.record(z.string(), anyText)), undefined),
});

export const magento: Platform<MagentoAccount> = {
  words: {
    said: (answer) => (answer.status < 400 ? undefined : wordsOf(answer)),
    refusal: (answer) => (answer.status === 404 && jsonIn(answer) !== undefined ? "not-there" : undefined),
  },
  addresses: ({ baseUrl }) => [baseUrl],
  listing: "orders",
  withoutPull: "",
  async tell(account, asking) {
    if (asking.line.last()?.status !== 401) return undefined;
    // Magento says the same of a wrong token and of a right that is missing: only another resource tells them apart.
    const others = await Promise.all(OTHERS.map((path) => get(account, asking, path)));
    return others.some(({ status }) => status === 200) ? "no-rights" : "wrong-keys";
  },
  beside: async (account, _, asking) => [await versionOf(account, asking), callsOf(account)],
};

/** What an integration without sales orders may read: articles, store views, customers. */
const OTHERS = [
  "products?searchCriteria[pageSize]=1",
  "store/storeViews",
  "customers/search?searchCriteria[pageSize]=1",
];

function get({ baseUrl, storeCode, accessToken }: MagentoAccount, { line }: Asking, path: string): Promise<HttpAnswer> {
  const headers = { authorization: `Bearer ${accessToken}`, accept: "application/json" };
  return line.http(`${baseUrl}/rest/${storeCode}/V1/${path}`, { headers });
}

/** `%resources` stands for what comes apart from the message. */
function wordsOf(answer: Heard): string | undefined {
  const error = answerOf(Error401, answer);
  const named = Object.entries(error?.parameters ?? {});
  return (
    error && named.reduce((text, [name, value]) => text.replaceAll(`%${name}`, value), error.message).slice(0, 200)
  );
}

/** One line of text, which a shop may have switched off. */
async function versionOf({ baseUrl }: MagentoAccount, { line }: Asking): Promise<Finding> {
  const { status, text } = await line.http(`${baseUrl}/magento_version`);
  const version = /^Magento\/[\w. ()]{1,60}$/.exec(text.trim())?.[0];
  return status === 200 && version !== undefined ? ok("version", version) : look("version", "the shop does not say it");
}

function callsOf({ hintSecret, hintHeader }: MagentoAccount): Finding {
  return hintSecret === undefined
    ? ok("webhooks", "none: orders come by the polls")
    : ok("webhooks", `the shop's module calls with ${hintHeader}; whether it does cannot be asked`);
}
