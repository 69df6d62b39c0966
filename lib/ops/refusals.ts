/** Why an action or a question came to nothing, in words that say what to do instead. */
import type { Refusal } from "../core/actions.ts";
import type { Text } from "./answers.ts";

const TEXTS: Readonly<Record<Refusal | Own, Text>> = {
  "already-closed": {
    pl: "Ta sprawa jest już zamknięta. Otworzy się sama, gdy źródło powie coś nowego.",
    en: "This case is closed already. It opens by itself where a source says something new.",
  },
  "being-forwarded": {
    pl: "Zamówienie jest właśnie przekazywane do ERP. Spróbuj ponownie za minutę.",
    en: "The order is being forwarded to the ERP just now. Try again in a minute.",
  },
  cancelled: {
    pl: "Zamówienie jest anulowane. Jeśli ma iść do ERP, użyj release.",
    en: "The order is cancelled. If it is to go to the ERP, use release.",
  },
  "cancelled-in-erp": {
    pl: "Zamówienie anulowano też w ERP, a ERP nie utworzy go drugi raz. Wpisz je ręcznie jako nowe.",
    en: "The order was cancelled in the ERP, too, which does not make it again. Enter it by hand as a new one.",
  },
  "cannot-be-read-there": {
    pl: "Tego konta nie da się odpytać o jedno zamówienie. Ustaw pollSeconds, wyślij zamówienie ze sklepu jeszcze raz albo użyj reprocess.",
    en: "This account cannot be asked for one order. Set pollSeconds, have the shop send the order once more, or use reprocess.",
  },
  "data-erased": {
    pl: "Dane tego zamówienia są już usunięte, więc nie ma czego wysłać. Zostało done (wpisane ręcznie) i dismiss.",
    en: "The data of this order are erased already, so there is nothing to send. What is left is done (entered by hand) and dismiss.",
  },
  "erp-order-of-another": {
    pl: "To zamówienie ERP należy już do innego zamówienia w Kojarzu. Sprawdź numer; jeśli to jeden zakup, użyj merge.",
    en: "That ERP order belongs to another order of Kojarz already. Check the number; if they are one purchase, use merge.",
  },
  "in-erp-already": {
    pl: "Zamówienie jest już w ERP pod innym numerem. Sprawdź je przez trace.",
    en: "The order is in the ERP already, under another number. Look at it with trace.",
  },
  "keep-the-one-in-erp": {
    pl: "Zostawić trzeba to zamówienie, które jest w ERP. Zamień je miejscami.",
    en: "The one that stays has to be the one that is in the ERP. Swap the two.",
  },
  "lost-the-race": {
    pl: "Ktoś inny zmieniał to w tym samym czasie i nic nie zapisano. Spróbuj ponownie.",
    en: "Somebody else changed this at the same time, and nothing was written. Try again.",
  },
  "names-no-order": {
    pl: "Ta sprawa dotyczy ustawienia konta, a nie jednego zamówienia. Popraw ustawienie i zamknij ją przez dismiss.",
    en: "This case is about a setting of the account, and about no one order. Mend the setting, and close the case with dismiss.",
  },
  "no-body": {
    pl: "Treść tej wiadomości nie jest zachowana. Użyj reread albo wpisz zamówienie ręcznie.",
    en: "The text of this message is not kept. Use reread, or enter the order by hand.",
  },
  "no-queues": {
    pl: "Tutaj nie ma kolejek. Zamówienia z nich i tak doręcza Sweep.",
    en: "There are no queues here. Their orders are delivered by the sweep anyway.",
  },
  "no-target": {
    pl: "Podaj zamówienie (order) albo sprawę (case), której to dotyczy.",
    en: "Name the order or the case that it is about.",
  },
  "not-an-action": { pl: "Tego polecenia nie da się odczytać.", en: "This action cannot be read." },
  "not-a-question": { pl: "Tego pytania nie da się odczytać.", en: "This question cannot be read." },
  "not-cancelled-there": { pl: "Zamówienie nie jest anulowane.", en: "The order is not cancelled." },
  "not-held": { pl: "Zamówienie nie jest wstrzymane.", en: "The order is not held." },
  "not-ready": {
    pl: "Źródło mówi, że to jeszcze nie zamówienie (na przykład nieopłacone). Jeśli ma iść mimo to, użyj release.",
    en: "Its source says that it is no order yet (unpaid, for example). If it is to go all the same, use release.",
  },
  "not-the-only-report": {
    pl: "To jedyne zgłoszenie tego zamówienia, więc nie ma od czego go odłączyć.",
    en: "This is the only report of the order, so there is nothing to take it from.",
  },
  "same-order": { pl: "To jedno i to samo zamówienie.", en: "They are one and the same order." },
  "still-unusable": {
    pl: "Tej treści nadal nie da się użyć. Sprawdź szczegóły sprawy.",
    en: "This text still cannot be used. Look at the detail of the case.",
  },
  "too-many-keys": {
    pl: "Zamówienie ma zbyt wiele identyfikatorów, by zmienić je jednym zapisem. Zgłoś je opiekunowi Kojarza.",
    en: "The order has too many ids to be changed in one write. Pass it to whoever maintains Kojarz.",
  },
  "total-unknown": {
    pl: "Kwota zamówienia nie jest znana, więc ERP go nie przyjmie. Użyj reread albo wpisz je ręcznie i użyj done.",
    en: "The total of the order is not known, so the ERP would not take it. Use reread, or enter it by hand and use done.",
  },
  unfinished: {
    pl: "Zamówienie nie jest skończone: bez tych danych nie dotarłoby do ERP. Najpierw je anuluj (cancel) albo doprowadź do końca.",
    en: "The order is not finished: without these data it would not get into the ERP. Cancel it first, or bring it to its end.",
  },
  "unknown-account": {
    pl: "Takiego konta nie ma w konfiguracji.",
    en: "There is no such account in the configuration.",
  },
  "unknown-case": { pl: "Takiej sprawy nie ma.", en: "There is no such case." },
  "unknown-order": { pl: "Takiego zamówienia nie ma.", en: "There is no such order." },
  "unknown-source": {
    pl: "To zamówienie nie ma takiego zgłoszenia. Sprawdź konto i numer przez trace.",
    en: "The order has no such report. Look up the account and the number with trace.",
  },
};

/** Reasons that no decision on an order gives. */
type Own =
  | "already-closed"
  | "cannot-be-read-there"
  | "erp-order-of-another"
  | "lost-the-race"
  | "names-no-order"
  | "no-body"
  | "no-queues"
  | "no-target"
  | "not-a-question"
  | "not-an-action"
  | "still-unusable"
  | "unknown-account"
  | "unknown-case"
  | "unknown-order";

export type RefusalReason = Refusal | Own;

export function refusalText(reason: RefusalReason): Text {
  return TEXTS[reason];
}
