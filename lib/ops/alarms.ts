/** One alarm for each way in which orders stop or pile up. Its description says what it means and what to do. */
import { channels } from "../channels/index.ts";
import { ORDERS_PER_SWEEP } from "../erp/sweep.ts";
import type { Forwarded } from "../erp/turn.ts";
import type { DeployedAccount } from "./deployment.ts";
import { CONNECTOR, type FunctionSpec, SWEEP } from "./functions.ts";
import { type DimensionsOf, METRICS, type Metric, NAMESPACE, type Refusal, WHOLE } from "./metric.ts";
import { pascal } from "./pascal.ts";

/** The value of a dimension: a resource of this deployment by its id, or a text. */
type Ref = { kind: "function" | "queue"; id: string } | { kind: "table" | "api" } | { kind: "text"; text: string };

export type AlarmSpec = {
  id: string;
  namespace: string;
  metricName: string;
  dimensions: Readonly<Record<string, Ref>>;
  statistic: "Sum" | "Maximum" | "Minimum";
  periodSeconds: number;
  periods: number;
  threshold: number;
  comparison: "GreaterThanOrEqualToThreshold" | "LessThanThreshold";
  /** True where it tells of something that happened: that nothing new happens does not make it good again. */
  event?: true;
  /** Of the metric `m`, where the metric itself is not what is compared. */
  expression?: string;
  /** Silence is an alarm where something has to be heard all the time. */
  silence: "breaching" | "notBreaching";
  /** Polish, then English. At most 1,024 characters. */
  description: string;
};

type Rule = Pick<AlarmSpec, "threshold"> & Partial<Omit<AlarmSpec, "threshold">>;

const MINUTE = 60;
const HOUR = 3600;

function alarm(
  id: string,
  source: Pick<AlarmSpec, "namespace" | "metricName" | "dimensions">,
  rule: Rule,
  pl: string,
  en: string,
): AlarmSpec {
  return {
    id,
    ...source,
    statistic: "Sum",
    periodSeconds: 5 * MINUTE,
    periods: 1,
    comparison: "GreaterThanOrEqualToThreshold",
    silence: "notBreaching",
    ...rule,
    description: `${pl}\n\n${en}`,
  };
}

function ours<M extends Metric>(metric: M, dimensions: DimensionsOf<NoInfer<M>> = WHOLE) {
  const refs = Object.entries(dimensions).map(([name, text]) => [name, { kind: "text", text } as const]);
  return { namespace: NAMESPACE, metricName: metric.name, dimensions: Object.fromEntries(refs) };
}

const refusals = (refusal: Refusal) => ours(METRICS.refusals, { refusal });
const deliveries = (outcome: Forwarded["outcome"]) => ours(METRICS.deliveries, { outcome });

function lambda(metricName: string, id: string) {
  return { namespace: "AWS/Lambda", metricName, dimensions: { FunctionName: { kind: "function", id } as const } };
}

function dynamo(metricName: string) {
  return { namespace: "AWS/DynamoDB", metricName, dimensions: { TableName: { kind: "table" } as const } };
}

export function alarmsOf(functions: readonly FunctionSpec[], accounts: readonly DeployedAccount[]): AlarmSpec[] {
  return [
    ...receiving(),
    ...functions.flatMap(running),
    ...accounts.filter(livesOnWebhooks).map(silent),
    ...accounts.filter(({ pollMinutes }) => pollMinutes !== undefined).flatMap(polling),
    ...delivering(),
    ...parked(),
    ...storing(),
  ];
}

