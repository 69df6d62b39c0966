/**
 * The two doors of an operator. At each, CloudWatch's custom widgets and the command line knock alike: with a question or an
 * action as JSON, with `{"describe": true}`, or with what a button of the widget sends and `widgetContext`.
 */
import type { Instant } from "../core/order.ts";
import { act } from "./act.ts";
import { look } from "./look.ts";
import type { Answer } from "./questions.ts";
import { actedView, missingView } from "./widget/acted.ts";
import { contextOf } from "./widget/context.ts";
import { DESCRIBED } from "./widget/described.ts";
import { type Back, fieldName, manyView, type Pressed } from "./widget/forms.ts";
import { type Doors, readFrame, type View, viewOf } from "./widget/frame.ts";
import { html } from "./widget/html.ts";
import { caseView, traceView } from "./widget/order-view.ts";
import { casesView, searchView, statusView } from "./widget/views.ts";

type Event = Readonly<Record<string, unknown>>;

export type LookParts = Parameters<typeof look>[0] & { now: () => Instant; unique: () => string };
export type ActParts = Parameters<typeof act>[0] & { now: () => Instant; unique: () => string };

/** An answer as JSON, or HTML or Markdown for CloudWatch. */
export type Shown = object | string;

/** Which function was called says where the other one is: their names differ in the last word alone. */
const READ = "OperatorRead";
const ACT = "OperatorAct";

/** @param arn of either function */
function doorsOf(arn: string): Doors {
  const at = arn.slice(0, Math.max(arn.lastIndexOf(READ), arn.lastIndexOf(ACT)));
  return { read: `${at}${READ}`, act: `${at}${ACT}` };
}

/** @param arn of the function itself */
export async function readDoor(parts: LookParts, event: unknown, arn: string): Promise<Shown> {
  const asked = eventOf(event);
  if (asked.describe === true) return { markdown: DESCRIBED.read };
  const { widgetContext, ...question } = asked;
  if (widgetContext === undefined) return look(parts, question);
  const view = viewOf(contextOf(widgetContext), doorsOf(arn), parts.now(), parts.unique);
  if (question.show === "search") return searchView(view);
  return shown(view, await look(parts, questionOf(question, view)), question);
}

/** Params of a widget may stand beside what a button sends; a widget that was just opened is asked for its cases. */
function questionOf({ ask, show, ...rest }: Event, { context }: View): object {
  if (show === "trace") return { ask: "trace", of: context.forms.of ?? "" };
  return ask === undefined ? { ask: "cases" } : { ask, ...rest };
}

function shown(view: View, answer: Answer, asked: Event): string {
  switch (answer.answer) {
    case "status":
      return statusView(view, answer);
    case "cases": {
      const text = (name: string) => (typeof asked[name] === "string" ? String(asked[name]) : undefined);
      const filter = Object.fromEntries(
        ["reason", "account", "first"].flatMap((name) => (text(name) ? [[name, text(name)]] : [])),
      );
      return casesView(view, answer, filter, text("cursor") === undefined);
    }
    case "case":
      return caseView(view, answer);
    case "trace":
      return traceView(view, answer);
    case "refused":
      return readFrame(
        view,
        undefined,
        html`<p role="alert">${view.text(answer.text)} <code>${answer.reason}</code></p>`,
      );
  }
}

/** @param arn of the function itself */
export async function actDoor(parts: ActParts, event: unknown, arn: string): Promise<Shown> {
  const asked = eventOf(event);
  if (asked.describe === true) return { markdown: DESCRIBED.act };
  const { widgetContext, ...rest } = asked;
  if (widgetContext === undefined) return act(parts, rest);
  const view = viewOf(contextOf(widgetContext), doorsOf(arn), parts.now(), parts.unique);
  const pressed = pressedOf(rest);
  if (!pressed) return manyView(view);
  const { forms } = view.context;
  const by = forms.by || pressed.act.by;
  if (!by) return missingView(view, view.say("needsName"), pressed);
  const filled = (pressed.fields ?? []).flatMap((field) => {
    const value = forms[fieldName(field, pressed.n ?? 0)];
    return value ? [[field, value] as const] : [];
  });
  // Behind a widget nobody's identity is proven, whatever its button was made to say.
  const { byProven: _, ...pressedAct } = pressed.act;
  const action = { ...pressedAct, ...(forms.note && { note: forms.note }), ...Object.fromEntries(filled), by };
  return actedView(view, await act(parts, action), { ...pressed, act: action });
}

function pressedOf({ act: action, fields, n, back }: Event): Pressed | undefined {
  if (typeof action !== "object" || action === null) return undefined;
  return {
    act: action as Pressed["act"],
    ...(Array.isArray(fields) && { fields: fields.map(String) }),
    ...(typeof n === "number" && { n }),
    ...(typeof back === "object" && back !== null && { back: back as Back }),
  };
}

function eventOf(event: unknown): Event {
  return typeof event === "object" && event !== null ? (event as Event) : {};
}
