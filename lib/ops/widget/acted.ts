/** What came of an action, as the acting widget shows it. Pure. */
import type { Acted, Done } from "../actions.ts";
import type { Pressed } from "./forms.ts";
import { badge, button, frame, table, type View } from "./frame.ts";
import { type Html, type HtmlValue, html } from "./html.ts";

export function actedView(view: View, acted: Acted, pressed: Pressed): string {
  const { say, text } = view;
  const again = backOf(view, pressed);
  if (acted.answer === "refused") {
    const fields = acted.fields && html`<p><code>${acted.fields.join("; ")}</code></p>`;
    return frame(
      view,
      html`<p role="alert">${badge(say("refused"), "bad")} ${text(acted.text)} <code>${acted.reason}</code></p>`,
      fields,
      again,
    );
  }
  return frame(
    view,
    html`<p role="status">${badge(say(acted.already ? "already" : "did"), "good")} <strong>${acted.do}</strong> ${text(acted.next)}</p>`,
    movedOf(view, acted),
    leftOf(view, acted),
    scanOf(view, acted),
    proofOf(view, acted),
    goesOn(view, acted, pressed),
    again,
  );
}

/** A mistake in the form: shown with a way back, and nothing was sent. */
export function missingView(view: View, word: string, pressed: Pressed): string {
  const { say } = view;
  return frame(view, html`<p role="alert">${badge(say("refused"), "warn")} ${word}</p>`, backOf(view, pressed));
}

function backOf(view: View, { back }: Pressed): Html {
  const isMany = back !== undefined && "show" in back;
  return html`<p>${button(view, isMany ? "act" : "read", view.say("back"), back ?? { ask: "cases" })}</p>`;
}

function movedOf({ say }: View, { moved }: Done): HtmlValue {
  if (moved.length === 0) return undefined;
  const rows = moved.map(({ order, case: held, before, after }) => [
    html`<code>${order ?? held}</code>`,
    before,
    after,
  ]);
  return table([say("order"), say("before"), say("after")], rows);
}

function leftOf({ say, text }: View, { left }: Done): HtmlValue {
  if (left.length === 0) return undefined;
  const rows = left.map(({ order, case: held, reason, text: why }) => [
    html`<code>${order ?? held}</code>`,
    html`<code>${reason}</code>`,
    text(why),
  ]);
  return html`<h3>${say("left")}</h3>${table([say("order"), say("reason"), ""], rows)}`;
}

function scanOf({ say }: View, { scan }: Done): HtmlValue {
  if (!scan) return undefined;
  const of = scan.of !== undefined && ` ${say("of")} ${scan.of}`;
  return html`<p>${say("looked")}: ${scan.looked}${of}; ${say("found")}: ${scan.found}</p>`;
}

function proofOf({ say }: View, { proof }: Done): HtmlValue {
  if (!proof || proof.length === 0) return undefined;
  const rows = proof.map(({ order, kept, erased }) => [
    html`<code>${order}</code>`,
    erased.join(", "),
    kept.join(", "),
  ]);
  return table([say("order"), say("gone"), say("kept")], rows);
}

/** The fields of the form are not in this view any more: what they held goes on with the button. */
function goesOn(view: View, { goesOn: more }: Done, { act, back }: Pressed): HtmlValue {
  if (!more) return undefined;
  const next: Pressed = { act: { ...act, cursor: more.cursor }, ...(back && { back }) };
  return html`<p>${button(view, "act", view.say("goesOn"), next, { primary: true })}</p>`;
}
