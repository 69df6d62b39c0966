/** The forms of the widgets: what a person can do to an order, to a case, or to many at once. Pure. */
import type { OrderView, PossibleAction } from "../answers.ts";
import { button, frame, input, select, type View } from "./frame.ts";
import { type Html, type HtmlValue, html } from "./html.ts";
import { whoField } from "./views.ts";

type Field = PossibleAction["fields"][number];

/**
 * What a button of these forms sends to the acting function: the action as far as the program knows it, and which fields of
 * the form complete it. `n` tells apart the fields of several forms in one widget.
 */
export type Pressed = { act: Record<string, unknown>; fields?: readonly string[]; n?: number; back?: Back };

/** The question that shows the same again. */
export type Back = Record<string, unknown>;

/** @param back what shows the same view again afterwards */
export function actionsOf(
  view: View,
  actions: readonly PossibleAction[],
  orders: readonly OrderView[],
  back: Back,
): HtmlValue {
  const { say, text } = view;
  if (actions.length === 0) return html`<p class="kj-dim">${say("cannotAct")}</p>`;
  const cards = actions.map(({ action, fields, label, confirm }, n) => {
    const pressed: Pressed = { act: action, fields, n, back };
    const own = fields.filter((field) => field !== "note").map((field) => fieldOf(view, field, n, orders));
    return html`<section class="kj-card"><p class="kj-dim">${text(confirm)}</p>${own}${button(view, "act", text(label), pressed, { confirm: text(confirm), primary: n === 0 })}</section>`;
  });
  return html`${whoField(view)}${input("note", say("note"))}<div class="kj-side">${cards}</div>`;
}

export function fieldName(field: string, n: number): string {
  return field === "note" ? field : `${field}-${n}`;
}

function fieldOf({ say }: View, field: Field, n: number, orders: readonly OrderView[]): Html {
  const name = fieldName(field, n);
  if (field === "keep" || field === "drop") {
    const named = orders.map(({ order, erp }) => [order, `${erp ? `ERP ${erp.number} · ` : ""}${order}`] as const);
    return select(name, say(field), field === "drop" ? named.toReversed() : named);
  }
  return input(name, say(field), { required: field === "erpNumber" });
}

/** What concerns many, or nothing that is shown: the acting widget as it stands on the dashboard. */
export function manyView(view: View): string {
  const { say } = view;
  const form = (title: string, n: number, fields: HtmlValue, label: string, pressed: Pressed, confirm: string) =>
    html`<section class="kj-card"><h3>${title}</h3>${fields}${button(view, "act", label, { ...pressed, n, back: { show: "many" } }, { confirm })}</section>`;
  const redrive = (what: string) => ({ do: "redrive", what });
  return frame(
    view,
    html`<h2>${say("many")}</h2><p class="kj-dim">${say("manyHint")}</p>`,
    whoField(view),
    input("note", say("note")),
    html`<div class="kj-side">${[
      form(say("tryNow"), 0, "", say("tryNow"), { act: redrive("backlog") }, say("tryNowConfirm")),
      form(
        say("retryAll"),
        1,
        input(fieldName("reason", 1), say("reason"), { required: true }),
        say("retry"),
        { act: { do: "retry" }, fields: ["reason"] },
        say("retryAllConfirm"),
      ),
      form(
        say("redriveFeed"),
        2,
        input(fieldName("account", 2), say("account1"), { required: true }),
        say("readNow"),
        { act: redrive("feed"), fields: ["account"] },
        say("readNowConfirm"),
      ),
      form(say("redriveQueues"), 3, "", say("do"), { act: redrive("queues") }, say("redriveQueuesConfirm")),
      form(
        say("reread"),
        4,
        [
          input(fieldName("account", 4), say("account1"), { required: true }),
          input(fieldName("sourceOrder", 4), say("orderAtSource"), { required: true }),
        ],
        say("readNow"),
        { act: { do: "reread" }, fields: ["account", "sourceOrder"] },
        say("rereadConfirm"),
      ),
      form(
        say("forget"),
        5,
        [
          input(fieldName("order", 5), `${say("order")} (id)`),
          input(fieldName("email", 5), say("email")),
          input(fieldName("phone", 5), say("phone"), { hint: say("forgetHint") }),
        ],
        say("forget"),
        { act: { do: "forget" }, fields: ["order", "email", "phone"] },
        say("forgetConfirm"),
      ),
    ]}</div>`,
  );
}