function receiving(): AlarmSpec[] {
  return [
    alarm(
      "WebhooksNotStored",
      { namespace: "AWS/ApiGateway", metricName: "5xx", dimensions: { ApiId: { kind: "api" } } },
      { threshold: 1, event: true },
      "Sklepy dostają błąd 5xx: zamówień nie udało się zapisać. Sprawdź log funkcji Webhook… i stan DynamoDB. Większość sklepów nie powtarza wysyłki: odpytywanie doczyta braki, o ile jest włączone.",
      "Shops are answered 5xx: orders could not be stored. Look into the log of the Webhook functions and at DynamoDB. Most shops do not repeat; polling fetches what was lost where it is configured.",
    ),
    alarm(
      "SignaturesRefused",
      refusals("signature"),
      { threshold: 2, periodSeconds: HOUR },
      "Odrzucone podpisy webhooków. Jeśli zmieniono sekret w sklepie, wpisz go też tutaj (sst secret set … i sst deploy). Sklep może wyłączyć webhook: sprawdź i włącz ponownie. Adobe: pole code w logu mówi, czy brakuje klucza (unknown-key), czy nie zgadza się clientId (wrong-recipient).",
      "Webhook signatures are refused. If the secret was changed at the shop, set it here too (sst secret set … and sst deploy). The shop may have switched the webhook off: look and switch it on again. Adobe: the field code of the log says whether a key is missing (unknown-key) or the clientId is wrong (wrong-recipient).",
    ),
    alarm(
      "AddressUnknown",
      refusals("unknown-account"),
      { threshold: 2, periodSeconds: HOUR },
      "Webhooki trafiają pod adres, którego nie ma (404): literówka w nazwie konta albo zły sekret w adresie BaseLinkera. Porównaj adres w panelu platformy z README (Setting up a platform).",
      "Webhooks come to an address that is not there (404): a mistyped account, or a wrong secret in BaseLinker's address. Compare the address in the platform's panel with the README (Setting up a platform).",
    ),
    alarm(
      "WebhooksTurnedAway",
      ours(METRICS.turnedAway, {}),
      { threshold: 1, event: true },
      "Zbyt wiele żądań naraz: API odrzuciło część z nich (429). Odpytywanie doczyta braki; bez niego porównaj zamówienia ręcznie. Jeśli ruch jest prawdziwy, zwiększ THROTTLE w lib/ops/functions.ts.",
      "Too many requests at once: the API turned some away (429). Polling fetches what was lost; without it compare the orders by hand. If the traffic is real, raise THROTTLE in lib/ops/functions.ts.",
    ),
    alarm(
      "WebhookTooLarge",
      refusals("too-large"),
      { threshold: 1, event: true },
      "Webhook był większy niż limit i został odrzucony (413). Zamówienie doczyta odpytywanie; bez niego wpisz je ręcznie.",
      "A webhook was over the limit and refused (413). Polling fetches the order; without polling enter it by hand.",
    ),
  ];
}

/** Two for each function: it fails, or it is kept from running. */
function running({ id }: FunctionSpec): AlarmSpec[] {
  return [
    alarm(
      `${id}Errors`,
      lambda("Errors", id),
      { threshold: 3, periodSeconds: 15 * MINUTE },
      `Funkcja ${id} kończy się błędem. Przeczytaj jej log: pole error podaje przyczynę. Zamówienia nie giną, ale mogą czekać.`,
      `The function ${id} fails. Read its log: the field error has the cause. No order is lost, but orders may wait.`,
    ),
    alarm(
      `${id}Throttles`,
      lambda("Throttles", id),
      { threshold: 10, periodSeconds: 15 * MINUTE },
      `Funkcja ${id} osiągnęła limit równoległości. Zwiększ reserved w lib/ops/functions.ts albo limit konta AWS.`,
      `The function ${id} is at its limit of concurrency. Raise reserved in lib/ops/functions.ts, or the limit of the AWS account.`,
    ),
  ];
}

/** Where webhooks only make a poll look sooner, their silence means nothing: many shops never switch them on. */
function livesOnWebhooks({ channel }: DeployedAccount): boolean {
  return channels.some(({ name, receive, needsPoll }) => name === channel && receive && !needsPoll);
}

