/** The orders of a simulated BaseLinker account and what its users do to them. */
import { createJournal, type JournalEntry, type JournalQuery, LOG } from "./baselinker-journal.ts";
import { type BaseLinkerOrder, divide, type OrderQuery, onTheWire, select } from "./baselinker-orders.ts";

export type Book = {
  /** Adds an order; what is not said is a confirmed Allegro order of one product. Returns its id. */
  place(order?: Partial<BaseLinkerOrder>): number;
  /** The delivery form arrives. */
  confirm(id: number): void;
  /** Moves some of the goods into a new order that inherits everything else. Returns the new id. */
  split(id: number): number;
  /** Moves the goods of another order into this one; the other one is no more. */
  merge(id: number, other: number): void;
  /** Repeats an order under a new id. Returns the new id. */
  copy(id: number): number;
  /** Deletes an order. */
  remove(id: number): void;
  /** The order was pushed into the connected shop, which gave it this number. */
  exportToShop(id: number, shopOrderId: number): void;
  /** Changes fields and the time of the last status. */
  edit(id: number, changes: Partial<Omit<BaseLinkerOrder, "order_id">>): void;
  orders(): BaseLinkerOrder[];
  /** What `getOrders` answers. @param tiesReversed see the fault of that name */
  page(query: OrderQuery, tiesReversed: boolean): Array<Record<string, unknown>>;
  /** What `getJournalList` answers where it is on. */
  journal(query: JournalQuery): JournalEntry[];
};

export type BookOptions = {
  now: () => number;
  /** Asked once an order. */
  isLegacy: () => boolean;
  confirmsLater: () => boolean;
  confirmAfterMs: number;
};

const FIRST_ID = 800_000_101;

export function createBook({ now, isLegacy, confirmsLater, confirmAfterMs }: BookOptions): Book {
  const orders = new Map<number, BaseLinkerOrder>();
  const legacy = new Set<number>();
  const confirmAt = new Map<number, number>();
  const journal = createJournal(second);
  let nextId = FIRST_ID;

  function second(): number {
    return Math.floor(now() / 1000);
  }

  function find(id: number): BaseLinkerOrder {
    const order = orders.get(id);
    if (!order) throw new Error(`no order ${id}`);
    return order;
  }

  function add(order: BaseLinkerOrder): number {
    orders.set(order.order_id, order);
    if (isLegacy()) legacy.add(order.order_id);
    return order.order_id;
  }

  function newId(): number {
    nextId += 1;
    return nextId - 1;
  }

  /** A part or a copy inherits everything else, the time of the confirmation too. */
  function bornNow(order: BaseLinkerOrder): BaseLinkerOrder {
    return { ...order, date_add: second() };
  }

  function place(given: Partial<BaseLinkerOrder> = {}): number {
    const at = second();
    const isLater = given.confirmed !== false && confirmsLater();
    const confirmed = given.confirmed !== false && !isLater;
    const order_id = given.order_id ?? newId();
    if (isLater) confirmAt.set(order_id, now() + confirmAfterMs);
    const date_confirmed = confirmed ? (given.date_confirmed ?? at) : 0;
    journal.note(LOG.created, order_id);
    if (confirmed) journal.note(LOG.confirmed, order_id);
    return add({ ...template(at), ...given, order_id, confirmed, date_confirmed });
  }

  function confirm(id: number): void {
    confirmAt.delete(id);
    const order = find(id);
    if (order.confirmed) return;
    orders.set(id, { ...order, confirmed: true, date_confirmed: second(), date_in_status: second() });
    journal.note(LOG.confirmed, id);
  }

  /** Orders that were to be confirmed by now are: with the time of now, as none may appear behind an earlier one. */
  function settle(): void {
    for (const [id, at] of confirmAt) if (at <= now()) confirm(id);
  }

  return {
    place,
    confirm,
    split(id) {
      const { rest, part } = divide(find(id), newId());
      orders.set(id, rest);
      journal.note(LOG.split, id, part.order_id);
      return add(bornNow(part));
    },
    merge(id, other) {
      const [kept, gone] = [find(id), find(other)];
      orders.set(id, { ...kept, products: [...kept.products, ...gone.products], date_in_status: second() });
      orders.delete(other);
      journal.note(LOG.merged, id, other);
    },
    copy(id) {
      const copy = add(bornNow({ ...find(id), order_id: newId() }));
      journal.note(LOG.copied, id, copy);
      return copy;
    },
    remove(id) {
      orders.delete(find(id).order_id);
      journal.note(LOG.removed, id);
    },
    exportToShop(id, shopOrderId) {
      orders.set(id, { ...find(id), shop_order_id: shopOrderId });
    },
    edit(id, changes) {
      const { order_status_id: status = find(id).order_status_id } = changes;
      if (status === find(id).order_status_id) journal.note(LOG.edited, id);
      else journal.note(LOG.statusMoved, id, status);
      orders.set(id, { ...find(id), date_in_status: second(), ...changes });
    },
    orders() {
      settle();
      return [...orders.values()];
    },
    page(query, tiesReversed) {
      settle();
      return select(orders.values(), query, tiesReversed).map((order) => onTheWire(order, legacy.has(order.order_id)));
    },
    journal(query) {
      settle();
      return journal.entries(query);
    },
  };
}

function template(at: number): Omit<BaseLinkerOrder, "order_id"> {
  return {
    order_source: "allegro",
    order_source_id: 7001,
    external_order_id: "",
    shop_order_id: 0,
    order_status_id: 9001,
    confirmed: true,
    date_add: at,
    date_confirmed: at,
    date_in_status: at,
    currency: "PLN",
    payment_done: 0,
    delivery_method: "Kurier",
    delivery_price: 0,
    delivery_fullname: "Test Testowy",
    email: "kupujacy@example.com",
    user_comments: "",
    admin_comments: "",
    extra_field_1: "",
    extra_field_2: "",
    products: [{ name: "Kubek testowy", sku: "KUB-1", price_brutto: 25, quantity: 1 }],
  };
}
