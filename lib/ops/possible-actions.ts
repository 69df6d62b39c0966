/** Which actions make sense for a case or an order as it is now, ready to be sent. Pure. */
import { cancelled, enteredByHand, forgotten, type Ruling, released, retried } from "../core/actions.ts";
import { type Held, isOfAccount, namesAnOrder } from "../core/held.ts";
import { declaredReason } from "../core/held-reasons.ts";
import { type Instant, type Order, sourceOf } from "../core/order.ts";
import { isErpAccount } from "../core/ports/erp.ts";
import { merged, unlinked } from "../core/two-orders.ts";
import type { ActionName } from "./actions.ts";
import type { PossibleAction, Text } from "./answers.ts";
import type { Listed } from "./book.ts";

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

/** What the rulings say of an order as it is: an action that would be refused is no button. */
function ordersActions(
  order: Order,
  about: Record<string, unknown>,
  now: Instant,
): Readonly<Record<string, PossibleAction[]>> {
  const doing = { now, stamp: "" };
  const offered = (name: keyof typeof LABELS, { is }: Ruling, fields?: Fields) =>
    is === "writes" ? [action(name, about, fields)] : [];
  return {
    retry: offered("retry", retried(order, doing)),
    release: offered("release", released(order, doing)),
    done: offered("done", enteredByHand(order, { number: "", erpId: "" }, [], doing), ["erpNumber"]),
    cancel: offered("cancel", cancelled(order, doing)),
    forget: offered("forget", forgotten(order, doing)),
  };
}

/**
 * @param others orders that it may be one with
 * @param account where it came from; undefined where the configuration has it no more
 */
export function actionsOnCase(
  held: Held,
  order: Order | undefined,
  others: readonly Order[],
  account: Listed | undefined,
  now: Instant,
): PossibleAction[] {
  if (held.resolved) return [];
  const about = { case: held.id };
  const dismiss = action("dismiss", about);
  // What is about an account's settings is repaired there: no order of it waits to be forwarded.
  if (isOfAccount(held)) return [dismiss];
  const merges = order ? others.flatMap((other) => mergesOf(order, other, held.id)) : [];
  if (order?.state === "held" && order.reason === held.reason) {
    const { retry = [], release = [], done = [], cancel = [] } = ordersActions(order, about, now);
    return [...retry, ...release, ...done, ...merges, ...cancel, dismiss];
  }
  const { cancel = [] } = order && calledOff(held) ? ordersActions(order, about, now) : {};
  return [...actionsOnReport(held, order, account, about), ...merges, ...cancel, dismiss];
}

/** The case is about a report beside the order, or about one of which no order was made. */
function actionsOnReport(
  held: Held,
  order: Order | undefined,
  account: Listed | undefined,
  about: Record<string, unknown>,
): PossibleAction[] {
  const isErased = held.erasedAt !== undefined;
  const fetches = account?.fetches === true && namesAnOrder(held);
  const reads = account !== undefined && isReadable(held, account);
  const isIn = order !== undefined && sourceOf(order, held.account, held.sourceOrder) !== undefined;
  const offers: Array<[boolean, PossibleAction]> = [
    [!isErased && !isIn && isReleasable(held) && (fetches || reads), action("release", about)],
    [!isErased && fetches, action("reread", about)],
    [!isErased && !isIn && reads, action("reprocess", about)],
    [!order && !isErpAccount(held.account), action("done", about, ["erpNumber"])],
  ];
  return offers.flatMap(([isPossible, offer]) => (isPossible ? [offer] : []));
}

/** What intake held is kept as a report; a message that nobody could use, as its platform sent it. */
function isReadable({ body, reason }: Held, { readsKept }: Listed): boolean {
  if (!body) return false;
  const by = declaredReason(reason)?.by;
  return readsKept || by === "core" || by === "intake" || reason === "cannot-be-taken-in";
}

/** Let in all the same, it would be held again: it has no id of its own, no total, or is older than what is known. */
const NEVER_LET_IN: ReadonlySet<string> = new Set([
  "no-usable-key",
  "stale-and-differs",
  "too-large",
  "too-many-lines",
  "total-unknown",
]);

function isReleasable({ reason }: Held): boolean {
  const by = declaredReason(reason)?.by;
  return (by === "core" || by === "intake") && !NEVER_LET_IN.has(reason);
}

/** The purchase may have been called off. */
function calledOff({ reason }: Held): boolean {
  return declaredReason(reason)?.ending === "cancelled";
}

/** The one that is in the ERP stays. */
function mergesOf(order: Order, other: Order, held: string): PossibleAction[] {
  const [keep, drop] = other.erp && !order.erp ? [other, order] : [order, other];
  const nothing = { keys: new Map(), orders: new Map() };
  const { is } = merged(keep, drop, nothing, "leave", { now: 0, stamp: "" });
  return is === "writes" ? [action("merge", { keep: keep.id, drop: drop.id, case: held })] : [];
}

export function actionsOnOrder(order: Order, now: Instant): PossibleAction[] {
  if (order.mergedInto !== undefined) return [];
  const {
    retry = [],
    release = [],
    done = [],
    cancel = [],
    forget = [],
  } = ordersActions(order, { order: order.id }, now);
  return [...retry, ...release, ...done, ...unlinksOf(order, now), ...cancel, ...forget];
}

/** Each report but the first may be one too many. */
function unlinksOf(order: Order, now: Instant): PossibleAction[] {
  const reports = order.sources.filter(({ role }) => role === "report");
  const nothing = { keys: new Map(), orders: new Map() };
  const made = { id: "", windowMs: 0, memoryMs: 0 };
  return reports.slice(1).flatMap((source) => {
    const { is } = unlinked(order, source, nothing, made, { now, stamp: "" });
    const { account, sourceOrder } = source;
    return is === "writes" ? [action("unlink", { order: order.id, account, sourceOrder })] : [];
  });
}