function silent({ name }: DeployedAccount): AlarmSpec {
  return alarm(
    `${pascal(name)}Silent`,
    ours(METRICS.received, { account: name }),
    { threshold: 1, periodSeconds: 24 * HOUR, comparison: "LessThanThreshold", silence: "breaching" },
    `Od doby konto ${name} nie przysłało żadnego webhooka. Sprawdź w sklepie, czy webhook jest aktywny i ma właściwy adres.`,
    `No webhook of ${name} has come for a day. Check at the shop that the webhook is active and has the right address.`,
  );
}

function polling({ name, channel, pollMinutes = 1 }: DeployedAccount): AlarmSpec[] {
  const id = pascal(name);
  // Five polls in a row may fail before anybody has to know.
  const limit = Math.max(15, 5 * pollMinutes) * MINUTE;
  const periodSeconds = Math.min(limit, 24 * HOUR);
  const cursor = alarm(
    `${id}CursorStuck`,
    ours(METRICS.cursorAge, { account: name }),
    { threshold: limit, statistic: "Maximum", periodSeconds, silence: "breaching" },
    `Konto ${name} nie jest doczytywane do końca. Sprawdź log funkcji Poll…: zły token, blokada API albo platforma nie odpowiada. Po naprawie nic nie ginie: czytanie rusza od zapamiętanego miejsca.`,
    `The account ${name} is not read to its end. Look into the log of its Poll function: a bad token, a block by the API, or a platform that does not answer. Nothing is lost: reading goes on where it stopped.`,
  );
  const unread = alarm(
    `${id}Unread`,
    ours(METRICS.pollLag, { account: name }),
    { threshold: limit, statistic: "Maximum", periodSeconds },
    `Zamówienia konta ${name} czekają na odczyt. Zwykle limit wywołań API: zmniejsz liczbę innych integratorów lub podnieś callsPerMinute.`,
    `Orders of the account ${name} wait to be read. Usually the API's limit of calls: use fewer other integrators, or raise callsPerMinute.`,
  );
  if (channel !== "allegro") return [cursor, unread];
  return [cursor, unread, token(id, name, pollMinutes)];
}

function token(id: string, name: string, pollMinutes: number): AlarmSpec {
  return alarm(
    `${id}TokenOver`,
    ours(METRICS.tokenLeft, { account: name }),
    {
      threshold: 300,
      statistic: "Maximum",
      // Each poll tells it once: a shorter period would be silent in between.
      periodSeconds: Math.max(5, pollMinutes) * MINUTE,
      periods: 3,
      comparison: "LessThanThreshold",
    },
    `Token konta ${name} wygasł i nie daje się odnowić. Nadaj aplikacji dostęp od nowa i wpisz nowy refreshToken (sst secret set … i sst deploy).`,
    `The token of ${name} is over and cannot be renewed. Authorise the application again and set the new refreshToken (sst secret set … and sst deploy).`,
  );
}

