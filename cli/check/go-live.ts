/** Going live beside others: what a running Kojarz has to have come to before it writes, point by point. Pure. */
import { DAY } from "../../lib/core/order.ts";
import type { ErpShown } from "../../lib/erp/comparing.ts";
import type { StatusAnswer } from "../../lib/ops/questions.ts";
import { type Checked, checked, type Finding, fail, look, ok } from "./findings.ts";
import type { Listeners } from "./listeners.ts";

/** What a round of the watch came to. */
export type Round = { up: boolean; watched?: { ran: boolean; ended: boolean; listed: number } };

export type Seen = {
  status: StatusAnswer;
  round: Round;
  /** ERP orders of the last two weeks; or why they are not shown. */
  erpOrders: readonly ErpShown[] | { refused: string };
  /** Of every account, what its own check found of its webhooks. */
  accounts: readonly Checked[];
  /** Of a deployment alone. */
  listeners?: Listeners;
};

const HOUR = DAY / 24;

export function goLiveOf({ status, round, erpOrders, accounts, listeners }: Seen): Checked {
  return checked("go live", [
    works(accounts),
    webhooks(accounts),
    backfill(round),
    watching(status),
    writers(erpOrders),
    cases(status),
    reports(status),
    alarms(listeners),
    ok("way back", '"mode": "shadow" and a deployment: nothing more is written, what waits goes once it is left'),
  ]);
}

function works(accounts: readonly Checked[]): Finding {
  const broken = accounts.filter((one) => !one.works).map(({ name }) => name);
  if (broken.length === 0) return ok("connections", `${accounts.length} can work`);
  return fail("connections", `cannot work: ${broken.join(", ")}`, {
    pl: "Zobacz wyżej, co stoi na drodze.",
    en: "See above what stands in the way.",
  });
}

function webhooks(accounts: readonly Checked[]): Finding {
  const asked = accounts.flatMap(({ name, findings }) =>
    findings.filter(({ check }) => check === "webhooks").map(({ state }) => ({ name, state })),
  );
  const inactive = asked.filter(({ state }) => state === "look" || state === "fail").map(({ name }) => name);
  if (inactive.length === 0) return ok("webhooks", "none that can be asked is inactive");
  return fail("webhooks", `not active: ${inactive.join(", ")}`, {
    pl: "Zarejestruj je: kojarz connect.",
    en: "Register them: kojarz connect.",
  });
}

function backfill({ up, watched }: Round): Finding {
  if (!up) return fail("backfill", "the ERP did not answer");
  if (!watched?.ran && watched?.ended)
    return look("backfill", "nothing to read: erpWriters is empty", {
      pl: "Tak ma być tylko tam, gdzie nikt inny nie wpisuje zamówień do ERP. Inaczej ustaw erpWriters.",
      en: "Right only where nobody else writes orders into the ERP. Otherwise set erpWriters.",
    });
  if (!watched?.ran)
    return fail("backfill", "no round of the watch ran: another is at work", {
      pl: "Zapytaj jeszcze raz za minutę.",
      en: "Ask again in a minute.",
    });
  return watched.ended
    ? ok("backfill", "the watch came to the end of the ERP's list")
    : fail("backfill", "the watch still has orders before it", {
        pl: "Poczekaj, aż dojdzie do końca.",
        en: "Wait until it comes to the end.",
      });
}

function watching({ at, circuit }: StatusAnswer): Finding {
  const isFresh = circuit.at !== undefined && at - circuit.at < HOUR;
  if (!isFresh) return fail("sweep", "it has not run within the hour");
  return circuit.state === "open" ? fail("sweep", "the ERP is left alone: it failed") : ok("sweep", "runs");
}

function writers(orders: Seen["erpOrders"]): Finding {
  if ("refused" in orders) return look("writers", `not compared: ${orders.refused}`);
  const foreign = orders.filter(({ kojarzOrder }) => kojarzOrder === undefined);
  const unknown = foreign.filter(({ keys }) => keys.length === 0);
  if (unknown.length === 0) return ok("writers", `${foreign.length} ERP orders of two weeks, each explained`);
  const [first] = unknown;
  return fail(
    "writers",
    `${unknown.length} of ${foreign.length} ERP orders are explained by no template, such as ${first?.number}`,
    {
      pl: "Uzupełnij erpWriters o ten sposób zapisu albo upewnij się, że wpisano je ręcznie.",
      en: "Add this way of writing to erpWriters, or make sure that they were entered by hand.",
    },
  );
}

function cases({ cases: { open } }: StatusAnswer): Finding {
  if (open === 0) return ok("cases", "none is open");
  return fail("cases", `${open} open`, { pl: "Zamknij je: kojarz cases.", en: "Close them: kojarz cases." });
}

function reports({ accounts }: StatusAnswer): Finding {
  const silent = accounts.filter(({ lastReportAt }) => lastReportAt === undefined).map(({ account }) => account);
  if (silent.length === 0) return ok("reports", "every account has been heard of");
  return fail("reports", `nothing came yet from ${silent.join(", ")}`, {
    pl: "Złóż zamówienie próbne w każdym z nich.",
    en: "Place a test order in each.",
  });
}

export function alarms(listeners: Listeners | undefined): Finding {
  if (!listeners)
    return look("alarms", "not asked here: only a deployment has alarms", {
      pl: "Zapytaj wdrożenie: --stage.",
      en: "Ask the deployment: --stage.",
    });
  if ("refused" in listeners) return look("alarms", `not asked: ${listeners.refused}`);
  const { confirmed, pending } = listeners;
  if (pending > 0)
    return fail("alarms", `not confirmed: ${pending} of ${pending + confirmed} subscriptions`, {
      pl: "Najpierw potwierdź: otwórz wiadomość od AWS i jej link.",
      en: "Confirm first: open the mail of AWS, and its link.",
    });
  if (confirmed > 0) return ok("alarms", `confirmed subscriptions: ${confirmed}`);
  return fail("alarms", "nobody hears them: there is no subscription", {
    pl: "Ustaw KOJARZ_ALERT_EMAIL, wdróż jeszcze raz i potwierdź subskrypcję w wiadomości od AWS.",
    en: "Set KOJARZ_ALERT_EMAIL, deploy again, and confirm the subscription in the mail of AWS.",
  });
}
