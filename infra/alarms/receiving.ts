/** Webhooks that are refused, turned away, or do not come. */
import { channels } from "../../lib/channels/index.ts";
import { METRICS } from "../../lib/ops/metric.ts";
import type { DeployedAccount } from "../deployment.ts";
import { pascal } from "../pascal.ts";
import { type AlarmSpec, alarm, api, BEYOND, DAY, FILLED, HOUR, MINUTE, ours, refusals } from "./spec.ts";

export function receiving(): AlarmSpec[] {
  return [
    alarm(
      "WebhooksNotStored",
      api("5xx"),
      { threshold: 1, event: true },
      "Sklepy dostają błąd 5xx: zamówień nie udało się zapisać. Sprawdź log funkcji Webhook… i stan DynamoDB. Większość sklepów nie powtarza wysyłki: odpytywanie doczyta braki, o ile jest włączone.",
      "Shops are answered 5xx: orders could not be stored. Look into the log of the Webhook functions and at DynamoDB. Most shops do not repeat; polling fetches what was lost where it is configured.",
    ),
    alarm(
      "SignaturesRefused",
      refusals("signature"),
      { threshold: 2, periodSeconds: HOUR, expression: FILLED },
      "Odrzucone podpisy webhooków. Jeśli zmieniono sekret w sklepie, wpisz go też tutaj (sst secret set … i sst deploy). Sklep może wyłączyć webhook: sprawdź i włącz ponownie. Adobe: pole code w logu mówi, czy brakuje klucza (unknown-key), czy nie zgadza się clientId (wrong-recipient).",
      "Webhook signatures are refused. If the secret was changed at the shop, set it here too (sst secret set … and sst deploy). The shop may have switched the webhook off: look and switch it on again. Adobe: the field code of the log says whether a key is missing (unknown-key) or the clientId is wrong (wrong-recipient).",
    ),
    alarm(
      "AddressUnknown",
      refusals("unknown-account"),
      { threshold: 2, periodSeconds: HOUR, expression: FILLED },
      "Webhooki trafiają pod adres, którego nie ma (404): literówka w nazwie konta, kanału lub w /webhooks/, ukośnik na końcu albo zły sekret w adresie BaseLinkera. Porównaj adres w panelu platformy ze stroną tej platformy w docs/pl/integrating.",
      "Webhooks come to an address that is not there (404): a mistyped account, channel or /webhooks/, a slash at the end, or a wrong secret in BaseLinker's address. Compare the address in the platform's panel with that platform's page in docs/integrating.",
    ),
    alarm(
      "WebhooksTurnedAway",
      ours(METRICS.turnedAway, {}),
      { threshold: 1, event: true },
      "API odrzuciło żądania: zbyt wiele naraz (429) albo większe niż limit samego API (413). Odpytywanie doczyta braki; bez niego porównaj zamówienia ręcznie. Jeśli ruch jest prawdziwy, zwiększ KOJARZ_REQUESTS_PER_SECOND.",
      "The API turned requests away: too many at once (429), or larger than the API itself takes (413). Polling fetches what was lost; without it compare the orders by hand. If the traffic is real, raise KOJARZ_REQUESTS_PER_SECOND.",
    ),
    alarm(
      "RefusedUnseen",
      api("4xx"),
      // The edges of two periods may differ by a request.
      {
        threshold: 10,
        periodSeconds: 15 * MINUTE,
        periods: 2,
        datapoints: 1,
        expression: BEYOND,
        second: ours(METRICS.refusedInLog, {}),
        event: true,
      },
      "API odrzuciło żądania (4xx), których nie ma w jego logu: tak bywa przy zalewie żądań (429) i zbyt dużych (413). Porównaj zamówienia z ostatniej godziny; odpytywanie doczyta braki.",
      "The API refused requests (4xx) that its log does not hold, as happens in a flood (429) and with bodies that are too large (413). Compare the orders of the last hour; polling fetches what was lost.",
    ),
    alarm(
      "WebhookTooLarge",
      refusals("too-large"),
      { threshold: 1, event: true },
      "Webhook był większy niż limit maxBodyBytes i został odrzucony (413). Zamówienie doczyta odpytywanie; bez niego wpisz je ręcznie.",
      "A webhook was over the limit maxBodyBytes and refused (413). Polling fetches the order; without polling enter it by hand.",
    ),
  ];
}

/** Where webhooks only make a poll look sooner, their silence means nothing: many shops never switch them on. */
function livesOnWebhooks({ channel }: DeployedAccount): boolean {
  return channels.some(({ name, receive, needsPoll }) => name === channel && receive && !needsPoll);
}

/** For each account that lives on webhooks, unless its rhythm is said to be none. */
export function silences(accounts: readonly DeployedAccount[]): AlarmSpec[] {
  return accounts
    .filter(livesOnWebhooks)
    .flatMap(({ name, silenceDays = 1 }) => (silenceDays === "never" ? [] : [silent(name, silenceDays)]));
}

function silent(name: string, days: number): AlarmSpec {
  const [pl, en] = days === 1 ? ["Od doby", "for a day"] : [`Od ${days} dni`, `for ${days} days`];
  return alarm(
    `${pascal(name)}Silent`,
    ours(METRICS.received, { account: name }),
    {
      threshold: 1,
      periodSeconds: DAY,
      periods: days,
      comparison: "LessThanThreshold",
      expression: FILLED,
      silence: "breaching",
    },
    `${pl} konto ${name} nie przysłało żadnego webhooka. Sprawdź w sklepie, czy webhook jest aktywny i ma właściwy adres. Jeśli to zwykła przerwa, wydłuż ją w KOJARZ_SILENCE_DAYS.`,
    `No webhook of ${name} has come ${en}. Check at the shop that the webhook is active and has the right address. If that is its usual rhythm, give it more days in KOJARZ_SILENCE_DAYS.`,
  );
}