function delivering(): AlarmSpec[] {
  return [
    alarm(
      "ErpDown",
      ours(METRICS.erpUp),
      { threshold: 1, statistic: "Maximum", periods: 3, comparison: "LessThanThreshold", silence: "breaching" },
      "ERP nie odpowiada od 15 minut. Sprawdź serwer WAPRO, most i łącze. Zamówienia czekają i zostaną wysłane same.",
      "The ERP has not answered for 15 minutes. Check the WAPRO server, the bridge and the line. Orders wait and are sent by themselves.",
    ),
    alarm(
      "ErpInDoubt",
      deliveries("in-doubt"),
      { threshold: 5, periodSeconds: 15 * MINUTE },
      "ERP przyjmuje zamówienia, ale nie potwierdza. Kojarz sprawdzi, czy są zapisane, zanim wyśle ponownie. Sprawdź obciążenie i blokady bazy WAPRO.",
      "The ERP takes orders but does not confirm. Kojarz looks for them before it sends again. Check the load and the locks of the WAPRO database.",
    ),
    alarm(
      "OrdersTooOld",
      ours(METRICS.unfinishedAge),
      { threshold: HOUR, statistic: "Maximum", periodSeconds: 15 * MINUTE },
      "Zamówienie gotowe od ponad godziny wciąż nie było w ERP. W logu funkcji Sweep pole reason podaje powód.",
      "An order that was ready over an hour ago was still not in the ERP. The field reason in the log of the function Sweep says why.",
    ),
    alarm(
      "SweepFull",
      ours(METRICS.due),
      { threshold: ORDERS_PER_SWEEP, statistic: "Minimum", periods: 3 },
      "Zaległości rosną szybciej, niż są doganiane. Zwykle ERP jest wolny: sprawdź go, zanim zwiększysz limity.",
      "The backlog grows faster than it is worked off. Usually the ERP is slow: look at it before you raise limits.",
    ),
    alarm(
      "SweepStopped",
      lambda("Invocations", SWEEP),
      { threshold: 1, periodSeconds: 15 * MINUTE, comparison: "LessThanThreshold", silence: "breaching" },
      "Sprzątanie nie działa: odłożone zamówienia nie wracają. Sprawdź harmonogram SweepSchedule i kolejkę ScheduleFailures.",
      "The sweep does not run: orders that were put off do not come back. Check the schedule SweepSchedule and the queue ScheduleFailures.",
    ),
    alarm(
      "StreamLate",
      lambda("IteratorAge", CONNECTOR),
      { threshold: 10 * MINUTE * 1000, statistic: "Maximum", periods: 2 },
      "Strumień zmian jest opóźniony o 10 minut. Zamówienia doręcza teraz Sweep; sprawdź błędy funkcji ErpConnector.",
      "The stream of changes is 10 minutes late. The sweep delivers meanwhile; look at the errors of the function ErpConnector.",
    ),
  ];
}

function parked(): AlarmSpec[] {
  const sqs = (metricName: string, id: string) => ({
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: { kind: "queue", id } as const },
  });
  return [
    alarm(
      "StreamDeadLetters",
      sqs("ApproximateNumberOfMessagesVisible", "StreamFailures"),
      { threshold: 1, statistic: "Maximum" },
      "ErpConnector zrezygnował z części zmian (kolejka StreamFailures). Te zamówienia doręcza Sweep; ustal przyczynę w logu i opróżnij kolejkę.",
      "ErpConnector gave up some changes (queue StreamFailures). The sweep delivers those orders; find the cause in the log and purge the queue.",
    ),
    alarm(
      "ScheduleDeadLetters",
      // What comes, not what lies there: one old letter must not hide the next failure.
      sqs("NumberOfMessagesSent", "ScheduleFailures"),
      { threshold: 1, event: true },
      "Zaplanowane uruchomienie nie powiodło się (kolejka ScheduleFailures podaje które). Następne nadrobi; opróżnij kolejkę po naprawie.",
      "A scheduled run failed (the queue ScheduleFailures says which). The next one makes up for it; purge the queue after the repair.",
    ),
    alarm(
      "OrdersHeld",
      ours(METRICS.held),
      { threshold: 1, periodSeconds: 15 * MINUTE, event: true },
      "Zamówienie wymaga decyzji człowieka i samo nie pójdzie do ERP. Powód: log (verdict held lub outcome held) i wykres „Held by reason”; tabela pod nim mówi, co zrobić.",
      "An order needs a person's decision and does not go to the ERP by itself. Why: the log (verdict held or outcome held) and the graph 'Held by reason'; the table below it says what to do.",
    ),
  ];
}

function storing(): AlarmSpec[] {
  return (["ReadThrottleEvents", "WriteThrottleEvents"] as const).map((metricName) =>
    alarm(
      `Table${metricName}`,
      dynamo(metricName),
      // DynamoDB's alarms keep their state while nothing is published, and nothing is while nothing is throttled.
      { threshold: 10, expression: "FILL(m,0)" },
      "DynamoDB dławi tabelę. Zwykle mija samo; jeśli trwa, sprawdź limity konta i nagły ruch.",
      "DynamoDB throttles the table. It usually passes by itself; if it lasts, check the account's limits and a sudden burst.",
    ),
  );
}
