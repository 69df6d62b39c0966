import * as z from "zod/mini";
import type { PrestaShopAccount } from "../../../lib/channels/prestashop/account.ts";
import { webservice } from "../../../lib/channels/prestashop/client.ts";
import { anyText, textOrNumber } from "../../../lib/core/schemas.ts";
import { type Finding, fail, look, ok } from "../findings.ts";
import { type Heard, jsonIn } from "../line.ts";
import type { Platform } from "../platform.ts";
import { REMEDIES } from "../remedies.ts";
import type { Refusal } from "../trouble-kinds.ts";
import { answerOf, saidIn } from "./words.ts";

const Errors = z.object({ errors: z.array(z.object({ code: textOrNumber, message: anyText })) });

export const prestashop: Platform<PrestaShopAccount> = {
  words: { said: saidBy, refusal },
  addresses: ({ baseUrl }) => [baseUrl],
  listing: "orders",
  withoutPull: "",
  async beside(account, io, { line }) {
    const shop = webservice(account, io);
    const allowed = async (resource: string) =>
      (await shop.listIfAllowed(resource, { display: "[id]", limit: "1" })) !== undefined;
    const lacking = await missing(NEEDED, allowed);
    const without = await missing(WANTED, allowed);
    const zone = await shop.listIfAllowed("configurations", { display: "full", "filter[name]": "[PS_TIMEZONE]" });
    return [versionOf(line.heard), ...rightsOf(lacking, without), ...zoneOf(zone, account), callsOf(account)];
  },
};

const NEEDED = ["orders", "addresses", "customers", "currencies", "countries", "carriers"];
const WANTED = ["order_cart_rules", "cart_rules", "order_slip", "messages", "customizations"];

async function missing(
  resources: readonly string[],
  allowed: (resource: string) => Promise<boolean>,
): Promise<string[]> {
  const found: string[] = [];
  for (const resource of resources) if (!(await allowed(resource))) found.push(resource);
  return found;
}

function rightsOf(lacking: readonly string[], without: readonly string[]): Finding[] {
  if (lacking.length > 0) return [fail("rights", `the key may not GET ${lacking.join(", ")}`, REMEDIES["no-rights"])];
  if (without.length === 0) return [ok("rights", "everything that Kojarz reads")];
  return [
    look("rights", `the key may not GET ${without.join(", ")}`, {
      pl: "Bez nich Kojarz nie widzi, na co przypada kupon, co zwrócono, wiadomości kupującego ani personalizacji.",
      en: "Without them Kojarz does not see what a voucher falls on, what was paid back, messages and customizations.",
    }),
  ];
}

/** 2 to 12 are PHP's own errors, which refuse nothing. */
function errorsIn(answer: Heard) {
  return (answerOf(Errors, answer)?.errors ?? []).filter(({ code }) => Number(code) < 2 || Number(code) > 12);
}

function saidBy(answer: Heard): string | undefined {
  return saidIn(errorsIn(answer).map(({ code, message }) => `code ${code} ${message}`));
}

function refusal(answer: Heard): Refusal | undefined {
  const codes = errorsIn(answer).map(({ code }) => Number(code));
  if (codes.includes(26)) return "no-rights";
  if (codes.includes(22)) return "api-off";
  if (codes.includes(27)) return "not-there";
  if (answer.status !== 401) return undefined;
  // Without any key the shop asks for one, as a page.
  return jsonIn(answer) === undefined ? "header-dropped" : "wrong-keys";
}

function versionOf(heard: readonly Heard[]): Finding {
  const version = heard.map(({ headers }) => headers.get("psws-version")).find((one) => one !== null);
  return version === undefined ? look("version", "the shop does not say it") : ok("version", `PrestaShop ${version}`);
}

const Setting = z.object({ value: anyText });

function zoneOf(rows: readonly unknown[] | undefined, { timeZone }: PrestaShopAccount): Finding[] {
  const zone = Setting.safeParse(rows?.[0]).data?.value;
  if (zone === undefined) return [];
  if (zone === timeZone) return [ok("shop's clock", zone)];
  return [
    fail("shop's clock", `the shop is in ${zone}, the setting timeZone says ${timeZone}`, {
      pl: `Wpisz w timeZone strefę sklepu: ${zone}.`,
      en: `Put the shop's zone into timeZone: ${zone}.`,
    }),
  ];
}

function callsOf({ secrets }: PrestaShopAccount): Finding {
  return ok(
    "webhooks",
    secrets.length === 0
      ? "none: orders come by the polls"
      : "the shop's module calls, signed; whether it does cannot be asked",
  );
}
