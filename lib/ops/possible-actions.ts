/** Which actions make sense for a case or an order as it is now, ready to be sent. Pure. */
import { type Held, namesAnOrder } from "../core/held.ts";
import { isUnfinished, type Order } from "../core/order.ts";
import type { ActionName } from "./actions.ts";
import type { PossibleAction, Text } from "./answers.ts";

const LABELS: Readonly<Record<Exclude<ActionName, "redrive">, Text>> = {
  retry: { pl: "Wyślij ponownie", en: "Send again" },
  release: { pl: "Przekaż mimo to", en: "Forward all the same" },
  done: { pl: "Wpisano ręcznie", en: "Entered by hand" },
  dismiss: { pl: "Nic nie rób", en: "Nothing to be done" },
  merge: { pl: "To jeden zakup", en: "They are one purchase" },
  unlink: { pl: "Odłącz to zgłoszenie", en: "Take this report off" },
  cancel: { pl: "Anuluj", en: "Cancel" },
  reread: { pl: "Pobierz z platformy", en: "Fetch from its platform" },
  reprocess: { pl: "Przeczytaj od nowa", en: "Read anew" },
  forget: { pl: "Usuń dane osobowe", en: "Erase personal data" },
};

const CONFIRM: Readonly<Record<keyof typeof LABELS, Text>> = {
  retry: { pl: "Wysłać zamówienie do ERP jeszcze raz?", en: "Send the order to the ERP once more?" },
  release: {
    pl: "Przekazać do ERP, choć może już tam być? Sprawdź najpierw w ERP: powstanie nowe zamówienie.",
    en: "Forward it to the ERP although it may be there? Look in the ERP first: a new order is made.",
  },
  done: {
    pl: "Zamknąć jako wpisane ręcznie pod tym numerem? Kojarz nie wyśle go już do ERP.",
    en: "Close it as entered by hand under this number? Kojarz does not send it to the ERP any more.",
  },
  dismiss: {
    pl: "Zamknąć bez działania? Wstrzymane zamówienie nie trafi do ERP.",
    en: "Close it without doing anything? A held order does not get into the ERP.",
  },
  merge: {
    pl: "Połączyć oba zamówienia w jedno? Zostaje pierwsze.",
    en: "Make the two orders one? The first one stays.",
  },
  unlink: {
    pl: "Zrobić z tego zgłoszenia osobne zamówienie i przekazać je do ERP?",
    en: "Make this report an order of its own and forward it to the ERP?",
  },
  cancel: { pl: "Anulować zakup, także w ERP?", en: "Cancel the purchase, in the ERP, too?" },
  reread: {
    pl: "Pobrać zamówienie z platformy i zdecydować od nowa?",
    en: "Fetch the order from its platform and decide anew?",
  },
  reprocess: { pl: "Przeczytać zachowaną wiadomość od nowa?", en: "Read the message that was kept anew?" },
  forget: {
    pl: "Usunąć dane osobowe tego zamówienia na zawsze?",
    en: "Erase the personal data of this order for good?",
  },
};

type Fields = PossibleAction["fields"];

function action(name: keyof typeof LABELS, rest: Record<string, unknown>, fields: Fields = []): PossibleAction {
  return { action: { do: name, ...rest }, fields: [...fields, "note"], label: LABELS[name], confirm: CONFIRM[name] };
}

/** @param others orders that it may be one with */
export function actionsOnCase(
  held: Held,
  order: Order | undefined,
  others: readonly Order[],
  canFetch: boolean,
): PossibleAction[] {
  if (held.resolved) return [];
  const about = { case: held.id };
  // What is about an account's settings is repaired there: no order of it waits to be forwarded.
  if (!namesAnOrder(held) && !held.body) return [action("dismiss", about)];
  const fetches = canFetch && namesAnOrder(held);
  const isOfOrder = order?.state === "held" && order.reason === held.reason;
  const isErased = held.erasedAt !== undefined;
  const merges = order ? others.flatMap((other) => mergesOf(order, other, held.id)) : [];
  return [
    ...(isOfOrder && !isErased ? [action("retry", about)] : []),
    ...(!isErased && (isOfOrder ? !order.erp : fetches || Boolean(held.body)) ? [action("release", about)] : []),
    ...(!isErased && !isOfOrder && fetches ? [action("reread", about)] : []),
    ...(!isErased && !isOfOrder && held.body ? [action("reprocess", about)] : []),
    ...(isOfOrder || !order ? [action("done", about, ["erpNumber"])] : []),
    ...merges,
    ...(isOfOrder ? [action("cancel", about)] : []),
    action("dismiss", about),
  ];
}

/** The one that is in the ERP stays. */
function mergesOf(order: Order, other: Order, held: string): PossibleAction[] {
  const [keep, drop] = other.erp && !order.erp ? [other, order] : [order, other];
  return keep.mergedInto || drop.mergedInto ? [] : [action("merge", { keep: keep.id, drop: drop.id, case: held })];
}

export function actionsOnOrder(order: Order): PossibleAction[] {
  const about = { order: order.id };
  if (order.mergedInto !== undefined) return [];
  const { state, erp, sources } = order;
  const reports = sources.filter(({ role }) => role === "report");
  const isOpen = state === "held" || state === "waiting" || state === "pending";
  return [
    ...(state === "held" || (state === "pending" && order.attempts > 0) ? [action("retry", about)] : []),
    ...((isOpen || state === "cancelled") && !erp ? [action("release", about)] : []),
    ...(isOpen && !erp ? [action("done", about, ["erpNumber"])] : []),
    ...(reports.length > 1
      ? reports.slice(1).map(({ account, sourceOrder }) => action("unlink", { ...about, account, sourceOrder }))
      : []),
    ...(state !== "cancelled" ? [action("cancel", about)] : []),
    ...(!isUnfinished(order) && order.forgottenAt === undefined ? [action("forget", about)] : []),
  ];
}
