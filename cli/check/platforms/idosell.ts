import * as z from "zod/mini";
import type { IdoSellAccount } from "../../../lib/channels/idosell/account.ts";
import { anyText, textOrNumber } from "../../../lib/core/schemas.ts";
import { ok } from "../findings.ts";
import type { Heard } from "../line.ts";
import type { Platform } from "../platform.ts";
import { answerOf, saidIn } from "./words.ts";

const Fault = z.object({ errors: z.object({ faultCode: textOrNumber, faultString: z.optional(anyText) }) });

/** "Nothing found" is no refusal. */
const HARMLESS = new Set(["0", "2"]);

function faultIn(answer: Heard) {
  const fault = answerOf(Fault, answer)?.errors;
  return fault && !HARMLESS.has(String(fault.faultCode)) ? fault : undefined;
}

export const idosell: Platform<IdoSellAccount> = {
  words: {
    said(answer) {
      const fault = faultIn(answer);
      return fault && saidIn([`code ${fault.faultCode}`, fault.faultString]);
    },
    refusal(answer) {
      if (!faultIn(answer)) return undefined;
      if (answer.status === 401) return "wrong-keys";
      return answer.status === 403 ? "no-rights" : undefined;
    },
  },
  addresses: ({ baseUrl }) => [baseUrl],
  listing: "modified",
  withoutPull: "",
  beside: async ({ apiVersion }) => [
    ok("version", `Admin API v${apiVersion}`),
    ok("webhooks", "none: IdoSell is polled"),
  ],
};
