/** Orders on their way to the ERP, what is parked on it, and the store beneath. */
import { ORDERS_PER_SWEEP } from "../../lib/delivery/sweep.ts";
import { METRICS } from "../../lib/ops/metric.ts";
import { table } from "../../lib/store/table.ts";
import { CONNECTOR, REMINDER, SWEEP } from "../functions.ts";
import { type AlarmSpec, alarm, DAY, dynamo, FILLED, HOUR, lambda, MINUTE, ours, sqs, WHERE_HEARD } from "./spec.ts";

export function delivering(): AlarmSpec[] {
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
      ours(METRICS.inDoubt),
      { threshold: 5, periodSeconds: 15 * MINUTE, expression: FILLED },
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
      { threshold: 1, periods: 3, comparison: "LessThanThreshold", silence: "breaching" },
      "Sweep nie działa: odłożone zamówienia nie wracają. Sprawdź harmonogram SweepSchedule i kolejkę ScheduleFailures.",
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

/**
 * What comes, not what lies there: one old letter must not hide the next failure. SQS tells of a queue that was idle up to a
 * quarter of an hour late.
 */
const LETTER = { threshold: 1, periods: 4, datapoints: 1, expression: FILLED, event: true } as const;

export function parked(): AlarmSpec[] {
  return [
    alarm(
      "StreamDeadLetters",
      sqs("NumberOfMessagesSent", "StreamFailures"),
      LETTER,
      "ErpConnector zrezygnował z części zmian (kolejka StreamFailures). Te zamówienia doręcza Sweep. Ustal przyczynę w logu i usuń ją, potem `kojarz redrive queues`.",
      "ErpConnector gave up some changes (queue StreamFailures). The sweep delivers those orders. Find the cause in the log and repair it, then `kojarz redrive queues`.",
    ),
    alarm(
      "ScheduleDeadLetters",
      sqs("NumberOfMessagesSent", "ScheduleFailures"),
      LETTER,
      "Zaplanowane uruchomienie nie powiodło się (kolejka ScheduleFailures podaje które). Następne nadrobi. Po naprawie: `kojarz redrive queues`.",
      "A scheduled run failed (the queue ScheduleFailures says which). The next one makes up for it. After the repair: `kojarz redrive queues`.",
    ),
    alarm(
      "CaseTooOld",
      ours(METRICS.caseAge),
      { threshold: DAY, statistic: "Maximum", periodSeconds: 15 * MINUTE },
      "Sprawa czeka na człowieka od ponad doby. `kojarz cases` pokazuje najstarsze, `kojarz case` mówi, co zrobić.",
      "A case has waited for a person for over a day. `kojarz cases` shows the oldest, `kojarz case` says what to do.",
    ),
    alarm(
      "ReminderStopped",
      lambda("Invocations", REMINDER),
      {
        // No run for 30 hours. One runs a day, which in autumn is 25 hours after the one before.
        threshold: 1,
        periodSeconds: 5 * HOUR,
        periods: 6,
        comparison: "LessThanThreshold",
        expression: WHERE_HEARD,
        second: lambda("Invocations", SWEEP),
        silence: "breaching",
      },
      "Codzienne przypomnienie nie zostało uruchomione: o alarmach, które trwają, i o otwartych sprawach nikt już nie mówi. Sprawdź harmonogram ReminderSchedule i kolejkę ScheduleFailures; do czasu naprawy zaglądaj do `kojarz status`.",
      "The daily reminder was not run: nobody tells of alarms that last and of open cases any more. Check the schedule ReminderSchedule and the queue ScheduleFailures; until it is repaired look at `kojarz status`.",
    ),
    alarm(
      "OrdersHeld",
      ours(METRICS.held),
      { threshold: 1, periodSeconds: 15 * MINUTE, event: true },
      "Zamówienie wymaga decyzji człowieka i samo nie pójdzie do ERP. Powód: log (verdict held lub outcome held) i tabela „Held by reason”; tabela pod nią mówi, co zrobić. Dopóki ten alarm trwa, o następnych mówi wiadomość o sprawach.",
      "An order needs a person's decision and does not go to the ERP by itself. Why: the log (verdict held or outcome held) and the table 'Held by reason'; the one below it says what to do. While this alarm lasts, the message of new cases tells of the next ones.",
    ),
  ];
}

/** DynamoDB counts what it refuses of a table and of each index apart; a refusing index refuses the table's writes. */
export function storing(): AlarmSpec[] {
  return (["ReadThrottleEvents", "WriteThrottleEvents"] as const).flatMap((metricName) => [
    throttled(
      `Table${metricName}`,
      metricName,
      undefined,
      "DynamoDB dławi tabelę. Zwykle mija samo; jeśli trwa, sprawdź limity konta i nagły ruch.",
      "DynamoDB throttles the table. It usually passes by itself; if it lasts, check the account's limits and a sudden burst.",
    ),
    throttled(
      `Index${metricName}`,
      metricName,
      table.dueIndex.name,
      "DynamoDB dławi indeks zamówień w toku i przez niego zapisy: sklepy mogą dostać 503. Trwa to od około 160 zamówień na sekundę (docs/scale.md): zwiększ indexPartitions w KOJARZ_SETTINGS albo spowolnij tego, kto wysyła.",
      "DynamoDB throttles the index of orders under way, and with it what is written: shops may be answered 503. That takes about 160 orders a second (docs/scale.md): raise indexPartitions in KOJARZ_SETTINGS, or slow down whoever sends them.",
    ),
  ]);
}

function throttled(id: string, metricName: string, index: string | undefined, pl: string, en: string): AlarmSpec {
  // DynamoDB's alarms keep their state while nothing is published, and nothing is while nothing is throttled; the newest
  // period may be filled before its own value is there.
  const rule = { threshold: 10, periods: 3, datapoints: 1, expression: FILLED };
  return alarm(id, dynamo(metricName, index), rule, pl, en);
}
