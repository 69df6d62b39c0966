/** Allegro's side of the story: buyers, forms and what happens to them. */
import type { Faults } from "./allegro-faults.ts";
import { boughtForm, deliveryAddress, type FormBody, mergedForm, type Purchase, payment } from "./allegro-form.ts";
import type { EventType, Journal } from "./allegro-journal.ts";

export type World = ReturnType<typeof createWorld>;

export function createWorld(journal: Journal, faults: Faults, now: () => number, random: () => number) {
  const forms = new Map<string, FormBody>();
  const merged = new Set<string>();
  let ids = 0n;

  /** Allegro's ids are UUIDs of version 1: they begin with the time. */
  function newId(): string {
    ids += 1n;
    const ticks = (BigInt(Math.floor(now())) * 10_000n + 122_192_928_000_000_000n + ids).toString(16).padStart(15, "0");
    const node = Array.from({ length: 15 }, () => Math.floor(random() * 16).toString(16)).join("");
    const [high, middle, low] = [ticks.slice(0, 3), ticks.slice(3, 7), ticks.slice(7)];
    return `${low}-${middle}-1${high}-8${node.slice(0, 3)}-${node.slice(3)}`;
  }

  function at(): string {
    return new Date(now()).toISOString();
  }

  function formOf(id: string): FormBody {
    const form = forms.get(id);
    if (!form) throw new Error(`there is no form ${id}`);
    return form;
  }

  function put(form: FormBody, ...events: EventType[]): string {
    forms.set(form.id, form);
    for (const event of events) journal.tell(form, event);
    return form.id;
  }

  function paid(form: FormBody, type: "ONLINE" | "CASH_ON_DELIVERY"): FormBody {
    return {
      ...form,
      status: "READY_FOR_PROCESSING",
      payment: payment(newId(), type, form.summary.totalToPay, at()),
      delivery: { ...form.delivery, address: deliveryAddress(form.buyer) },
      updatedAt: at(),
    };
  }

  return {
    /** Cash on delivery is ready at once and is never filled in. */
    buy(purchase: Purchase): string {
      const lineIds = purchase.lines.map(newId);
      const form = boughtForm(purchase.id ?? newId(), purchase, lineIds, at());
      const id = put(form, "BOUGHT");
      return purchase.cashOnDelivery ? put(paid(form, "CASH_ON_DELIVERY"), "READY_FOR_PROCESSING") : id;
    },
    fillIn(id: string): void {
      put({ ...formOf(id), status: "FILLED_IN", updatedAt: at() }, "FILLED_IN");
    },
    /** Paid. */
    ready(id: string): void {
      put(paid(formOf(id), "ONLINE"), "READY_FOR_PROCESSING");
    },
    /** A cancel by the seller moves neither `status` nor `updatedAt`. */
    cancel(id: string, by: "buyer" | "allegro" | "seller" = "buyer"): void {
      const form = formOf(id);
      if (by === "seller") {
        const fulfillment = { ...form.fulfillment, status: "CANCELLED" };
        put({ ...form, fulfillment }, "FULFILLMENT_STATUS_CHANGED");
      } else {
        const cancelled = { ...form, status: "CANCELLED" as const, updatedAt: at() };
        put(cancelled, by === "buyer" ? "BUYER_CANCELLED" : "AUTO_CANCELLED");
      }
    },
    /** Unpaid purchases in one payment: the new form's id; the old forms answer 404, their events stay. */
    merge(old: readonly string[]): string {
      const [first, ...others] = old.map(formOf);
      if (!first) throw new Error("nothing to merge");
      for (const id of old) {
        forms.delete(id);
        merged.add(id);
      }
      return put(mergedForm(newId(), [first, ...others], at()), "BOUGHT");
    },
    /** A second payment for a paid order: the same form, ready once more, its lines and its total as before. */
    surcharge(id: string): void {
      const form = formOf(id);
      const extra = payment(newId(), "ONLINE", { amount: "5.00", currency: "PLN" }, at());
      put({ ...form, surcharges: [...form.surcharges, extra], updatedAt: at() }, "READY_FOR_PROCESSING");
    },
    /** Every form that Allegro still has. */
    forms(): FormBody[] {
      return [...forms.values()];
    },
    find(id: string): FormBody | undefined {
      if (merged.has(id)) faults.fired["form-404-merged"] += 1;
      return forms.get(id);
    },
  };
}
